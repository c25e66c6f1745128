#!/usr/bin/env node
// Sealed outside, by the npm package age-encryption: taken by the API, opened at the desk. Sealed by the server: opened by the age command.
// And the blind mailbox by its API: eight tags, the same size for a hit and a miss.
import assert from "node:assert/strict";
import { createHmac, randomBytes } from "node:crypto";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test, { before } from "node:test";
import { Place, curl, post_multipart, root, run, sha256 } from "./support.mjs";

const { load } = await import(`${root}/build/npm/load.mjs`);
const age = await load("age-encryption");
const { blake2b } = await load("@noble/hashes/blake2.js");
const age_command = join(root, "build/deps/age/usr/bin/age");

let place;
let server;
let desk;
before(async () => {
  place = await Place.found({ settings: "[limits]\nfile_bytes_max = 1048576\nfiles_max = 3\n" });
  server = await place.serve();
  desk = JSON.parse((await curl(`${server.public}/api/v1/desk`)).text);
});

const seal = async (content, recipient = desk.epoch.recipient) => {
  const encrypter = new age.Encrypter();
  encrypter.addRecipient(recipient);
  return Buffer.from(await encrypter.encrypt(typeof content === "string" ? content : new Uint8Array(content)));
};
const open = async (sealed, identity) => {
  const decrypter = new age.Decrypter();
  decrypter.addIdentity(identity);
  return Buffer.from(await decrypter.decrypt(new Uint8Array(sealed)));
};
/** JSON padded with spaces to the sizes of docs/formats.md. */
const pad = (json) => {
  const bytes = Buffer.from(json);
  const size = [1, 2, 4, 8, 16, 32, 64, 128].map((kib) => kib * 1024).find((most) => bytes.length <= most);
  return Buffer.concat([bytes, Buffer.alloc(size - bytes.length, 0x20)]);
};
const report = (text, more = {}) => JSON.stringify({ v: 1, type: "report", desk: desk.id, channel: "api", language: "en", answers: { q_story: text }, consents: [], attachments: [], ...more });
const id = () => randomBytes(16).toString("hex");
let files = 0;
const file = (content) => place.write(`part-${++files}`, content);
const post = (parts, ...words) => curl(`${server.public}/api/v1/reports`, parts.flatMap(([name, value]) =>
  (value.startsWith("@") ? ["--form", `${name}=${value}`] : ["--form-string", `${name}=${value}`])), ...words);
const count = async () => (await server.cases()).length;
/** The problem details of a refusal. */
const problem = (answer, status) => {
  assert.equal(answer.status, status, answer.text);
  assert.equal(answer.headers["content-type"], "application/problem+json");
  const details = JSON.parse(answer.text);
  assert.equal(details.status, status);
  assert.ok(details.title && details.detail);
  return details.detail;
};

test("the desk says whom to seal to", () => {
  assert.equal(desk.name, "Test desk");
  assert.match(desk.id, /^[0-9a-f]{32}$/);
  assert.match(desk.epoch.recipient, /^age1pq1[a-z0-9]+$/);
  assert.equal(desk.epoch.recipient.length, 1959);
  assert.ok(desk.epoch.not_before * 1000 <= Date.now() && Date.now() < desk.epoch.not_after * 1000);
  assert.equal(Buffer.from(desk.desk_key, "base64url").length, 32);
  assert.equal(Buffer.from(desk.epoch.signature, "base64url").length, 64);
});

test("a report with files, sealed by age-encryption, is opened at the desk", async () => {
  const originals = [randomBytes(100_000), randomBytes(3)];
  const attachments = originals.map((bytes, i) => ({ id: id(), name: `photo ${i}.png`, media_type: "image/png", bytes: bytes.length, sha256: sha256(bytes) }));
  const text = "sealed on the phone: ñ 漢 🙂";
  const sealed = await seal(pad(report(text, { attachments })));
  const parts = [["report", `@${file(sealed)}`], ["priority", "1"]];
  for (const [i, bytes] of originals.entries()) {
    const padded = Buffer.concat([bytes, Buffer.alloc(bytes.length >> 4)]);
    parts.push(["file", `@${file(await seal(padded))};filename=${attachments[i].id}`]);
  }
  const answer = await post(parts);
  assert.equal(answer.status, 201, answer.text);
  assert.deepEqual(JSON.parse(answer.text), { received: true });

  const found = await server.case_of(text);
  assert.equal(found.channel, "sealed");
  assert.equal(found.urgency, 1);
  const to = place.path("export");
  await place.succeed("case", "export", found.id, "--output", to, ...server.as());
  for (const [i, bytes] of originals.entries()) assert.deepEqual(readFileSync(join(to, `${attachments[i].id}.png`)), bytes);
  assert.deepEqual(readFileSync(join(to, `${found.id}.age`)), sealed, "the sealed original is what was sent, byte for byte");
});

