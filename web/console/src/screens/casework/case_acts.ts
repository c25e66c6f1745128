// What can be done to the case that lies open. Each gives the case as it is afterwards; what goes wrong is the caller's to tell.
import type { CaseFile } from "../../state/casework/case_file";
import { change, type Change, openCase, seenIn } from "../../state/casework/case_file";
import { actDue } from "../../casework/targets";
import { mayWorkOn } from "../../casework/rights";
import type { NewEvent } from "../../keys/types";
import { hourNow } from "../../state/clock";
import { newId } from "../../state/casework/case_file";
import { me } from "../../state/session";
import { say } from "../../words/words";

export interface CaseActs {
  record: (events: NewEvent[], grantTo?: string[]) => Promise<void>;
  claim: () => Promise<void>;
}

/** The first step, with the time that the urgency gives for it. */
export function firstStep(urgency: number): NewEvent[] {
  const due = actDue(urgency, hourNow());
  return due === null ? [] : [{ kind: "task", body: { task: newId(), text: say("first_step"), due_hour: due } }];
}

/** A new case for the conversation: mine, or everyone's. */
export const begin = (file: CaseFile, assignee: string | null, more: readonly NewEvent[] = []): Promise<CaseFile> =>
  openCase(file, assignee, [...firstStep(file.reports.length === 0 ? 4 : file.state.urgency), ...more]);

export const claim = (file: CaseFile): Promise<CaseFile> =>
  change(file, { events: [{ kind: "assign", body: { to: me.value!.id } }], onlyIfAssignee: null, grantTo: [me.value!.id] });

export const record = (file: CaseFile, events: NewEvent[], grantTo: string[] = []): Promise<CaseFile> =>
  change(file, { events: events.map((event) => ({ ...event, body: { ...event.body, ...seenIn(file) } })), grantTo } satisfies Change);

/** New messages of the same person belong to the case from now on, and whoever opens it says so. */
export async function takeIn(file: CaseFile): Promise<CaseFile> {
  if (!file.row || file.fresh.length === 0 || file.state.state === "closed" || !mayWorkOn(me.value!.role, me.value!.id, file.state.assignee)) return file;
  return change(file, { events: [], files: file.fresh });
}
