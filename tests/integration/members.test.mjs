#!/usr/bin/env node
// Who may read: invitation, enrolment, grants, removal, new epochs; what a session of each role may ask for; two desks in one database.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import http from "node:http";
import test, { before } from "node:test";
import { Place, curl, hotline, post_form, root, run, twilio_message, twilio_signature } from "./support.mjs";

const { load } = await import(`${root}/build/npm/load.mjs`);
const age = await load("age-encryption");

let place;
let server;
const files = {};
before(async () => {
  place = await Place.found({ settings: `[sms.second]\ngateway = "twilio"\ntoken = "second-token"\ndesk = "Second desk"\n` });
  // Another desk in the same database, with its own admin.
  files.rosa = place.write("rosa.passphrase", "rosa's own long passphrase\n");
  await place.succeed("desk", "create", "--config", place.config, "--name", "Second desk", "--member", "rosa", "--passphrase-file", files.rosa);
  server = await place.serve();
});

const as = (name) => server.as(name, files[name] ?? place.passphrase_file);
/** Invites and enrols; `granted`: also lets them in. */
async function join_desk(name, role, { by = "demo", granted = true } = {}) {
  files[name] = place.write(`${name}.passphrase`, `${name}'s own long passphrase\n`);
  const invited = await place.succeed("member", "invite", name, "--role", role, ...as(by));
  const code = /^[A-Za-z0-9_-]{32}$/m.exec(invited)[0];
  const enrolled = await place.succeed("member", "enrol", "--invitation", code, "--server", server.console, "--passphrase-file", files[name]);
  const words = /lets you in: (\S+)/.exec(enrolled)[1];
  if (granted) {
    const typed = ["member", "grant", name, "--role", role, ...as(by), "--words"];
    assert.match(await place.refuse(1, ...typed, words.replace(/.$/, (last) => (last === "x" ? "y" : "x"))), /nobody was let in/);
    await place.succeed(...typed, words);      // both sides see the same words
  }
  return { code, words };
}
/** A member's session as a browser would hold it: the command line signs in through a listener here, which keeps the cookie. */
async function session_of(name) {
  let cookie;
  const between = http.createServer((request, response) => {
    const { hostname, port } = new URL(server.console);
    const onward = http.request({ hostname, port, path: request.url, method: request.method, headers: { ...request.headers, host: `${hostname}:${port}` } }, (answer) => {
      if (request.url === "/api/v1/session") cookie = answer.headers["set-cookie"]?.[0] ?? cookie;
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    });
    if (request.url === "/api/v1/session" && request.method === "DELETE") return response.writeHead(204).end();
    return request.pipe(onward);
  });
  await new Promise((resolve) => between.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${between.address().port}`;
  const listed = await run(hotline, ["epoch", "list", "--server", url, "--member", name, "--passphrase-file", files[name] ?? place.passphrase_file]);
  between.closeAllConnections?.();
  between.close();
  assert.ok(cookie, listed.stderr);
  assert.match(cookie, /HttpOnly/);
  assert.match(cookie, /SameSite=Strict/);
  return cookie.split(";")[0];
}
const call = (cookie, method, path, body, ...words) => curl(`${server.console}${path}`, "--request", method, ...(cookie ? ["--header", `Cookie: ${cookie}`] : []),
  ...(body === undefined ? [] : ["--header", "Content-Type: application/json", "--data-binary", typeof body === "string" ? body : JSON.stringify(body)]), ...words);
const readable = (list) => list.filter((entry) => !entry.problem).map((entry) => entry.text);

test("an invited member enrols, is let in, and reads what the others read", async () => {
  await server.tell("before Ana came");
  const { code } = await join_desk("ana", "caseworker", { granted: false });
  // Enrolled, but nobody compared words yet: Ana signs in and sees nothing, nor could she file what is there out of the others' sight.
  assert.match(await place.refuse(1, "case", "list", ...as("ana")), /Nobody has compared words with you yet/);
  const waiting = await session_of("ana");
  assert.equal((await call(waiting, "GET", "/api/v1/reports")).status, 403);
  assert.equal((await call(waiting, "POST", "/api/v1/cases", {})).status, 403);
  assert.match(await place.succeed("member", "list", ...as("demo")), /ana +caseworker .*waiting/);
  // An epoch that begins now is not for Ana either.
  await place.succeed("epoch", "rotate", ...as("demo"));
  await server.tell("while Ana waits");

  assert.match(await place.let_in("ana", ...as("demo")), /keys\)/);
  assert.deepEqual(readable(await server.cases("ana", files.ana)).sort(), ["before Ana came", "while Ana waits"]);
  assert.doesNotMatch(await place.succeed("member", "list", ...as("demo")), /ana .*waiting/);
  await server.tell("after Ana came");
  const { id } = await server.case_of("after Ana came", "ana", files.ana);
  await place.succeed("case", "reply", id, "--text", "from Ana", ...as("ana"));
  assert.ok((await server.show(id)).timeline.some((entry) => entry.author === "ana" && entry.text === "from Ana"), "signed by Ana, seen by the others");

  // An invitation is for one person, once.
  files.other = place.write("other.passphrase", "somebody else's passphrase\n");
  const again = ["member", "enrol", "--server", server.console, "--passphrase-file", files.other, "--invitation"];
  assert.match(await place.refuse(1, ...again, code), /unknown, used or too old/);
  assert.match(await place.refuse(1, ...again, "A".repeat(32)), /unknown, used or too old/);
  assert.match(await place.refuse(1, "member", "invite", "ana", ...as("demo")), /there already/);
  const short = place.write("short.passphrase", "short\n");
  const invited = await place.succeed("member", "invite", "kurz", ...as("demo"));
  assert.match(await place.refuse(1, "member", "enrol", "--server", server.console, "--passphrase-file", short, "--invitation",
    /^[A-Za-z0-9_-]{32}$/m.exec(invited)[0]), /too short/);
});

test("a wrong passphrase and an unknown name get the same answer", async () => {
  const wrong = place.write("wrong.passphrase", "not the right passphrase\n");
  const lines = [];
  for (const name of ["demo", "nobody", "x".repeat(60), "señora"]) lines.push(await place.refuse(1, "case", "list", ...server.as(name, wrong)));
  assert.equal(new Set(lines).size, 1, lines.join());
  const salts = await Promise.all(["nobody", "nobody", "nobody2", "demo"].map((name) => curl(`${server.console}/api/v1/sign-in/${name}`)));
  assert.equal(salts[0].text, salts[1].text, "asked twice, the salt is the same");
  assert.notEqual(salts[0].text, salts[2].text);
  for (const answer of salts) assert.deepEqual([answer.status, answer.body.length], [200, salts[3].body.length]);
});

test("after an epoch was rotated, old and new reports open", async () => {
  await server.tell("old epoch");
  const before_it = (await place.succeed("epoch", "list", ...as("demo"))).trim().split("\n").length;
  await place.succeed("epoch", "rotate", ...as("demo"));
  assert.equal((await place.succeed("epoch", "list", ...as("demo"))).trim().split("\n").length, before_it + 1);
  await server.tell("new epoch");
  for (const name of ["demo", "ana"]) {
    const texts = readable(await server.cases(name, files[name]));
    assert.ok(texts.includes("old epoch") && texts.includes("new epoch"), name);
  }
  assert.match(await place.refuse(1, "epoch", "rotate", ...as("ana")), /desk key/);
});

test("what was sealed to the epoch before and came under the one of now opens, its file too", async () => {
  const { epoch } = JSON.parse((await curl(`${server.public}/api/v1/desk`)).text);
  const seal = async (content) => {
    const encrypter = new age.Encrypter();
    encrypter.addRecipient(epoch.recipient);
    return place.write(`sealed-${randomBytes(8).toString("hex")}`, Buffer.from(await encrypter.encrypt(content)));
  };
  const photo = randomBytes(5000);
  const file = randomBytes(16).toString("hex");
  const attachment = { id: file, name: "photo.jpg", media_type: "image/jpeg", bytes: photo.length, sha256: createHash("sha256").update(photo).digest("hex") };
  const report = { v: 1, type: "report", channel: "api", language: "en", answers: { q_story: "sealed before" }, consents: [], attachments: [attachment] };
  const sealed = [await seal(JSON.stringify(report)), await seal(photo)];
  await place.succeed("epoch", "rotate", ...as("demo"));
  const sent = await curl(`${server.public}/api/v1/reports`, "--form", `report=@${sealed[0]}`, "--form", `file=@${sealed[1]};filename=${file}`);
  assert.equal(sent.status, 201, sent.text);
  const { id } = await server.case_of("sealed before");
  await place.succeed("case", "export", id, "--output", place.path("sealed-before"), ...as("demo"));
  assert.deepEqual(readFileSync(place.path(`sealed-before/${file}.jpg`)), photo);
});

test("a removed member signs in no more, and holds no key of what comes after", async () => {
  await join_desk("luis", "caseworker");
  await server.tell("Luis could read this");
  assert.ok(readable(await server.cases("luis", files.luis)).includes("Luis could read this"));
  const cookie = await session_of("luis");
  assert.equal((await call(cookie, "GET", "/api/v1/reports")).status, 200);
  // What Luis kept: the keys of every epoch so far.
  const epochs = [...(await place.succeed("epoch", "list", ...as("luis"))).matchAll(/^([0-9a-f]{32}).*you hold/gm)].map((match) => match[1]);
  assert.ok(epochs.length >= 1);
  const kept = [];
  for (const epoch of epochs) kept.push(/^AGE-SECRET-KEY-PQ-1\w+/m.exec(await place.succeed("epoch", "export-identity", "--epoch", epoch, ...as("luis")))[0]);

  assert.match(await place.succeed("member", "remove", "luis", ...as("demo")), /removed, and a new epoch has begun/);
  assert.equal((await call(cookie, "GET", "/api/v1/reports")).status, 401, "the open session ended with it");
  assert.match(await place.refuse(1, "case", "list", ...as("luis")), /name or the passphrase is wrong/);
  await server.tell("Luis cannot read this");
  const reports = JSON.parse((await call(await session_of("demo"), "GET", "/api/v1/reports")).text).reports;
  const opens = async (sealed) => {
    const decrypter = new age.Decrypter();
    for (const identity of kept) decrypter.addIdentity(identity);
    return decrypter.decrypt(new Uint8Array(Buffer.from(sealed, "base64url"))).then(() => true, () => false);
  };
  assert.equal(await opens(reports.at(-2).sealed), true, "what came before may have been kept");
  assert.equal(await opens(reports.at(-1).sealed), false);
  assert.ok(readable(await server.cases("ana", files.ana)).includes("Luis cannot read this"), "Ana was not forgotten");
  assert.match(await place.refuse(1, "member", "remove", "luis", ...as("demo")), /no member of that name/);
  assert.match(await place.refuse(1, "member", "remove", "demo", ...as("demo")), /only admin/);
});

test("what a command beside the server does to a member, their open sessions feel too", async () => {
  const beside = (name) => ["--config", place.config, "--member", name, "--passphrase-file", files[name] ?? place.passphrase_file];
  await join_desk("tom", "caseworker");
  const before = await session_of("tom");
  assert.equal((await call(before, "GET", "/api/v1/reports")).status, 200);
  const next = place.write("tom.next", "tom's next long passphrase\n");
  await place.succeed("member", "passphrase", ...beside("tom"), "--new-passphrase-file", next);
  assert.equal((await call(before, "GET", "/api/v1/reports")).status, 401, "begun with another passphrase");
  files.tom = next;
  const after = await session_of("tom");
  assert.equal((await call(after, "GET", "/api/v1/reports")).status, 200);
  await place.succeed("member", "remove", "tom", ...beside("demo"));
  assert.equal((await call(after, "GET", "/api/v1/reports")).status, 401, "not a member any more");
});

const admin_calls = (member, epoch) => [
  ["POST", "/api/v1/epochs", { epoch, grants: [] }],
  ["POST", "/api/v1/invitations", { code_hash: randomBytes(32).toString("base64url"), name: "eve", role: "admin" }],
  ["DELETE", `/api/v1/members/${member}`, undefined],
  ["PUT", `/api/v1/members/${member}/voucher`, { voucher: randomBytes(64).toString("base64url") }],
  ["GET", "/api/v1/invitations"], ["DELETE", `/api/v1/invitations/${member}`],
  ["DELETE", `/api/v1/members/${member}/sessions`], ["DELETE", `/api/v1/members/${member}/second-factors`],
];
const member_calls = (id) => [
  ["GET", "/api/v1/sessions"], ["DELETE", `/api/v1/sessions/${id}`], ["PUT", "/api/v1/passphrase", {}], ["GET", "/api/v1/second-factors"],
  ["POST", "/api/v1/second-factors/totp"], ["POST", "/api/v1/second-factors/totp/confirm", {}], ["DELETE", `/api/v1/second-factors/${id}`],
  ["POST", "/api/v1/second-factors/passkey/options"], ["POST", "/api/v1/second-factors/passkey", {}],
  ["GET", "/api/v1/questions"], ["GET", "/api/v1/desk"], ["GET", "/api/v1/grants"], ["POST", "/api/v1/grants", { grants: [] }], ["GET", "/api/v1/session"], ["DELETE", "/api/v1/session"],
  ["GET", "/api/v1/reports"], ["GET", `/api/v1/reports/${id}`], ["GET", `/api/v1/reports/${id}/files/${id}`],
  ["POST", "/api/v1/answers", { tag: "", sealed: "" }], ["GET", "/api/v1/cases"], ["POST", "/api/v1/cases", {}],
  ["GET", `/api/v1/reports/${id}/views`], ["POST", `/api/v1/reports/${id}/views`, {}], ["GET", "/api/v1/queue"], ["GET", "/api/v1/queue/counts"],
  ["GET", "/api/v1/questions"], ["GET", "/api/v1/activity"], ["GET", "/api/v1/figures"], ["GET", "/api/v1/retention"], ["POST", "/api/v1/recovery-code", {}], ["PUT", "/api/v1/recovery-code", {}],
  ["POST", "/api/v1/session/proof", {}], ["PUT", "/api/v1/session/proof", {}],
  ["GET", "/api/v1/changes"], ["GET", `/api/v1/cases/${id}`],
  ["GET", `/api/v1/cases/${id}/events`], ["POST", `/api/v1/cases/${id}/events`, {}], ["PUT", `/api/v1/cases/${id}`, { state: "open", urgency: 1 }],
  ["POST", "/api/v1/deletions", { cases: [id], reports: [id] }],
  ["GET", "/api/v1/gateways"], ["GET", `/api/v1/cases/${id}/texts`],
  ["POST", `/api/v1/cases/${id}/texts`, { id, gateway: "demo", to: "+5016001234", text: "Hello" }], ["DELETE", `/api/v1/cases/${id}/texts/${id}`],
];

test("without a session nothing is answered", async () => {
  const id = randomBytes(16).toString("hex");
  const listed = Object.entries(JSON.parse((await curl(`${server.console}/api/v1/openapi.json`)).text).paths)
    .flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`));
  const tried = new Set();
  for (const [method, path, body] of [...member_calls(id), ...admin_calls(id, {})]) {
    tried.add(`${method} ${path.replaceAll(id, "{}")}`);
    for (const cookie of [undefined, "session=", `session=${randomBytes(32).toString("base64url")}`, `__Host-session=${randomBytes(32).toString("base64url")}`]) {
      const answer = await call(cookie, method, path, body);
      assert.equal(answer.status, 401, `${method} ${path}`);
      assert.equal(answer.headers["content-type"], "application/problem+json");
    }
  }
  // Nothing of the described API was forgotten here, but for what must be open to whoever comes to sign in or to enrol.
  const open = ["GET /api/v1/openapi.json", "GET /api/v1/about", "GET /api/v1/sign-in/{}", "POST /api/v1/session", "GET /api/v1/invitations/{}", "POST /api/v1/members",
    "POST /api/v1/session/second", "POST /api/v1/recovery", "POST /api/v1/recovery/finish", "GET /api/v1/foundings/{}", "POST /api/v1/foundings/{}"];
  const missing = listed.map((entry) => entry.replace(/\{\w+\}/g, "{}")).filter((entry) => !tried.has(entry) && !open.includes(entry));
  assert.deepEqual(missing, []);
});

