#!/usr/bin/env node
// The keys worker as the page asks it, without a page: a desk founded, a colleague let in, events signed and opened, and every lie of a
// server about desk, epochs, members and rows found.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import test from "node:test";
import { part } from "./parts.mjs";

const passphrase = "cinco palabras sin conexion";

const waiting = new Map();
let last = 0;
globalThis.self = { postMessage: (reply) => waiting.get(reply.number)(reply) };

/** A worker of its own: its calls by name. Refusals are thrown by their names. */
async function worker() {
  await part("keys/worker");
  const { onmessage } = globalThis.self;
  return new Proxy({}, {
    get: (_, call) => (call === "then" ? undefined : (...given) => new Promise((resolve, reject) => {
      const number = ++last;
      waiting.set(number, (reply) => ("failed" in reply ? reject(new Error(reply.failed)) : resolve(reply.taken)));
      onmessage({ data: { number, call, given } });
    })),
  });
}
const cost = (salt) => ({ salt, operations: 3, memory_bytes: 64 * 1024 * 1024 });

const admin = await worker();
const founded = await admin.found({ desk: "North", demo: true, name: "ana", passphrase });
await admin.derive(passphrase, cost(founded.enrolment.salt));
await admin.unlock({ id: founded.enrolment.member.id, wrapped_secret: founded.enrolment.wrapped_secret });
const colleague = await worker();
const joined = await colleague.enrol({ name: "ben", role: "caseworker", passphrase });
await colleague.derive(passphrase, cost(joined.enrolment.salt));
await colleague.unlock({ id: joined.enrolment.member.id, wrapped_secret: joined.enrolment.wrapped_secret });
const ana = { ...founded.enrolment.member, voucher: founded.voucher };
const ben = joined.enrolment.member;
const said = (more = {}) => ({ desk: founded.desk, epochs: [founded.epoch], members: [ana, ben], former: [], grants: founded.grants, known: { id: founded.desk.id, words: founded.desk_words }, ...more });
const flipped = (text) => text.slice(0, 10) + (text[10] === "A" ? "B" : "A") + text.slice(11);

test("a wrong passphrase opens nothing; a cheap one is not computed", async () => {
  const other = await worker();
  await other.derive("another passphrase", cost(founded.enrolment.salt));
  await assert.rejects(other.unlock({ id: ana.id, wrapped_secret: founded.enrolment.wrapped_secret }), /wrong_passphrase/);
  await assert.rejects(other.derive(passphrase, { ...cost(founded.enrolment.salt), operations: 1 }), /cost_odd/);
  await assert.rejects(other.derive(passphrase, { ...cost(founded.enrolment.salt), memory_bytes: 8192 }), /cost_odd/);
  await assert.rejects(other.enrol({ name: "x", role: "caseworker", passphrase: "short" }), /passphrase_short/);
  await assert.rejects(other.openReports([]), /desk_not_checked/);
});

test("one's own id has one way to be written: by another the desk that was seen here would not be found", async () => {
  const other = await worker();
  for (const id of [ana.id.toUpperCase(), `${ana.id}0`, ana.id.slice(0, 31), `${ana.id.slice(0, 30)}zz`]) {
    if (id === ana.id) continue;
    await other.derive(passphrase, cost(founded.enrolment.salt));
    await assert.rejects(other.unlock({ id, wrapped_secret: founded.enrolment.wrapped_secret }), /wrong_passphrase/);
  }
});

test("a desk that holds", async () => {
  const view = await admin.enter(said());
  assert.deepEqual(view.failures, []);
  assert.equal(view.words, founded.desk_words);
  assert.equal(view.holds_desk_key, true);
  assert.deepEqual(view.held, [founded.epoch.id]);
  assert.deepEqual(view.members.map(({ name, vouched, words }) => [name, vouched, words]), [["ana", true, founded.words], ["ben", false, joined.words]]);
});