test("a file that does not open, is not the one that was named, or is not there holds back none of the others", async () => {
  const named = (name, bytes, more = {}) => ({ id: id(), name, media_type: "image/png", bytes: bytes.length, sha256: sha256(bytes), ...more });
  const picture = randomBytes(5000);
  const foreign = named("foreign.png", picture);
  const changed = named("changed.png", picture, { sha256: sha256("another") });
  const missing = named("missing.png", picture);
  const whole = named("whole.png", picture);
  const stranger = await age.identityToRecipient(await age.generateHybridIdentity());
  const attachments = [foreign, changed, missing, whole, whole, { id: "../whole", name: "../whole.png" }];
  const answer = await post([
    ["report", `@${file(await seal(pad(report("with files that are not whole", { attachments }))))}`],
    ["file", `@${file(await seal(picture, stranger))};filename=${foreign.id}`],
    ["file", `@${file(await seal(picture))};filename=${changed.id}`],
    ["file", `@${file(await seal(picture))};filename=${whole.id}`],
  ]);
  assert.equal(answer.status, 201, answer.text);
  const found = await server.case_of("with files that are not whole");
  const to = place.path("export-of-what-opens");
  const said = await place.hotline("case", "export", found.id, "--output", to, ...server.as());
  assert.equal(said.status, 1, "whoever relies on it hears that it is not all");
  for (const [one, why] of [[foreign, "does not open"], [changed, "SHA-256 differs"], [missing, "not"], [whole, "cannot write"]]) {
    assert.match(said.stderr, new RegExp(`^hotline: ${one.id}\\.png: .*${why}`, "m"));
  }
  assert.match(said.stderr, /^hotline: unnamed\.png: .*not described as it should be$/m);
  assert.match(said.stderr, /^hotline: 5 files are not in .*export-of-what-opens.*\n$/m);
  assert.deepEqual(readFileSync(join(to, `${whole.id}.png`)), picture, "behind all that, and not written over");
  assert.deepEqual(readdirSync(to).sort(), ["case.json", `${found.id}.age`, `${whole.id}.png`].sort());
});

test("an idempotency key: sent again, and at once, it is stored once", async () => {
  const sealed = file(await seal(pad(report("sent with a key"))));
  const key = ["--header", `Idempotency-Key: ${id()}`];
  const all = await Promise.all([1, 2, 3, 4].map(() => post([["report", `@${sealed}`]], key)));
  // Sealed anew, as a page that was reloaded would: other bytes, the same key.
  all.push(await post([["report", `@${file(await seal(pad(report("sent with a key"))))}`]], key));
  for (const answer of all) assert.deepEqual([answer.status, answer.text], [201, all[0].text]);
  await server.case_of("sent with a key");
  const other = file(await seal(pad(report("sent without a key"))));
  await post([["report", `@${other}`]]);
  await post([["report", `@${other}`]]);
  await server.case_of("sent without a key");  // the very same bytes are the very same report
  for (const wrong of ["", "k".repeat(15), "k".repeat(256)]) problem(await post([["report", `@${sealed}`]], "--header", wrong === "" ? "Idempotency-Key;" : `Idempotency-Key: ${wrong}`), 422);
});

test("two programs that number their reports lose none to each other: a key that others may have too is refused", async () => {
  const send = async (text) => post([["report", `@${file(await seal(pad(report(text))))}`]], "--header", "Idempotency-Key: 1");
  for (const text of ["the first of one program", "the first of another"]) {
    const answer = await send(text);
    problem(answer, 422);
    assert.match(JSON.parse(answer.text).detail, /^Idempotency-Key is 16 to 255 characters\b.*random/);
  }
  const sent = await post([["report", `@${file(await seal(pad(report("with a key that is long enough"))))}`]], "--header", `Idempotency-Key: ${id().slice(16)}`);
  assert.equal(sent.status, 201, sent.text);
  await server.case_of("with a key that is long enough");
});

