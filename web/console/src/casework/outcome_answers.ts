// The sealed answers inside of a `keep` or `delete` event (docs/formats.md, section 9): recorded before they are stored, so that whoever goes on puts
// the very same ones. As server/cli/case_outcome.cpp.
import { type Content, objectsIn, numberIn, type OpenedReport, textIn, textsIn } from "./content";
import { mailboxTagsMax } from "./ways";

export interface OutcomeAnswer {
  /** Any report of the conversation whose mailbox it goes to. */
  report: string;
  /** The first that is tried. */
  tag: number;
  /** Sealed, base64url. */
  parts: string[];
}

/** Longest text that comes with an outcome. More is said with an answer. */
export const outcomeTextBytesMax = 8 * 1024;

/** What is not as we write it is left out. */
export function outcomeAnswersIn(body: Content): OutcomeAnswer[] {
  return objectsIn(body, "answers").flatMap((entry): OutcomeAnswer[] => {
    const [report, tag, parts] = [textIn(entry, "report"), numberIn(entry, "tag"), textsIn(entry, "parts")];
    const right = /^[0-9a-f]{32}$/.test(report) && tag !== undefined && tag >= 0 && tag < mailboxTagsMax && parts !== undefined
      && parts.length === (entry["parts"] as unknown[]).length && parts.every((part) => /^[A-Za-z0-9_-]+$/.test(part));
    return right ? [{ report, tag, parts }] : [];
  });
}

/** An event's body. `seen`: number of the last report that whoever decides has seen. */
export const outcomeBody = (text: string, seen: number, answers: readonly OutcomeAnswer[]): Content =>
  ({ text, seen, answers, tags_end: Math.max(0, ...answers.map(({ tag, parts }) => tag + parts.length)) });

/** The conversation that an answer belongs to. */
export const conversationFor = (answer: OutcomeAnswer, conversations: readonly (readonly OpenedReport[])[]): readonly OpenedReport[] | undefined =>
  conversations.find((reports) => reports.some((report) => report.row.id === answer.report));
