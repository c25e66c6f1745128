// One conversation as it lies open: the reports that belong together, the case's events, and what they make of it. And every change to it:
// signed events, what the server keeps of them, and the summary, in one request that is stored whole or not at all.
import { effect } from "@preact/signals";
import { ApiError } from "../../api/client";
import { type CaseChange, type CaseRow, casework, type TextRow } from "../../api/casework";
import { type CaseState, type CloseBody, missingToClose } from "../../casework/case_state";
import { counts, type OpenedEvent, type OpenedReport } from "../../casework/content";
import { hourOf } from "../../casework/targets";
import { phoneOf } from "../../casework/ways";
import { keys, KeysError } from "../../keys/keys";
import type { GrantRow, NewEvent, SealedEvent } from "../../keys/types";
import { desk, memberOf, refreshDesk } from "../desk";
import { me, phase } from "../session";
import { aboutWhenClosed, type Addition, after, columns, stateNow, summaryWith } from "./case_columns";
import { book, eventFrom, openCases, openReports, openedCase } from "./opened";
import { first } from "./precedence";
import { vocabulary } from "./vocabulary";
import { linksIn, noteLinks, openEvents, type Place, placesOf } from "./whereabouts";

export interface CaseFile {
  /** Null: these reports belong to no case yet. */
  row: CaseRow | null;
  /** All of the conversation, in order of arrival; the first names it while there is no case. */
  reports: OpenedReport[];
  /** The same by conversation: one for each person whom the case is about, in order of arrival. */
  conversations: OpenedReport[][];
  /** Those of them that the case does not name yet. */
  fresh: OpenedReport[];
  /** Put to it by somebody whom nobody knows: removed by a version that kept nothing of them, or left out by the server. And by nobody else, to no case. */
  unsure: OpenedReport[];
  /** Those of them that are in a case which a colleague has, or whose key is not held here: nothing is taken, answered or deleted of these. */
  elsewhere: OpenedReport[];
  events: OpenedEvent[];
  state: CaseState;
  /** What became of texts to the reporter's phone. */
  texts: TextRow[];
}

/** Somebody was quicker: `claimed` says who has it now. */
export class Conflict extends Error {
  constructor(readonly what: "claimed" | "filed" | "changed" | "held" | "unsure", readonly who: string | null = null) {
    super(what);
  }
}

/** Where nobody knows who put a message to the case, what is decided could be about somebody else: first that is said. */
export function checkSure({ unsure }: CaseFile): void {
  if (unsure.length > 0) throw new Conflict("unsure");
}

/** The key to this case is not held here. */
export class NoKey extends Error {}

export const newId = (): string => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

async function fileOf(row: CaseRow | null, reports: readonly OpenedReport[], events: readonly OpenedEvent[], more: Partial<Pick<CaseFile, "unsure" | "elsewhere">> = {}): Promise<CaseFile> {
  const state = stateNow(row, events, reports);
  const named = new Set(state.reports.map((report) => report.row.id));
  const texts = row && phoneOf(reports) ? await casework.texts(row.id).catch(() => []) : [];
  const fresh = row ? reports.filter((report) => !named.has(report.row.id) && report.row.state !== "filed") : [];
  return { row, reports: [...reports], conversations: book.apart(reports), fresh, unsure: [], elsewhere: [], events: [...events], state, texts, ...more };
}

export const loadCase = (id: string): Promise<CaseFile> => first(() => fetchCase(id));

async function fetchCase(id: string): Promise<CaseFile> {
  const [row, stored] = await Promise.all([casework.case(id), casework.events(id)]);
  await openCases([row]);
  if (!openedCase(id).peek()?.held) {
    await keys.caseKey(id).catch((error: unknown) => {
      if (error instanceof KeysError && error.reason === "case_key_changed") throw error;
    });
    throw new NoKey();
  }
  const events = await openEvents(id, stored);
  const { linked, doubtful } = linksIn(events);
  const missing = [...linked, ...doubtful].filter((report) => !book.report(report));
  if (missing.length > 0) await openReports(await casework.reportsById(missing));
  noteArrivals(id, events);
  noteLinks(row, events);
  // What is new to the server, or in a case by somebody's word that counts, no word that does not count takes anywhere.
  const unsure = doubtful.flatMap((report) => book.report(report) ?? []).filter((report) => report.row.state === "filed" && [undefined, id].includes(book.caseOf(report)));
  return fileOf(row, book.reportsOf(id), events, { unsure });
}

