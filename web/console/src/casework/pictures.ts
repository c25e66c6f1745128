// Pictures that a gateway kept when it delivered a text, and that the server fetches afterwards: each comes as a report of its own, and
// belongs to its text by a reference that only the two know. The rules are those of server/cli/case_pictures.cpp.
import { type Content, type FileEntry, type OpenedReport, cameByText, filesIn, objectsIn, textIn } from "./content";
import type { Message } from "./text_parts";

/** A picture has none of its own: else two could each belong to the other, and neither be shown. */
const toldOf = (report: OpenedReport): Content[] => (cameByText(report) && textIn(report.content, "type") !== "media" ? objectsIn(report.content, "media") : []);

/** The references that a text names; none unless a gateway delivered it, and none of a picture. */
export const pictureReferences = (report: OpenedReport): string[] => toldOf(report).map((told) => textIn(told, "reference")).filter((reference) => reference !== "");

/** The reference of the text that this report brings a picture for; empty when it brings none. */
export function broughtPicture(report: OpenedReport): string {
  // Whoever seals a report themselves can write what they like into it.
  return cameByText(report) && textIn(report.content, "type") === "media" && !("part" in report.content) ? textIn(report.content, "reference") : "";
}

/** `problem`: too-large, not-allowed, refused, no-answer, not-stored, or a word that we do not know. */
export type Picture =
  | { state: "here"; type: string; report: OpenedReport; file: FileEntry }
  | { state: "waiting"; type: string }
  | { state: "failed"; type: string; problem: string }
  | { state: "not-fetched"; type: string };

export function picturesOf(reports: readonly OpenedReport[], message: Message): Picture[] {
  return message.reports.flatMap((index) => toldOf(reports[index]!)).map((told): Picture => {
    const type = textIn(told, "type");
    const reference = textIn(told, "reference");
    if (reference === "") return { state: "not-fetched", type };
    const report = message.pictures.map((index) => reports[index]!).find((one) => broughtPicture(one) === reference);
    if (!report) return { state: "waiting", type };
    const file = filesIn(report)[0];
    return file ? { state: "here", type: file.mediaType, report, file } : { state: "failed", type, problem: textIn(report.content, "problem") };
  });
}
