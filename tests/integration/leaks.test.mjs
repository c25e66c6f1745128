#!/usr/bin/env node
// Nothing remains: words submitted by every channel and every error path are afterwards in no file, no log, no memory of the server.
// The words are random, so that what is found is theirs; whole or in pieces of eight bytes, as UTF-8, UTF-16, hex, percent-encoded, base64.
import assert from "node:assert/strict";
import { chmodSync, chownSync, copyFileSync, readFileSync } from "node:fs";
import net from "node:net";
import { join } from "node:path";
import test from "node:test";
import tls from "node:tls";
import * as hl from "./support.mjs";
import { each_window, files_below, marker, Search, search_memory, wide_marker } from "./memory.mjs";

const { Place, code_on, curl, post_form, post_multipart, root, token_on, twilio_message, until } = hl;
const { load } = await import(`${root}/build/npm/load.mjs`);
const age = await load("age-encryption");

/** Every word that was sent, by what it was. */
const words = {};
const note = (name, word) => {
  assert.equal(words[name], undefined, `${name} is used twice`);
  words[name] = word;
  return word;
};
/** A story of three words: long ASCII, long in other scripts, nine letters. */
const story = (name) => `${note(`${name}, long`, marker())} ${note(`${name}, wide`, wide_marker())} ${note(`${name}, short`, marker(9))}`;
const word = (name, size) => note(name, marker(size));
const file_path = (place, name, bytes = 0) => place.write(`sent-${marker(8)}`, word(name) + (bytes > 0 ? "x".repeat(bytes) + word(`${name}, behind`) : ""));

/** Sends raw bytes; resolves with what came back when the other side closes, or at once with the open socket when `hold`. */
function raw(server, bytes, { hold = false, end = false, until_bytes = 0, reset = false } = {}) {
  return new Promise((resolve, reject) => {
    const { hostname, port, protocol } = new URL(server.public);
    const socket = protocol === "https:" ? tls.connect({ host: hostname, port, rejectUnauthorized: false }) : net.connect(port, hostname);
    const pieces = [];
    let got = 0;
    const done = () => resolve(hold ? socket : Buffer.concat(pieces).toString());
    socket.on("data", (piece) => {
      pieces.push(piece);
      got += piece.length;
      if (until_bytes > 0 && got >= until_bytes) done();
    });
    socket.on("error", () => done());
    socket.on("close", done);
    socket.on(protocol === "https:" ? "secureConnect" : "connect", () => {
      socket.write(bytes, () => {
        if (reset) {
          if (protocol === "http:" && socket.resetAndDestroy) socket.resetAndDestroy(); else socket.destroy();
        } else if (end) socket.end();
        else if (hold && until_bytes === 0) done();
      });
    });
    setTimeout(() => reject(new Error("no end of a raw request")), 30_000).unref();
  });
}

async function by_form(server, tag) {
  const url = `${server.public}/en/tell`;
  const page = await curl(url);
  const token = note(`${tag} token`, token_on(page.text));
  const sent = await post_form(url, {
    t: token, q_story: story(`${tag} urlencoded`), q_where: word(`${tag} where`), [word(`${tag} unknown field`)]: word(`${tag} unknown value`),
    q_safe_now: "no", q_when: word(`${tag} short when`, 9), [word(`${tag} short name of field`, 9)]: word(`${tag} short unknown value`, 9),
  });
  assert.equal(sent.status, 200);
  note(`${tag} code`, code_on(sent.text));
  note(`${tag} code, bare`, code_on(sent.text).replaceAll("-", ""));
  assert.equal((await post_form(`${server.public}/es/tell`, { q_story: story(`${tag} large story`) + ` ${word(`${tag} middle`)} `.repeat(1500) })).status, 200);
  assert.equal((await post_form(url, { q_safe_now: word(`${tag} wrong option`), q_story: story(`${tag} kept after 422`) })).status, 422);
  assert.equal((await post_form(url, { [word(`${tag} only unknown`)]: word(`${tag} only unknown value`) })).status, 422);
  assert.equal((await post_form(url, { q_story: `${word(`${tag} too large`)}${"y".repeat(70_000)}${word(`${tag} too large end`)}` })).status, 413);
  assert.equal((await curl(url, "--data-binary", `q_story=${word(`${tag} broken escape`)}%zz`)).status, 400);
  assert.equal((await curl(url, "--data-binary", `q_story=${word(`${tag} json`)}`, "--header", "Content-Type: application/json")).status, 415);
  assert.equal((await curl(url, "--data-binary", `q_story=${word(`${tag} put`)}`, "--request", "PUT")).status, 405);
  assert.equal((await curl(`${server.public}/healthz`, "--data-binary", word(`${tag} post to healthz`))).status, 405);
  assert.equal((await curl(`${server.public}/exit`, "--data-binary", `q_story=${word(`${tag} post to exit`)}`)).status !== 200, true);
  return sent;
}

