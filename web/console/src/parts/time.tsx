import type { JSX } from "preact";
import { now } from "../state/clock";
import { language } from "../state/settings";
import { say } from "../words/words";

const steps: readonly [Intl.RelativeTimeFormatUnit, number][] = [["year", 31_536_000], ["month", 2_592_000], ["day", 86_400], ["hour", 3600], ["minute", 60]];

/** "2 h ago"; for what is to come "in 3 h"; "now" within a minute. */
export function ago(seconds: number): string {
  const distance = seconds - now.value;
  const [unit, size] = steps.find(([, one]) => Math.abs(distance) >= one) ?? ["second", Infinity];
  return new Intl.RelativeTimeFormat(language.value, { numeric: unit === "second" ? "auto" : "always", style: "short" }).format(Math.trunc(distance / size), unit);
}

/** "14:00" today, "Tue 14:00" within a week, else the date too. */
export function clockTime(seconds: number): string {
  const date = new Date(1000 * seconds);
  const days = Math.abs(seconds - now.value) / 86_400;
  const today = date.toDateString() === new Date(1000 * now.value).toDateString();
  const time: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  const options: Intl.DateTimeFormatOptions = today ? time : days < 6 ? { weekday: "short", ...time } : { day: "numeric", month: "short", ...(days > 300 ? { year: "numeric" as const } : time) };
  return new Intl.DateTimeFormat(language.value, options).format(date);
}

/** Time said twice: how long, and when. Give seconds, or an hour as the server counts them. */
export function Time({ seconds, hour, prefix }: { seconds?: number; hour?: number; prefix?: string }): JSX.Element {
  const at = seconds ?? 3600 * (hour ?? 0);
  // Of an hour nobody knows the minute.
  const distance = seconds === undefined && Math.floor(now.value / 3600) === hour ? say("this_hour") : ago(at);
  return <time dateTime={new Date(1000 * at).toISOString()}>{prefix ? `${prefix} ` : ""}{distance} · {clockTime(at)}</time>;
}

export function Day({ day }: { day: number }): JSX.Element {
  const date = new Date(86_400_000 * day);
  return <time dateTime={date.toISOString().slice(0, 10)}>{new Intl.DateTimeFormat(language.value, { dateStyle: "medium", timeZone: "UTC" }).format(date)}</time>;
}
