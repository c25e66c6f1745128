#!/usr/bin/env node
// Colleagues come and go while pages are open: what the console's state makes of it.
import assert from "node:assert/strict";
import test from "node:test";
import { begin_desk, enrol, join, mailbox, tell, until } from "./pages.mjs";

const ana = await begin_desk();
const { server } = ana;
const cai = await join(ana, "cai", "caseworker");
const eva = await join(ana, "eva", "supervisor");

/** The conversation of a report, taken or for everybody. */
const open_case = async (page, report, assignee) => page.files.openCase(await page.files.loadReport(report), assignee, []);
const note = (text) => [{ kind: "note", body: { text } }];

test("a case of somebody who left is written in, taken, closed and opened again", async () => {
  const ben = await join(ana, "ben", "caseworker");
  await cai.desk.refreshDesk();
  const one = await open_case(ben, await tell(server, { text: "one" }), ben.who.id);
  const two = await open_case(ben, await tell(server, { text: "two" }), ben.who.id);
  await ana.membership.removeMember(ben.who.id);
  await ana.rekey.rekeyCases();
  for (const page of [cai, eva]) await page.desk.refreshDesk();

  const seen = await eva.files.change(await eva.files.loadCase(one.row.id), { events: note("ben had this") });
  assert.equal(seen.state.assignee, null, "nobody has it, as the server says");
  const taken = await cai.files.change(await cai.files.loadCase(one.row.id), { events: [{ kind: "assign", body: { to: cai.who.id } }], onlyIfAssignee: null });
  assert.deepEqual([taken.state.assignee, taken.row.assignee], [cai.who.id, cai.who.id]);

  const close = { type: "resolved", reason: "done" };
  const closed = await eva.files.change(await eva.files.loadCase(two.row.id), { events: [{ kind: "close", body: close }] });
  assert.equal(closed.row.state, "closed");
  const open = await eva.files.change(closed, { events: [{ kind: "reopen", body: { reason: "more" } }] });
  assert.deepEqual([open.row.state, open.row.assignee], ["open", null]);
});

test("who only looks decides nothing that a caseworker wrote by hand", async () => {
  const file = await open_case(cai, await tell(server, { text: "not to be closed" }), cai.who.id);
  const forged = await cai.call.sealEvents(file.row.id, [{ kind: "close", body: { type: "resolved", reason: "x" } }]);
  await server.answer(cai.who, "POST", `/api/v1/cases/${file.row.id}/events`, { events: forged });
  const looked = await eva.files.change(await eva.files.loadCase(file.row.id), { events: [{ kind: "view", body: { what: "case" } }] });
  assert.deepEqual([looked.row.state, looked.state.state], ["open", "close_asked"]);
});

test("a case that was handed to a colleague is stored, though it cannot be read any more", async () => {
  const file = await open_case(cai, await tell(server, { text: "for eva" }), cai.who.id);
  const then = await cai.files.change(file, { events: [{ kind: "assign", body: { to: eva.who.id } }] });
  assert.deepEqual([then.row.assignee, then.state.assignee], [eva.who.id, eva.who.id]);
});

test("what is assigned to nobody is everybody's to open", async () => {
  const file = await open_case(cai, await tell(server, { text: "for everybody" }), cai.who.id);
  const dan = await join(ana, "dan", "caseworker");
  await assert.rejects(dan.files.loadCase(file.row.id), (error) => error.status === 403);
  await cai.files.change(file, { events: [{ kind: "assign", body: { to: null } }] });
  assert.equal((await dan.files.loadCase(file.row.id)).state.assignee, null);
  await ana.membership.removeMember(dan.who.id);
});

test("a page that has been open for long seals to those who are here now", async () => {
  await cai.desk.loadDesk();
  const hal = await join(ana, "hal", "caseworker");
  const free = await open_case(cai, await tell(server, { text: "opened by an old page" }), null);
  assert.ok((await hal.files.loadCase(free.row.id)).row, "whoever came later opens it");
  await ana.membership.removeMember(hal.who.id);
  assert.ok((await open_case(cai, await tell(server, { text: "after hal has left" }), null)).row, "nobody who is gone is named to the server");
});

