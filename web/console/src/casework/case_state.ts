// What a case's events make of it: docs/formats.md, section 9. Events count in the server's order; one whose signature does not hold does
// not count: nobody else can say that something was decided.
import { type Content, type OpenedEvent, type OpenedReport, answered, counts, numberIn, objectIn, textIn, textsIn } from "./content";
import { messagesOf } from "./text_parts";

export interface Task {
  task: string;
  text: string;
  dueHour: number;
  /** Member; null: whoever has the case. */
  for: string | null;
  done: boolean;
}

/** A change of urgency that counted. `by` the machine: it raised. */
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

export const policeParts = ["trigger", "when", "whom", "what", "by"] as const;
export type PoliceRecord = Record<(typeof policeParts)[number], string>;

export interface Closing {
  type: string;
  reason: string;
  police?: PoliceRecord;
  author: string;
  hour: number;
}

export interface CaseState {
  state: "open" | "close_asked" | "closed";
  /** 0 to 4. */
  urgency: number;
  /** Every change, oldest first. */
  reasons: Reason[];
  /** In the order in which they were added. */
  labels: string[];
  /** Somebody under 18: the desk's own label, or the reporter's answer. */
  child: boolean;
  /** Member; null: nobody. */
  assignee: string | null;
  /** Those that are due first come first. */
  tasks: Task[];
  /** Who asked for it to be closed, or closed it, while that stands. */
  closing: Closing | null;
  /** It is closed, and of its messages there is one that whoever closed it had not seen. */
  wroteAfterClosing: boolean;
  status: { status: string; decidedBy: string } | null;
  /** Least of the tasks that are not done. */
  dueHour: number | null;
  /** Reports that the case is about, by its link events, those that are known, oldest first. */
  reports: OpenedReport[];
  /** By report. */
  translations: Map<string, Translation[]>;
  /** Ids of events that decided nothing, or less than they say, because that is not for who wrote them. */
  refused: ReadonlySet<string>;
  /** Number of the last event that this was made from; 0: none. */
  lastEvent: number;
}

const isId = (text: string): boolean => /^[0-9a-f]{32}$/.test(text);
const isLevel = (value: number | undefined): value is number => value !== undefined && value >= 0 && value <= 4;

/** Empty when the member is missing; nothing when it is no list of texts. */
function listIn(body: Content, name: string): string[] | undefined {
  if (!Object.hasOwn(body, name)) return [];
  const texts = textsIn(body, name);
  return texts && texts.length === (body[name] as unknown[]).length ? texts : undefined;
}

function policeIn(body: Content): PoliceRecord | undefined {
  const record = objectIn(body, "police");
  return record ? (Object.fromEntries(policeParts.map((part) => [part, textIn(record, part)])) as PoliceRecord) : undefined;
}

/** Whether a member leads the desk, or did. */
export type Leads = (member: string) => boolean;

/**
 * Closing and reopening are for those who lead. The server holds its column to that and cannot read events, so an event by hand could say it all the same.
 */
const isTheirsToDecide = ({ kind, row }: OpenedEvent, leads: Leads): boolean => (kind !== "close" && kind !== "reopen") || leads(row.author);

/** The events one after the other. */
class Course {
  constructor(private readonly leads: Leads) {}

  labels: string[] = [];
  readonly tasks = new Map<string, Task>();
  readonly linked = new Set<string>();
  readonly translations: CaseState["translations"] = new Map();
  readonly reasons: Reason[] = [];
  assignee: string | null = null;
  state: CaseState["state"] = "open";
  closing: Closing | null = null;
  closed: OpenedEvent | undefined;
  status: CaseState["status"] = null;
  /** What a person set last; the machine's since then. */
  person: { to: number; event: OpenedEvent } | undefined;
  machine: number[] = [];
  readonly refused = new Set<string>();

  apply(event: OpenedEvent): void {
    const { kind, body } = event;
    if (kind === "link") for (const id of listIn(body, "reports") ?? []) this.linked.add(id);
    else if (kind === "labels") this.label(body);
    else if (kind === "urgency") this.urge(event);
    else if (kind === "assign") this.assign(body["to"]);
    else if (kind === "task") this.task(body);
    else if (kind === "task_done") this.done(textIn(body, "task"));
    else if (kind === "close" || kind === "close_ask") this.close(event);
    else if (kind === "reopen") this.reopen(event);
    else if (kind === "status") this.status = { status: textIn(body, "status"), decidedBy: textIn(body, "decided_by") };
    else if (kind === "translation") this.translate(event);
    // Notes, answers and views change nothing; kinds that we do not know are shown only.
  }