test("a server that swaps desk key, epoch, member key or my own keys is found out", async () => {
  const stranger = await (await worker()).found({ desk: "North", demo: true, name: "eve", passphrase });
  const failures = async (more) => (await admin.enter(said(more))).failures;
  assert.deepEqual(await failures({ desk: { ...founded.desk, desk_key: stranger.desk.desk_key } }), ["desk_key_changed", "desk_key_not_held", "epoch_not_signed", "member_not_signed"]);
  // All signed anew by the stranger: the words that were seen before, and the key that is held, tell.
  const swapped = { ...stranger.desk, id: founded.desk.id };
  assert.ok((await failures({ desk: swapped, epochs: [], members: [] })).includes("desk_key_changed"));
  // Another id for a desk that this member's browser knows, with a key of the server's own: to be found out by somebody who does not hold the desk key, too.
  const renamed = { ...stranger.desk, id: "d".repeat(32) };
  assert.ok((await colleague.enter(said({ desk: renamed, epochs: [], members: [], grants: [] }))).failures.includes("desk_key_changed"));
  assert.ok((await colleague.enter(said({ desk: { ...founded.desk, id: "d".repeat(32) }, epochs: [], members: [], grants: [] }))).failures.includes("desk_key_changed"));
  assert.deepEqual(await failures({ epochs: [founded.epoch, stranger.epoch] }), ["epoch_not_signed"]);
  assert.deepEqual(await failures({ epochs: [{ ...founded.epoch, not_after: founded.epoch.not_after + 1 }] }), ["epoch_not_signed"]);
  assert.deepEqual(await failures({ epochs: [{ ...founded.epoch, recipient: stranger.epoch.recipient }] }), ["epoch_not_signed"]);
  assert.deepEqual(await failures({ members: [{ ...ana, sign_key: ben.sign_key }, ben] }), ["member_not_signed", "own_keys_changed"]);
  assert.deepEqual(await failures({ members: [ana, { ...ben, voucher: founded.voucher }] }), ["member_not_signed"]);
  assert.deepEqual(await failures({ members: [{ ...ana, recipient: ben.recipient, voucher: undefined }, ben] }), ["own_keys_changed"]);
  // One id twice: the one row would be vouched for, and what is sealed go to the keys of the other.
  const doubled = { ...stranger.enrolment.member, id: ana.id, role: "admin" };
  assert.deepEqual((await colleague.enter(said({ members: [{ ...doubled, voucher: "" }, ana, ben] }))).failures, ["member_not_signed"]);
  assert.deepEqual(await failures({ former: [{ ...ben, voucher: "" }] }), ["member_not_signed"]);
  // After a failure nothing is opened or sealed.
  await assert.rejects(admin.openReports([]), /desk_not_checked/);
  await assert.rejects(admin.newEpoch({}), /desk_not_checked/);
  await admin.enter(said());
});

let vouched;
test("a colleague is let in with exactly the words that were compared", async () => {
  await assert.rejects(admin.vouchAndGrant({ member: ben.id, words: founded.words, role: "caseworker" }), /member_changed/);
  await assert.rejects(admin.vouchAndGrant({ member: ben.id, words: joined.words, role: "admin" }), /member_changed/, "another role than was shown");
  const { voucher, grants } = await admin.vouchAndGrant({ member: ben.id, words: joined.words, role: "caseworker" });
  assert.deepEqual(grants.map(({ kind, scope, member }) => [kind, scope, member]), [["epoch", founded.epoch.id, ben.id]]);
  vouched = { ...ben, voucher };
  const view = await colleague.enter(said({ members: [ana, vouched], grants }));
  assert.deepEqual([view.failures, view.holds_desk_key, view.held], [[], false, [founded.epoch.id]]);
  assert.equal((await colleague.enter(said({ members: [ana, vouched], grants: founded.grants }))).unreadable, 1, "a grant to another does not open");
  await assert.rejects(colleague.newEpoch({}), /no_desk_key/);
  await admin.enter(said({ members: [ana, vouched] }));
  const { grants: anew } = await admin.newEpoch({ except: ben.id });
  assert.deepEqual(anew.map(({ member }) => member), [ana.id], "who leaves gets no key of the new epoch");
});

