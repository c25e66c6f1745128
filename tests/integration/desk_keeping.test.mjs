#!/usr/bin/env node
// What a desk keeps about itself, by the command line: invitations that wait, a new paper code, figures, and cases after somebody has left.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test, { before } from "node:test";
import { Place, twilio_message } from "./support.mjs";

let place;
let server;
const files = {};
before(async () => {
  place = await Place.found();
  server = await place.serve();
});

const as = (name = "demo") => server.as(name, files[name] ?? place.passphrase_file);
const code_in = (text) => /^[A-Za-z0-9_-]{32}$/m.exec(text)[0];
const lines = (text) => text.trim().split("\n").filter(Boolean).map((line) => JSON.parse(line));
async function enrol(name, code) {
  files[name] = place.write(`${name}.passphrase`, `${name}'s own long passphrase\n`);
  return place.succeed("member", "enrol", "--invitation", code, "--server", server.console, "--passphrase-file", files[name]);
}
async function join_desk(name, role) {
  const enrolled = await enrol(name, code_in(await place.succeed("member", "invite", name, "--role", role, ...as())));
  await place.let_in(name, ...as());
  return enrolled;
}
const acts = async () => lines(await place.succeed("activity", "--json", ...as())).map(({ act }) => act);

test("an invitation that waits is seen, and can be taken back", async () => {
  assert.match(await place.succeed("member", "invitations", ...as()), /No invitation is waiting/);
  const code = code_in(await place.succeed("member", "invite", "luis", "--role", "supervisor", ...as()));
  const kept = code_in(await place.succeed("member", "invite", "ana", ...as()));
  const shown = await place.succeed("member", "invitations", ...as());
  assert.match(shown, /^luis  supervisor  by demo at .* UTC, until .* UTC$/m);
  const waiting = lines(await place.succeed("member", "invitations", "--json", ...as()));
  assert.deepEqual(waiting.map(({ name, role, invited_by }) => [name, role, invited_by]).sort(), [["ana", "caseworker", "demo"], ["luis", "supervisor", "demo"]]);
  assert.ok(!shown.includes(code) && !shown.includes(kept), "the codes are with those who were invited");
  assert.match(await place.succeed("member", "withdraw", "luis", ...as()), /of no use any more/);
  assert.match(await place.refuse(1, "member", "withdraw", "luis", ...as()), /no invitation of that name/);
  files.other = place.write("other.passphrase", "somebody's long passphrase\n");
  assert.match(await place.refuse(1, "member", "enrol", "--invitation", code, "--server", server.console, "--passphrase-file", files.other), /unknown, used or too old/);
  await enrol("ana", kept);
  assert.match(await place.succeed("member", "invitations", ...as()), /No invitation is waiting/);
  assert.match(await place.refuse(1, "member", "invitations", ...as("ana")), /role at the desk/);
  await place.let_in("ana", ...as());
  const done = await acts();
  assert.equal(done.filter((act) => act === "member-invited").length, 2);
  assert.equal(done.filter((act) => act === "invitation-withdrawn").length, 1);
});

/** RFC 6238, of a secret in base32, `later` steps from now. */
function totp(secret, later = 0) {
  const bits = [...secret].map((symbol) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(symbol).toString(2).padStart(5, "0")).join("");
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30000) + later));
  const mac = createHmac("sha1", Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)))).update(counter).digest();
  return String((mac.readUInt32BE(mac[19] & 15) & 0x7fffffff) % 1000000).padStart(6, "0");
}

test("a new paper code takes the place of the old one", async () => {
  const first = /shown once: (\S+)/.exec(await join_desk("nora", "caseworker"))[1];
  const renewed = await place.succeed("member", "recovery-code", ...as("nora"));
  const second = /shown once: (\S+)/.exec(renewed)[1];
  assert.notEqual(second, first);
  files.fresh = place.write("fresh.passphrase", "nora's next long passphrase\n");
  const recover = (code) => ["member", "recover", "nora", "--server", server.console, "--passphrase-file", files.fresh, "--recovery-code-file", place.write("code", `${code}\n`)];
  assert.match(await place.refuse(1, ...recover(first)), /wrong, or this account has no code/);
  await place.succeed(...recover(second));
  files.nora = files.fresh;

  // With a second factor both are asked again, and a code is good once.
  const offered = await place.succeed("member", "second-factor", ...as("nora"));
  const secret = /^.*type the secret there: (\S+)$/m.exec(offered)[1];
  await place.succeed("member", "second-factor", "--confirm", totp(secret), ...as("nora"));
  const now = totp(secret, 1);   // right now, and for a minute
  assert.match(await place.refuse(1, "member", "recovery-code", "--totp", now, "--next-totp", now, ...as("nora")), /used before/);
  assert.equal((await acts()).filter((act) => act === "recovery-code-renewed").length, 1);
});