test("what is not sealed, or not to a post-quantum recipient, is refused and not stored", async () => {
  const before_all = await count();
  const sealed = file(await seal(pad(report("never stored"))));
  const plain = file(report("never stored"));
  const classic = new age.Encrypter();
  classic.addRecipient(await age.identityToRecipient(await age.generateX25519Identity()));
  const old = file(Buffer.from(await classic.encrypt("never stored")));
  const passphrase = new age.Encrypter();
  passphrase.setScryptWorkFactor(2);
  passphrase.setPassphrase("x");
  const worked = file(Buffer.from(await passphrase.encrypt("never stored")));
  const armored = file(age.armor.encode(new Uint8Array(readFileSync(sealed))));
  const cut = file(readFileSync(sealed).subarray(0, 500));
  const empty = file("");
  const report_part = ["report", `@${sealed}`];
  for (const wrong of [plain, old, worked, armored, cut, empty]) {
    assert.match(problem(await post([["report", `@${wrong}`]]), 422), /age file|missing/);
    if (wrong !== cut) assert.match(problem(await post([report_part, ["file", `@${wrong};filename=${id()}`]]), 422), /age file/);
  }
  assert.match(problem(await post([["priority", "1"]]), 422), /missing/);
  for (const name of ["photo.jpg", "", `${id()}0`, id().toUpperCase().replace(/\d/g, "g")]) {
    if (name) assert.match(problem(await post([report_part, ["file", `@${sealed};filename=${name}`]]), 422), /32 hex digits/);
  }
  for (const priority of ["5", "-1", "00", "x", "4294967297", " 1", "1 ", "٣"]) {
    assert.match(problem(await post([report_part, ["priority", priority]]), 422), /0 to 4/);
  }
  for (const epoch of ["x", id(), "0".repeat(32), id().slice(1)]) problem(await post([report_part, ["epoch", epoch]]), 422);
  problem(await curl(`${server.public}/api/v1/reports`, "--data-binary", report("never stored"), "--header", "Content-Type: application/json"), 415);
  problem(await curl(`${server.public}/api/v1/reports`, "--data-binary", "--b\r\n", "--header", "Content-Type: multipart/form-data; boundary=b"), 400);
  problem(await post([report_part, ["file", `@${file(await seal(randomBytes(1_300_000)))};filename=${id()}`]]), 413);
  const one = file(await seal("1"));
  problem(await post([report_part, ...[1, 2, 3, 4].map(() => ["file", `@${one};filename=${id()}`])]), 413);
  problem(await post([["report", `@${file(await seal(Buffer.alloc(200_000)))}`]]), 413);
  assert.equal((await curl(`${server.public}/api/v1/reports`)).status, 405);
  problem(await curl(`${server.public}/api/v1/none`), 404);
  assert.equal(await count(), before_all);
});

test("a part of which there is one comes once", async () => {
  const before_it = await count();
  const most = Buffer.alloc(128 * 1024, 0x20);
  const whole = file(await seal(most));
  const more = file(randomBytes(190_000));
  for (const times of [2, 6]) {
    // Each within what one part may hold, and together more than lists can.
    const answer = await post([["report", `@${whole}`], ...Array(times - 1).fill(["report", `@${more}`])]);
    assert.match(problem(answer, 422), /^There are two parts named report\.$/);
  }
  for (const [name, value] of [["priority", "1"], ["priority", ""], ["epoch", desk.epoch.id.slice(0, 16)]]) {
    const answer = await post([["report", `@${whole}`], [name, value], [name, name === "epoch" ? desk.epoch.id.slice(16) : "1"]]);
    assert.equal(problem(answer, 422), `There are two parts named ${name}.`);
  }
  assert.equal(await count(), before_it);
});