test("another site's page cannot use a session", async () => {
  const cookie = await session_of("demo");
  for (const site of ["cross-site", "same-site"]) {
    assert.equal((await call(cookie, "GET", "/api/v1/reports", undefined, "--header", `Sec-Fetch-Site: ${site}`)).status, 403);
  }
  assert.equal((await call(cookie, "GET", "/api/v1/reports", undefined, "--header", "Sec-Fetch-Site: same-origin")).status, 200);
  assert.equal((await call(cookie, "DELETE", "/api/v1/session")).status, 204);
  assert.equal((await call(cookie, "GET", "/api/v1/reports")).status, 401, "signed out");
});

test("a role does not go beyond itself", async () => {
  await join_desk("audra", "auditor");
  await join_desk("anil", "analyst");
  const demo = await session_of("demo");
  const { desk, epochs, members } = JSON.parse((await call(demo, "GET", "/api/v1/desk")).text);
  assert.equal(desk.name, "Test desk");
  const victim = members.find((member) => member.name === "ana").id;
  for (const name of ["ana", "audra", "anil"]) {
    const cookie = await session_of(name);
    for (const [method, path, body] of admin_calls(victim, epochs[0])) assert.equal((await call(cookie, method, path, body)).status, 403, `${name}: ${method} ${path}`);
    for (const path of ["/api/v1/reports", "/api/v1/gateways"]) {
      assert.equal((await call(cookie, "GET", path)).status, name === "ana" ? 200 : 403, `${name} and ${path}`);
    }
  }
  // An admin's session alone, without the desk key, cannot make reporters seal to somebody else.
  const forged = { ...epochs.at(-1), id: randomBytes(16).toString("hex"), recipient: randomBytes(1216).toString("base64url") };
  assert.equal((await call(demo, "POST", "/api/v1/epochs", { epoch: forged, grants: [] })).status, 422);
  assert.equal((await call(demo, "POST", "/api/v1/epochs", { epoch: { ...epochs.at(-1), not_after: epochs.at(-1).not_after + 86400 }, grants: [] })).status, 422);
  assert.equal((await call(demo, "PUT", `/api/v1/members/${victim}/voucher`, { voucher: randomBytes(64).toString("base64url") })).status, 422);
  await server.tell("still sealed to the desk");
  await server.case_of("still sealed to the desk");
});

