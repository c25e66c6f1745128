#!/usr/bin/env node
// What the command line says to whoever uses it wrongly, to programs (--json), and when a server is not to be trusted.
//
// Seen red: with fail() where misuse() stands; with the passphrase files read after the database was opened; without check_way()
// (server/cli/http_transport.cpp); with the exit code as the command gave it, whatever became of what it printed.
import assert from "node:assert/strict";
import { chmodSync, chownSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import test, { after, before } from "node:test";
import { Place, curl, hotline, run } from "./support.mjs";

let place;
let server;
before(async () => {
  place = await Place.found();
  server = await place.serve();
});
const as = () => server.as();
const lines = (text) => text.trim().split("\n").filter(Boolean).map((line) => JSON.parse(line));

test("what cannot be meant is wrong usage, before anybody signs in", async () => {
  const nowhere = ["--server", "http://127.0.0.1:1", "--member", "demo", "--passphrase-file", place.passphrase_file];
  for (const words of [["case", "queue", "--view", "x"], ["member", "invite", "ana", "--role", "x"], ["session", "end"], ["case", "close", "abcd", "--type", "x", "--reason", "y"],
    ["case", "status", "abcd", "--status", "x", "--decided-by", "police"], ["case", "translate", "abcd", "--language", "?"], ["case", "label", "abcd"], ["case", "task", "abcd"],
    ["case", "assign", "abcd"], ["case", "hold", "abcd"]]) {
    const line = await place.refuse(2, ...words, ...nowhere);
    assert.match(line, /no such|say |name |give /, words.join(" "));
  }
});

test("an empty text is said to be empty: nobody waits for standard input", async () => {
  await server.tell("answer me");
  const { id } = await server.case_of("answer me");
  for (const words of [["reply", id], ["note", id], ["translate", id, "--language", "es"], ["task", id, "--due", "+1d"], ["keep", id], ["delete", id, "--yes"]]) {
    // What came on standard input must not be taken for it.
    const done = await run(hotline, ["case", ...words, "--text", "", ...as()], { input: "words of somebody else" });
    assert.equal(done.status, 1, words.join(" "));
    assert.match(done.stderr, /^hotline: --text is empty/, words.join(" "));
  }
  assert.deepEqual((await server.show(id)).timeline.filter(({ kind }) => !["report", "seen"].includes(kind)), []);
  const done = await run(hotline, ["case", "note", id, ...as()], { input: "read from standard input" });
  assert.equal(done.status, 0, done.stderr);
});

test("lists and states for programs", async () => {
  const [desk] = lines(await place.succeed("desk", "list", "--json", "--config", place.config));
  assert.deepEqual([desk.name, desk.demo, desk.desk_key.split("-").length], [place.name, true, 8]);
  assert.match(desk.id, /^[0-9a-f]{32}$/);
  assert.match(desk.epoch_until, /^\d{4}-\d\d-\d\d$/);
  const [member] = lines(await place.succeed("member", "list", "--json", ...as()));
  assert.deepEqual([member.name, member.role, member.vouched], ["demo", "admin", true]);
  assert.ok((await place.succeed("member", "list", ...as())).includes(member.words));
  const [epoch] = lines(await place.succeed("epoch", "list", "--json", ...as()));
  assert.deepEqual([epoch.holds_key, epoch.until], [true, desk.epoch_until]);
  const sessions = lines(await place.succeed("session", "list", "--json", ...as()));
  assert.equal(sessions.filter(({ current }) => current).length, 1);
  for (const session of sessions) assert.deepEqual(Object.keys(session), ["id", "client", "since", "last_seen", "current"]);
  const checked = lines(await place.succeed("check", "--json", "--config", place.config));
  assert.deepEqual([checked.length, checked[0].sound, checked[0].members, checked[0].problems], [1, true, 1, []]);
  // The listeners of the settings have port 0, where nobody is: so something needs a person here.
  const status = await place.hotline("status", "--json", "--config", place.config);
  assert.equal(status.status, 1);
  const states = lines(status.stdout.toString());
  assert.deepEqual(states.filter(({ ok }) => !ok).map(({ subject }) => subject), ["public", "console"]);
  assert.match(states.find(({ subject }) => subject === "database").text, /hotline\.db, \d+ MiB/);
  assert.match(status.stderr, /^hotline: 2 of these need somebody/);
});

test("what could not be written to standard output is said", async () => {
  const to_full_disk = (...words) => run("sh", ["-c", 'exec "$0" "$@" > /dev/full', hotline, ...words]);
  // A short and a long one, one by the network, and one that is asked for before any command.
  for (const words of [["desk", "list", "--config", place.config], ["licences"], ["member", "list", ...as()], ["--version"], ["--help"]]) {
    const { status, stderr } = await to_full_disk(...words);
    assert.deepEqual([status, stderr.split("\n").length], [1, 2], `${words[0]}: ${stderr}`);
    assert.match(stderr, /^hotline: .*standard output/, words[0]);
  }
  // What went wrong before that keeps its own line, and what prints nothing has nothing to lose.
  for (const [status, ...words] of [[1, "desk", "list", "--config", place.path("none")], [2, "no-such-command"]]) {
    const done = await to_full_disk(...words);
    assert.equal(done.status, status, done.stderr);
    assert.doesNotMatch(done.stderr, /standard output/);
  }
});

test("no sign-in over plain http:// to another machine", async () => {
  for (const host of ["console.example.org", "10.0.0.5:8081", "192.168.1.2", "[2001:db8::1]:8081", "127.0.0.1.example.org", "localhost.example.org", "onion"]) {
    assert.match(await place.refuse(1, "case", "list", "--server", `http://${host}`, ...as().slice(2)), /over http:\/\/ .*give the console's https:\/\/ address/, host);
  }
  const { port } = new URL(server.console);
  for (const host of ["localhost", "127.0.0.1"]) await place.succeed("case", "list", "--server", `http://${host}:${port}`, ...as().slice(2));
  // Where nobody is: but it was tried.
  for (const at of [`http://${"a".repeat(56)}.onion`, "http://[::1]:1", "http://127.8.8.8:1", "unix:/nowhere"]) {
    assert.match(await place.refuse(1, "case", "list", "--server", at, ...as().slice(2)), /is not there|not known by that name|could not be talked to/, at);
  }
});

test("an enrolment that fails says why, and no name moves what stands on the terminal", async () => {
  const enrol = (to) => ["member", "enrol", "--invitation", "x", "--server", to, "--passphrase-file", place.passphrase_file];
  assert.match(await place.refuse(1, ...enrol(server.console)), /unknown, used or too old/);
  assert.match(await place.refuse(1, ...enrol("http://127.0.0.1:1")), /is not there/);
  let answer;
  const captured = createServer((request, response) => {
    response.writeHead(answer.status, { "Content-Type": "application/json" });
    response.end(JSON.stringify(answer.body));
  }).listen(0, "127.0.0.1");
  after(() => captured.close());
  await new Promise((resolve) => captured.once("listening", resolve));
  const at = `http://127.0.0.1:${captured.address().port}`;
  answer = { status: 503, body: { detail: "The disk is full." } };
  assert.match(await place.refuse(1, ...enrol(at)), /The disk is full\./);
  const desk = { id: "1".repeat(32), name: "Desk", desk_key: "A".repeat(43), demo: false };
  answer = { status: 200, body: { name: "ana\u001b[2J\u001b[H", role: "caseworker", desk } };
  assert.match(await place.refuse(1, ...enrol(at)), /control characters/);
  answer = { status: 200, body: { name: "ana", role: "caseworker", desk: { ...desk, name: "Desk\u001b[8m" } } };
  assert.match(await place.refuse(1, ...enrol(at)), /control characters/);
});

test("root reads passphrase files that only root can read", { skip: process.getuid() !== 0 && "only root goes on as somebody else" }, async () => {
  const service = 65534;
  const at = new Place();
  // As the package has it: settings and key are root's, the database lies in a folder of the service's.
  chmodSync(at.folder, 0o711);
  mkdirSync(at.path("data"), { mode: 0o700 });
  chownSync(at.path("data"), service, service);
  writeFileSync(at.config, readFileSync(at.config, "utf8").replace('path = "hotline.db"', 'path = "data/hotline.db"'));
  chownSync(at.config, 0, service);
  chmodSync(at.config, 0o640);
  const here = ["--config", at.config];
  const demo = [...here, "--member", "demo"];
  await at.succeed("init", ...here);
  await at.succeed("desk", "create", ...demo, "--name", "Desk", "--passphrase-file", at.passphrase_file);
  const [code] = /^[A-Za-z0-9_-]{32}$/m.exec(await at.succeed("member", "invite", "ana", ...demo, "--passphrase-file", at.passphrase_file));
  const fresh = at.write("fresh", "a passphrase of their own\n");
  assert.match(await at.succeed("member", "enrol", "--invitation", code, ...here, "--passphrase-file", fresh), /^You are ana at Desk\./);
  await at.succeed("member", "passphrase", ...demo, "--passphrase-file", at.passphrase_file, "--new-passphrase-file", fresh);
  await at.succeed("case", "list", ...demo, "--passphrase-file", fresh);
});

test("at the public listener a program hears where the desk's API is", async () => {
  const answer = await curl(`${server.public}/api/v1/none`);
  assert.equal(answer.status, 404);
  assert.match(JSON.parse(answer.text).detail, /console listener/);
  const wrong = await curl(`${server.public}/api/v1/reports`, "--request", "DELETE");
  assert.equal(wrong.status, 405);
  assert.match(JSON.parse(wrong.text).detail, /does not take that method/);
});
