// What can be done to the case that lies open. Each gives the case as it is afterwards; what goes wrong is the caller's to tell.
import { type CaseFile, change, type Change, newId, openCase, recordReportViews, reportsHere, seenIn } from "../../state/casework/case_file";
import { actDue } from "../../casework/targets";
import { messagesOf } from "../../casework/text_parts";
import { urgencyOf } from "../../casework/urgency_hint";
import { mayWorkOn } from "../../casework/rights";
import type { NewEvent } from "../../keys/types";
import { questionnaire } from "../../state/casework/questions";
import { hourNow } from "../../state/clock";
import { me } from "../../state/session";
import { say } from "../../words/words";
import { reasonsOf } from "./urgency";

export interface CaseActs {
  record: (events: NewEvent[]) => Promise<void>;
  claim: () => Promise<void>;
}

/** The first step, with the time that the urgency gives for it. */
export function firstStep(urgency: number): NewEvent[] {
  const due = actDue(urgency, hourNow());
  return due === null ? [] : [{ kind: "task", body: { task: newId(), text: say("first_step"), due_hour: due } }];
}

/** A new case for the conversation: mine, or everyone's. */
export function begin(file: CaseFile, assignee: string | null): Promise<CaseFile> {
  const reports = reportsHere(file);
  const known = Math.min(4, ...messagesOf(reports).map((message) => message.urgency));
  const hints = reports.map((report) => urgencyOf(report, questionnaire.value));
  const seen = Math.min(known, ...hints.map((hint) => hint.level));
  // What can be seen only now that it is open may raise it.
  const reason = [...new Set(hints.filter((hint) => hint.level === seen).flatMap(reasonsOf))].join(" · ");
  const raised: NewEvent[] = seen < known ? [{ kind: "urgency", body: { from: known, to: seen, reason: reason || say("noticed_when_opened"), by: "machine", ...seenIn(file) } }] : [];
  return openCase(file, assignee, [...raised, ...firstStep(seen)]);
}

export const claim = (file: CaseFile): Promise<CaseFile> =>
  change(file, { events: [{ kind: "assign", body: { to: me.value!.id } }], onlyIfAssignee: null });

export const record = (file: CaseFile, events: NewEvent[]): Promise<CaseFile> =>
  change(file, { events: events.map((event) => ({ ...event, body: { ...event.body, ...seenIn(file) } })) } satisfies Change);

/**
 * New messages of the same person belong to the case from now on, and whoever opens it says so. A closed one too, so that they are held and end with it; until
 * it is open again they wait in the queue, and are read there.
 */
export async function takeIn(file: CaseFile): Promise<CaseFile> {
  if (file.row && file.state.state === "closed") await recordReportViews(file.fresh);
  if (!file.row || file.fresh.length === 0 || file.unsure.length > 0 || !mayWorkOn(me.value!.role, me.value!.id, file.state.assignee)) return file;
  return change(file, { events: [], files: file.fresh });
}