test("whoever is let in gets the cases that they are to read", async () => {
  const taken = await admin.newCase({ members: [ana.id], events: [], summary: null });
  const free = await admin.newCase({ members: [ana.id], events: [], summary: null });
  const { grants } = await admin.vouchAndGrant({ member: ben.id, words: joined.words, role: "caseworker", without: [taken.id] });
  const scopes = grants.filter(({ kind }) => kind === "case").map(({ scope }) => scope);
  assert.ok(scopes.includes(free.id));
  assert.ok(!scopes.includes(taken.id), "a colleague's");
});

test("auditors get no keys", async () => {
  const auditor = { ...ben, role: "auditor" };
  await admin.enter(said({ members: [ana, auditor] }));
  assert.deepEqual((await admin.vouchAndGrant({ member: ben.id, words: joined.words, role: "auditor" })).grants, []);
  await admin.enter(said({ members: [ana, { ...vouched, role: "auditor" }] }));
  assert.deepEqual((await admin.newEpoch({})).grants.map(({ member }) => member), [ana.id]);
  await admin.enter(said({ members: [ana, vouched] }));
});

test("events are signed, sealed, opened by a colleague, and a change is found", async () => {
  const made = await admin.newCase({ members: [ana.id, ben.id, "0".repeat(32)], events: [{ kind: "link", body: { reports: ["r"] } }, { kind: "note", body: { text: "Llam\u00f3" } }], summary: { title: "t" } });
  assert.deepEqual(made.grants.map(({ member }) => member).sort(), [ana.id, ben.id].sort());
  const grant = made.grants.find(({ member }) => member === ben.id);
  const summary = { ...made.summary, author: ana.id };
  const row = { id: made.id, recipient: made.recipient, grant, summary };
  const [opened] = await colleague.openCases([row]);
  assert.deepEqual([opened.held, opened.problem, opened.summary.body.title], [true, null, "t"]);
  assert.equal((await colleague.openCases([{ ...row, summary: { ...summary, author: ben.id } }]))[0].problem, "changed");
  const rows = made.events.map((one, at) => ({ ...one, number: at + 1, author: ana.id, recorded_hour: 490_000 }));
  const good = await colleague.openEvents(made.id, rows);
  assert.deepEqual(good.map(({ problem, content }) => [problem, content.kind]), [[null, "link"], [null, "note"]]);
  const problems = async (change) => (await colleague.openEvents(made.id, [{ ...rows[1], ...change }]))[0].problem;
  assert.equal(await problems({ id: rows[0].id }), "changed", "another row's id");
  assert.equal(await problems({ author: ben.id }), "changed", "another author");
  assert.equal(await problems({ sealed: rows[1].sealed.slice(0, -8) }), "unreadable");
  // All of it as it should be but for the signature: another's, the right one of other words, none.
  const { padJson, seal } = await part("keys/sealing");
  const { eventMessage, sign } = await part("keys/signing");
  const words = (text) => JSON.stringify({ v: 1, type: "event", id: rows[1].id, case: made.id, author: ana.id, kind: "note", time: 1, body: { text } });
  const forged = async (text, signature) => ({ sealed: Buffer.from(await seal(padJson({ v: 1, type: "event", signed: words(text), signature }), new Uint8Array(Buffer.from(made.recipient, "base64url")))).toString("base64url") });
  const by = (seed, text) => Buffer.from(sign(seed, eventMessage(words(text)))).toString("base64url");
  const nobody = new Uint8Array(randomBytes(32));
  for (const [what, change] of [["a stranger's", await forged("x", by(nobody, "x"))], ["zeros", await forged("x", "A".repeat(86))]]) assert.equal(await problems(change), "changed", what);
  assert.equal(await problems(await forged("x", "")), "changed", "none");
  await colleague.enter(said({ members: [{ ...ana, voucher: undefined }, vouched], grants: [] }));
  assert.equal(await problems({}), "author_unknown", "whom the desk key does not vouch for: a member of the server's own making");
  await colleague.enter(said({ members: [vouched], grants: [] }));
  assert.equal(await problems({}), "author_unknown", "whom the server does not name at all");
  await colleague.enter(said({ members: [vouched], former: [ana], grants: [] }));
  assert.equal(await problems({}), null, "has left: what they signed counts as before");
  assert.equal(await problems(await forged("x", by(nobody, "x"))), "changed", "in the name of somebody who has left");
  await colleague.enter(said({ members: [vouched], former: [{ ...ana, voucher: "" }], grants: [] }));
  assert.equal(await problems({}), "author_unknown", "who was never vouched for");
  await colleague.enter(said({ members: [ana, vouched], grants: [] }));
  const [more] = await colleague.sealEvents(made.id, [{ kind: "note", body: { text: "dos" } }]);
  assert.equal((await admin.openEvents(made.id, [{ ...more, number: 3, author: ben.id }]))[0].problem, null);
});