/**
 * A conversation that is in no case as far as is known; when it is in one, that case's id. `before`: as it was found a moment ago. Where messages are that
 * a colleague has is looked for once, not with every change at the desk.
 */
export const loadReport = (id: string, before?: CaseFile | null): Promise<CaseFile | { inCase: string }> => first(() => fetchReport(id, before ?? undefined));

const isFiled = ({ row }: OpenedReport): boolean => row.state === "filed";
const idsOf = (reports: readonly OpenedReport[] = []): Set<string> => new Set(reports.map(({ row }) => row.id));

async function fetchReport(id: string, before?: CaseFile): Promise<CaseFile | { inCase: string }> {
  const row = await casework.report(id);
  const [report] = await openReports([row]);
  if (!report) throw new NoKey();
  // A colleague may have put others of the same person to a case since they were opened here.
  const unfiled = idsOf(book.conversationOf(report).filter((one) => one.row.id !== id && !isFiled(one)));
  if (unfiled.size > 0) await openReports(await casework.reportsById([...unfiled]));
  const conversation = book.conversationOf(report);
  const [known, away] = [idsOf(before?.reports.filter(isFiled)), idsOf(before?.elsewhere)];
  const places = book.caseOf(report) ? new Map<string, Place>() : await placesOf(conversation.filter((one) => isFiled(one) && !known.has(one.row.id)));
  const place = places.get(id);
  if (typeof place === "object") return place;
  const [inCase] = [report, ...conversation].flatMap((one) => book.caseOf(one) ?? []);
  return inCase ? { inCase } : fileOf(null, conversation, [], { elsewhere: conversation.filter((one) => away.has(one.row.id) || (places.get(one.row.id) ?? "free") !== "free") });
}

/** Without what is elsewhere. */
export const reportsHere = ({ reports, elsewhere }: CaseFile): OpenedReport[] => reports.filter((report) => !elsewhere.includes(report));
/** There is nothing to be done here. */
export const isElsewhere = (file: CaseFile): boolean => file.row === null && reportsHere(file).length === 0;

/** Members who are to hold the key: everyone who works on reports, or the one who has it and those who lead. */
export function holders(assignee: string | null): string[] {
  const leads = (role: string): boolean => role === "supervisor" || role === "admin";
  return (desk.value?.members ?? []).filter((member) => member.vouched && (leads(member.role) || member.id === assignee || (assignee === null && member.role === "caseworker"))).map((member) => member.id);
}

const seenOf = (reports: readonly OpenedReport[]): number => Math.max(0, ...reports.map((report) => report.row.number));

export interface Change {
  events: NewEvent[];
  /** Taking a case: only while this member, or nobody, has it. */
  onlyIfAssignee?: string | null;
  /** Reports that belong to the case from now on; a link event is made for them. */
  files?: readonly OpenedReport[];
}

/** Of events of one of these lines the last one holds. */
const decidingKinds: readonly (readonly string[])[] = [["assign"], ["close", "close_ask", "reopen"], ["urgency"], ["labels"], ["status"]];
/** So long whoever saw no answer may press again and mean the same. */
const unsureMilliseconds = 60_000;
const triesMax = 5;
const isNotForUs = (error: unknown): boolean => error instanceof ApiError && error.status === 403 && error.type !== "second-factor-needed";

/** Sealed once: whoever does not know whether it arrived sends the very same again, and it counts once. */
export class PreparedChange {
  private sealed: SealedEvent[] | undefined;
  constructor(readonly change: Change) {}

  private get events(): NewEvent[] {
    const { events, files } = this.change;
    if (!files || files.length === 0) return events;
    return [{ kind: "link", body: { reports: files.map((report) => report.row.id), seen: seenOf(files) } }, ...events];
  }

  private get added(): Addition { return { events: this.events, reports: this.change.files }; }

