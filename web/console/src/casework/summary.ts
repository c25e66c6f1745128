// What lists show of a case without opening its events. A convenience: whoever changes a case makes it again from the events, and nothing
// is decided by it. docs/formats.md, section 9, "summary".
import { type CaseState } from "./case_state";
import { type Content, type OpenedEvent, type OpenedReport, counts, languageOf, numberIn, objectIn, objectsIn, textIn, textsIn } from "./content";
import { messagesOf, wordsOf } from "./text_parts";
import { hasWay, isWay, wayOf } from "./ways";
import { wishesOf } from "./wishes";

const lineBytesMax = 120;
const labelsMax = 32;
/** The newest; all of a case are known only once it is open. */
export const reportsMax = 60;
const waysMax = 4;
const neverMax = 8;
/** More of a case are known only once it is open. */
export const tasksMax = 8;

export interface Summary {
  title: string;
  labels: string[];
  reports: string[];
  ways: string[];
  language: string;
  child: boolean;
  never: string[];
  tasks: { task: string; text: string; due_hour: number }[];
  last: { hour: number; from: "reporter" | "desk" };
  /** Number of the last event that it knows. */
  event: number;
}

const bytesOf = (text: string): number => new TextEncoder().encode(text).length;

/** One line: white space and control characters made single spaces, cut between characters. */
export function oneLine(text: string, bytesMax: number = lineBytesMax): string {
  const plain = text.replace(/[\s\p{Cc}]+/gu, " ").trim();
  if (bytesOf(plain) <= bytesMax) return plain;
  let bytes = 0;
  let kept = "";
  for (const character of plain) {
    bytes += bytesOf(character);
    if (bytes > bytesMax) break;
    kept += character;
  }
  return `${kept}…`;
}

/** The first message's free words; empty when it has none. */
export function titleOf(reports: readonly OpenedReport[]): string {
  const first = messagesOf(reports)[0];
  return first ? oneLine(wordsOf(first)) : "";
}

function lastOf(reports: readonly OpenedReport[], events: readonly OpenedEvent[]): Summary["last"] {
  const newest = messagesOf(reports).map((message) => reports[message.reports.at(-1)!]!.row).sort((a, b) => a.number - b.number).at(-1);
  const reply = events.filter((event) => counts(event) && event.kind === "reply").at(-1);
  if (reply && (numberIn(reply.body, "seen") ?? -1) >= (newest?.number ?? 0)) return { hour: reply.row.recorded_hour, from: "desk" };
  return { hour: newest?.received_hour ?? 0, from: "reporter" };
}

/** `events` in the server's order, those that `state` was made of. */
export function summaryOf(state: CaseState, events: readonly OpenedEvent[]): Summary {
  const { reports } = state;
  return {
    title: titleOf(reports),
    labels: state.labels.slice(0, labelsMax),
    reports: reports.map(({ row }) => row.id).slice(-reportsMax),
    ways: [...new Set(reports.map(wayOf).filter(hasWay))].slice(-waysMax),
    language: languageOf(reports),
    child: state.child,
    never: wishesOf(reports, events).never.slice(0, neverMax),
    tasks: state.tasks.filter((task) => !task.done).slice(0, tasksMax).map(({ task, text, dueHour }) => ({ task, text: oneLine(text), due_hour: dueHour })),
    last: lastOf(reports, events),
    event: state.lastEvent,
  };
}

/** A summary as it was written, by whichever program; members that are missing or strange are empty. */
export function summaryFrom(body: Content): Summary {
  const last = objectIn(body, "last") ?? {};
  return {
    title: oneLine(textIn(body, "title")),
    labels: textsIn(body, "labels") ?? [],
    reports: textsIn(body, "reports") ?? [],
    ways: (textsIn(body, "ways") ?? []).filter(isWay),
    language: textIn(body, "language"),
    child: body["child"] === true,
    never: textsIn(body, "never") ?? [],
    tasks: objectsIn(body, "tasks").map((task) => ({ task: textIn(task, "task"), text: textIn(task, "text"), due_hour: numberIn(task, "due_hour") ?? 0 })),
    last: { hour: numberIn(last, "hour") ?? 0, from: last["from"] === "desk" ? "desk" : "reporter" },
    event: numberIn(body, "event") ?? 0,
  };
}