test("a key that the server foists on a case is not taken: neither in place of one that is held, nor as the first", async () => {
  await admin.enter(said({ members: [ana, vouched] }));
  await colleague.enter(said({ members: [ana, vouched], grants: [] }));
  const { padJson, seal } = await part("keys/sealing");
  const made = await admin.newCase({ members: [ana.id, ben.id], events: [{ kind: "note", body: { text: "words" } }], summary: { title: "t" } });
  const bytes = (text) => new Uint8Array(Buffer.from(text, "base64url"));
  // All that a server knows: who it is for, and a key of its own making. It may even claim earlier ones.
  const foisted = async (member, earlier) => ({
    kind: "case", scope: made.id, member: member.id,
    sealed: Buffer.from(await seal(padJson({ v: 1, type: "identity", scope: "case", id: made.id, secret: randomBytes(32).toString("base64url"), ...earlier }), bytes(member.recipient))).toString("base64url"),
  });
  const row = { id: made.id, recipient: made.recipient, grant: made.grants.find(({ member }) => member === ben.id), summary: { ...made.summary, author: ana.id } };
  const rows = made.events.map((one, at) => ({ ...one, number: at + 1, author: ana.id, recorded_hour: 490_000 }));
  const note = [{ kind: "note", body: { text: "for colleagues only" } }];

  // As the first grant of a session: nothing that a colleague signed opens by it.
  await assert.rejects(async () => {
    const fresh = await worker();
    await fresh.derive(passphrase, cost(joined.enrolment.salt));
    await fresh.unlock({ id: ben.id, wrapped_secret: joined.enrolment.wrapped_secret });
    await fresh.enter(said({ members: [ana, vouched], grants: [] }));
    await fresh.openCases([{ ...row, grant: await foisted(ben) }]);
    await fresh.openEvents(made.id, rows);
    await fresh.sealEvents(made.id, note);
  }, /case_key_unproved/);

  // In place of one that is held, as in the answer to a change that was refused.
  assert.equal((await colleague.openCases([row]))[0].problem, null);
  await colleague.sealEvents(made.id, note);
  assert.equal((await colleague.openCases([{ ...row, recipient: "", grant: await foisted(ben, { earlier: [randomBytes(32).toString("base64url")] }) }]))[0].held, false);
  await assert.rejects(colleague.sealEvents(made.id, note), /case_key_changed/);
  await assert.rejects(colleague.sealSummary(made.id, {}), /case_key_changed/);
  await assert.rejects(colleague.grantCase(made.id, [ana.id]), /case_key_changed/);
  await assert.rejects(colleague.openEvents(made.id, rows), /case_key_changed/);

  // A new key by a colleague is taken, and a late answer with the one before changes nothing.
  const rekeyed = await admin.rekeyCase({ id: made.id, recipient: made.recipient, members: [ana.id] });
  const first = made.grants.find(({ member }) => member === ana.id);
  await admin.openCases([{ ...row, recipient: rekeyed.recipient, grant: rekeyed.grants[0], summary: null }]);
  const named = await admin.caseKey(made.id);
  assert.notEqual(named, made.events[0].key);
  await admin.openCases([{ ...row, recipient: made.recipient, grant: first, summary: null }]);
  assert.equal(await admin.caseKey(made.id), named);
  assert.equal((await admin.sealEvents(made.id, note))[0].key, named);
});