test("two desks in one database do not see each other", async () => {
  await server.tell("for the first desk");
  const fields = twilio_message("for the second desk");
  const sent = await post_form(`${server.public}/sms/second`, fields, "--header", `X-Twilio-Signature: ${twilio_signature("second-token", `${place.origin}/sms/second`, fields)}`);
  assert.equal(sent.status, 200, sent.text);
  assert.deepEqual((await server.cases("rosa", files.rosa)).map((entry) => entry.text), ["for the second desk"]);
  assert.ok(!(await server.cases()).some((entry) => entry.text === "for the second desk"));

  const rosa = await session_of("rosa");
  const demo = await session_of("demo");
  const first = JSON.parse((await call(demo, "GET", "/api/v1/desk")).text);
  const second = JSON.parse((await call(rosa, "GET", "/api/v1/desk")).text);
  assert.deepEqual(second.members.map((member) => member.name), ["rosa"]);
  const { id } = await server.case_of("for the first desk");
  await place.succeed("case", "reply", id, "--text", "an answer, so that there is a case", ...as("demo"));
  const [a_case] = JSON.parse((await call(demo, "GET", "/api/v1/cases")).text).cases;
  const ana = first.members.find((member) => member.name === "ana").id;
  for (const [method, path, body] of [
    ["GET", `/api/v1/reports/${id}`], ["GET", `/api/v1/reports/${id}/files/${randomBytes(16).toString("hex")}`], ["GET", `/api/v1/cases/${a_case.id}/events`],
    ["POST", `/api/v1/cases/${a_case.id}/events`, { events: [{ id: randomBytes(16).toString("hex"), case: a_case.id, sealed: "AAAA" }] }],
    ["PUT", `/api/v1/cases/${a_case.id}`, { state: "closed", urgency: 4 }], ["DELETE", `/api/v1/members/${ana}`],
    ["PUT", `/api/v1/members/${ana}/voucher`, { voucher: randomBytes(64).toString("base64url") }],
    ["POST", "/api/v1/grants", { grants: [{ kind: "epoch", scope: first.epochs[0].id, member: ana, sealed: "AAAA" }] }],
    ["POST", "/api/v1/deletions", { cases: [a_case.id], reports: [id] }],
    ["GET", `/api/v1/cases/${a_case.id}/texts`], ["DELETE", `/api/v1/cases/${a_case.id}/texts/${randomBytes(16).toString("hex")}`],
    ["POST", `/api/v1/cases/${a_case.id}/texts`, { id: randomBytes(16).toString("hex"), gateway: "demo", to: "+5016001234", text: "Hello" }],
  ]) {
    const answer = await call(rosa, method, path, body);
    assert.equal(answer.status, 404, `${method} ${path}: ${answer.text}`);
    const nothing = await call(rosa, method, path.replace(/[0-9a-f]{32}/, randomBytes(16).toString("hex")), body);
    assert.equal(nothing.text, answer.text, "as if it did not exist");
  }
  assert.deepEqual(JSON.parse((await call(rosa, "GET", "/api/v1/reports")).text).reports.length, 1);
  assert.deepEqual(JSON.parse((await call(rosa, "GET", "/api/v1/cases")).text).cases, []);
  assert.equal(JSON.parse((await call(demo, "GET", "/api/v1/cases")).text).cases.find((entry) => entry.id === a_case.id).state, "open");
  // A report of one desk cannot be fetched, changed or linked by guessing its id: the command line says the same.
  assert.match(await place.refuse(1, "case", "show", id, ...as("rosa")), /no case of that id/);
});

