// Until when something is to be read or done. Times are kept to the hour: what the server does not know it cannot give away.

/** Hours until a new report is to be read, by urgency. Danger is to be read at once: ten minutes are less than the hour we keep. */
export const readHours = [0, 1, 8, 24, 72] as const;
/** Hours until something is to be done once it was read; level 4 has none: it is closed with a type. */
export const actHours = [1, 24, 72, 168] as const;

export const hourOf = (milliseconds: number): number => Math.floor(milliseconds / 3_600_000);

export const readDue = (urgency: number, receivedHour: number): number => receivedHour + (readHours[urgency] ?? readHours[4]);
export function actDue(urgency: number, nowHour: number): number | null {
  const hours = actHours[urgency];
  return hours === undefined ? null : nowHour + hours;
}

export interface Due {
  state: "overdue" | "now" | "later";
  /** Whole hours past it or until it. */
  hours: number;
}

export function dueState(dueHour: number, nowHour: number): Due {
  if (dueHour < nowHour) return { state: "overdue", hours: nowHour - dueHour };
  return nowHour === dueHour ? { state: "now", hours: 0 } : { state: "later", hours: dueHour - nowHour };
}
