// What comes of a wish to delete. Both ways the answer is recorded first, with its sealed parts, then put into the reporter's mailbox, and a deletion
// comes last: whoever finds it half done presses again, and it goes on where it stopped. As server/cli/case_outcome.cpp.
import { ApiError } from "../../api/client";
import { casework } from "../../api/casework";
import { counts, type OpenedEvent, type OpenedReport, textIn } from "../../casework/content";
import { conversationFor, outcomeAnswersIn, outcomeBody, type OutcomeAnswer } from "../../casework/outcome_answers";
import { firstFreeTag, mailboxOf, mailboxTagsMax, today } from "../../casework/ways";
import { wishesOf } from "../../casework/wishes";
import { keys } from "../../keys/keys";
import type { NewEvent } from "../../keys/types";
import { desk } from "../desk";
import { dropDraft, loadDraft, saveDraft } from "../drafts";
import { type CaseFile, checkSure, Conflict, loadCase, mayBeDone, openCase, PreparedChange, seenIn } from "./case_file";
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

/** An event with its sealed answers, for the conversation's case, which is opened for it when there is none. Stored again it is the very same. */
class PreparedRecord {
  private readonly change: PreparedChange;
  constructor(private readonly event: NewEvent) { this.change = new PreparedChange({ events: [event] }); }

  store(file: CaseFile): Promise<CaseFile> { return file.row ? this.change.store(file) : openCase(file, null, [this.event]); }
  /** The case, once it is in there as far as can be known now. */
  async arrivedIn(file: CaseFile): Promise<CaseFile | null> {
    const now = file.row && (await loadCase(file.row.id));
    return now && this.change.hasArrived(now) ? now : null;
  }
}

/** By any report: what was begun while there was no case is found in it. */
const keepingDrafts = (file: CaseFile): string[] => file.reports.map(({ row }) => `keeping ${row.id}`);

/** The last refusal of a wish, whether or not it was asked again since. */
export const keptIn = (file: CaseFile): OpenedEvent | undefined => file.events.filter((event) => event.kind === "keep" && counts(event)).at(-1);

/** Whether the refusal was recorded from here and is perhaps not in the mailbox. */
export async function isKeepingUnfinished(file: CaseFile): Promise<boolean> {
  const begun = await Promise.all(keepingDrafts(file).map(loadDraft));
  const kept = keptIn(file);
  return kept !== undefined && begun.includes(textIn(kept.body, "text"));
}

/** The conversations whose reporters asked, and whom nobody has answered. */
export const askingConversations = (file: CaseFile): OpenedReport[][] => file.conversations.filter((reports) => wishesOf(reports, file.events).deleteAsked !== undefined);

/** Puts the answers of the last refusal, once more: nothing happens to those that are there. */
export async function finishKeeping(file: CaseFile): Promise<void> {
  const kept = keptIn(file);
  if (kept) await putAll(outcomeAnswersIn(kept.body), file.conversations);
  keepingDrafts(file).forEach(dropDraft);
}

/** One refusal of all wishes of a case from the first press to the end; after a failure record() may be called again. */
export class PreparedKeeping {
  private prepared: { why: string; record: PreparedRecord } | undefined;
  constructor(private readonly file: CaseFile) {}

  private async prepare(why: string): Promise<{ why: string; record: PreparedRecord }> {
    const { file } = this;
    const answers: OutcomeAnswer[] = [];
    for (const reports of askingConversations(file)) {
      if (mailboxOf(reports)) answers.push(await seal(reports, firstFreeTag(file.events, reports, file.conversations.length < 2, today()), "kept", why));
    }
    return { why, record: new PreparedRecord({ kind: "keep", body: outcomeBody(why, seenIn(file).seen, answers) }) };
  }

  /** Refuses the wishes and tells the reporters why. Gives the case as it is then, its answers perhaps not stored: finishKeeping() does that. */
  async record(why: string): Promise<CaseFile> {
    const { file } = this;
    checkSure(file);
    // Other words than those of which no answer came: what the reporter perhaps reads already is not said once more.
    const arrived = this.prepared && this.prepared.why !== why ? await this.prepared.record.arrivedIn(file) : null;
    if (arrived) {
      await finishKeeping(arrived);
      throw new Conflict("changed");
    }
    if (this.prepared?.why !== why) this.prepared = await this.prepare(why);
    // Before it is stored: where no answer to that comes, it is perhaps there all the same.
    await saveDraft(keepingDrafts(file)[0]!, why);
    return this.prepared!.record.store(file);
  }
}

/** One deletion from the first press to the end; after a failure delete() may be called again. */
export class PreparedDeletion {
  private recorded: CaseFile | undefined;
  /** Sealed with the first press. */
  private prepared: { answers: OutcomeAnswer[]; record: PreparedRecord } | undefined;
  /** What the reporter reads is recorded, or perhaps is: other words come too late. */
  isSaid = false;

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

  private async prepare(): Promise<{ answers: OutcomeAnswer[]; record: PreparedRecord }> {
    const { conversations } = this.deletion;
    const answers: OutcomeAnswer[] = [];
    for (const conversation of conversations) {
      // Which tags answers in other cases took is not known here: those that are taken are passed over.
      if (mailboxOf(conversation)) answers.push(await seal(conversation, firstFreeTag(this.file.events, conversation, conversations.length < 2, today()), "deleted", this.textFor(conversation)));
    }
    return { answers, record: new PreparedRecord({ kind: "delete", body: outcomeBody(this.textFor(conversations[0]!), seenIn(this.file).seen, answers) }) };
  }

  async delete(): Promise<void> {
    checkSure(this.file);
    const { conversations, reports, told } = this.deletion;
    let answers: OutcomeAnswer[] = [];
    const cases = new Set(this.deletion.cases);
    const begun = wishesOf(this.file.reports, (this.recorded ?? this.file).events).deletion;
    await this.stopIfHeld();
    if (begun) {
      answers = outcomeAnswersIn(begun.body);   // the same answers again, so that nobody is told twice
    } else if (told > 0) {
      this.prepared ??= await this.prepare();
      answers = this.prepared.answers;
      const before = this.isSaid;
      this.isSaid = true;
      this.recorded = await this.prepared.record.store(this.file).catch((error: unknown) => {
        this.isSaid = before || mayBeDone(error);
        throw error;
      });
    }
    if (this.recorded?.row) cases.add(this.recorded.row.id);
    await putAll(answers, conversations);
    await casework.remove([...cases], reports.map((report) => report.row.id)).catch((error: unknown) => {
      if (!(error instanceof ApiError) || error.status !== 404) throw error;   // a colleague was quicker: it is gone
    });
    forget(reports.map((report) => report.row.id), [...cases]);
  }
}
