#!/usr/bin/env node
// Reports that are put to a case: what they make of it at once, and what becomes of those that are in another's, or in one that nobody vouches for.
import assert from "node:assert/strict";
import test from "node:test";
import { begin_desk, join, mailbox, tell } from "./pages.mjs";

const ana = await begin_desk();
const { server } = ana;
const more = { answering: "state/casework/answering", outcome: "state/casework/outcome" };
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

test("a message in a colleague's case is not taken a second time; what came since from the same person is", async () => {
  const way = { mailbox: mailbox("a colleague's") };
  const first = await tell(server, { text: "in eva's case", ...way });
  await open_case(eva, first, eva.who.id);
  const dan = await join(ana, "dan", "caseworker");
  const file = await dan.files.loadReport(first);
  assert.deepEqual([file.elsewhere, dan.files.isElsewhere(file)], [file.reports, true]);
  const cases = server.cases.length;
  await assert.rejects(dan.acts.begin(file, dan.who.id), { what: "filed" });
  assert.equal(server.cases.length, cases);

  const since = await tell(server, { type: "followup", text: "since", ...way });
  const taken = await dan.acts.begin(await dan.files.loadReport(since), dan.who.id);
  assert.deepEqual(taken.state.reports.map(({ row }) => row.id), [since]);
  await ana.membership.removeMember(dan.who.id);
});

test("also on a page that opened the first message before a colleague took it", async () => {
  const way = { mailbox: mailbox("taken since") };
  const first = await tell(server, { text: "read by both", ...way });
  const dan = await join(ana, "dan", "caseworker");
  assert.deepEqual((await dan.files.loadReport(first)).elsewhere, []);
  await open_case(eva, first, eva.who.id);
  const since = await tell(server, { type: "followup", text: "since then", ...way });
  const file = await dan.files.loadReport(since);
  assert.deepEqual(file.elsewhere.map(({ row }) => row.id), [first]);
  // Where the first one is, is looked for once.
  let pages = 0;
  dan.line = (request) => void (request === "GET /api/v1/cases" && pages++);
  assert.deepEqual((await dan.files.loadReport(since, file)).elsewhere.map(({ row }) => row.id), [first]);
  assert.equal(pages, 0);
  const taken = await dan.acts.begin(file, dan.who.id);
  assert.deepEqual(taken.state.reports.map(({ row }) => row.id), [since]);
  await ana.membership.removeMember(dan.who.id);
});

test("who writes again is led to the case of what they wrote before, though its summary no longer tells their way back", async () => {
  const ways = ["one", "two", "three", "four", "five"].map((name) => ({ mailbox: mailbox(`one of five: ${name}`) }));
  const first = await tell(server, { text: "of the first", ...ways[0] });
  const { row } = await open_case(cai, first);
  for (const way of ways.slice(1)) await put(cai, row.id, await cai.files.loadReport(await tell(server, { text: "of another", ...way })));
  const gil = await join(ana, "gil", "caseworker");
  assert.deepEqual(await gil.files.loadReport(first), { inCase: row.id });
  assert.deepEqual(await gil.files.loadReport(await tell(server, { type: "followup", text: "again", ...ways[0] })), { inCase: row.id });
  await ana.membership.removeMember(gil.who.id);
});

test("a message in a case that this page has not seen leads to it, also where no summary names it", async () => {
  const [told, untold] = [await tell(server, { text: "named by the summary" }), await tell(server, { text: "by the events only" })];
  const cases = [await open_case(cai, told), await open_case(cai, untold)].map(({ row }) => row.id);
  row_of(cases[1]).summary = null;
  const fay = await join(ana, "fay", "caseworker");
  assert.deepEqual([await fay.files.loadReport(told), await fay.files.loadReport(untold)], cases.map((inCase) => ({ inCase })));
  await ana.membership.removeMember(fay.who.id);
});

