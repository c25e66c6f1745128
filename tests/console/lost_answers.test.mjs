#!/usr/bin/env node
// A line that breaks, colleagues who write at the same moment, and a session that ends in the wrong one: nothing is stored twice, called done or undone.
import assert from "node:assert/strict";
import test from "node:test";
import { begin_desk, join, mailbox, tell, until } from "./pages.mjs";
import { part } from "./parts.mjs";

const ana = await begin_desk();
const { server } = ana;
const cai = await join(ana, "cai", "caseworker", { outcome: "state/casework/outcome" });
const eva = await join(ana, "eva", "supervisor");

const open_case = async (page, report, assignee = null) => page.files.openCase(await page.files.loadReport(report), assignee, []);
/** Loses the answer to the next such request; `cut`: what is asked after it, until the line is mended. */
function lose(page, lost, cut = []) {
  let at = 0;
  page.line = (request) => (lost.test(request) && at++ === 0 ? "lose" : at > 0 && cut.some((one) => one.test(request)) ? "cut" : undefined);
  return () => (page.line = () => undefined);
}
const stored = (id) => server.events.filter((event) => event.case === id).length;

test("a claim and a note whose answer was lost are stored once, and nobody was quicker", async () => {
  const file = await open_case(eva, await tell(server, { text: "claimed over a bad line" }));
  const mine = await cai.files.loadCase(file.row.id);
  const claim = { events: [{ kind: "assign", body: { to: cai.who.id } }], onlyIfAssignee: null };
  const mend = lose(cai, /POST .*\/events/);
  await assert.rejects(cai.files.change(mine, claim), { type: "offline" });
  assert.equal((await cai.files.change(mine, claim)).state.assignee, cai.who.id);
  mend();
  const note = (text, seen) => ({ events: [{ kind: "note", body: { text, seen } }] });
  const before = await cai.files.loadCase(file.row.id);
  lose(cai, /POST .*\/events/);
  await assert.rejects(cai.files.change(before, note("said once", 1)), { type: "offline" });
  // The page may have read it again by now.
  const events = stored(file.row.id);
  await cai.files.change(await cai.files.loadCase(file.row.id), note("said once", 2));
  assert.equal(stored(file.row.id), events);
  await cai.files.change(await cai.files.loadCase(file.row.id), note("said once", 2));
  assert.equal(stored(file.row.id), events + 1, "said again on purpose, it stands there again");
});

/** Presses by a line that loses the answer, and all that is asked after it. */
async function press_blindly(page, act) {
  const mend = lose(page, /POST .*\/(events|cases)$/, [/GET/]);
  await assert.rejects(act(), { type: "offline" });
  mend();
}
/** That much later for all pages. */
function later(milliseconds) {
  const now = Date.now;
  Date.now = () => now() + milliseconds;
  return () => (Date.now = now);
}

test("messages put to a case whose answer was lost are there, and no colleague was quicker", async () => {
  const file = await open_case(cai, await tell(server, { text: "the case" }));
  const more = await cai.files.loadReport(await tell(server, { text: "belongs to it" }));
  const put = () => cai.files.change(file, { events: [], files: more.reports });
  const mend = lose(cai, /POST .*\/events/, [/GET/]);
  await assert.rejects(put(), { type: "offline" });
  mend();
  const events = stored(file.row.id);
  assert.equal((await put()).reports.length, 2);
  assert.equal(stored(file.row.id), events);
});

test("a claim whose answer was lost is made anew once the case came back", async () => {
  const { row } = await open_case(eva, await tell(server, { text: "claimed, handed on and free again" }));
  const claim = { events: [{ kind: "assign", body: { to: cai.who.id } }], onlyIfAssignee: null };
  const unclaimed = await cai.files.loadCase(row.id);
  await press_blindly(cai, () => cai.files.change(unclaimed, claim));
  for (const to of [eva.who.id, null]) await eva.files.change(await eva.files.loadCase(row.id), { events: [{ kind: "assign", body: { to } }] });
  assert.equal((await cai.files.change(await cai.files.loadCase(row.id), claim)).row.assignee, cai.who.id);
});

test("the same words are said anew once they have stood there for a while", async () => {
  const { row } = await open_case(eva, await tell(server, { text: "the same words later" }));
  const note = { events: [{ kind: "note", body: { text: "called, nobody there" } }] };
  const before = await cai.files.loadCase(row.id);
  await press_blindly(cai, () => cai.files.change(before, note));
  const events = stored(row.id);
  const file = await cai.files.loadCase(row.id);
  const back = later(61_000);
  await cai.files.change(file, note);
  back();
  assert.equal(stored(row.id), events + 1);
});