async function by_multipart(server, tag) {
  const url = `${server.public}/en/tell`;
  const { place } = server;
  const big = file_path(place, `${tag} big file`, 300_000);
  const small = file_path(place, `${tag} small file`);
  const sent = await post_multipart(url, { q_story: story(`${tag} multipart`), [word(`${tag} unknown part`)]: word(`${tag} unknown part value`) }, [
    `${big};type=image/jpeg;filename=${word(`${tag} file name`)}.jpg`,
    `${small};type=image/${word(`${tag} media type`)};filename=${word(`${tag} short name`, 9)}`,
  ]);
  assert.equal(sent.status, 200, sent.text + sent.stderr);
  note(`${tag} multipart code`, code_on(sent.text));
  const over = place.write("over", Buffer.concat([Buffer.from(word(`${tag} over-limit file`)), Buffer.alloc(1_100_000, 120), Buffer.from(word(`${tag} over-limit file end`))]));
  assert.equal((await post_multipart(url, { q_story: story(`${tag} beside over-limit file`) }, [`${over};filename=${word(`${tag} over-limit name`)}`])).status, 413);
  assert.equal((await post_multipart(url, { q_safe_now: word(`${tag} wrong option in multipart`) }, [`${small};filename=${word(`${tag} discarded name`)}`])).status, 422);
  const cut = (body, boundary = "b") => curl(url, "--header", `Content-Type: multipart/form-data; boundary=${boundary}`, "--data-binary", body);
  assert.equal((await cut(`--b\r\nContent-Disposition: form-data; name="q_story"\r\n\r\n${word(`${tag} unfinished part`)}\r\n`)).status, 400);
  assert.equal((await cut(`--b\r\nContent-Disposition: ${word(`${tag} bad disposition`)}\r\n\r\nx\r\n--b--\r\n`)).status, 400);
  assert.equal((await cut(word(`${tag} no part`), word(`${tag} boundary`))).status, 400);
  assert.equal((await cut(`--b\r\n${`X-Y: ${word(`${tag} part header`)}\r\n`.repeat(200)}\r\n`)).status, 413);
  // Chunked, and a file that is cut into several requests' worth of pieces.
  const chunked = await post_multipart(url, { q_story: story(`${tag} chunked`) }, [big], "--header", "Transfer-Encoding: chunked");
  assert.equal(chunked.status, 200);
  note(`${tag} chunked code`, code_on(chunked.text));
}