test("a view is signed for its report and opens for colleagues", async () => {
  const report = { id: "ab".repeat(16), epoch: founded.epoch.id };
  const { sealed } = await admin.sealView(report, { what: "report" });
  const row = { author: ana.id, recorded_hour: 1, sealed };
  assert.deepEqual((await colleague.openViews(report, [row]))[0].content.report, report.id);
  assert.equal((await colleague.openViews(report, [row]))[0].problem, null);
  assert.equal((await colleague.openViews({ ...report, id: "cd".repeat(16) }, [row]))[0].problem, "changed");
});

test("reports: the id binds row and content", async () => {
  const { padJson, seal } = await part("keys/sealing");
  const { blake, join } = await part("keys/bytes");
  const recipient = new Uint8Array(Buffer.from(founded.epoch.recipient, "base64url"));
  const row = async (content, more = {}) => {
    const sealed = await seal(content instanceof Uint8Array ? content : padJson(content), recipient);
    return { id: Buffer.from(blake(join("hotline/v1/report-id", sealed)).subarray(0, 16)).toString("hex"), number: 1, epoch: founded.epoch.id, sealed: Buffer.from(sealed).toString("base64url"), ...more };
  };
  const good = await row({ v: 1, type: "report", answers: { q_story: "ayuda" } });
  const open = async (one) => (await colleague.openReports([one]))[0];
  assert.equal((await open(good)).content.answers.q_story, "ayuda");
  assert.equal((await open({ ...good, epoch: "0".repeat(32) })).content.answers.q_story, "ayuda", "a browser sealed to the epoch before");
  assert.equal((await open({ ...good, id: "0".repeat(32) })).problem, "changed");
  assert.equal((await open({ ...good, sealed: flipped(good.sealed) })).problem, "changed");
  assert.equal((await open(await row({ v: 2, type: "report" }))).problem, "newer");
  assert.equal((await open(await row(new Uint8Array(randomBytes(64))))).problem, "unreadable");
  const stranger = await worker();
  const keys = await stranger.found({ desk: "x", demo: true, name: "eve", passphrase });
  await stranger.derive(passphrase, cost(keys.enrolment.salt));
  await stranger.unlock({ id: keys.enrolment.member.id, wrapped_secret: keys.enrolment.wrapped_secret });
  await stranger.enter({ desk: keys.desk, epochs: [], members: [], former: [], grants: [], known: null });
  assert.equal((await stranger.openReports([good]))[0].problem, "no_key");
});

test("files: shown only as what browsers show without running it, and whole or not", async () => {
  const { seal } = await part("keys/sealing");
  const { createHash } = await import("node:crypto");
  const content = new Uint8Array(randomBytes(5000));
  const sealed = await seal(new Uint8Array([...content, ...new Uint8Array(120)]), new Uint8Array(Buffer.from(founded.epoch.recipient, "base64url")));
  const attachment = { id: "", name: "a", bytes: 5000, sha256: createHash("sha256").update(content).digest("hex"), media_type: "image/jpeg" };
  const open = (more) => admin.openFile({ epoch: founded.epoch.id }, { ...attachment, ...more }, sealed.slice().buffer);
  const { blob, whole } = await open({});
  assert.deepEqual([blob.type, whole, Buffer.compare(Buffer.from(await blob.arrayBuffer()), content)], ["image/jpeg", true, 0]);
  for (const media_type of ["text/html", "image/svg+xml", "application/xhtml+xml", "text/javascript"]) assert.equal((await open({ media_type })).blob.type, "application/octet-stream");
  assert.equal((await open({ sha256: "0".repeat(64) })).whole, false);
});

