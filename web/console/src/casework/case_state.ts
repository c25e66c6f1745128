// What a case's events make of it. Events count in the server's order, and only those whose signature holds: nobody else can say that
// something was decided. docs/formats.md, section 2, "event".
import { type OpenedEvent, type OpenedReport, answered, numberIn, objectIn, textIn, textsIn } from "./content";

export interface Task {
  task: string;
  text: string;
  dueHour: number;
  /** Member; absent: whoever has the case. */
  for?: string;
  author: string;
  done: boolean;
}

export interface Reason {
  from: number;
  to: number;
  reason: string;
  by: "person" | "machine";
  author: string;
  time: number;
}

export interface Translation {
  language: string;
  text: string;
  author: string;
  time: number;
}

export interface PoliceRecord {
  trigger: string;
  when: string;
  whom: string;
  what: string;
  by: string;
}

export interface Ending {
  type: string;
  reason: string;
  author: string;
  time: number;
  police?: PoliceRecord;
}

export interface CaseState {
  state: "open" | "close_asked" | "closed";
  labels: string[];
  tasks: Task[];
  /** Member; null: nobody. Undefined: no event says. */
  assignee?: string | null;
  /** What the last event set it to; undefined: no event says. */
  urgency?: number;
  /** Every change that counted, oldest first. */
  reasons: Reason[];
  /** Who asked for it to be closed, or closed it; while it stands. */
  ending?: Ending;
  status?: { status: string; decidedBy: string; author: string };
  /** Reports that the case is about, by its link events. */
  reports: string[];
  /** By report. */
  translations: Map<string, Translation[]>;
  /** Number of the last event that this was made from; 0: none. */
  lastEvent: number;
}

export const policeParts = ["trigger", "when", "whom", "what", "by"] as const;

function policeIn(body: OpenedEvent["body"]): PoliceRecord | undefined {
  const record = objectIn(body, "police");
  if (!record) return undefined;
  return { trigger: textIn(record, "trigger"), when: textIn(record, "when"), whom: textIn(record, "whom"), what: textIn(record, "what"), by: textIn(record, "by") };
}

const isLevel = (value: number | undefined): value is number => value !== undefined && value >= 0 && value <= 4;

function applyUrgency(state: CaseState, { body, row, time }: OpenedEvent): void {
  const to = numberIn(body, "to");
  if (!isLevel(to)) return;
  const stated = numberIn(body, "from");
  const from = state.urgency ?? (isLevel(stated) ? stated : to);
  const by = body["by"] === "machine" ? "machine" : "person";
  if (by === "machine" && to > from) return;   // a machine may raise, never lower
  state.urgency = to;
  state.reasons.push({ from, to, reason: textIn(body, "reason"), by, author: row.author, time });
}

function endingOf({ body, row, time }: OpenedEvent): Ending {
  const police = policeIn(body);
  return { type: textIn(body, "type"), reason: textIn(body, "reason"), author: row.author, time, ...(police ? { police } : {}) };
}

function apply(state: CaseState, event: OpenedEvent): void {
  const { kind, body, row, time } = event;
  switch (kind) {
    case "link":
      state.reports = [...new Set([...state.reports, ...(textsIn(body, "reports") ?? [])])];
      break;
    case "labels": {
      const removed = textsIn(body, "remove") ?? [];
      state.labels = [...new Set([...state.labels.filter((label) => !removed.includes(label)), ...(textsIn(body, "add") ?? [])])];
      break;
    }
    case "urgency": applyUrgency(state, event); break;
    case "assign": {
      const to = textIn(body, "to");
      state.assignee = to === "" ? null : to;
      break;
    }
    case "task": {
      const task = textIn(body, "task");
      if (task === "" || state.tasks.some((known) => known.task === task)) break;
      const forWhom = textIn(body, "for");
      state.tasks.push({ task, text: textIn(body, "text"), dueHour: numberIn(body, "due_hour") ?? row.recorded_hour, ...(forWhom ? { for: forWhom } : {}), author: row.author, done: false });
      break;
    }
    case "task_done":
      state.tasks = state.tasks.map((task) => (task.task === textIn(body, "task") ? { ...task, done: true } : task));
      break;
    case "close_ask":
      if (state.state === "closed") break;
      state.state = "close_asked";
      state.ending = endingOf(event);
      break;
    case "close":
      state.state = "closed";
      state.ending = endingOf(event);
      break;
    case "reopen":
      state.state = "open";
      delete state.ending;
      break;
    case "translation": {
      const report = textIn(body, "report");
      const all = state.translations.get(report) ?? [];
      state.translations.set(report, [...all, { language: textIn(body, "language"), text: textIn(body, "text"), author: row.author, time }]);
      break;
    }
    case "status":
      state.status = { status: textIn(body, "status"), decidedBy: textIn(body, "decided_by"), author: row.author };
      break;
    default: break;   // notes, answers and views change nothing; kinds that we do not know are shown only
  }
}

export function stateOf(events: readonly OpenedEvent[]): CaseState {
  const state: CaseState = { state: "open", labels: [], tasks: [], reasons: [], reports: [], translations: new Map(), lastEvent: 0 };
  for (const event of [...events].sort((a, b) => a.row.number - b.row.number)) {
    state.lastEvent = Math.max(state.lastEvent, event.row.number);
    if (event.problem === "") apply(state, event);
  }
  return state;
}

/** Somebody under 18: the desk's own label, or the reporter's answer. */
export const isAboutChild = (state: CaseState, reports: readonly OpenedReport[]): boolean =>
  state.labels.includes("child") || reports.some((report) => answered(report, "q_child", "yes"));

export interface CloseBody {
  type: string;
  reason: string;
  police?: PoliceRecord;
}

/** What is missing before a case can be closed: "type", "reason", "police.whom" and so on; empty: it can. */
export function missingToClose(body: CloseBody, child: boolean, types: readonly string[]): string[] {
  const missing: string[] = [];
  if (!types.includes(body.type)) missing.push("type");
  if (body.reason.trim() === "") missing.push("reason");
  if (child) missing.push(...policeParts.filter((part) => (body.police?.[part] ?? "").trim() === "").map((part) => `police.${part}`));
  return missing;
}
