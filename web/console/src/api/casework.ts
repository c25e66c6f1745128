// Calls about reports and cases. docs/formats.md says what is sealed in them.
import type { ReportRow } from "../casework/content";
import type { Questionnaire } from "../casework/urgency_hint";
import type { GrantRow } from "../keys/types";
import { api, untyped } from "./client";

export type View = "all" | "unread" | "mine" | "unassigned" | "overdue" | "closed";
export const views: readonly View[] = ["all", "unread", "mine", "unassigned", "overdue", "closed"];

export interface CaseRow {
  id: string;
  number?: number;
  recipient: string;
  state: "open" | "close_asked" | "closed";
  urgency: number;
  created_hour: number;
  assignee: string | null;
  due_hour: number | null;
  /** Sealed; absent while nobody made one. */
  summary?: { id: string; author: string; recorded_hour?: number; sealed: string } | null;
  last_event?: number;
  closed_hour?: number | null;
  /** A legal hold: absent when there is none. */
  hold?: { state: "proposed" | "held" | "lifting"; by: string; hour: number };
  /** The caller's own, sealed. */
  grant?: string;
}

export type QueueItem = { kind: "report"; report: ReportRow } | { kind: "case"; case: CaseRow };

export interface Counts extends Record<View, number> {
  danger: number;
  oldest_unread_due_hour: number | null;
}

export interface StoredEvent {
  number: number;
  id: string;
  case: string;
  author: string;
  recorded_hour: number;
  sealed: string;
}

/** A text in the server's outbox. */
export interface TextRow {
  id: string;
  author: string;
  gateway: string;
  queued_hour: number;
  state: "waiting" | "sent" | "delivered" | "refused" | "not-sent";
  reason: string;
  code: string;
  state_hour: number;
}

export interface Gateway {
  name: string;
  /** Local minutes since midnight; both alike: at any time. */
  hours_begin: number;
  hours_end: number;
  time_zone: string;
}

export interface ActivityRow {
  number: number;
  hour: number;
  member: string | null;
  act: string;
  subject_kind: string;
  subject: string | null;
}
export interface ActivityPage {
  rows: ActivityRow[];
  head: { count: number; hash: string };
}

export interface CaseSet {
  state?: CaseRow["state"];
  urgency?: number;
  assignee?: string | null;
  due_hour?: number | null;
  summary?: { id: string; sealed: string };
  /** A new key. */
  recipient?: string;
}

export interface CaseChange {
  events: { id: string; case: string; sealed: string }[];
  /** Number of the last event that was read: 409 when there are more. */
  after?: number;
  set?: CaseSet;
  if?: { assignee?: string | null; state?: CaseRow["state"]; key?: string };
  /** Reports that belong to the case from now on: 409 when one does already. */
  files?: string[];
  grants?: GrantRow[];
  /** All reports that the case is about, when it is closed: they end together. */
  about?: string[];
}

export interface NewCase {
  case: { id: string; recipient: string; state: "open"; urgency: number };
  grants: GrantRow[];
  events: CaseChange["events"];
  files: string[];
  assignee: string | null;
  due_hour: number | null;
  summary: { id: string; sealed: string } | null;
}

type Many = { reports: ReportRow[] };
type ManyCases = { cases: CaseRow[] };
type Views = { views: { id: string; author: string; recorded_hour: number; sealed: string }[] };