test("a report and its files are sealed to the desk's epoch alone", async () => {
  const before_it = await count();
  const stranger = await age.identityToRecipient(await age.generateHybridIdentity());
  const to_many = async (content, recipients) => {
    const encrypter = new age.Encrypter();
    for (const recipient of recipients) encrypter.addRecipient(recipient);
    return Buffer.from(await encrypter.encrypt(content));
  };
  const right = file(await seal(pad(report("never stored"))));
  for (const more of [1, 40]) {
    const sealed = file(await to_many("never stored", [desk.epoch.recipient, ...Array(more).fill(stranger)]));
    assert.match(problem(await post([["report", `@${sealed}`]]), 422), /more than one recipient/);
    assert.match(problem(await post([["report", `@${right}`], ["file", `@${sealed};filename=${id()}`]]), 422), /one mlkem768x25519 recipient/);
  }
  // What others' programs make for the desk has one.
  const made = await run(age_command, ["-r", desk.epoch.recipient], { input: pad(report("sealed by the age command")) });
  assert.equal(made.status, 0, made.stderr);
  const picture = await run(age_command, ["-r", desk.epoch.recipient], { input: randomBytes(3000) });
  assert.equal((await post([["report", `@${file(made.stdout)}`], ["file", `@${file(picture.stdout)};filename=${id()}`]])).status, 201);
  assert.equal(await count(), before_it + 1);
});

test("two files of one id are refused", async () => {
  const same = id();
  const contents = [Buffer.from("first"), Buffer.from("second")];
  const attachments = contents.map((bytes) => ({ id: same, name: "a", media_type: "text/plain", bytes: bytes.length, sha256: sha256(bytes) }));
  const before_it = await count();
  const answer = await post([["report", `@${file(await seal(pad(report("two of one id", { attachments }))))}`],
    ["file", `@${file(await seal(contents[0]))};filename=${same}`], ["file", `@${file(await seal(contents[1]))};filename=${same}`]]);
  assert.match(problem(answer, 422), /same id/);
  assert.equal(await count(), before_it);
});

test("sealed to somebody else: stored, and shown as what nobody here can open", async () => {
  const stranger = await age.identityToRecipient(await age.generateHybridIdentity());
  assert.equal((await post([["report", `@${file(await seal(pad(report("for a stranger")), stranger))}`]])).status, 201);
  const unreadable = (await server.cases()).filter((entry) => entry.problem);
  assert.equal(unreadable.length, 1);
  assert.match(unreadable[0].problem, /does not open/);
  // Not JSON inside: also shown, not lost.
  assert.equal((await post([["report", `@${file(await seal("no JSON at all"))}`]])).status, 201);
  assert.ok((await server.cases()).some((entry) => /no JSON/.test(entry.problem ?? "")));
});

test("a report that our server sealed is opened by the age command and by age-encryption", async () => {
  const text = "sealed on arrival ✓ ñ";
  const photo = randomBytes(70_000);
  await post_multipart(`${server.public}/en/tell`, { q_story: text, q_who: "me" }, [`${file(photo)};filename=a.png`]);
  const { id: found } = await server.case_of(text);
  const to = place.path("export-for-age");
  await place.succeed("case", "export", found, "--output", to, ...server.as());
  const key = place.path("epoch.key");
  await place.succeed("epoch", "export-identity", "--output", key, ...server.as());
  const by_command = await run(age_command, ["-d", "-i", key, join(to, `${found}.age`)]);
  assert.equal(by_command.status, 0, by_command.stderr);
  const content = JSON.parse(by_command.stdout.toString());
  assert.equal(content.answers.q_story, text);
  assert.ok([1024, 2048, 4096, 8192].includes(by_command.stdout.length), "padded");

  const identity = /^AGE-SECRET-KEY-PQ-1\w+$/m.exec(readFileSync(key, "utf8"))[0];
  assert.equal(identity, /^AGE-SECRET-KEY-PQ-1\w+$/m.exec(await place.succeed("epoch", "export-identity", ...server.as()))[0]);
  assert.equal(JSON.parse((await open(readFileSync(join(to, `${found}.age`)), identity)).toString()).answers.q_story, text);
  // The attachment as the server keeps it, by the console API, is an age file too.
  assert.equal(readdirSync(to).length, 3);
  const opened = await run(age_command, ["-d", "-i", key], { input: readFileSync(join(to, `${found}.age`)) });
  assert.equal(opened.status, 0);
  const own = await place.hotline("open", join(to, `${found}.age`), "--identity", key);
  assert.deepEqual(own.stdout, by_command.stdout);
  // Another epoch's key opens nothing.
  const wrong = place.path("wrong.key");
  writeFileSync(wrong, await age.generateHybridIdentity());
  assert.notEqual((await run(age_command, ["-d", "-i", wrong, join(to, `${found}.age`)])).status, 0);
});