/** Somebody does this and is removed, and the server names them no more. */
async function by_somebody_forgotten(name, act) {
  const page = await join(ana, name, "caseworker");
  await act(page);
  await ana.membership.removeMember(page.who.id);
  server.former = server.former.filter(({ id }) => id !== page.who.id);
}

test("a message that nobody who is known put to a case leads to it, so that somebody is asked", async () => {
  const [all, one] = [await tell(server, { text: "all that is there" }), await tell(server, { text: "one of two" })];
  let first;
  const second = await open_case(eva, await tell(server, { text: "sure" }));
  await by_somebody_forgotten("gus", async (gus) => {
    first = await open_case(gus, all);
    await looked(cai, first.row.id);   // whose word proves the key
    await put(gus, second.row.id, await gus.files.loadReport(one));
  });
  const cases = [first, second].map(({ row }) => ({ inCase: row.id }));
  const una = await join(ana, "una", "caseworker");
  assert.deepEqual([await una.files.loadReport(all), await una.files.loadReport(one)], cases);
  for (const { row } of [first, second]) await looked(una, row.id);   // with which the summaries name them no more
  const udo = await join(ana, "udo", "caseworker");
  const before = server.asked.length;
  assert.deepEqual(await udo.files.loadReport(all), cases[0]);
  assert.equal(udo.files.isElsewhere(await udo.files.loadReport(one)), true);
  assert.ok(!server.asked.slice(before).includes(`GET /api/v1/cases/${second.row.id}/events`), "no look is recorded for nothing");
  await udo.files.loadCase(second.row.id);
  assert.deepEqual(await udo.files.loadReport(one), cases[1]);
  for (const page of [una, udo]) await ana.membership.removeMember(page.who.id);
});

test("until somebody says that it belongs there, nothing is decided, answered or deleted, also in a closed case", async () => {
  const way = { mailbox: mailbox("sure") };
  const { row } = await open_case(eva, await tell(server, { text: "sure", wish: "delete", ...way }));
  const doubted = await tell(server, { text: "doubted" });
  await by_somebody_forgotten("ivo", async (ivo) => put(ivo, row.id, await ivo.files.loadReport(doubted)));
  const una = await join(ana, "una", "supervisor", more);
  const file = await una.files.loadCase(row.id);
  assert.equal(file.unsure.length, 1);
  const before = server.events.length;
  const closes = [{ kind: "close", body: { type: "resolved", reason: "done" } }];
  for (const act of [
    () => una.files.change(file, { events: closes }), () => una.acts.claim(file), () => una.acts.record(file, [{ kind: "note", body: { text: "x" } }]),
    () => una.answering.send(file, { to: file.reports[0].row.id, text: "x", language: "en" }),
    () => new una.outcome.PreparedKeeping(file).record("why"), () => new una.outcome.PreparedDeletion(file, una.outcome.deletionOf(file), () => "gone").delete(),
  ]) await assert.rejects(act(), { what: "unsure" });
  assert.deepEqual([server.events.length, server.answers.size], [before, 0]);

  row_of(row.id).state = "closed";
  await server.answer(eva.who, "POST", `/api/v1/cases/${row.id}/events`, { events: await eva.call.sealEvents(row.id, closes) });
  const closed = await una.files.loadCase(row.id);
  assert.deepEqual([closed.state.state, closed.unsure.length], ["closed", 1]);
  const said = await una.files.change(closed, { events: [], files: closed.unsure });
  assert.deepEqual([said.state.reports.length, said.unsure.length, said.row.state], [2, 0, "closed"]);
});

test("a message in a case whose key nothing proves is taken anew", async () => {
  const report = await tell(server, { text: "taken by somebody forgotten" });
  await by_somebody_forgotten("hal", (hal) => open_case(hal, report));
  const ida = await join(ana, "ida", "caseworker");
  const file = await ida.files.loadReport(report);
  assert.deepEqual([file.row, file.elsewhere], [null, []]);
  const taken = await ida.acts.begin(file, null);
  assert.deepEqual(await ida.files.loadReport(report), { inCase: taken.row.id });
});