async function by_sms(server, tag) {
  const number = `+1${[...marker(14)].map((c) => c.charCodeAt(0) % 10).join("")}`;
  const message = (name) => twilio_message(story(name), { From: note(`${name}, from`, number.slice(0, 13) + marker(3).replace(/\D/g, "7")) });
  const url = `http://media.test/${word(`${tag} media`)}`;
  const good = { ...message(`${tag} sms`), MessageSid: `SM${word(`${tag} sms id`)}`, NumMedia: "1", MediaUrl0: url, MediaContentType0: "image/jpeg", City: word(`${tag} city`) };
  assert.equal((await server.text(good)).status, 200);
  assert.equal((await server.text(good)).status, 200, "again");
  assert.equal((await server.text(twilio_message(word(`${tag} short text`, 9)))).status, 200);
  assert.equal((await server.text(message(`${tag} tampered`), { signature: word(`${tag} signature`) })).status, 403);
  assert.equal((await server.text(message(`${tag} wrong type`), { words: ["--header", "Content-Type: text/plain"] })).status, 415);
  assert.equal((await server.text({ Body: word(`${tag} without sender`) })).status, 400);
  assert.equal((await server.text(twilio_message(`${word(`${tag} long text`)}${"z".repeat(70_000)}`))).status, 413);
  const query = new URLSearchParams(message(`${tag} get`)).toString();
  const get = await curl(`${server.sms}?${query}`, "--header", `X-Twilio-Signature: ${hl.twilio_signature(hl.sms_token, `${server.sms_signed}?${query}`, {})}`);
  assert.equal(get.status, 200);
  assert.equal((await curl(`${server.sms}?${new URLSearchParams(message(`${tag} get tampered`))}`)).status, 403);
  assert.equal((await curl(`${server.public}/sms/${word(`${tag} unknown gateway`)}`, "--data-urlencode", `Body=${word(`${tag} to unknown gateway`)}`)).status, 404);
  const body = JSON.stringify(message(`${tag} sms json`));
  const hash = `?bodySHA256=${hl.sha256(body)}`;
  const json = await curl(`${server.sms}${hash}`, "--header", "Content-Type: application/json", "--data-binary", body,
    "--header", `X-Twilio-Signature: ${hl.twilio_signature(hl.sms_token, server.sms_signed + hash, {})}`);
  assert.equal(json.status, 200);
  assert.equal((await curl(`${server.sms}${hash}`, "--header", "Content-Type: application/json", "--data-binary", `{"Body":"${word(`${tag} broken json`)}`)).status >= 400, true);
}

async function by_answers(server, tag) {
  const url = `${server.public}/en/answers`;
  const text = story(`${tag} asks`);
  const code = note(`${tag} asking code`, await server.tell(text));
  const reply = story(`${tag} reply`);
  const { id } = await server.case_of(text);
  await server.place.succeed("case", "reply", id, "--text", reply, ...server.as());
  const read = await post_form(url, { code: code.toLowerCase() });
  assert.deepEqual(hl.answers_on(read.text), [reply]);
  const file = file_path(server.place, `${tag} follow-up file`, 20_000);
  assert.equal((await post_multipart(url, { code, message: story(`${tag} follow-up`) }, [`${file};filename=${word(`${tag} follow-up name`)}`])).status, 200);
  assert.equal((await post_form(url, { code, message: story(`${tag} follow-up urlencoded`) })).status, 200);
  assert.equal((await post_form(url, { code, message: word(`${tag} short message`, 9) })).status, 200);
  assert.equal((await post_form(url, { code: word(`${tag} short code`, 9) })).status, 422);
  assert.equal((await post_form(url, { code: word(`${tag} no code`), message: story(`${tag} with no code`) })).status, 422);
  assert.equal((await post_form(url, { code: `${code.slice(0, -1)}${code.endsWith("0") ? "1" : "0"}`, message: story(`${tag} with wrong check`) })).status, 422);
  assert.equal((await post_form(url, { code, message: " ", [word(`${tag} unknown answers field`)]: "1" })).status, 422);
  assert.equal((await post_form(url, { code, message: `${word(`${tag} huge message`)}${"w".repeat(70_000)}` })).status, 413);
  assert.equal((await post_form(url, { code, delete: "1", message: story(`${tag} farewell`) })).status, 200);
}