  /** Its first event, once the server has it. */
  private arrivedIn(events: readonly OpenedEvent[]): OpenedEvent | undefined {
    return events.find((event) => event.row.id === this.sealed?.[0]?.id);
  }
  hasArrived(file: CaseFile): boolean { return this.arrivedIn(file.events) !== undefined; }

  private seenAt: number | undefined;
  /** That it arrived stands on the page from now on. */
  noteArrival(events: readonly OpenedEvent[]): void {
    if (this.arrivedIn(events)) this.seenAt ??= Date.now();
  }
  private sentAfter: number | undefined;
  /**
   * Whoever says the same now means it anew: it arrived and stood there for long enough, or was overruled since. Or it did not and cannot any more, since
   * others wrote after what it was sent after.
   */
  isOver({ events, state }: CaseFile): boolean {
    const arrived = this.arrivedIn(events);
    if (!arrived) return this.sentAfter !== undefined && state.lastEvent > this.sentAfter;
    const group = decidingKinds.find((kinds) => this.change.events.some(({ kind }) => kinds.includes(kind))) ?? [];
    const overruled = events.some((event) => counts(event) && event.row.number > arrived.row.number && group.includes(event.kind) && !this.isOwn(event));
    return overruled || (this.seenAt !== undefined && Date.now() - this.seenAt > unsureMilliseconds);
  }
  private isOwn(event: OpenedEvent): boolean { return this.sealed?.some(({ id }) => id === event.row.id) ?? false; }

  /** What a colleague wrote meanwhile may ask for more than whoever closes it was asked. */
  private checkClosing({ state }: CaseFile): void {
    const closing = this.change.events.find((event) => event.kind === "close");
    if (!closing) return;
    const lacks = missingToClose(closing.body as unknown as CloseBody, state.child, vocabulary.close_types.map((one) => one.key));
    if (state.state === "closed" || lacks.length > 0) throw new Conflict("changed");
  }

  /** It was only to be taken, and is ours by another press. */
  private isTaken({ row }: CaseFile): boolean {
    const { events, onlyIfAssignee } = this.change;
    return onlyIfAssignee === null && events.every(({ kind, body }) => kind === "assign" && body["to"] === me.value!.id) && row!.assignee === me.value!.id;
  }

  /** The key for everybody who is to read the case from now on, where it changes hands. */
  private async grants(id: string): Promise<GrantRow[]> {
    const assigned = this.change.events.filter((event) => event.kind === "assign").at(-1);
    if (!assigned) return [];
    await refreshDesk();
    const to = assigned.body["to"];
    return keys.grantCase(id, holders(typeof to === "string" ? to : null));
  }

  /** Stores it and gives the case as it is then. Throws Conflict when a colleague was quicker, ApiError when the line broke: then it may be called again. */
  async store(file: CaseFile): Promise<CaseFile> {
    const { onlyIfAssignee, files } = this.change;
    const id = file.row!.id;
    this.sealed ??= await keys.sealEvents(id, this.events);
    if (this.hasArrived(file)) return file;
    const unfiled = (files ?? []).filter((report) => report.row.state !== "filed").map((report) => report.row.id);
    let grants = await this.grants(id);
    for (let now = file, tries = 1; ; ++tries) {
      if (this.change.events.some(({ kind }) => kind !== "view" && kind !== "link")) checkSure(now);
      this.checkClosing(now);
      const set = columns(now, this.added);
      const body: CaseChange = {
        events: this.sealed.map(({ key: _, ...event }) => event), after: now.state.lastEvent,
        set: { ...set, summary: await keys.sealSummary(id, summaryWith(now, this.added)) }, ...aboutWhenClosed(set, now, this.added),
        if: { ...(this.sealed[0] ? { key: this.sealed[0].key } : {}), ...(onlyIfAssignee !== undefined ? { assignee: onlyIfAssignee } : {}) },
        ...(unfiled.length > 0 ? { files: unfiled } : {}), ...(grants.length > 0 ? { grants } : {}),
      };
      this.sentAfter = now.state.lastEvent;
      try {
        await casework.change(id, body);
        return await loadCase(id).catch((error: unknown) => {
          if (!isNotForUs(error)) throw error;
          // Handed to a colleague by this very change: it is stored, and not ours to read again.
          const then = after(now, this.added);
          return { ...now, row: { ...now.row!, assignee: then.state.assignee }, state: then.state, events: then.events, fresh: [] };
        });
      } catch (error) {
        // A colleague has it, and we may not even read by whom.
        if (isNotForUs(error)) throw new Conflict("claimed");
        if (!(error instanceof ApiError) || error.status !== 409) throw error;
        now = await loadCase(id);
        if (this.hasArrived(now)) return now;
        if (this.isTaken(now)) return now;
        if (onlyIfAssignee !== undefined && now.row!.assignee !== onlyIfAssignee) throw new Conflict("claimed", nameOf(now.row!.assignee));
        if (files?.some((report) => now.state.reports.some((known) => known.row.id === report.row.id))) throw new Conflict("filed");
        if (tries >= triesMax) throw new Conflict("changed");
        // It did not arrive. Sealed to a key that somebody took along, it would not now either.
        if (this.sealed[0] && (await keys.caseKey(id)) !== this.sealed[0].key) {
          this.sealed = await keys.sealEvents(id, this.events);
          grants = await this.grants(id);
        }
      }
    }
  }
}

