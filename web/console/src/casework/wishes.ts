// What a reporter wants to be done with their words: what holds now, whichever message said it. As server/cli/case_wishes.cpp.
import { type OpenedEvent, type OpenedReport, counts, numberIn, textIn, textsIn } from "./content";

export interface Wishes {
  /** Names of desks that must never be told; what was said once stays said. */
  never: string[];
  /** Who may be told now: the last set that was given replaced all before it. `write_back` is not among them. */
  consents: string[];
  writeBack: boolean;
  /** Allowed once and not now; `hour` is when the message came that left it out. */
  withdrawn: { consent: string; hour: number }[];
  /** Hour in which they last asked that everything be deleted, while nobody has answered that. */
  deleteAsked?: number;
  /** Deletion was begun and not finished. */
  deletion?: OpenedEvent;
  /** Their last wish to delete was answered by keeping. */
  kept?: OpenedEvent;
}

/**
 * Of one conversation. Of all reports of a case that is about several people, only what holds for the case as a whole: `never`, and what comes of
 * a wish to delete. A later set of consents replaces what the same person gave before, and says nothing of the others.
 */
export function wishesOf(reports: readonly OpenedReport[], events: readonly OpenedEvent[]): Wishes {
  const never = new Set<string>();
  let consents: string[] = [];
  let withdrawn: Wishes["withdrawn"] = [];
  let asked: { hour: number; number: number } | undefined;
  for (const { row, content } of reports) {
    for (const desk of textsIn(content, "never") ?? []) never.add(desk);
    const given = textsIn(content, "consents");
    if (given) {
      const lost = consents.filter((consent) => !given.includes(consent)).map((consent) => ({ consent, hour: row.received_hour }));
      withdrawn = [...withdrawn, ...lost].filter((entry) => !given.includes(entry.consent));
      consents = [...new Set(given)];
    }
    if (textIn(content, "wish") === "delete") asked = { hour: row.received_hour, number: row.number };
  }
  const wishes: Wishes = { never: [...never], consents: consents.filter((consent) => consent !== "write_back"), writeBack: consents.includes("write_back"), withdrawn };
  // An event counts only when its signature holds: nobody else can say that a wish was answered.
  const valid = events.filter(counts);
  const deletion = valid.filter((event) => event.kind === "delete").at(-1);
  if (deletion) wishes.deletion = deletion;
  const kept = asked && valid.filter((event) => event.kind === "keep" && (numberIn(event.body, "seen") ?? -1) >= asked.number).at(-1);
  if (kept) wishes.kept = kept;
  if (asked && !kept) wishes.deleteAsked = asked.hour;
  return wishes;
}