test("figures are exact for the desk, and held back for those who pass them on", async () => {
  await join_desk("anil", "analyst");
  for (let i = 0; i < 3; ++i) await server.tell(`figures ${i}`);
  const month = new Date().toISOString().slice(0, 7);
  const exact = JSON.parse(await place.succeed("figures", "--exact", "--json", ...as()));
  const now = exact.months.at(-1);
  assert.equal(now.month, month);
  assert.ok(now.reports.all >= 3);
  for (const part of ["urgency", "channel", "state", "first_read"]) assert.equal(Object.values(now.reports[part]).reduce((sum, count) => sum + count, 0), now.reports.all, part);
  const held = JSON.parse(await place.succeed("figures", "--json", ...as("anil")));
  assert.equal(held.exact, false);
  assert.equal(held.months.length, 12);
  assert.ok(held.months.every((one) => one.month < month && one.reports.all === null && Object.values(one.reports.urgency).every((count) => count === null)));
  assert.match(await place.refuse(1, "figures", "--exact", ...as("anil")), /role at the desk/);
  assert.match(await place.refuse(1, "figures", ...as("ana")), /role at the desk/);
  assert.match(await place.refuse(1, "figures", "--from", "last year", ...as()), /months as 2026-01/);
  assert.match(await place.refuse(1, "case", "queue", "--counts", ...as("anil")), /role at the desk/);
  const table = await place.succeed("figures", "--csv", ...as("anil"));
  assert.ok(table.startsWith('"month","what","by","value","count"\r\n'));
  for (const line of table.trim().split("\r\n").slice(1)) assert.match(line, /^"\d{4}-\d\d","(reports|cases)","\w+","\w*","(\d+|<5\*)"$/);
  assert.match(await place.succeed("figures", ...as("anil")), /urgency: 0 <5\*, 1 <5\*/);
  assert.ok((await acts()).includes("figures-read"));
});

test("after a removal open cases have new keys, and those who stay read all of them", async () => {
  await join_desk("luis", "caseworker");
  await server.tell("a case that goes on");
  const { id } = await server.case_of("a case that goes on");
  await place.succeed("case", "note", id, "--text", "written while Luis was here", ...as("luis"));
  assert.match(await place.succeed("member", "rekey", ...as()), /^Open cases with new keys: 0\.$/m, "nobody has left yet");
  assert.match(await place.succeed("member", "remove", "luis", ...as()), /new epoch has begun.*\n.*\nOpen cases with new keys: 1\.$/m);
  assert.match(await place.succeed("member", "rekey", ...as()), /^Open cases with new keys: 0\.$/m);
  await place.succeed("case", "note", id, "--text", "written when he had left", ...as("ana"));
  for (const name of ["ana", "demo"]) {
    const { timeline } = await server.show(id, name, files[name]);
    const notes = timeline.filter((entry) => entry.kind === "note");
    assert.deepEqual(notes.map(({ text }) => text), ["written while Luis was here", "written when he had left"], name);
  }
  // Who comes later is handed the earlier keys along.
  await join_desk("vera", "caseworker");
  assert.equal((await server.show(id, "vera", files.vera)).timeline.filter((entry) => entry.kind === "note").length, 2);
  assert.ok((await acts()).includes("case-rekeyed"));
  assert.match(await place.succeed("check", "--config", place.config), /sound/);
});

test("cases of somebody who left are nobody's: taken, handed out, written in, closed and opened again", async () => {
  await join_desk("tom", "caseworker");
  const ids = [];
  for (const text of ["Tom had this, first", "Tom had this, second", "Tom had this, third"]) {
    await server.tell(text);
    ids.push((await server.case_of(text)).id);
    await place.succeed("case", "claim", ids.at(-1), ...as("tom"));
  }
  const [taken, handed, written] = ids;
  const work = (name, command, ...words) => place.succeed("case", command, ...words, ...as(name));
  await work("demo", "close", written, "--type", "resolved", "--reason", "while Tom had it");
  await place.succeed("member", "remove", "tom", ...as());
  const assignee = async (id) => (await server.show(id)).assignee;
  assert.equal(await assignee(taken), null);
  assert.match(await work("ana", "claim", taken), /You have this case/);
  assert.equal(await assignee(taken), "ana");
  await work("demo", "assign", handed, "ana");
  assert.equal(await assignee(handed), "ana");
  await work("demo", "reopen", written, "--reason", "there is more");
  await place.succeed("member", "rekey", ...as());   // a closed case waits with it for its reopening
  await work("ana", "note", written, "--text", "by whoever comes next");
  assert.deepEqual([(await server.show(written)).state, await assignee(written)], ["open", null]);
});

test("the phone number stands in what is shown and exported only for a reason, which colleagues read", async () => {
  const fields = twilio_message("my number is not for everybody");
  await server.text(fields);
  const { id } = await server.case_of(fields.Body);
  const covered = JSON.stringify(await server.show(id));
  assert.ok(!covered.includes(fields.From), "covered");
  assert.ok(covered.includes(`${fields.From.slice(0, 4)} ••• ••${fields.From.slice(-2)}`));
  assert.ok(covered.includes(fields.Body));
  assert.match(await place.refuse(2, "case", "show", id, "--reason", "to call", ...as()), /--json/);
  assert.ok((await place.succeed("case", "show", id, "--json", "--reason", "to call back", ...as())).includes(fields.From));
  const views = (await server.show(id)).views.filter((view) => view.what === "number");
  assert.deepEqual(views.map(({ reason }) => reason), ["to call back"]);
  const folder = (name) => join(place.folder, name);
  await place.succeed("case", "export", id, "--output", folder("covered"), ...as());
  assert.ok(!readFileSync(join(folder("covered"), "case.json"), "utf8").includes(fields.From));
  await place.succeed("case", "export", id, "--output", folder("whole"), "--reason", "for the police", ...as());
  assert.ok(readFileSync(join(folder("whole"), "case.json"), "utf8").includes(fields.From));
  assert.ok((await server.show(id)).views.some((view) => view.what === "number" && view.reason === "for the police"));
  assert.ok(existsSync(folder("whole")));
});
