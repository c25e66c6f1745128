// An answer on its way to the reporter. Sealed once and kept, sealed, until it has arrived: whoever does not know whether it did sends the
// very same again, and the reporter reads it once.
import { effect } from "@preact/signals";
import { ApiError } from "../../api/client";
import { casework, type TextRow } from "../../api/casework";
import type { OpenedReport } from "../../casework/content";
import { firstFreeTag, mailboxOf, mailboxTagsMax, phoneOf, today } from "../../casework/ways";
import { keys } from "../../keys/keys";
import { desk } from "../desk";
import { dropDraft, loadDraft, saveDraft } from "../drafts";
import { phase } from "../session";
import { type CaseFile, checkSure, Conflict, newId, PreparedChange, seenIn } from "./case_file";

export interface Answer {
  /** A report of the conversation that is answered: a case can be about several people. */
  to: string;
  text: string;
  language: string;
  template?: string;
  /** By text only. */
  atAnyHour?: boolean;
}

interface Outgoing {
  answer: Answer;
  seen: number;
  /** Sealed parts for the mailbox, the first that is not put yet, and the tag that is tried for it. `after`: the case's last event then. */
  mailbox?: { parts: string[]; next: number; tag: number; after?: number };
  /** The text's id in the outbox. */
  sms?: { id: string };
}

const key = (caseId: string): string => `sending ${caseId}`;
const keep = (caseId: string, outgoing: Outgoing): Promise<void> => saveDraft(key(caseId), JSON.stringify(outgoing));

/** What was on its way when the line broke or the page was locked. */
export async function unfinished(caseId: string): Promise<Outgoing | null> {
  const kept = await loadDraft(key(caseId));
  return kept === "" ? null : (JSON.parse(kept) as Outgoing);
}

/** The conversation that a report belongs to; the only one when nobody said which. Never one of several by guess: an answer cannot be taken back. */
export function conversationTo(file: CaseFile, to: string | undefined): readonly OpenedReport[] | undefined {
  if (file.conversations.length === 1) return file.conversations[0];
  return file.conversations.find((reports) => reports.some(({ row }) => row.id === to));
}

const prepared = new Map<string, PreparedChange>();
effect(() => {
  if (phase.value !== "in") prepared.clear();   // it holds the words in clear
});

async function record(file: CaseFile, outgoing: Outgoing, body: Record<string, unknown>): Promise<CaseFile> {
  const id = file.row!.id;
  const { to, text, language, template } = outgoing.answer;
  const change = prepared.get(id) ?? new PreparedChange({
    events: [{ kind: "reply", body: { text, report: to, ...body, seen: outgoing.seen, language, ...(template ? { template } : {}) } }],
  });
  prepared.set(id, change);
  const done = await change.store(file);
  prepared.delete(id);
  return done;
}

async function byMailbox(file: CaseFile, outgoing: Outgoing, conversation: readonly OpenedReport[]): Promise<CaseFile> {
  const mailbox = mailboxOf(conversation)!;
  const id = file.row!.id;
  if (!outgoing.mailbox) {
    const tag = firstFreeTag(file.events, conversation, file.conversations.length < 2, today());
    const parts = await keys.sealAnswer(mailbox, tag, { text: outgoing.answer.text, ...(desk.value ? { desk: desk.value.desk.id } : {}) });
    outgoing.mailbox = { parts: parts.map((part) => part.sealed), next: 0, tag, after: file.events.at(-1)?.row.number ?? 0 };
    await keep(id, outgoing);
  }
  const state = outgoing.mailbox;
  while (state.next < state.parts.length) {
    if (state.tag >= mailboxTagsMax) throw new Conflict("changed");
    try {
      await casework.answer(await keys.tagId(mailbox, state.tag), state.parts[state.next]!);
      state.next += 1;
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 409) throw error;   // a colleague answered at the same time and took this tag
    }
    state.tag += 1;
    await keep(id, outgoing);
  }
  // Its receipt may have been lost before a lock: then it stands there.
  const isThere = file.events.some(({ row, kind, body }) => row.number > (state.after ?? 0) && kind === "reply"
    && body["tags_end"] === state.tag && body["text"] === outgoing.answer.text && body["report"] === outgoing.answer.to);
  return isThere && !prepared.has(id) ? file : record(file, outgoing, { tags_end: state.tag });
}

async function byText(file: CaseFile, outgoing: Outgoing, conversation: readonly OpenedReport[]): Promise<CaseFile> {
  const phone = phoneOf(conversation)!;
  const id = file.row!.id;
  outgoing.sms ??= { id: newId() };
  await keep(id, outgoing);
  // First the record, then the text: what has left without a record would be worse than a record that says "not sent".
  const recorded = file.events.some((event) => JSON.stringify(event.body["sms"] ?? null).includes(outgoing.sms!.id)) ? file : await record(file, outgoing, { sms: { id: outgoing.sms.id, gateway: phone.gateway } });
  await casework.text(id, { id: outgoing.sms.id, gateway: phone.gateway, to: phone.number, from: phone.ourNumber, text: outgoing.answer.text, at_any_hour: outgoing.answer.atAnyHour === true });
  return { ...recorded, texts: await casework.texts(id) };
}

/** The text that was on its way may wait with other hours than are wanted now: it is taken back, and a new one leaves. One that has left stays as it is. */
async function withHours(caseId: string, outgoing: Outgoing, atAnyHour: boolean): Promise<void> {
  const { sms } = outgoing;
  if (!sms) return;
  const known = async (): Promise<TextRow | undefined> => (await casework.texts(caseId)).find((row) => row.id === sms.id);
  let row = await known();
  if (row?.state === "waiting" && atAnyHour !== (outgoing.answer.atAnyHour === true)) {
    await casework.takeTextBack(caseId, sms.id).catch((error: unknown) => {
      if (!(error instanceof ApiError) || error.status !== 409) throw error;   // it has just left, or was taken back and nobody heard of it
    });
    row = await known();
  }
  if (row?.reason === "cancelled") {
    delete outgoing.sms;
    prepared.delete(caseId);
  }
  outgoing.answer.atAnyHour = atAnyHour;
}

/** Sends an answer, or goes on with the one that was on its way. Gives the case as it is then. */
export async function send(file: CaseFile, answer: Answer): Promise<CaseFile> {
  const id = file.row!.id;
  checkSure(file);
  // Nothing is put into a mailbox for a case that a colleague took in the meantime: it could not be recorded.
  await casework.case(id).catch((error: unknown) => {
    throw error instanceof ApiError && error.status === 403 ? new Conflict("claimed") : error;
  });
  const before = await unfinished(id);
  const isSame = before !== null && before.answer.text === answer.text && (before.answer.to ?? answer.to) === answer.to;
  let now = file;
  // What lies in a mailbox already cannot be taken back, whatever the words are now: it is finished and recorded first.
  if (before?.mailbox && before.mailbox.next > 0 && !isSame) {
    const theirs = conversationTo(file, before.answer.to);
    if (theirs && mailboxOf(theirs)) now = await byMailbox(file, before, theirs);
    dropDraft(key(id));
  }
  const outgoing: Outgoing = isSame ? before : { answer, ...seenIn(now) };
  if (!isSame) prepared.delete(id);
  else await withHours(id, outgoing, answer.atAnyHour === true);
  const conversation = conversationTo(now, answer.to);
  if (!conversation) throw new Conflict("changed");
  const done = mailboxOf(conversation) ? await byMailbox(now, outgoing, conversation) : await byText(now, outgoing, conversation);
  dropDraft(key(id));
  return done;
}