/** Sealed in the browser: the server gets an age file. Its words must not even come near. */
async function by_api(server, tag) {
  const desk = JSON.parse((await curl(`${server.public}/api/v1/desk`)).text);
  const seal = async (text) => {
    const encrypter = new age.Encrypter();
    encrypter.addRecipient(desk.epoch.recipient);
    return Buffer.from(await encrypter.encrypt(text));
  };
  const content = (text) => JSON.stringify({ v: 1, type: "report", desk: desk.id, channel: "api", language: "en", answers: { q_story: text }, consents: [], attachments: [] });
  const report = server.place.write(`sealed-${marker(8)}`, await seal(content(story(`${tag} sealed`))));
  const url = `${server.public}/api/v1/reports`;
  const taken = await curl(url, "--form", `report=@${report};type=application/octet-stream`, "--form-string", "priority=1", "--header", `Idempotency-Key: ${word(`${tag} idempotency key`)}`);
  assert.equal(taken.status, 201, taken.text);
  const plain = server.place.write(`plain-${marker(8)}`, content(story(`${tag} not sealed`)));
  assert.equal((await curl(url, "--form", `report=@${plain}`)).status, 422);
  assert.equal((await curl(url, "--form", `report=@${report}`, "--form", `file=@${plain};filename=${"a".repeat(32)}`)).status, 422);
  assert.equal((await curl(url, "--form", `report=@${report}`, "--form", `file=@${report};filename=${word(`${tag} file id`)}`)).status, 422);
  assert.equal((await curl(url, "--form", `report=@${report}`, "--form-string", `priority=${word(`${tag} priority`)}`)).status, 422);
  assert.equal((await curl(url, "--form", `report=@${report}`, "--form-string", `epoch=${word(`${tag} epoch`, 31)}g`)).status, 422);
  assert.equal((await curl(`${server.public}/api/v1/mailbox`, "--data-binary", JSON.stringify({ tags: Array(8).fill(word(`${tag} tag`)) }))).status, 422);
  assert.equal((await curl(`${server.public}/api/v1/mailbox`, "--data-binary", `{"tags":["${word(`${tag} broken tags`)}`)).status, 422);
}

/** Where nobody looks: addresses, queries, headers, what is not HTTP, what breaks off. Gives sockets that stay open. */
async function by_the_way(server, tag) {
  const header = (name) => ["--header", `${name}: ${word(`${tag} ${name}`)}`];
  const seen = await curl(`${server.public}/en/tell?x=${word(`${tag} query`)}&lang=${word(`${tag} lang`)}`, header("User-Agent"), header("Referer"),
    header("Accept-Language"), header("Cookie"), header("X-Forwarded-For"), header(`X-${word(`${tag} header name`)}`), header("Authorization"));
  assert.equal(seen.status, 200);
  assert.equal((await curl(`${server.public}/?lang=${word(`${tag} lang at root`)}`, header("Origin"))).status, 200);
  assert.equal((await curl(`${server.public}/${word(`${tag} path`)}/${word(`${tag} path end`, 9)}`)).status, 404);
  assert.equal((await curl(`${server.public}/${word(`${tag} as language`)}/tell`, "--data-urlencode", `q_story=${word(`${tag} to unknown language`)}`)).status, 404);
  assert.equal((await curl(`${server.public}/en/tell`, "--header", `X-Large: ${word(`${tag} large header`)}${"h".repeat(20_000)}`)).status, 431);
  assert.equal((await curl(`${server.console}/api/v1/sign-in/${word(`${tag} unknown member`)}`, "--insecure")).status, 200);
  assert.equal((await curl(`${server.console}/api/v1/session`, "--insecure", "--data-binary", `{"name":"${word(`${tag} who`)}","auth":"${word(`${tag} auth`)}"`)).status, 422);

  const head = `POST /en/tell HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n`;
  assert.match(await raw(server, `${word(`${tag} garbage`)}\r\n\r\n`), /^HTTP\/1.1 400/);
  assert.match(await raw(server, `GET /en/ HTTP/1.1\r\n${word(`${tag} bad header line`)}\r\n\r\n`), /^HTTP\/1.1 400/);
  assert.match(await raw(server, `GET /${word(`${tag} two hosts`)} HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n`), /^HTTP\/1.1 400/);
  assert.match(await raw(server, `${head}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n${word(`${tag} smuggled`)}`), /^HTTP\/1.1 400/);
  assert.match(await raw(server, `${head}Transfer-Encoding: chunked\r\n\r\nzz\r\n${word(`${tag} bad chunk`)}`), /^HTTP\/1.1 400/);
  // Broken off in the middle: closed, and reset.
  await raw(server, `${head}Content-Length: 5000\r\n\r\nq_story=${word(`${tag} broken off`)}`, { end: true });
  await raw(server, `${head}Content-Length: 5000\r\n\r\nq_story=${word(`${tag} reset`)}`, { reset: true });
  await raw(server, `POST /en/tell HTTP/1.1\r\nHost: x\r\nContent-Length: 90000\r\nContent-Type: multipart/form-data; boundary=b\r\n\r\n` +
    `--b\r\nContent-Disposition: form-data; name="q_story"\r\n\r\n${word(`${tag} part before reset`)}\r\n--b\r\n` +
    `Content-Disposition: form-data; name="file"; filename="${word(`${tag} name before reset`)}"\r\n\r\n${word(`${tag} file before reset`)}`, { reset: true });
  await raw(server, `GET /en/${word(`${tag} unfinished request`)}`, { reset: true });
  // Served, and then idle with an open connection: what came in must be gone although the connection's buffer is not.
  const body = `q_story=${word(`${tag} kept alive`)}`;
  const idle = await raw(server, `${head}Content-Length: ${body.length}\r\n\r\n${body}`, { hold: true, until_bytes: 1000 });
  const two = `GET /en/?${word(`${tag} pipelined`)} HTTP/1.1\r\nHost: x\r\n\r\n`;
  const piped = await raw(server, two + `GET /en/?${word(`${tag} pipelined second`)} HTTP/1.1\r\nHost: x\r\n\r\n`, { hold: true, until_bytes: 8000 });
  return [idle, piped];
}

