#!/usr/bin/env node
// Reports that are put to a case: what they make of it at once, and what becomes of those that are in another's, or in one that nobody vouches for.
import assert from "node:assert/strict";
import test from "node:test";
import { begin_desk, join, tell } from "./pages.mjs";

const ana = await begin_desk();
const { server } = ana;
const cai = await join(ana, "cai", "caseworker");
const eva = await join(ana, "eva", "supervisor");

const open_case = async (page, report, assignee = null) => page.files.openCase(await page.files.loadReport(report), assignee, []);
const row_of = (id) => server.cases.find((row) => row.id === id);
const put = async (page, id, { reports }) => page.files.change(await page.files.loadCase(id), { events: [], files: reports });
const looked = async (page, id) => page.files.change(await page.files.loadCase(id), { events: [{ kind: "view", body: { what: "case" } }] });
/** As lists show it to a page. */
async function summary(page, id) {
  await page.opened.openCases([server.row_of(row_of(id), page.who.id)]);
  return page.opened.openedCase(id).peek().summary;
}

test("another person's report counts for urgency and summary from the moment that it is put to a case", async () => {
  const { row } = await open_case(cai, await tell(server, { text: "calm" }, { priority: 4 }));
  assert.equal(row.urgency, 4);
  const danger = await tell(server, { text: "danger", never: ["Unit"], answers: { q_child: "yes" } }, { priority: 0 });
  await put(cai, row.id, await cai.files.loadReport(danger));
  assert.equal(row_of(row.id).urgency, 0);
  const { reports, never, child } = await summary(eva, row.id);
  assert.deepEqual([reports.length, never, child], [2, ["Unit"], true]);
});

test("any change raises the column of a case that is more urgent, and only one that says so lowers it", async () => {
  const { row } = await open_case(cai, await tell(server, { text: "words" }, { priority: 2 }));
  row_of(row.id).urgency = 4;
  await looked(cai, row.id);
  assert.equal(row_of(row.id).urgency, 2);
  // By an event that counts no more, as far as this page can see.
  row_of(row.id).urgency = 0;
  await looked(cai, row.id);
  await put(cai, row.id, await cai.files.loadReport(await tell(server, { text: "more" })));
  assert.equal(row_of(row.id).urgency, 0);
  await cai.files.change(await cai.files.loadCase(row.id), { events: [{ kind: "urgency", body: { from: 2, to: 3, reason: "calm", by: "person", seen: 99 } }] });
  assert.equal(row_of(row.id).urgency, 3);
});