test("an open page hears of a new epoch, and opens what it could not", async () => {
  const ivo = await enrol(server, "ivo", "caseworker", { changes: "state/casework/changes" });
  const report = await tell(server, { text: "Before ivo was let in" });
  await until(() => ivo.opened.openedReport(report).peek()?.problem === "no_key", "the report to stay closed");
  await ana.desk.loadDesk();
  await ana.membership.letIn(ana.member(ivo.who));
  await until(() => ivo.opened.openedReport(report).peek()?.problem === "", "the report to open");
  assert.deepEqual((await ivo.call.searchQuery("before let")).map(({ id }) => id), [`report/${report}`], "and to be found");
  await ana.membership.beginEpoch();
  const second = await tell(server, { text: "Sealed to the new epoch" });
  await until(() => ivo.opened.openedReport(second).peek()?.problem === "", "what comes after a new epoch to open");
  assert.equal(ivo.desk.desk.value.epochs.length, server.epochs.length);
  ivo.signing.startOver();
});

test("keys that never arrived are given again", async () => {
  const kim = await enrol(server, "kim", "caseworker");
  const file = await open_case(cai, await tell(server, { text: "opened before kim came" }), null);
  await ana.desk.loadDesk();
  ana.line = (request) => (request === "POST /api/v1/grants" ? "cut" : undefined);
  await assert.rejects(ana.membership.letIn(ana.member(kim.who)), { type: "offline" });
  ana.line = () => undefined;
  assert.equal(ana.member(kim.who).vouched, true);
  await kim.desk.loadDesk();
  assert.equal(kim.desk.heldEpochs.value.length, 0);
  await ana.membership.giveKeysAgain(ana.member(kim.who));
  await kim.desk.refreshDesk();
  assert.equal(kim.desk.heldEpochs.value.length, server.epochs.length);
  assert.ok((await kim.files.loadCase(file.row.id)).row);
  await ana.membership.removeMember(kim.who.id);
});

test("a removal whose answer was lost is done, and the new epoch begins; without one, it is said until one begins", async () => {
  const leave = async (name) => (await join(ana, name, "caseworker")).who.id;
  const epochs = server.epochs.length;
  let lost = 0;
  ana.line = (request) => (request.startsWith("DELETE /api/v1/members") && lost++ === 0 ? "lose" : undefined);
  await ana.membership.removeMember(await leave("lea"));
  assert.deepEqual([lost, server.epochs.length], [2, epochs + 1]);
  await ana.departures.lookForDepartures();
  assert.equal(ana.departures.leftSinceEpoch.value, false);

  ana.line = (request) => (request === "POST /api/v1/epochs" ? "cut" : undefined);
  const mia = await leave("mia");
  await assert.rejects(ana.membership.removeMember(mia), (error) => error.constructor.name === "EpochNotBegun");
  assert.equal(ana.member(mia), undefined);
  ana.line = () => undefined;
  await ana.departures.lookForDepartures();
  assert.equal(ana.departures.leftSinceEpoch.value, true);
  await ana.membership.beginEpoch();
  await ana.departures.lookForDepartures();
  assert.equal(ana.departures.leftSinceEpoch.value, false);
  await assert.rejects(ana.membership.removeMember(mia), { status: 404 }, "nobody of that id, and no answer was lost");
});

test("a message to a case that somebody summarised who has left belongs to it, and a new key brings a new summary", async () => {
  const nia = await join(ana, "nia", "caseworker");
  const way = mailbox("nia's reporter");
  const file = await open_case(nia, await tell(server, { text: "Words that nia took up", mailbox: way }), null);
  await ana.membership.removeMember(nia.who.id);
  const eve = await join(ana, "eve", "caseworker");
  const follow_up = await tell(server, { type: "followup", text: "It is me again", mailbox: way });
  await eve.opened.openCases([server.row_of(server.cases.find(({ id }) => id === file.row.id), eve.who.id)]);
  assert.deepEqual(await eve.files.loadReport(follow_up), { inCase: file.row.id });
  assert.equal(eve.opened.openedCase(file.row.id).peek().summary.title, "Words that nia took up", "nia's signature is checked as before");
  const made = server.cases.find(({ id }) => id === file.row.id).summary.id;
  await ana.rekey.rekeyCases();
  assert.notEqual(server.cases.find(({ id }) => id === file.row.id).summary.id, made);
  await eve.opened.openCases([server.row_of(server.cases.find(({ id }) => id === file.row.id), eve.who.id)]);
  assert.equal(eve.opened.openedCase(file.row.id).peek().summary.title, "Words that nia took up");
});