test("a claim that is made twice at once is made", async () => {
  const file = await open_case(cai, await tell(server, { text: "claimed twice" }));
  const done = await Promise.all([cai.acts.claim(file), cai.acts.claim(file)]);
  assert.deepEqual(done.map(({ row }) => row.assignee), [cai.who.id, cai.who.id]);
  assert.equal(server.events.filter((event) => event.case === file.row.id).length, 2, "the link, and one claim");
});

test("what did not arrive and cannot any more is said anew, with all that was seen since", async () => {
  const way = { mailbox: mailbox("lowered") };
  const { row } = await open_case(cai, await tell(server, { text: "danger", ...way }, { priority: 0 }));
  const lowers = { kind: "urgency", body: { from: 0, to: 3, reason: "false alarm", by: "person" } };
  cai.line = (request) => (/POST .*events$/.test(request) ? "cut" : undefined);
  const before = await cai.files.loadCase(row.id);
  await assert.rejects(cai.acts.record(before, [lowers]), { type: "offline" });
  cai.line = () => undefined;
  const more = await tell(server, { text: "danger again", ...way }, { priority: 0 });
  await cai.opened.openReports(server.reports.filter(({ id }) => id === more));
  const seen = await cai.acts.takeIn(await cai.files.loadCase(row.id));
  assert.deepEqual([seen.reports.length, (await cai.acts.record(seen, [lowers])).state.urgency], [2, 3]);
});

test("who looked an hour later is recorded with that hour", async () => {
  const { row } = await open_case(eva, await tell(server, { text: "looked at twice" }));
  const view = { events: [{ kind: "view", body: { what: "case" } }] };
  const seen = await cai.files.loadCase(row.id);
  await press_blindly(cai, () => cai.files.change(seen, view));
  const events = stored(row.id);
  await cai.files.change(await cai.files.loadCase(row.id), view);
  assert.equal(stored(row.id), events + 1);
});

test("what is wanted with opening a case that turns out to be open is done in it", async () => {
  const text = "opened for the team, then taken";
  const report = await cai.files.loadReport(await tell(server, { text, priority: 1 }));
  await press_blindly(cai, () => cai.acts.begin(report, null));
  const cases = server.cases.length;
  const file = await cai.acts.begin(report, cai.who.id);
  assert.deepEqual([server.cases.length, file.row.assignee, file.state.assignee], [cases, cai.who.id, cai.who.id]);
  assert.equal(file.events.filter(({ kind }) => kind === "task").length, new Set(file.state.tasks.map((task) => task.text)).size, "the first step is there once");

  const other = await cai.files.loadReport(await tell(server, { text: "kept after it was opened" }));
  await press_blindly(cai, () => cai.files.openCase(other, null, []));
  const keep = { kind: "keep", body: { text: "why", seen: 1, answers: [], tags_end: 0 } };
  const kept = await cai.files.openCase(other, null, [keep]);
  assert.deepEqual(kept.events.map(({ kind }) => kind), ["link", "keep"]);
});

test("a case that a colleague took before it was known to be open is theirs, and is asked for once", async () => {
  const report = await cai.files.loadReport(await tell(server, { text: "taken by a colleague meanwhile" }));
  await press_blindly(cai, () => cai.files.openCase(report, null, []));
  const { id } = server.cases.at(-1);
  await eva.files.change(await eva.files.loadCase(id), { events: [{ kind: "assign", body: { to: eva.who.id } }] });
  await assert.rejects(cai.files.openCase(report, cai.who.id, []), { what: "claimed" });
  await assert.rejects(cai.files.openCase(report, cai.who.id, []), { what: "filed" }, "not asked for again and again");
});