  private assign(to: unknown): void {
    if (to === null || (typeof to === "string" && isId(to))) this.assignee = to;
  }

  private label(body: Content): void {
    const [add, remove] = [listIn(body, "add"), listIn(body, "remove")];
    if (!add || !remove) return;
    this.labels = [...new Set([...this.labels.filter((label) => !remove.includes(label)), ...add])];
  }

  private urge(event: OpenedEvent): void {
    const { body, row, time } = event;
    const to = numberIn(body, "to");
    const by = textIn(body, "by");
    if (!isLevel(to) || (by !== "person" && by !== "machine")) return;
    const before = Math.min(this.person?.to ?? 4, ...this.machine);
    const stated = numberIn(body, "from");
    const from = isLevel(stated) ? stated : before;
    if (by === "person") [this.person, this.machine] = [{ to, event }, []];
    else this.machine.push(to);
    if (by === "person" || to < from) this.reasons.push({ from, to, reason: textIn(body, "reason"), by, author: row.author, time });
  }

  private task(body: Content): void {
    const [task, dueHour] = [textIn(body, "task"), numberIn(body, "due_hour")];
    if (task === "" || dueHour === undefined) return;
    this.tasks.set(task, { task, text: textIn(body, "text"), dueHour, for: textIn(body, "for") || null, done: false });
  }

  private done(id: string): void {
    const task = this.tasks.get(id);
    if (task) this.tasks.set(id, { ...task, done: true });
  }

  /** Who may not close asks for it. */
  private close(event: OpenedEvent): void {
    const { kind, body, row } = event;
    const closes = kind === "close" && isTheirsToDecide(event, this.leads);
    if (kind === "close" && !closes) this.refused.add(row.id);
    if (!closes && this.state !== "open") return;
    const police = policeIn(body);
    this.state = closes ? "closed" : "close_asked";
    if (closes) this.closed = event;
    this.closing = { type: textIn(body, "type"), reason: textIn(body, "reason"), ...(police ? { police } : {}), author: row.author, hour: row.recorded_hour };
  }

  /** What was only asked, any colleague takes back. */
  private reopen(event: OpenedEvent): void {
    if (this.state === "closed" && !isTheirsToDecide(event, this.leads)) return void this.refused.add(event.row.id);
    [this.state, this.closing] = ["open", null];
  }

  private translate({ body, row, time }: OpenedEvent): void {
    const report = textIn(body, "report");
    this.translations.set(report, [...(this.translations.get(report) ?? []), { language: textIn(body, "language"), text: textIn(body, "text"), author: row.author, time }]);
  }
}

/** The number of the last report that whoever set the urgency, or closed the case, had seen; without it, of the last one up to its hour. */
function seenBy({ body, row }: OpenedEvent, reports: readonly OpenedReport[]): number {
  return numberIn(body, "seen") ?? Math.max(0, ...reports.filter((report) => report.row.received_hour <= row.recorded_hour).map((report) => report.row.number));
}

/** `known`: reports in order of arrival, those of this case among them. */
export function stateOf(events: readonly OpenedEvent[], known: readonly OpenedReport[], leads: Leads): CaseState {
  const course = new Course(leads);
  let lastEvent = 0;
  for (const event of [...events].sort((a, b) => a.row.number - b.row.number)) {
    lastEvent = Math.max(lastEvent, event.row.number);
    if (counts(event)) course.apply(event);
  }
  const { labels, assignee, state, closing, closed, status, translations, reasons, person, machine, refused } = course;
  const reports = known.filter(({ row }) => course.linked.has(row.id));
  const seen = person ? seenBy(person.event, reports) : 0;
  const newer = messagesOf(reports).filter((message) => reports[message.reports.at(-1)!]!.row.number > seen);
  const tasks = [...course.tasks.values()].sort((a, b) => a.dueHour - b.dueHour);
  return {
    state, labels, assignee, closing, status, translations, reasons, reports, tasks, refused, lastEvent,
    urgency: Math.min(person?.to ?? 4, ...machine, ...newer.map((message) => message.urgency)),
    wroteAfterClosing: state === "closed" && closed !== undefined && reports.some(({ row }) => row.state !== "filed" && row.number > seenBy(closed, reports)),
    child: labels.includes("child") || reports.some((report) => answered(report, "q_child", "yes")),
    dueHour: state === "closed" ? null : tasks.find((task) => !task.done)?.dueHour ?? null,
  };
}

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