export const nameOf = (member: string | null): string | null => (member === null ? null : memberOf(member)?.name ?? null);

/** Whether the server may have done it all the same. */
export const mayBeDone = (error: unknown): boolean => error instanceof ApiError && (error.status === 0 || error.status >= 500 || error.lost);

/** Changes of which nobody knows whether they arrived, by what they say: said again, the very same is sent. */
const unsure = new Map<string, { id: string; prepared: PreparedChange }>();
const noteArrivals = (id: string, events: readonly OpenedEvent[]): void => {
  for (const one of unsure.values()) if (one.id === id) one.prepared.noteArrival(events);
};
/** Cases of which nobody knows whether they were opened, by their first report. */
const unsureCases = new Map<string, string>();
effect(() => {
  if (phase.value === "in") return;
  unsure.clear();
  unsureCases.clear();
});

/** Whose number each time is new says nothing. */
const saidBy = ({ kind, body: { seen: _, task, ...body } }: NewEvent): unknown => [kind, body, kind === "task" ? "" : task];

function whatItSays(id: string, { events, files, onlyIfAssignee }: Change): string {
  const said = events.map(saidBy);
  return JSON.stringify([id, said, files?.map((report) => report.row.id) ?? [], onlyIfAssignee === undefined ? "anybody" : onlyIfAssignee]);
}

export async function change(file: CaseFile, wanted: Change): Promise<CaseFile> {
  const id = file.row!.id;
  const name = whatItSays(id, wanted);
  const waiting = unsure.get(name)?.prepared;
  const prepared = waiting && !waiting.isOver(file) ? waiting : new PreparedChange(wanted);
  unsure.delete(name);
  try {
    return await prepared.store(file);
  } catch (error) {
    // Of who looked the next page says it anew, with its own time. What only links files has no events of its own.
    if (mayBeDone(error) && wanted.events.every((event) => event.kind !== "view")) unsure.set(name, { id, prepared });
    throw error;
  }
}

/** Whether it was opened. By now a colleague may have it, and we may not even read that. */
const isThere = (id: string): Promise<boolean> => casework.case(id).then(() => true, (error: unknown) => {
  if (error instanceof ApiError && error.status === 404) return false;
  throw isNotForUs(error) ? new Conflict("claimed") : error;
});
const loadOurs = (id: string): Promise<CaseFile> => loadCase(id).catch((error: unknown) => {
  throw isNotForUs(error) ? new Conflict("claimed") : error;
});

/** What was wanted with opening it anew, in the case that was opened from here before: what it does not hold yet. */
async function goOnWith(id: string, assignee: string | null, more: readonly NewEvent[]): Promise<CaseFile> {
  const file = await loadOurs(id);
  const said = (event: NewEvent): string => JSON.stringify(event.kind === "task" ? [event.kind, event.body["text"]] : saidBy(event));
  const held = new Set(file.events.filter(counts).map(said));
  const events = more.filter((event) => !held.has(said(event)));
  const takes = assignee !== null && file.state.assignee !== assignee;
  if (takes) events.unshift({ kind: "assign", body: { to: assignee } });
  return events.length > 0 ? change(file, { events, ...(takes ? { onlyIfAssignee: null } : {}) }) : file;
}