/** All that a server writes by itself: its data folder but for what the test itself put there, and its logs. */
function texts_of(server) {
  const ours = /\/(sent-|sealed-|plain-|over$)/;
  const files = files_below(server.place.folder).filter((path) => !ours.test(path));
  return [...files.map((path) => [path, readFileSync(path)]), ["standard error", Buffer.from(server.errors)], ["standard output", Buffer.from(server.output)]];
}

/** The server is not dumpable: only who may trace any process (root, as in CI) can look into it. Else that must be refused, and is. */
function may_look_into(server, t) {
  try {
    each_window(server.pid, () => {});
    return true;
  } catch (error) {
    assert.ok(["EACCES", "EPERM"].includes(error.code), error.message);
    t.diagnostic("this user may not read the server's memory, which is how it should be; run as root to have it searched");
    return false;
  }
}

async function nothing_remains(server, what, t) {
  const search = new Search(words);
  for (const [name, bytes] of texts_of(server)) assert.deepEqual(search.in(bytes), [], `${what}: found in ${name}`);
  if (!may_look_into(server, t)) return;
  let left;
  const since = Date.now();
  // At most the minute that is promised; sooner when it is clean sooner.
  await until(() => {
    left = search_memory(server.pid, search);
    return left.found.length === 0 || Date.now() - since > Number(process.env.LEAKS_SECONDS ?? 60) * 1000;
  }, "memory to be clean", 120);
  if (process.env.LEAKS_VERBOSE) console.error(`${what}: ${Date.now() - since} ms`);
  if (process.env.LEAKS_VERBOSE && left.found.length > 0) console.error(left.found);
  const shown = left.found.map(({ name, form, map, address, around }) => `${name} (${form}) in ${map} at ${address}: ${around}`);
  assert.deepEqual(shown, [], `${what}: ${shown.length} places in memory`);
  assert.ok(left.bytes > 10_000_000, "the whole memory was read");
}

/** Many at once: every thread, every pool, memory that is used again. */
async function by_many(server, tag) {
  const one = async (i) => {
    const sent = await post_form(`${server.public}/en/tell`, { q_story: story(`${tag} many ${i}`), q_where: word(`${tag} many short ${i}`, 9) });
    assert.equal(sent.status, 200);
    const code = note(`${tag} many code ${i}`, code_on(sent.text));
    assert.equal((await post_form(`${server.public}/en/answers`, { code, message: story(`${tag} many follow-up ${i}`) })).status, 200);
    assert.equal((await server.text(twilio_message(story(`${tag} many sms ${i}`)))).status, 200);
  };
  await Promise.all([...Array(12).keys()].map(one));
}

