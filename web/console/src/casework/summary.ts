// What lists show of a case without opening its events. A convenience: whoever changes a case makes it again from the events, and nothing
// is decided by it. docs/formats.md, "summary".
import { type CaseState, isAboutChild } from "./case_state";
import { type Content, type OpenedEvent, type OpenedReport, languageOf, numberIn, objectIn, objectsIn, textIn, textsIn } from "./content";
import { messagesOf, wordsOf } from "./text_parts";
import { hasWay, wayOf } from "./ways";
import { wishesOf } from "./wishes";

const titleCharactersMax = 120;
const reportsMax = 200;
const labelsMax = 60;
const tasksMax = 20;

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

/** One line: white space made one, cut between characters. */
export function oneLine(text: string, charactersMax: number): string {
  const characters = Array.from(text.replace(/\s+/g, " ").trim());
  return characters.length <= charactersMax ? characters.join("") : `${characters.slice(0, charactersMax - 1).join("").trimEnd()}…`;
}

/** The first words that the reporter wrote; empty when they wrote none. */
export function titleOf(reports: readonly OpenedReport[]): string {
  for (const message of messagesOf(reports)) {
    const words = oneLine(wordsOf(message), titleCharactersMax);
    if (words !== "" && words !== "…") return words;
  }
  return "";
}

const answersReporter = (event: OpenedEvent): boolean => event.problem === "" && ["reply", "keep"].includes(event.kind);

export function summaryOf(state: CaseState, reports: readonly OpenedReport[], events: readonly OpenedEvent[]): Summary {
  const received = Math.max(0, ...reports.map(({ row }) => row.received_hour));
  const lastAnswer = [...events].reverse().find(answersReporter);
  const answered = lastAnswer?.row.recorded_hour ?? 0;
  const sawAll = lastAnswer !== undefined && (numberIn(lastAnswer.body, "seen") ?? 0) >= Math.max(0, ...reports.map(({ row }) => row.number));
  return {
    title: titleOf(reports),
    labels: state.labels.slice(0, labelsMax),
    reports: reports.map(({ row }) => row.id).slice(-reportsMax),
    ways: [...new Set(reports.map(wayOf).filter(hasWay))],
    language: languageOf(reports),
    child: isAboutChild(state, reports),
    never: wishesOf(reports, events).never,
    tasks: state.tasks.filter((task) => !task.done).slice(0, tasksMax).map(({ task, text, dueHour }) => ({ task, text: oneLine(text, 200), due_hour: dueHour })),
    last: sawAll ? { hour: answered, from: "desk" } : { hour: received, from: "reporter" },
    event: state.lastEvent,
  };
}

/** A summary as it was written, by whichever program; members that are missing or strange are empty. */
export function summaryFrom(body: Content): Summary {
  const last = objectIn(body, "last") ?? {};
  return {
    title: oneLine(textIn(body, "title"), titleCharactersMax),
    labels: textsIn(body, "labels") ?? [],
    reports: textsIn(body, "reports") ?? [],
    ways: (textsIn(body, "ways") ?? []).filter((way) => /^(?:mailbox|sms):/.test(way)),
    language: textIn(body, "language"),
    child: body["child"] === true,
    never: textsIn(body, "never") ?? [],
    tasks: objectsIn(body, "tasks").map((task) => ({ task: textIn(task, "task"), text: textIn(task, "text"), due_hour: numberIn(task, "due_hour") ?? 0 })),
    last: { hour: numberIn(last, "hour") ?? 0, from: last["from"] === "desk" ? "desk" : "reporter" },
    event: numberIn(body, "event") ?? 0,
  };
}