test("a wish that was refused, and a deletion, whose answer was lost stand there once", async () => {
  const { Identity, recipientText } = await part("keys/sealing");
  const recipient = recipientText((await Identity.of(crypto.getRandomValues(new Uint8Array(32)))).recipient);
  const wish = async (name) => {
    const way = { mailbox: { ...mailbox(name), recipient } };
    await tell(server, { text: name, ...way });
    return open_case(cai, await tell(server, { text: "", wish: "delete", ...way }));
  };
  for (const [name, prepare] of [
    ["keep", (file) => { const keeping = new cai.outcome.PreparedKeeping(file); return () => keeping.record("why"); }],
    ["delete", (file) => { const deletion = new cai.outcome.PreparedDeletion(file, cai.outcome.deletionOf(file), () => "gone"); return () => deletion.delete(); }],
  ]) {
    const file = await wish(name);
    const before = stored(file.row.id);
    const press = prepare(file);
    await press_blindly(cai, press);
    assert.equal(stored(file.row.id), before + 1, name);
    cai.line = (request) => (/answers|deletions/.test(request) ? { status: 503, body: {} } : undefined);
    await press().catch(() => undefined);
    cai.line = () => undefined;
    assert.equal(stored(file.row.id), before + 1, name);
  }
  const file = await wish("other words");
  const keeping = new cai.outcome.PreparedKeeping(file);
  await press_blindly(cai, () => keeping.record("why"));
  await assert.rejects(keeping.record("other words"), { what: "changed" }, "what they perhaps read already stays");
});

test("a case that was opened without hearing of it is gone on with", async () => {
  const report = await cai.files.loadReport(await tell(server, { text: "opened over a bad line" }));
  const cases = server.cases.length;
  const mend = lose(cai, /POST \/api\/v1\/cases$/, [/GET \/api\/v1\/cases/]);
  await assert.rejects(cai.files.openCase(report, cai.who.id, []), { type: "offline" });
  mend();
  const file = await cai.files.openCase(report, cai.who.id, []);
  assert.deepEqual([server.cases.length, file.state.assignee], [cases + 1, cai.who.id]);
});

test("a child that a colleague writes of meanwhile is asked for before the case is closed", async () => {
  const file = await open_case(eva, await tell(server, { text: "closed at the same moment" }));
  const close = { events: [{ kind: "close", body: { type: "resolved", reason: "done" } }] };
  await cai.files.change(await cai.files.loadCase(file.row.id), { events: [{ kind: "labels", body: { add: ["child"] } }] });
  await assert.rejects(eva.files.change(file, close), { what: "changed" });
  assert.equal((await eva.files.loadCase(file.row.id)).state.state, "open");
  const police = { trigger: "a", when: "b", whom: "c", what: "d", by: "e" };
  const closed = { events: [{ kind: "close", body: { ...close.events[0].body, police } }] };
  const now = await eva.files.loadCase(file.row.id);
  await cai.files.change(await cai.files.loadCase(file.row.id), { events: [{ kind: "note", body: { text: "one more word" } }] });
  assert.equal((await eva.files.change(now, closed)).row.state, "closed", "what changes nothing of it holds nothing up");
  await assert.rejects(ana.files.change(await ana.files.loadCase(file.row.id), closed), { what: "changed" }, "closed once");
});

test("what is read in the background goes on by itself after the line was broken for long", async () => {
  await tell(server, { text: "read in the background" });
  let cut = 0;
  ana.line = (request) => (request === "GET /api/v1/reports" && cut++ < 20 ? "cut" : undefined);
  ana.background.fillInBackground();
  await until(() => ana.background.filled.value.complete, "all to be open");
  assert.ok(cut > 20);
  ana.line = () => undefined;
});

test("the number of changes is asked before what is shown", async () => {
  const pia = await join(ana, "pia", "caseworker", { changes: "state/casework/changes" });
  pia.signing.startOver();
  const asked = [];
  pia.line = (request) => void asked.push(request);
  pia.desk.desk.value = null;
  pia.session.phase.value = "in";
  await until(() => asked.some((request) => /queue$/.test(request)), "the queue");
  assert.ok(asked.indexOf("GET /api/v1/changes") < asked.indexOf("GET /api/v1/queue"));
  pia.signing.startOver();
});

test("a session that ends while the page is being locked has ended", async () => {
  let settled;
  const forget = cai.lock.beforeLock(() => new Promise((resolve) => (settled = resolve)));
  const locking = cai.signing.lock();
  await until(() => settled, "the lock to wait");
  cai.signing.ended();
  settled();
  await locking;
  assert.deepEqual([cai.session.phase.value, cai.session.me.value, cai.signing.farewell.value], ["signed_out", null, "ended"]);
  forget();

  const out = eva.lock.beforeLock(() => new Promise(() => undefined));
  const waited = eva.signing.lock();
  await eva.signing.signOut();
  await waited;
  assert.equal(eva.session.phase.value, "signed_out");
  out();
});
