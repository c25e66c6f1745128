// After somebody has left: open cases get new keys, one after the other. Each is stored whole or not at all, so it can be gone on with at any time.
import { signal } from "@preact/signals";
import { ApiError } from "../api/client";
import { type CaseRow, casework } from "../api/casework";
import { keys } from "../keys/keys";
import { summaryNow } from "./casework/case_columns";
import { type CaseFile, holders, loadCase } from "./casework/case_file";
import { memberOf, refreshDesk } from "./desk";
import { me } from "./session";

/** Open cases whose key somebody knows who has left; null while that was not asked. */
export const toRekey = signal<number | null>(null);
let stopped = false;
/** After the case that is in hand. */
export const stopRekeying = (): void => void (stopped = true);

/** How far it is, while it runs. */
export const rekeying = signal<{ done: number; all: number } | null>(null);

/** Nothing is written in a closed case: it waits for its reopening. */
async function openOnes(): Promise<CaseRow[]> {
  const rows: CaseRow[] = [];
  for (let after = 0; ;) {
    const page = await casework.casesToRekey(after);
    if (page.length === 0) return rows.filter((row) => row.state !== "closed");
    rows.push(...page);
    after = page.at(-1)!.number!;
  }
}

export async function lookForOld(): Promise<void> {
  toRekey.value = (await openOnes()).length;
}

/** The case, where nobody vouches for what lists show of it: its author has left. */
async function withoutSummary(row: CaseRow): Promise<CaseFile | null> {
  if (row.summary && memberOf(row.summary.author)) return null;
  return loadCase(row.id).catch((error: unknown) => {
    if (error instanceof ApiError) throw error;
    return null;   // what does not open needs its new key all the same
  });
}

/** False when the key is not held here, or the case changed at the same moment. */
async function rekey(row: CaseRow): Promise<boolean> {
  const grant = row.grant ? { kind: "case" as const, scope: row.id, member: me.value!.id, sealed: row.grant } : null;
  const [opened] = await keys.openCases([{ id: row.id, recipient: row.recipient, grant, summary: null }]);
  if (!opened?.held) return false;
  const file = await withoutSummary(row);
  const made = await keys.rekeyCase({ id: row.id, recipient: row.recipient, members: holders(row.assignee), ...(file ? { summary: summaryNow(file) } : {}) });
  try {
    await casework.change(row.id, {
      events: [], set: { recipient: made.recipient, ...(made.summary ? { summary: made.summary } : {}) }, if: { key: made.key }, grants: made.grants,
      ...(file ? { after: file.state.lastEvent } : {}),
    });
    return true;
  } catch (error) {
    if (error instanceof ApiError && (error.status === 409 || error.status === 404)) return false;
    throw error;
  }
}

/** Gives all of them new keys, and says how many there were; 0 when it was stopped. Throws when the line breaks; what was done stays done. */
export async function rekeyCases(): Promise<number> {
  if (rekeying.value) return 0;
  stopped = false;
  rekeying.value = { done: 0, all: 0 };
  try {
    await refreshDesk();
    const rows = await openOnes();
    for (const [at, row] of rows.entries()) {
      if (stopped) return 0;
      rekeying.value = { done: at, all: rows.length };
      await rekey(row);
    }
    return rows.length;
  } finally {
    rekeying.value = null;
    await lookForOld();
  }
}
