// What comes of a wish to delete. Both ways the answer is recorded first, with its sealed parts, then put into the reporter's mailbox, and a deletion
// comes last: whoever finds it half done presses again, and it goes on where it stopped. As server/cli/case_outcome.cpp.
import { ApiError } from "../../api/client";
import { casework } from "../../api/casework";
import { type OpenedReport, textIn } from "../../casework/content";
import { conversationFor, outcomeAnswersIn, outcomeBody, type OutcomeAnswer } from "../../casework/outcome_answers";
import { firstFreeTag, mailboxOf, mailboxTagsMax } from "../../casework/ways";
import { wishesOf } from "../../casework/wishes";
import { keys } from "../../keys/keys";
import type { NewEvent } from "../../keys/types";
import { desk } from "../desk";
import { dropDraft, loadDraft, saveDraft } from "../drafts";
import { type CaseFile, Conflict, openCase, PreparedChange, seenIn } from "./case_file";
import { book, forget } from "./opened";

/** All that goes when a conversation is deleted. */
export interface Deletion {
  /** The one that was asked for, then those of other reporters in the same case. */
  conversations: OpenedReport[][];
  cases: string[];
  reports: OpenedReport[];
  files: number;
  /** Reporters who have a mailbox to be told in. */
  told: number;
}

export function deletionOf(file: CaseFile): Deletion {
  const { conversations, cases } = book.goesWith(file.reports);
  const reports = conversations.flat();
  return {
    conversations, reports, cases: file.row && !cases.includes(file.row.id) ? [file.row.id, ...cases] : cases,
    files: reports.reduce((sum, report) => sum + report.row.attachments.length, 0), told: conversations.filter((one) => mailboxOf(one)).length,
  };
}

/** Stores every part that is not stored yet. A tag that a colleague took is passed over. */
async function putAll(answers: readonly OutcomeAnswer[], conversations: readonly (readonly OpenedReport[])[]): Promise<void> {
  for (const answer of answers) {
    const mailbox = mailboxOf(conversationFor(answer, conversations) ?? []);
    if (!mailbox) continue;
    let tag = answer.tag;
    for (const part of answer.parts) {
      for (let stored = false; !stored; ++tag) {
        if (tag >= mailboxTagsMax) throw new Conflict("changed");
        stored = await casework.answer(await keys.tagId(mailbox, tag), part).then(() => true, (error: unknown) => {
          if (error instanceof ApiError && error.status === 409) return false;
          throw error;
        });
      }
    }
  }
}

async function seal(reports: readonly OpenedReport[], tag: number, outcome: "deleted" | "kept", text: string): Promise<OutcomeAnswer> {
  const parts = await keys.sealAnswer(mailboxOf(reports)!, tag, { text, outcome, ...(desk.value ? { desk: desk.value.desk.id } : {}) });
  return { report: reports[0]!.row.id, tag, parts: parts.map((part) => part.sealed) };
}

/** Records an event in the conversation's case, which is opened for it when there is none. */
const record = (file: CaseFile, event: NewEvent): Promise<CaseFile> => (file.row ? new PreparedChange({ events: [event] }).store(file) : openCase(file, null, [event]));

const keepingDraft = (caseId: string): string => `keeping ${caseId}`;
/** Whether an answer was recorded from here and is perhaps not in the mailbox. */
export const isKeepingUnfinished = async (caseId: string): Promise<boolean> => (await loadDraft(keepingDraft(caseId))) !== "";

/** The conversation whose reporter asked last. */
export function askingConversation(file: CaseFile): readonly OpenedReport[] {
  const asking = file.reports.filter((report) => textIn(report.content, "wish") === "delete").at(-1);
  return asking ? book.conversationOf(asking) : file.reports;
}

/** Puts the answer of a wish that was refused once more; nothing happens to one that is there. */
export async function finishKeeping(file: CaseFile): Promise<void> {
  const { kept } = wishesOf(file.reports, file.events);
  if (kept) await putAll(outcomeAnswersIn(kept.body), [askingConversation(file)]);
  if (file.row) dropDraft(keepingDraft(file.row.id));
}

/** Refuses the wish and tells the reporter why. Gives the case as it is then, its answer perhaps not stored: finishKeeping() does that. */
export async function recordKeeping(file: CaseFile, why: string): Promise<CaseFile> {
  const asking = askingConversation(file);
  const answers = mailboxOf(asking) ? [await seal(asking, firstFreeTag(file.events, asking, file.conversations.length < 2), "kept", why)] : [];
  const recorded = await record(file, { kind: "keep", body: outcomeBody(why, seenIn(file).seen, answers) });
  await saveDraft(keepingDraft(recorded.row!.id), "1");
  return recorded;
}

/** One deletion from the first press to the end; after a failure delete() may be called again. */
export class PreparedDeletion {
  private recorded: CaseFile | undefined;

  /** `textFor`: what a conversation's reporter reads. */
  constructor(private readonly file: CaseFile, readonly deletion: Deletion, private readonly textFor: (reports: readonly OpenedReport[]) => string) {}

  /** Before the reporter is told of a deletion that the server would then refuse. */
  private async stopIfHeld(): Promise<void> {
    for (const id of this.deletion.cases) {
      const row = await casework.case(id).catch((error: unknown) => {
        if (error instanceof ApiError && error.status === 404) return null;   // gone already
        throw error;
      });
      if (row?.hold) throw new Conflict("held");
    }
  }

  async delete(): Promise<void> {
    const { conversations, reports, told } = this.deletion;
    let answers: OutcomeAnswer[] = [];
    const cases = new Set(this.deletion.cases);
    const begun = wishesOf(this.file.reports, (this.recorded ?? this.file).events).deletion;
    await this.stopIfHeld();
    if (begun) {
      answers = outcomeAnswersIn(begun.body);   // the same answers again, so that nobody is told twice
    } else if (told > 0) {
      for (const conversation of conversations) {
        // Which tags answers in other cases took is not known here: those that are taken are passed over.
        if (mailboxOf(conversation)) answers.push(await seal(conversation, firstFreeTag(this.file.events, conversation, conversations.length < 2), "deleted", this.textFor(conversation)));
      }
      this.recorded = await record(this.file, { kind: "delete", body: outcomeBody(this.textFor(conversations[0]!), seenIn(this.file).seen, answers) });
    }
    if (this.recorded?.row) cases.add(this.recorded.row.id);
    await putAll(answers, conversations);
    await casework.remove([...cases], reports.map((report) => report.row.id)).catch((error: unknown) => {
      if (!(error instanceof ApiError) || error.status !== 404) throw error;   // a colleague was quicker: it is gone
    });
    forget(reports.map((report) => report.row.id), [...cases]);
  }
}