export const casework = {
  queue: (view: View, after?: string | null, limit = 50, signal?: AbortSignal): Promise<{ items: QueueItem[]; next: string | null }> =>
    untyped("get", "/api/v1/queue", { query: { view, after: after ?? undefined, limit }, signal }),
  counts: (): Promise<Counts> => untyped("get", "/api/v1/queue/counts"),
  questions: (): Promise<Questionnaire> => api.get("/api/v1/questions") as Promise<Questionnaire>,
  /** Returns when something of the desk changed since `after`, or after half a minute; without it at once. */
  changes: (after: number | undefined, signal: AbortSignal): Promise<{ number: number }> => untyped("get", "/api/v1/changes", { query: { after }, signal }),

  report: (id: string): Promise<ReportRow> => untyped("get", "/api/v1/reports/{id}", { path: { id } }),
  reportsById: async (ids: readonly string[]): Promise<ReportRow[]> => {
    const rows: ReportRow[] = [];
    for (let at = 0; at < ids.length; at += 100) rows.push(...(await untyped<Many>("get", "/api/v1/reports", { query: { ids: ids.slice(at, at + 100).join(",") } })).reports);
    return rows;
  },
  reportsAfter: async (after: number, limit: number): Promise<ReportRow[]> => (await untyped<Many>("get", "/api/v1/reports", { query: { after, limit } })).reports,
  file: (report: string, file: string): Promise<ArrayBuffer> => api.bytes("/api/v1/reports/{id}/files/{file}", { path: { id: report, file } }),
  view: (report: string, view: { id: string; sealed: string }): Promise<unknown> => untyped("post", "/api/v1/reports/{id}/views", { path: { id: report }, body: view, again: true }),
  viewsOf: async (report: string): Promise<Views["views"]> => (await untyped<Views>("get", "/api/v1/reports/{id}/views", { path: { id: report } })).views,

  case: async (id: string): Promise<CaseRow> => {
    const said = await untyped<CaseRow | { case: CaseRow }>("get", "/api/v1/cases/{id}", { path: { id } });
    return "case" in said ? said.case : said;
  },
  casesAfter: async (after: number, limit: number): Promise<CaseRow[]> => (await untyped<ManyCases>("get", "/api/v1/cases", { query: { after, limit } })).cases,
  /** Those that want a new key, since somebody who held theirs has left. */
  casesToRekey: async (after: number): Promise<CaseRow[]> => (await untyped<ManyCases>("get", "/api/v1/cases", { query: { key_known_outside: "true", after, limit: 100 } })).cases,
  events: async (id: string): Promise<StoredEvent[]> => (await untyped<{ events: StoredEvent[] }>("get", "/api/v1/cases/{id}/events", { path: { id } })).events,
  open: (body: NewCase): Promise<unknown> => untyped("post", "/api/v1/cases", { body }),
  change: (id: string, body: CaseChange): Promise<unknown> => untyped("post", "/api/v1/cases/{id}/events", { path: { id }, body }),

  /** The same answer under the same tag may be put again. 409: a colleague took the tag. */
  answer: (tag: string, sealed: string): Promise<unknown> => untyped("post", "/api/v1/answers", { body: { tag, sealed }, again: true }),
  /** For good, in one step. What is not there is passed over; 404: nothing of it is. */
  remove: (cases: readonly string[], reports: readonly string[]): Promise<{ cases: number; reports: number; files: number }> =>
    untyped("post", "/api/v1/deletions", { body: { cases, reports }, again: true }),
  gateways: async (): Promise<Gateway[]> => (await untyped<{ gateways: Gateway[] }>("get", "/api/v1/gateways")).gateways,
  texts: async (id: string): Promise<TextRow[]> => (await untyped<{ texts: TextRow[] }>("get", "/api/v1/cases/{id}/texts", { path: { id } })).texts,
  /** The same id is taken once. */
  text: (id: string, order: { id: string; gateway: string; to: string; from: string; text: string; at_any_hour: boolean }): Promise<unknown> =>
    untyped("post", "/api/v1/cases/{id}/texts", { path: { id }, body: order, again: true }),
  /** Before it leaves. 409: it does not wait any more. */
  takeTextBack: (id: string, text: string): Promise<unknown> => untyped("delete", "/api/v1/cases/{id}/texts/{text}", { path: { id, text } }),

  activity: (query: { before?: number; limit?: number; case?: string; report?: string; member?: string }, signal?: AbortSignal): Promise<ActivityPage> =>
    untyped("get", "/api/v1/activity", { query, signal }),
};