test("nonsense to the console is refused in words", async () => {
  const cookie = await session_of("demo");
  for (const [method, path] of [["POST", "/api/v1/cases"], ["POST", "/api/v1/epochs"], ["POST", "/api/v1/grants"], ["POST", "/api/v1/invitations"], ["POST", "/api/v1/answers"],
    ["POST", "/api/v1/deletions"], ["POST", "/api/v1/session"], ["POST", "/api/v1/members"],
    ["POST", "/api/v1/session/second"], ["POST", "/api/v1/session/proof"], ["PUT", "/api/v1/session/proof"], ["POST", "/api/v1/recovery"], ["POST", "/api/v1/recovery/finish"], ["PUT", "/api/v1/passphrase"],
    ["POST", "/api/v1/second-factors/totp/confirm"], ["POST", "/api/v1/second-factors/passkey"]]) {
    for (const body of ["", "{", "[]", "null", '{"case":5,"epoch":"x","grants":{},"name":1}', "[".repeat(1000), '{"name":"\\ud800"}', "\ud7ff".repeat(100)]) {
      const answer = await call(cookie, method, path, body);
      assert.equal(answer.status, 422, `${method} ${path} ${body.slice(0, 40)}: ${answer.text}`);
      assert.equal(answer.headers["content-type"], "application/problem+json");
    }
  }
  const large = place.write("large.json", `{"grants":["${"x".repeat(2_000_000)}"]}`);
  assert.equal((await call(cookie, "POST", "/api/v1/grants", `@${large}`)).status, 413);
});
