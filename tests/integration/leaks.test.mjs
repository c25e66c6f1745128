#!/usr/bin/env node
// Nothing remains: words submitted by every channel and every error path are afterwards in no file, no log, no memory of the server.
// The words are random, so that what is found is theirs; whole or in pieces of eight bytes, as UTF-8, UTF-16, hex, percent-encoded, base64.
import assert from "node:assert/strict";
import { chmodSync, chownSync, copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import * as hl from "./support.mjs";
import { everything, raw, words } from "./channels.mjs";
import { database_pages } from "./database_pages.mjs";
import { each_window, files_below, marker, Search, search_memory, wide_marker } from "./memory.mjs";

const { Place, curl, post_form, post_multipart, twilio_message, until } = hl;

/** All that a server writes by itself: its data folder but for what the test itself put there, the database's pages in clear, its logs. */
function texts_of(server) {
  const ours = /\/(sent-|sealed-|plain-|over$)/;
  const files = files_below(server.place.folder).filter((path) => !ours.test(path));
  const { folder } = server.place;
  const pages = database_pages(join(folder, "hotline.db"), readFileSync(join(folder, "hotline.key"), "latin1").trim());
  assert.notEqual(new Search({ schema: "CREATE TABLE", name: server.place.name }).in(pages).length, 0, "the database is read as it is");
  return [...files.map((path) => [path, readFileSync(path)]), ["the database, opened with its key", pages], ["standard error", Buffer.from(server.errors)], ["standard output", Buffer.from(server.output)]];
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
    const left = bytes[1] === 0 || /^[0-9a-f]*$/.test(bytes.toString("latin1")) ? 32 : 16;   // UTF-16 and hex need twice as many
    assert.notEqual(search.in(bytes.subarray(7, 7 + left)).length, 0, `${left} bytes of it`);
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
    "a key": (mine) => curl(`${server.public}/api/v1/reports`, "--form", `${mine.short}=${mine.long}`, "--header", `Idempotency-Key: ${mine.short_name}, and so long that it is taken`),
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