test("a message after the end of a case is read by whoever opens it, belongs to it, and is spoken of until it is open again", async () => {
  await eva.desk.refreshDesk();
  const way = mailbox("closed");
  const file = await open_case(eva, await tell(server, { text: "It ends", mailbox: way }), null);
  const closed = await eva.acts.record(file, [{ kind: "close", body: { type: "resolved", reason: "done" } }]);
  assert.equal(closed.state.wroteAfterClosing, false);
  const follow_up = await tell(server, { type: "followup", text: "It does not", mailbox: way });
  await eva.files.loadReport(follow_up);
  const opened = await eva.files.loadCase(closed.row.id);
  assert.deepEqual(opened.fresh.map(({ row }) => row.id), [follow_up]);
  const taken = await eva.acts.takeIn(opened);
  assert.deepEqual([server.reports.find(({ id }) => id === follow_up).state, server.views.some(({ report }) => report === follow_up)], ["seen", true]);
  assert.deepEqual([taken.fresh, taken.state.reports.at(-1).row.id, taken.state.wroteAfterClosing], [[], follow_up, true]);
  const views = server.views.length;
  const again = await eva.acts.takeIn(await eva.files.loadCase(closed.row.id));
  assert.deepEqual([server.views.length, again.state.wroteAfterClosing], [views, true], "once an hour");
  const open = await eva.acts.record(again, [{ kind: "reopen", body: { reason: "it goes on" } }]);
  assert.deepEqual([open.state.wroteAfterClosing, server.reports.find(({ id }) => id === follow_up).state], [false, "filed"]);
});

test("a key that comes while an epoch ends opens what it could not", async () => {
  const oda = await join(ana, "oda", "caseworker");
  await ana.membership.beginEpoch();
  const { id: epoch } = server.epochs.at(-1);
  const [late] = server.grants.filter((grant) => grant.scope === epoch && grant.member === oda.who.id);
  server.grants.splice(server.grants.indexOf(late), 1);
  const report = await tell(server, { text: "of an epoch whose key comes late" });
  await oda.desk.refreshDesk();
  const open = async () => (await oda.opened.openReports([server.reports.find(({ id }) => id === report)]))[0].problem;
  const held = oda.desk.heldEpochs.value.length;
  assert.equal(await open(), "no_key");
  server.epochs.shift();
  server.grants.push(late);
  await oda.desk.refreshDesk();
  assert.equal(oda.desk.heldEpochs.value.length, held, "one went, one came");
  assert.equal(await open(), "");
});

test("messages that somebody put to a case of whom nobody knows are put there again by hand, and by no other word", async () => {
  const gus = await join(ana, "gus", "caseworker");
  const report = await tell(server, { text: "linked by somebody forgotten" });
  const { row } = await open_case(gus, report, null);
  await cai.desk.refreshDesk();
  await cai.files.change(await cai.files.loadCase(row.id), { events: note("by somebody who is known") });
  await ana.membership.removeMember(gus.who.id);
  server.former = server.former.filter(({ id }) => id !== gus.who.id);
  const una = await join(ana, "una", "caseworker");
  const file = await una.files.loadCase(row.id);
  assert.deepEqual([file.state.reports, file.unsure.map(({ row: { id } }) => id)], [[], [report]]);
  const linked = await una.files.change(file, { events: [], files: file.unsure });
  assert.deepEqual([linked.state.reports.map(({ row: { id } }) => id), linked.unsure], [[report], []]);
  const summary = (await una.opened.openCases([server.row_of(server.cases.find(({ id }) => id === row.id), una.who.id)]), una.opened.openedCase(row.id).peek().summary);
  assert.equal(summary.title, "linked by somebody forgotten");

  server.reports.find(({ id }) => id === report).state = "seen";
  const other = await join(ana, "udo", "caseworker");
  server.events = server.events.filter((event) => event.case !== row.id || event.author !== una.who.id);
  assert.deepEqual((await other.files.loadCase(row.id)).unsure, [], "what the server has as new is new");
});
