// What a change makes of a case: what the server keeps of it in clear, and the summary for lists. Both are made of all events and reports, those of the
// change among them.
import type { CaseRow, CaseSet } from "../../api/casework";
import { inOrder } from "../../casework/casebook";
import { type CaseState, type Leads, stateOf } from "../../casework/case_state";
import { counts, type OpenedEvent, type OpenedReport } from "../../casework/content";
import { mayClose } from "../../casework/rights";
import { summaryOf } from "../../casework/summary";
import { hourOf } from "../../casework/targets";
import type { NewEvent } from "../../keys/types";
import { formerOf, memberOf } from "../desk";
import { me } from "../session";
import type { CaseFile } from "./case_file";

/** What comes to a case; its events name the reports. */
export interface Addition {
  events: readonly NewEvent[];
  reports?: readonly OpenedReport[] | undefined;
}

/** As the desk lists the role, which never changes. */
const leadsDesk: Leads = (id) => {
  const member = memberOf(id) ?? formerOf(id);
  return member !== undefined && mayClose(member.role);
};

/**
 * What events and reports make of the case. Where the member whom the events name has left, the server's column says who has it now: it took the case from
 * them, and nobody wrote that down.
 */
export function stateNow(row: CaseRow | null, events: readonly OpenedEvent[], reports: readonly OpenedReport[]): CaseState {
  const state = stateOf(events, reports, leadsDesk);
  return row && state.assignee !== null && !memberOf(state.assignee) ? { ...state, assignee: row.assignee } : state;
}

/** What the case will be once this is stored: only to make columns and summary from. */
export function after(file: CaseFile, { events, reports = [] }: Addition): { state: CaseState; events: OpenedEvent[] } {
  const [hour, self] = [hourOf(Date.now()), me.value!.id];
  const pretended = events.map((event, i): OpenedEvent => ({
    row: { number: file.state.lastEvent + 1 + i, id: "", case: file.row?.id ?? "", author: self, recorded_hour: hour }, kind: event.kind, time: 3600 * hour, body: event.body, problem: "",
  }));
  const all = [...file.events, ...pretended];
  return { state: stateNow(file.row, all, inOrder([...file.reports, ...reports])), events: all };
}

/** What lists show of the case as it is. */
export const summaryNow = (file: CaseFile): Record<string, unknown> => summaryWith(file, { events: [] });

export function summaryWith(file: CaseFile, added: Addition): Record<string, unknown> {
  const then = after(file, added);
  return { ...summaryOf({ ...then.state, lastEvent: file.state.lastEvent }, then.events) };
}

/** All reports that link events name, to be told with closing: the server keeps it until the case is open again. */
export function aboutWhenClosed(set: CaseSet, file: CaseFile, added: Addition): { about?: string[] } {
  if (set.state !== "closed") return {};
  const named = after(file, added).events.filter((event) => event.kind === "link" && counts(event)).flatMap((event) => (Array.isArray(event.body["reports"]) ? event.body["reports"] : []));
  return { about: [...new Set(named.filter((id): id is string => typeof id === "string"))] };
}

/** Kinds of events by which a column changes. */
const changedBy = {
  state: ["close", "close_ask", "reopen"], urgency: ["urgency"], assignee: ["assign"], dueHour: ["task", "task_done", "close", "reopen"],
} as const satisfies Partial<Record<keyof CaseState, readonly string[]>>;

/**
 * Columns that this changes. What others wrote is theirs to answer for: whoever looks at a case decides nothing in it. But how urgent it is no change leaves
 * unsaid; that it is less urgent, only one that says so.
 */
export function columns(file: CaseFile, added: Addition): CaseSet {
  const { state } = after(file, added);
  const row = file.row!;
  const speakOf = (column: keyof typeof changedBy): boolean => added.events.some((event) => (changedBy[column] as readonly string[]).includes(event.kind));
  const isMore = state.urgency < row.urgency;   // 0 is the most urgent
  return {
    ...(speakOf("state") && state.state !== row.state ? { state: state.state } : {}),
    ...(isMore || (speakOf("urgency") && state.urgency !== row.urgency) ? { urgency: state.urgency } : {}),
    ...(speakOf("assignee") && state.assignee !== row.assignee ? { assignee: state.assignee } : {}),
    ...(speakOf("dueHour") && state.dueHour !== row.due_hour ? { due_hour: state.dueHour } : {}),
  };
}
