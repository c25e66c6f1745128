// The ways back to a reporter, which make reports one conversation: a mailbox that only the sealed reports name, or a telephone number
// that a gateway vouched for. The server knows neither. As server/cli/casebook.cpp, case_mailbox.cpp and case_text.cpp.
import { type OpenedEvent, type OpenedReport, cameByText, counts, numberIn, objectIn, objectsIn, textIn } from "./content";
import { flagsOf } from "./text_parts";

/** `mailbox:KEY`, `sms:GATEWAY:FROM`; reports without a way back stand alone: `alone:ID`. */
export function wayOf(report: OpenedReport): string {
  const mailbox = objectIn(report.content, "mailbox");
  const key = mailbox ? textIn(mailbox, "key") : "";
  if (key !== "") return `mailbox:${key}`;
  const sms = cameByText(report) ? objectIn(report.content, "sms") : undefined;
  const from = sms ? textIn(sms, "from") : "";
  return sms && from !== "" ? `sms:${textIn(sms, "gateway")}:${from}` : `alone:${report.row.id}`;
}

/** As a summary names one. */
export const isWay = (text: string): boolean => /^(?:mailbox|sms):/.test(text);

export const hasWay = (way: string): boolean => !way.startsWith("alone:");

/** What it takes to write into a reporter's mailbox; it travels in the sealed report. */
export interface Mailbox {
  /** 32 bytes, base64url. */
  key: string;
  /** age1pq1… */
  recipient: string;
}

export const mailboxTagsMax = 512;
/** Below it every reader looks, whatever has expired. */
const mailboxTagsAlwaysRead = 32;

/** The mailbox of a conversation's reporter; nothing when they left none that can be used. */
export function mailboxOf(reports: readonly OpenedReport[]): Mailbox | undefined {
  for (const report of reports) {
    const mailbox = objectIn(report.content, "mailbox");
    if (!mailbox) continue;
    const key = textIn(mailbox, "key");
    const recipient = textIn(mailbox, "recipient");
    if (/^[A-Za-z0-9_-]{43}$/.test(key) && /^age1pq1[02-9ac-hj-np-z]+$/.test(recipient)) return { key, recipient };
  }
  return undefined;
}

/** Days since 1970, as answers hold them. */
export const today = (): number => Math.floor(Date.now() / 86_400_000);

/** Reports by which an event says whom it answers; empty: it does not say. */
const answeredBy = ({ body }: OpenedEvent): string[] => [textIn(body, "report"), ...objectsIn(body, "answers").map((answer) => textIn(answer, "report"))].filter((id) => id !== "");

/**
 * The first tag that is worth trying in the conversation's mailbox on a day (since 1970): those that earlier answers to it took are known. `alone`: the
 * case is about nobody else, so that answers which do not say whom they went to went there. One that is too low costs a request, one that is too high
 * would leave a gap beyond which nobody looks. So behind the tags that are asked for in any case it begins again at 0, where the oldest have expired
 * (docs/decisions/0058).
 */
export function firstFreeTag(events: readonly OpenedEvent[], conversation: readonly OpenedReport[], alone: boolean, day: number): number {
  const ours = (event: OpenedEvent): boolean => {
    const named = answeredBy(event);
    return named.length === 0 ? alone : named.every((id) => conversation.some(({ row }) => row.id === id));
  };
  const endOf = ({ body }: OpenedEvent): number => numberIn(body, "tags_end") ?? 0;
  const last = events.filter((event) => counts(event) && ours(event) && endOf(event) > 0).at(-1);
  if (!last) return 0;
  // Readers put answers in the order of their days. Two of the same day are told apart by their tags.
  const end = Math.floor(last.time / 86_400) === day ? mailboxTagsMax : mailboxTagsAlwaysRead;
  return endOf(last) < end ? endOf(last) : 0;
}

/** The phone that a conversation came from, as its last text says. Give it reports of one conversation only: another's STOP is not theirs. */
export interface Phone {
  gateway: string;
  number: string;
  /** That it was written to; may be empty. */
  ourNumber: string;
  /** Asked for no more texts (STOP) and has not asked for them again. */
  silenced: boolean;
  /** Said that it is not safe to get texts now, and has not taken it back. */
  notSafe: boolean;
}

/** START, unless it came late or has two readings: then it may be older than the STOP before it. */
const asksForTexts = (flags: readonly string[]): boolean => flags.includes("opt-in") && !["opt-out", "late", "unreadable", "cut", "repeated-field"].some((doubt) => flags.includes(doubt));

export function phoneOf(reports: readonly OpenedReport[]): Phone | undefined {
  let phone: Phone | undefined;
  let silenced = false;
  let notSafe = false;
  for (const report of reports) {
    const sms = cameByText(report) ? objectIn(report.content, "sms") : undefined;
    if (!sms) continue;
    const flags = flagsOf(report);
    if (flags.includes("opt-out")) silenced = true;
    if (asksForTexts(flags)) silenced = false;
    // What was said of it stands until the person takes it back: a server that was started anew does not know of it any more. START alone does
    // not: it asks for texts, and is answered with the question whether they are safe.
    if (flags.includes("safe-again")) notSafe = false;
    if (flags.includes("not-safe")) notSafe = true;
    const number = textIn(sms, "from");
    if (number !== "") phone = { gateway: textIn(sms, "gateway"), number, ourNumber: textIn(sms, "to"), silenced, notSafe };
  }
  return phone;
}

/** The words by which the person and the desk know each other, each once. */
export const codesOf = (reports: readonly OpenedReport[]): string[] => {
  const codes = reports.filter(cameByText).map((report) => textIn(objectIn(report.content, "asked") ?? {}, "code"));
  return [...new Set(codes.filter((code) => code !== ""))];
};

/** What the server had asked by itself when a text came: language, safe, child, leave, where, place; empty: nothing. */
export const questionBefore = (report: OpenedReport): string => (cameByText(report) ? textIn(objectIn(report.content, "asked") ?? {}, "question") : "");