async function everything(server, tag) {
  await by_many(server, tag);
  await by_form(server, tag);
  await by_multipart(server, tag);
  await by_sms(server, tag);
  await by_answers(server, tag);
  await by_api(server, tag);
  return by_the_way(server, tag);
}

const limits = "[limits]\nfile_bytes_max = 1048576\n";

test("the search finds a text in every form, also in pieces", () => {
  const text = "Aé漢🙂Aé漢🙂Aé漢🙂Aé漢🙂";
  const kept = [Buffer.from(text), Buffer.from(text, "utf16le"), Buffer.from(encodeURIComponent(text)), Buffer.from(encodeURIComponent(text).toLowerCase()),
    Buffer.from(Buffer.from(text).toString("hex")), Buffer.from(JSON.stringify(text).replace(/[^\x20-\x7e]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`)),
    ...[0, 1, 2].map((n) => Buffer.from(Buffer.from("x".repeat(n) + text + "y".repeat(n)).toString("base64"))),
    ...[0, 1, 2].map((n) => Buffer.from(Buffer.from("x".repeat(n) + text + "y".repeat(n)).toString("base64url")))];
  const search = new Search({ text });
  for (const bytes of kept) {
    assert.notEqual(search.in(bytes).length, 0, bytes.toString("latin1"));
    assert.notEqual(search.in(bytes.subarray(4, -4)).length, 0, "beginning and end overwritten");
    assert.notEqual(search.in(bytes.subarray(7, 7 + 16)).length, 0, "16 bytes of it");
  }
  assert.deepEqual(search.in(Buffer.from(marker(1000))), []);
});

test("the search finds what the server holds: words that are just coming in, and no more when they broke off", async (t) => {
  const place = await Place.found({ settings: limits });
  const server = await place.serve();
  if (!may_look_into(server, t)) return server.stop();
  const mine = { long: marker(), wide: wide_marker(), short: marker(9) };
  const body = `q_story=${mine.long}+${mine.wide}+${mine.short}`;
  const socket = await raw(server, `POST /en/tell HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 60000\r\n\r\n${body}`, { hold: true });
  const search = new Search(mine);
  const names = () => new Set(search_memory(server.pid, search).found.map(({ name }) => name));
  await until(() => names().size === 3, "all of it to be in memory");
  socket.destroy();
  await until(() => names().size === 0, "nothing of it to be in memory");
  return server.stop();
});

test("who runs the server cannot read its memory", async (t) => {
  const place = await Place.found();
  const nobody = 65534;
  const root_runs_this = process.getuid() === 0;
  if (root_runs_this) {
    // As root everything can be read: so an ordinary user runs it, and looks.
    for (const path of [place.folder, ...files_below(place.folder)]) chownSync(path, nobody, nobody);
    place.program = join(place.folder, "hotline");
    copyFileSync(hl.hotline, place.program);
    chmodSync(place.program, 0o755);
  }
  const as = root_runs_this ? { uid: nobody, gid: nobody } : {};
  const server = await place.serve(as);
  const look = async (name) => (await hl.run("cat", [`/proc/${server.pid}/${name}`], as)).stderr;
  for (const name of ["mem", "maps", "environ"]) assert.match(await look(name), /Permission denied|Operation not permitted/, name);
  assert.equal((await hl.run("kill", ["-0", `${server.pid}`], as)).status, 0, "although it is their own process");
  t.diagnostic(root_runs_this ? "seen as user 65534" : "seen as this user");
  await server.stop();
});

test("one request alone: nothing comes after it that would write over its traces", async (t) => {
  const place = await Place.found({ settings: limits });
  const server = await place.serve();
  if (!may_look_into(server, t)) return server.stop();
  const code = await server.tell("somebody asks");
  const url = `${server.public}/en/tell`;
  const alone = {
    "a form": (mine) => post_form(url, { q_story: mine.long, q_where: mine.short, q_when: mine.wide, q_safe_now: "no" }),
    "a form with a short answer": (mine) => post_form(url, { q_story: mine.short, [mine.short_name]: "x" }),
    "a form that is refused": (mine) => post_form(url, { q_story: mine.long, q_where: mine.short, q_safe_now: mine.short_name }),
    "a form too large": (mine) => post_form(url, { q_story: mine.long + "x".repeat(70_000), q_where: mine.short }),
    "a form with a broken escape": (mine) => curl(url, "--data-binary", `q_story=${mine.long}&q_where=${mine.short}%zz`),
    "a photo": (mine) => post_multipart(url, { q_where: mine.short }, [`${place.write("sent-alone", mine.long + mine.wide)};filename=${mine.short_name}`]),
    "a text": (mine) => server.text(twilio_message(mine.short, { To: mine.long, From: mine.short_name })),
    "a text tampered with": (mine) => server.text(twilio_message(mine.long, { From: mine.short }), { signature: mine.short_name }),
    "a follow-up": (mine) => post_form(`${server.public}/en/answers`, { code, message: mine.long + mine.short }),
    "a wrong code": (mine) => post_form(`${server.public}/en/answers`, { code: mine.short, message: mine.long }),
    "a query": (mine) => curl(`${url}?${mine.short}=${mine.long}`),
    "a path": (mine) => curl(`${server.public}/${mine.short}/${mine.long}`),
    "a language": (mine) => curl(`${server.public}/?lang=${mine.short}`, "--header", `Accept-Language: ${mine.long}`, "--header", `X-A: ${mine.short_name}`),
    "a header": (mine) => curl(`${server.public}/en/`, "--header", `User-Agent: ${mine.short}`, "--header", `Cookie: ${mine.long}`, "--header", `${mine.short_name}: 1`),
    "garbage": (mine) => raw(server, `${mine.long} ${mine.short}\r\n\r\n`),
    "a key": (mine) => curl(`${server.public}/api/v1/reports`, "--form", `${mine.short}=${mine.long}`, "--header", `Idempotency-Key: ${mine.short_name}`),
    "tags": (mine) => curl(`${server.public}/api/v1/mailbox`, "--data-binary", `{"tags":["${mine.long}","${mine.short}"],"${mine.short_name}":1}`),
    "an attempt to sign in": (mine) => curl(`${server.console}/api/v1/session`, "--data-binary", `{"name":"${mine.short}","auth":"${mine.long}"}`),
    "a name to sign in": (mine) => curl(`${server.console}/api/v1/sign-in/${mine.short}`),
  };
  const left = [];
  for (const [name, send] of Object.entries(alone)) {
    const mine = { long: marker(), wide: wide_marker(), short: marker(9), short_name: marker(9) };
    await send(mine);
    const search = new Search({ ...mine, lower: mine.short_name.toLowerCase() });
    let found;
    const since = Date.now();
    await until(() => {
      ({ found } = search_memory(server.pid, search));
      return found.length === 0 || Date.now() - since > Number(process.env.LEAKS_SECONDS ?? 60) * 1000;
    }, "memory to be clean", 120);
    left.push(...found.map(({ name: part, form, map, around }) => `${name}: ${part} (${form}) in ${map}: ${around}`));
  }
  assert.deepEqual(left, []);
  await server.stop();
});

test("plain HTTP: nothing remains", async (t) => {
  const place = await Place.found({ settings: limits });
  const server = await place.serve();
  const open = await everything(server, "http");
  await nothing_remains(server, "over HTTP", t);
  for (const socket of open) socket.destroy();
  await server.stop();
  const search = new Search(words);
  for (const [name, bytes] of texts_of(server)) assert.deepEqual(search.in(bytes), [], `found in ${name} after the end`);
});

test("TLS: nothing remains", async (t) => {
  const at = hl.folder();
  const files = hl.make_certificate(at, "localhost");
  const place = await Place.found({ settings: limits, tls: { public: files, console: files } });
  const server = await place.serve();
  const open = await everything(server, "tls");
  await nothing_remains(server, "over TLS", t);
  for (const socket of open) socket.destroy();
  await server.stop();
});
