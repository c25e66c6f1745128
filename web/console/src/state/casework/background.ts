// Opens, bit by bit, all that the member may read: so that a new message finds its case, and words can be looked for. What is in view goes
// first: this asks for a few at a time.
import { effect, signal } from "@preact/signals";
import { type CaseRow, casework } from "../../api/casework";
import { answersIn, objectIn, type OpenedReport, type ReportRow, textIn, wordsIn } from "../../casework/content";
import { oneLine } from "../../casework/summary";
import { codesOf } from "../../casework/ways";
import type { SearchDocument } from "../../casework/search_index";
import { keys } from "../../keys/keys";
import { phase, worksOnReports } from "../session";
import { pause } from "../pause";
import { deniedBefore, openCases, openedCase, openReports } from "./opened";
import { whenFree } from "./precedence";
import { labelTerms } from "./vocabulary";

const atATime = 8;
const pageRows = 100;
const afterFailureMilliseconds = 5000;
const afterFailureMillisecondsMax = 60_000;

/** How many were opened, and of how many so far; `complete` once all are. */
export const filled = signal({ done: 0, complete: false });

let lastReport = 0;
let lastCase = 0;
let running: Promise<void> | undefined;
/** Something may have come since it was begun. */
let wanted = false;
let stop = new AbortController();

export function reportDocument(report: OpenedReport): SearchDocument {
  const answers = answersIn(report).flatMap(([key, values]) => (/^q_(?!story$)/.test(key) ? values : []));
  const sms = objectIn(report.content, "sms");
  const text = [wordsIn(report), ...answers, sms ? textIn(sms, "from") : "", ...codesOf([report])].join("\n");
  return { id: `report/${report.row.id}`, kind: "report", title: oneLine(wordsIn(report)), text };
}

export function caseDocument(row: CaseRow, more = ""): SearchDocument | undefined {
  const summary = openedCase(row.id).peek()?.summary;
  if (!summary) return undefined;
  const text = [...summary.labels.map(labelTerms), ...summary.tasks.map((task) => task.text), ...summary.ways.filter((way) => way.startsWith("sms:")).map((way) => way.split(":").at(-1)!), more].join("\n");
  return { id: `case/${row.id}`, kind: "case", title: summary.title, text };
}

async function inSmallSteps<T>(rows: readonly T[], open: (some: readonly T[]) => Promise<void>): Promise<void> {
  for (let at = 0; at < rows.length && !stop.signal.aborted; at += atATime) {
    const some = rows.slice(at, at + atATime);
    await whenFree();
    if (stop.signal.aborted) return;
    await open(some);
    filled.value = { ...filled.value, done: filled.value.done + some.length };
  }
}

async function casesFrom(after: number): Promise<void> {
  for (lastCase = after; !stop.signal.aborted;) {
    const page = await casework.casesAfter(lastCase, pageRows);
    if (page.length === 0) return;
    await inSmallSteps(page, async (rows) => {
      await openCases(rows);
      await keys.searchAdd(rows.flatMap((row) => caseDocument(row) ?? []));
    });
    lastCase = page.at(-1)!.number ?? lastCase;
    if (page.length < pageRows) return;
  }
}

async function addReports(rows: readonly ReportRow[]): Promise<void> {
  await keys.searchAdd((await openReports(rows)).filter((report) => report.problem === "").map(reportDocument));
}

async function reportsFrom(after: number): Promise<void> {
  for (lastReport = after; !stop.signal.aborted;) {
    const page = await casework.reportsAfter(lastReport, pageRows);
    if (page.length === 0) return;
    await inSmallSteps(page, async (rows) => {
      await addReports(rows);
    });
    lastReport = page.at(-1)!.number;
    if (page.length < pageRows) return;
  }
}

/** Reports that did not open for want of a key which has come since. */
async function reportsDenied(): Promise<void> {
  const rows = await casework.reportsById(deniedBefore());
  for (let at = 0; at < rows.length && !stop.signal.aborted; at += atATime) {
    await whenFree();
    if (stop.signal.aborted) return;
    await addReports(rows.slice(at, at + atATime));
  }
}

async function fill(): Promise<void> {
  // Cases before reports: a new message is known to belong to one as soon as it is open.
  await casesFrom(lastCase);
  await reportsFrom(lastReport);
  await reportsDenied();
  if (!stop.signal.aborted) filled.value = { ...filled.value, complete: true };
}

/** Until all is open that there is: also what is asked for while it runs, and when the line was broken for long. */
async function fillAgain(mine: AbortController): Promise<void> {
  for (let failed = 0; wanted && !mine.signal.aborted;) {
    wanted = false;
    try {
      await fill();
      failed = 0;
    } catch {
      wanted = true;
      failed += 1;
      await pause(Math.min(afterFailureMilliseconds * failed, afterFailureMillisecondsMax), mine.signal);
    }
  }
  if (stop === mine) running = undefined;
}

/** Goes on where it ended. */
export function fillInBackground(): void {
  if (phase.value !== "in" || !worksOnReports.value) return;
  wanted = true;
  running ??= fillAgain(stop);
}

effect(() => {
  if (phase.value === "in") {
    stop = new AbortController();
    return;
  }
  stop.abort();
  running = undefined;
  wanted = false;
  lastReport = 0;
  lastCase = 0;
  filled.value = { done: 0, complete: false };
});
