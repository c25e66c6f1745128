// Where messages are that the server has as put to a case, while no case that is known here names them. As server/cli/casebook.cpp.
import { effect } from "@preact/signals";
import { ApiError } from "../../api/client";
import { type CaseRow, casework, type StoredEvent } from "../../api/casework";
import { counts, type OpenedEvent, type OpenedReport, textsIn } from "../../casework/content";
import { reportsMax } from "../../casework/summary";
import { keys } from "../../keys/keys";
import { formerOf, memberOf, refreshDesk } from "../desk";
import { phase } from "../session";
import { book, eventFrom, openCases, openedCase } from "./opened";

export async function openEvents(id: string, stored: readonly StoredEvent[]): Promise<OpenedEvent[]> {
  const open = async (): Promise<OpenedEvent[]> => (await keys.openEvents(id, [...stored])).map((event) => eventFrom(event, id));
  const events = await open();
  if (!events.some((event) => event.problem === "author_unknown")) return events;
  await refreshDesk();   // by somebody who was let in a moment ago
  return open();
}

/** Reports that a case's links name: `doubtful` by nobody's word that counts. */
export function linksIn(events: readonly OpenedEvent[]): { linked: Set<string>; doubtful: string[] } {
  const namedBy = (which: (event: OpenedEvent) => boolean): string[] => events.filter((event) => event.kind === "link" && which(event)).flatMap((event) => textsIn(event.body, "reports") ?? []);
  const linked = new Set(namedBy(counts));
  return { linked, doubtful: [...new Set(namedBy((event) => event.problem === "author_unknown"))].filter((report) => !linked.has(report)) };
}

/** The events know more of what belongs to a case than a summary that is missing or old. */
export function noteLinks(row: CaseRow, linked: Iterable<string>): void {
  const reports = [...linked];
  const known = openedCase(row.id).peek()?.summary;
  const ways = reports.flatMap((report) => book.report(report) ?? []).map((report) => book.wayOf(report)).filter((way) => !way.startsWith("alone:"));
  book.addCase({ id: row.id, number: row.number ?? row.created_hour, reports, ways: [...new Set([...(known?.ways ?? []), ...ways])] });
}

interface Looked {
  lastEvent: number | undefined;
  doubtful: readonly string[];
  /** Somebody's word that counts was opened with its key. */
  proved: boolean;
}
const looked = new Map<string, Looked>();
effect(() => {
  if (phase.value !== "in") looked.clear();
});

const isUnknown = (member: string): boolean => !memberOf(member) && !formerOf(member);

async function look(row: CaseRow): Promise<void> {
  const stored = await casework.events(row.id).catch((error: unknown) => {
    if (error instanceof ApiError && (error.status === 403 || error.status === 404)) return [];   // a colleague's by now, or gone
    throw error;
  });
  const summary = openedCase(row.id).peek()?.summary;
  const isTold = summary && summary.reports.length < reportsMax && !stored.some(({ author }) => isUnknown(author));
  const events = isTold ? [] : await openEvents(row.id, stored);
  const { linked, doubtful } = linksIn(events);
  if (linked.size > 0) noteLinks(row, linked);
  looked.set(row.id, { lastEvent: row.last_event, doubtful, proved: events.some(counts) });
}

const atATime = 8;
const pageRows = 100;

/** Opens all cases that may be read until one of them names each report. */
async function lookThrough(reports: readonly OpenedReport[]): Promise<CaseRow[]> {
  const rows: CaseRow[] = [];
  const isFound = (): boolean => reports.every((report) => book.caseOf(report) !== undefined);
  for (let more = true; more && !isFound();) {
    const page = await casework.casesAfter(rows.at(-1)?.number ?? 0, pageRows);
    await openCases(page);
    rows.push(...page);
    more = page.length === pageRows;
  }
  const news = rows.filter((row) => openedCase(row.id).peek()?.held && (!looked.has(row.id) || looked.get(row.id)!.lastEvent !== row.last_event));
  for (let at = 0; at < news.length && !isFound(); at += atATime) await Promise.all(news.slice(at, at + atATime).map(look));
  return rows;
}

/** `free`: in a case whose key nothing proves, which may be of the server's making: it is taken anew. */
export type Place = { inCase: string } | "elsewhere" | "free";

/** Of reports that the server has as put to a case. */
export async function placesOf(reports: readonly OpenedReport[]): Promise<Map<string, Place>> {
  const rows = reports.length > 0 ? await lookThrough(reports) : [];
  return new Map(reports.map((report): [string, Place] => {
    const doubted = rows.filter((row) => looked.get(row.id)?.doubtful.includes(report.row.id));
    const inCase = book.caseOf(report) ?? doubted.find((row) => looked.get(row.id)!.proved)?.id;
    return [report.row.id, inCase ? { inCase } : doubted.length > 0 ? "free" : "elsewhere"];
  }));
}
