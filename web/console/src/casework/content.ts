// What was opened: rows of the server with what was sealed in them. Everything inside was written by others, so it is read member by
// member; what is not of the kind that is asked for counts as absent. docs/formats.md, section 2.

/** A report as the server lists it. Hours count since 1970. */
export interface ReportRow {
  number: number;
  id: string;
  epoch: string;
  channel: string;
  priority: number;
  received_hour: number;
  attachments: string[];
  sealed: string;
  /** `filed`: it belongs to a case. */
  state?: string;
  due_hour?: number;
}

export interface EventRow {
  number: number;
  id: string;
  case: string;
  author: string;
  recorded_hour: number;
}

export type Content = Readonly<Record<string, unknown>>;

/**
 * Why something is not open, or not proved: `no_key` (no grant), `changed` (the row holds another content than its id or its signature
 * says), `unreadable` (opened to nothing that can be read), `newer` (a newer version reads it). Empty: all is well.
 */
export type Problem = "" | "no_key" | "changed" | "unreadable" | "newer";

export interface OpenedReport {
  row: ReportRow;
  content: Content;
  problem: Problem;
}

/** `author_unknown`: nobody whom the desk key vouches for, now or before they left. */
export type EventProblem = Problem | "author_unknown";

/** An event as a colleague recorded and signed it. `time`: seconds since 1970 by the author's clock. */
export interface OpenedEvent {
  row: EventRow;
  kind: string;
  time: number;
  body: Content;
  problem: EventProblem;
}

/** Whether something was decided by it. */
export const counts = (event: OpenedEvent): boolean => event.problem === "";

export const isObject = (value: unknown): value is Content => typeof value === "object" && value !== null && !Array.isArray(value);

export function textIn(object: Content, name: string): string {
  const value = Object.hasOwn(object, name) ? object[name] : undefined;
  return typeof value === "string" ? value : "";
}

export function objectIn(object: Content, name: string): Content | undefined {
  const value = Object.hasOwn(object, name) ? object[name] : undefined;
  return isObject(value) ? value : undefined;
}

/** A whole number that is safe to count with; nothing else. */
export function numberIn(object: Content, name: string): number | undefined {
  const value = Object.hasOwn(object, name) ? object[name] : undefined;
  return typeof value === "number" && Number.isSafeInteger(value) ? value : undefined;
}

export function objectsIn(object: Content, name: string): Content[] {
  const value = Object.hasOwn(object, name) ? object[name] : undefined;
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** The texts of an array; nothing when there is no array. */
export function textsIn(object: Content, name: string): string[] | undefined {
  const value = Object.hasOwn(object, name) ? object[name] : undefined;
  return Array.isArray(value) ? value.filter((entry): entry is string => typeof entry === "string") : undefined;
}

/** Answers by question, each as a list of texts, in the order in which they were given. */
export function answersIn(report: OpenedReport): [key: string, values: string[]][] {
  const answers = objectIn(report.content, "answers");
  if (!answers) return [];
  return Object.entries(answers).flatMap(([key, value]): [string, string[]][] => {
    if (typeof value === "string") return [[key, [value]]];
    return Array.isArray(value) ? [[key, value.filter((entry): entry is string => typeof entry === "string")]] : [];
  });
}

export const answered = (report: OpenedReport, key: string, value: string): boolean =>
  answersIn(report).some(([name, values]) => name === key && values.includes(value));

/** What a sealed report says of a file: its own words about it, none of them believed before the file is opened. */
export interface FileEntry {
  id: string;
  name: string;
  mediaType: string;
  bytes: number;
  sha256: string;
}

export function filesIn(report: OpenedReport): FileEntry[] {
  return objectsIn(report.content, "attachments").flatMap((entry): FileEntry[] => {
    const id = textIn(entry, "id");
    if (!/^[0-9a-f]{32}$/.test(id)) return [];
    return [{ id, name: textIn(entry, "name"), mediaType: textIn(entry, "media_type"), bytes: numberIn(entry, "bytes") ?? 0, sha256: textIn(entry, "sha256") }];
  });
}

/** A number is believed only when a gateway vouched for it: whoever seals a report can write any number into it. */
export const cameByText = (report: OpenedReport): boolean => report.row.channel === "sms" && report.problem === "";

/** The words of a report: free text, or the story among its answers; empty when there is neither. */
export function wordsIn(report: OpenedReport): string {
  const text = textIn(report.content, "text");
  if (text !== "") return text;
  return answersIn(report).find(([key]) => key === "q_story")?.[1].join("\n") ?? "";
}

export const languageOf = (reports: readonly OpenedReport[]): string =>
  reports.map((report) => textIn(report.content, "language")).find((language) => language !== "") ?? "";