test("recovery: the same secret under a new passphrase and a new code", async () => {
  const lost = await worker();
  const { recovery_auth } = await lost.recoveryAuth(founded.recovery_code.toLowerCase());
  assert.ok(recovery_auth);
  const fresh = await lost.recover({ member_id: ana.id, recovery_wrapped: founded.enrolment.recovery_wrapped, passphrase: "seis palabras sin conexion" });
  assert.notEqual(fresh.recovery_code, founded.recovery_code);
  await lost.derive("seis palabras sin conexion", cost(fresh.salt));
  assert.equal((await lost.unlock({ id: ana.id, wrapped_secret: fresh.wrapped_secret })).sign_key, ana.sign_key);
  await assert.rejects(lost.recoveryAuth(founded.recovery_code.slice(0, -1)), /code_short/);
});

test("drafts open for their writer only", async () => {
  const sealed = await admin.sealDraft("a draft");
  assert.equal(await admin.openDraft(sealed), "a draft");
  assert.equal(await colleague.openDraft(sealed), null);
});

test("after somebody has left, what is written in a case they cannot open; those who stay open all of it", async () => {
  await admin.enter(said({ members: [ana, vouched] }));
  await colleague.enter(said({ members: [ana, vouched], grants: [] }));
  const made = await admin.newCase({ members: [ana.id, ben.id], events: [{ kind: "note", body: { text: "before" } }] });
  const grant_of = (grants, member) => grants.find((grant) => grant.member === member);
  const row = { id: made.id, recipient: made.recipient, grant: grant_of(made.grants, ben.id), summary: null };
  assert.equal((await colleague.openCases([row]))[0].held, true, "ben holds the key");
  const rekeyed = await admin.rekeyCase({ id: made.id, recipient: made.recipient, members: [ana.id] });
  assert.deepEqual(rekeyed.grants.map(({ member }) => member), [ana.id], "ben gets no new one");
  assert.equal(rekeyed.key, made.events[0].key, "which names the key that it replaces");
  await assert.rejects(admin.rekeyCase({ id: made.id, recipient: ana.recipient, members: [ana.id] }), /no_key/, "a server that names another key");

  const again = { ...row, recipient: rekeyed.recipient, grant: grant_of(rekeyed.grants, ana.id) };
  await admin.openCases([again]);
  const [after] = await admin.sealEvents(made.id, [{ kind: "note", body: { text: "after" } }]);
  assert.notEqual(after.key, made.events[0].key);
  assert.equal(after.key, await admin.caseKey(made.id));
  const rows = [made.events[0], after].map(({ key: _, ...one }, at) => ({ ...one, number: at + 1, author: ana.id, recorded_hour: 490_000 }));
  assert.deepEqual((await admin.openEvents(made.id, rows)).map(({ problem, content }) => [problem, content?.body.text]), [[null, "before"], [null, "after"]]);
  assert.deepEqual((await colleague.openEvents(made.id, rows)).map(({ problem }) => problem), [null, "unreadable"], "ben opens what was, and no more");

  // Who is let in later is handed the earlier keys along; so is who gets the case, and a second change of keys loses none.
  const [handed] = await admin.grantCase(made.id, [ben.id]);
  const twice = await admin.rekeyCase({ id: made.id, recipient: rekeyed.recipient, members: [ana.id, ben.id] });
  for (const grant of [handed, grant_of(twice.grants, ben.id)]) {
    const newcomer = await worker();
    await newcomer.derive(passphrase, cost(joined.enrolment.salt));
    await newcomer.unlock({ id: ben.id, wrapped_secret: joined.enrolment.wrapped_secret });
    await newcomer.enter(said({ members: [ana, vouched], grants: [] }));
    await newcomer.openCases([{ ...row, recipient: "", grant }]);
    assert.deepEqual((await newcomer.openEvents(made.id, rows)).map(({ problem }) => problem), [null, null]);
  }
});