// --- the blind mailbox, derived here by docs/formats.md and not by our code

const hkdf = (key, info) => {
  const extracted = createHmac("sha256", Buffer.alloc(32)).update(key).digest();
  return createHmac("sha256", extracted).update(info).update(Buffer.from([1])).digest();
};
const mailbox = (tags) => curl(`${server.public}/api/v1/mailbox`, "--data-binary", JSON.stringify({ tags }), "--header", "Content-Type: application/json");
const random_tags = (n = 8) => [...Array(n)].map(() => randomBytes(16).toString("base64url"));

test("the mailbox: eight tags, a hit and a miss of the same size", async () => {
  // The reporter's own client: it made the mailbox, and sent its key inside of the sealed report.
  const identity = await age.generateHybridIdentity();
  const key = hkdf(randomBytes(32), "hotline/v1/mailbox/tags");
  const text = "please answer in my mailbox";
  const way = { mailbox: { key: key.toString("base64url"), recipient: await age.identityToRecipient(identity) } };
  assert.equal((await post([["report", `@${file(await seal(pad(report(text, way))))}`]])).status, 201);
  const tag = (i) => {
    const index = Buffer.alloc(4);
    index.writeUInt32BE(i);
    const message = new Uint8Array(Buffer.concat([Buffer.from("hotline/v1/mailbox/tag"), index]));
    return Buffer.from(blake2b(message, { key: new Uint8Array(key), dkLen: 32 })).subarray(0, 16).toString("base64url");
  };
  const window = (from = 0) => [...Array(8).keys()].map((i) => tag(from + i));

  const unanswered = await mailbox(window());
  assert.equal(unanswered.status, 200);
  const filler = JSON.parse(unanswered.text).answers;
  assert.equal(filler.length, 1);
  assert.ok(!window().includes(filler[0].tag));
  const { id: found } = await server.case_of(text);
  await place.succeed("case", "reply", found, "--text", "We read it. ✓", ...server.as());
  const answered = await mailbox(window());
  assert.equal(answered.body.length, unanswered.body.length, "an answer and no answer have the same size");
  assert.deepEqual(Object.keys(answered.headers).sort(), Object.keys(unanswered.headers).sort());
  const [answer] = JSON.parse(answered.text).answers;
  assert.equal(answer.tag, tag(0));
  const reply = JSON.parse((await open(Buffer.from(answer.sealed, "base64url"), identity)).toString());
  const { id: desk } = JSON.parse((await curl(`${server.public}/api/v1/desk`)).text);
  assert.deepEqual({ ...reply, id: "", day: 0 }, { v: 1, type: "reply", id: "", part: 0, parts: 1, day: 0, desk, text: "We read it. ✓" });
  // Somebody who only guesses finds the filler.
  const guessed = await mailbox(random_tags());
  assert.equal(guessed.body.length, answered.body.length);
  assert.equal(JSON.parse(guessed.text).answers.length, 1);
  // The same filler for the same question would tell filler from answer; so would one that is no age file.
  const again = JSON.parse((await mailbox(window(8))).text).answers[0];
  assert.equal(Buffer.from(again.sealed, "base64url").subarray(0, 40).toString(), Buffer.from(answer.sealed, "base64url").subarray(0, 40).toString());
});

test("a mailbox request that asks otherwise is refused", async () => {
  for (const tags of [[], random_tags(7), random_tags(9), [...random_tags(7), "short"], [...random_tags(7), 5], [...random_tags(7), "=".repeat(22)], "text", null]) {
    problem(await mailbox(tags), 422);
  }
  for (const body of ["", "{", "[]", "null", '{"tags":', `{"tags":${"[".repeat(200)}`]) {
    problem(await curl(`${server.public}/api/v1/mailbox`, "--data-binary", body), 422);
  }
  assert.equal((await curl(`${server.public}/api/v1/mailbox`, "--data-binary", `{"tags":["${"x".repeat(5000)}"]}`)).status, 413);
  assert.equal((await curl(`${server.public}/api/v1/mailbox`)).status, 405);
  // One tag eight times is a window too.
  assert.equal((await mailbox(Array(8).fill(random_tags(1)[0]))).status, 200);
});