/** Opens a case for the conversation. Who else opened one at the same moment makes a Conflict. */
export async function openCase(file: CaseFile, assignee: string | null, more: readonly NewEvent[]): Promise<CaseFile> {
  const reports = reportsHere(file);
  if (isElsewhere(file)) throw new Conflict("filed");
  const report = reports[0]!.row.id;
  /** Forgotten once it is known what became of it. */
  const settle = async <T,>(id: string, act: () => Promise<T>): Promise<T> => {
    const forget = (): void => void (unsureCases.get(report) === id && unsureCases.delete(report));
    try {
      const done = await act();
      forget();
      return done;
    } catch (error) {
      if (error instanceof Conflict) forget();
      throw error;
    }
  };
  const before = unsureCases.get(report);
  const found = before !== undefined ? await settle(before, async () => ((await isThere(before)) ? goOnWith(before, assignee, more) : null)) : null;
  if (found) return found;
  const seen = seenOf(reports);
  const events: NewEvent[] = [
    { kind: "link", body: { reports: reports.map(({ row }) => row.id), seen } },
    ...(assignee ? [{ kind: "assign", body: { to: assignee } }] : []), ...more,
  ];
  const { state } = after(file, { events });
  await refreshDesk();
  const made = await keys.newCase({ members: holders(assignee), events, summary: summaryWith(file, { events }) });
  const files = reports.filter(({ row }) => row.state !== "filed").map(({ row }) => row.id);
  unsureCases.set(report, made.id);
  return settle(made.id, async () => {
    try {
      await casework.open({
        case: { id: made.id, recipient: made.recipient, state: "open", urgency: state.urgency }, grants: made.grants, events: made.events, files,
        assignee, due_hour: state.dueHour, summary: made.summary,
      });
    } catch (error) {
      // The line may have broken after it was stored: then it is there.
      const isTaken = error instanceof ApiError && error.status === 409;
      if (!((isTaken || mayBeDone(error)) && (await isThere(made.id)))) {
        unsureCases.delete(report);
        throw isTaken ? new Conflict("filed") : error;
      }
    }
    return loadOurs(made.id);
  });
}

/** The body of an event with what its author had seen. */
export const seenIn = (file: CaseFile): { seen: number } => ({ seen: seenOf(file.reports) });

/** Who opened a report that is in no case yet. */
export async function viewsOf(report: OpenedReport): Promise<OpenedEvent[]> {
  const rows = await casework.viewsOf(report.row.id);
  return (await keys.openViews({ id: report.row.id, epoch: report.row.epoch }, rows)).map((event) => eventFrom(event, ""));
}

const viewedThisHour = new Set<string>();
effect(() => {
  if (phase.value !== "in") viewedThisHour.clear();   // the next one may be somebody else
});

/** Records that this member opened it: once an hour for each is enough, since hours are all that is kept. Gives it as it is then. */
export async function recordView(file: CaseFile): Promise<CaseFile> {
  const hour = hourOf(Date.now());
  if (file.row) {
    const own = file.events.some((event) => event.kind === "view" && event.row.author === me.value!.id && event.row.recorded_hour === hour && event.body["what"] === "case");
    if (own) return file;
    return change(file, { events: [{ kind: "view", body: { what: "case", ...seenIn(file) } }] }).catch(() => file);
  }
  await recordReportViews(reportsHere(file));
  return file;
}

/** The same of reports that are in no case: what is unread goes on calling people. */
export async function recordReportViews(reports: readonly OpenedReport[]): Promise<void> {
  for (const report of reports) {
    const mark = `${me.value!.id} ${report.row.id} ${hourOf(Date.now())}`;
    if (viewedThisHour.has(mark)) continue;
    viewedThisHour.add(mark);
    await casework.view(report.row.id, await keys.sealView({ id: report.row.id, epoch: report.row.epoch }, { what: "report" })).catch(() => viewedThisHour.delete(mark));
  }
}
