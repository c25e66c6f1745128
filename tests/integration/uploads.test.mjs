#!/usr/bin/env node
// Files that come in pieces over lines that break, also while the server is killed: by tus-js-client, which others wrote, and by curl.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import net from "node:net";
import test, { before } from "node:test";
import { Place, code_on, curl, post_form, post_multipart, problem_on, root, sha256, until } from "./support.mjs";

const { load } = await import(`${root}/build/npm/load.mjs`);
const age = await load("age-encryption");
const tus = (await load("tus-js-client")).default;

const file_bytes_max = 4 * 1024 * 1024;
const opening = "age-encryption.org/v1\n-> mlkem768x25519 ";
let place;
let server;
let desk;
before(async () => {
  // A port of our own choice, so that a server that was killed comes back where it was.
  const free = net.createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => free.once("listening", resolve));
  const { port } = free.address();
  await new Promise((resolve) => free.close(resolve));
  place = await Place.found({ settings: `[limits]\nfile_bytes_max = ${file_bytes_max}\nbody_bytes_max = ${2 * file_bytes_max}\nfiles_max = 3\nuploads_per_sender_max = 2\n` });
  writeFileSync(place.config, readFileSync(place.config, "utf8").replace('["127.0.0.1:0"]\norigin', `["127.0.0.1:${port}"]\norigin`));
  server = await place.serve();
  desk = JSON.parse((await curl(`${server.public}/api/v1/desk`)).text);
});

const seal = async (content) => {
  const encrypter = new age.Encrypter();
  encrypter.addRecipient(desk.epoch.recipient);
  return Buffer.from(await encrypter.encrypt(new Uint8Array(content)));
};
const pad = (json) => Buffer.concat([Buffer.from(json), Buffer.alloc(4096 - Buffer.byteLength(json), 0x20)]);
const endpoint = () => `${server.public}/api/v1/uploads`;
const version = ["--header", "Tus-Resumable: 1.0.0"];
const create = async (length, ...words) => {
  const answer = await curl(endpoint(), ...version, "--request", "POST", "--header", `Upload-Length: ${length}`, ...words);
  assert.equal(answer.status, 201, answer.text);
  assert.match(answer.headers.location, /^\/api\/v1\/uploads\/[0-9a-f]{32}$/);
  return server.public + answer.headers.location;
};
let parts = 0;
const file = (content) => place.write(`part-${++parts}`, content);
const patch = (url, offset, content, ...words) => curl(url, ...version, "--request", "PATCH", "--header", `Upload-Offset: ${offset}`,
  "--header", "Content-Type: application/offset+octet-stream", "--data-binary", `@${file(content)}`, ...words);
const offset = async (url) => {
  const answer = await curl(url, ...version, "--head");
  assert.equal(answer.status, 200);
  return Number(answer.headers["upload-offset"]);
};
const id_of = (url) => url.slice(-32);

/** A report that names these uploads, sealed; gives the answer to it. */
async function send(text, files, { key, uploads = files.map(({ id }) => id), more = [] } = {}) {
  const attachments = files.map(({ id, bytes }) => ({ id, name: "photo.jpg", media_type: "image/jpeg", bytes: bytes.length, sha256: sha256(bytes) }));
  const json = JSON.stringify({ v: 1, type: "report", desk: desk.id, channel: "api", language: "en", answers: { q_story: text }, consents: [], attachments });
  const sealed = file(await seal(pad(json)));
  return curl(`${server.public}/api/v1/reports`, "--form", `report=@${sealed}`, uploads.flatMap((id) => ["--form-string", `upload=${id}`]), more,
    key ? ["--header", `Idempotency-Key: ${key}`] : []);
}
/** What the desk gets of a report's files. */
async function exported(text) {
  const found = await server.case_of(text);
  const to = place.path(`export-${++parts}`);
  mkdirSync(to);
  await place.succeed("case", "export", found.id, "--output", `${to}/case`, ...server.as());
  return (id) => readFileSync(`${to}/case/${id}.jpg`);
}

/** Forwards to the server, and cuts each of its first connections after so many bytes of the sender's. */
async function cutting_proxy(cuts) {
  const { port } = new URL(server.public);
  const sockets = new Set();
  const proxy = net.createServer((inside) => {
    const outside = net.connect(port, "127.0.0.1");
    for (const socket of [inside, outside]) {
      sockets.add(socket);
      socket.on("error", () => {});
    }
    let left = cuts.shift() ?? Infinity;
    inside.on("data", (piece) => {
      outside.write(piece.subarray(0, Math.min(piece.length, left)));
      left -= piece.length;
      if (left > 0) return;
      outside.end();
      inside.destroy();
    });
    outside.on("data", (piece) => inside.write(piece));
    outside.on("close", () => inside.destroy());
    inside.on("close", () => outside.end());
  });
  await new Promise((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const close = () => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => proxy.close(resolve));
  };
  return { url: `http://127.0.0.1:${proxy.address().port}`, close };
}

/** Sends by tus-js-client; gives the URL, and what it was told meanwhile. */
function upload(sealed, { to = endpoint(), chunk = Infinity, progress = () => {}, url } = {}) {
  return new Promise((resolve, reject) => {
    const one = new tus.Upload(sealed, {
      endpoint: to, uploadUrl: url, chunkSize: chunk, retryDelays: Array(400).fill(50), uploadSize: sealed.length,
      onChunkComplete: (_, accepted) => progress(accepted, one),
      onProgress: (sent) => progress(sent, one),
      onError: reject, onSuccess: () => resolve(one.url),
    });
    one.start();
  });
}

test("tus-js-client sends a file, a report takes it, the desk opens it", async () => {
  const bytes = randomBytes(1_500_000);
  const id = id_of(await upload(await seal(bytes)));
  assert.equal((await send("sent in one go", [{ id, bytes }])).status, 201);
  assert.deepEqual((await exported("sent in one go"))(id), bytes);
});

test("in small pieces, and several files at once", async () => {
  const all = [randomBytes(70_000), randomBytes(1), randomBytes(300_000)];
  const files = [];
  for (const bytes of all) files.push({ bytes, id: id_of(await upload(await seal(bytes), { chunk: 30_000 })) });
  assert.equal((await send("in small pieces", files)).status, 201);
  const get = await exported("in small pieces");
  for (const { id, bytes } of files) assert.deepEqual(get(id), bytes);
});

test("over a line that is cut again and again", async () => {
  const bytes = randomBytes(2_000_000);
  const sealed = await seal(bytes);
  // The first answer to POST is let through; each connection after it brings a little more.
  const proxy = await cutting_proxy([2000, ...Array(12).fill(90_000), ...Array(6).fill(350_000)]);
  const url = await upload(sealed, { to: `${proxy.url}/api/v1/uploads` });
  await proxy.close();
  assert.equal((await send("over a bad line", [{ id: id_of(url), bytes }])).status, 201);
  assert.deepEqual((await exported("over a bad line"))(id_of(url)), bytes);
});

test("what was sent before the line broke is kept, to the byte", async () => {
  const sealed = await seal(randomBytes(400_000));
  const url = await create(sealed.length);
  for (let have = 0; have < 300_000; ) {
    const end = have + 37_001;
    const socket = net.connect(new URL(server.public).port, "127.0.0.1");
    socket.on("error", () => {});
    socket.end(Buffer.concat([Buffer.from(`PATCH ${new URL(url).pathname} HTTP/1.1\r\nHost: a\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: ${have}\r\n` +
      `Content-Type: application/offset+octet-stream\r\nContent-Length: ${sealed.length - have}\r\n\r\n`), sealed.subarray(have, end)]));
    socket.resume();
    await until(async () => (await offset(url)) === end, `${end} bytes to be kept`);
    have = end;
  }
});

test("kill -9 in the middle, and on from there", async () => {
  const bytes = randomBytes(3_000_000);
  const sealed = await seal(bytes);
  let kills = 0;
  let acknowledged = 0;
  let restarting = Promise.resolve();
  const url = await upload(sealed, {
    chunk: 200_000,
    progress: (sent, one) => {
      acknowledged = Math.max(acknowledged, one._offset ?? 0);
      if (kills < 3 && sent > (kills + 1) * 700_000) {
        ++kills;
        server.child.kill("SIGKILL");
        restarting = restarting.then(() => server.ended).then(async () => {
          server = await place.serve();
        });
      }
    },
  });
  await restarting;
  assert.equal(kills, 3);
  assert.ok(acknowledged > 700_000);
  assert.equal(await offset(url), sealed.length);
  assert.equal((await send("through three deaths", [{ id: id_of(url), bytes }])).status, 201);
  assert.deepEqual((await exported("through three deaths"))(id_of(url)), bytes);
  assert.match(await place.succeed("check", "--config", place.config), /sound/);
});

test("an acknowledged offset stands after kill -9", async () => {
  const sealed = await seal(randomBytes(900_000));
  const url = await create(sealed.length);
  let have = 0;
  for (const size of [10, 20_000, 262_144, 300_000]) {
    const answer = await patch(url, have, sealed.subarray(have, have + size));
    assert.equal(answer.status, 204, answer.text);
    have += size;
    assert.equal(Number(answer.headers["upload-offset"]), have);
    server.child.kill("SIGKILL");
    await server.ended;
    server = await place.serve();
    assert.equal(await offset(url), have);
  }
});

test("the rules of tus: version, offset, length, type, methods", async () => {
  const described = await curl(endpoint(), "--request", "OPTIONS");
  assert.equal(described.status, 204);
  assert.equal(described.headers["tus-version"], "1.0.0");
  assert.equal(described.headers["tus-extension"], "creation,termination");
  const longest = Number(described.headers["tus-max-size"]);
  assert.equal(longest, file_bytes_max + file_bytes_max / 8 + 65_536);

  for (const words of [[], ["--header", "Tus-Resumable: 0.2.2"]]) {
    const answer = await curl(endpoint(), "--request", "POST", "--header", "Upload-Length: 1000", ...words);
    assert.equal(answer.status, 412);
    assert.equal(answer.headers["tus-version"], "1.0.0");
  }
  const refused = async (status, ...headers) => assert.equal((await curl(endpoint(), ...version, "--request", "POST", headers.flatMap((one) => ["--header", one]))).status, status, headers.join());
  await refused(400);
  await refused(400, "Upload-Defer-Length: 1");
  for (const wrong of ["x", "-1", "1.5", "1e3", "99999999999999999999"]) await refused(400, `Upload-Length: ${wrong}`);
  await refused(400, "Upload-Length: 1000", "Upload-Length: 1000");
  await refused(413, `Upload-Length: ${longest + 1}`);
  await refused(422, "Upload-Length: 0");
  await refused(422, `Upload-Length: ${opening.length + 1494 + 1 + 43 + 5 + 43 + 1}`);
  await create(longest);

  const sealed = await seal(randomBytes(5000));
  const url = await create(sealed.length);
  const told = await curl(url, ...version, "--head");
  assert.equal(told.headers["upload-length"], String(sealed.length));
  assert.equal(told.headers["cache-control"], "no-store");
  assert.equal(told.headers["tus-resumable"], "1.0.0");
  assert.equal((await patch(url, 1, sealed)).status, 409);
  assert.equal((await patch(url, 0, Buffer.concat([sealed, sealed]))).status, 413);
  assert.equal((await patch(url, 0, Buffer.concat([sealed, sealed]), "--header", "Transfer-Encoding: chunked")).status, 413);
  const wrong_type = await curl(url, ...version, "--request", "PATCH", "--header", "Upload-Offset: 0", "--data-binary", `@${file(sealed)}`);
  assert.equal(wrong_type.status, 415);
  assert.equal((await curl(url, ...version)).status, 405);
  assert.equal((await curl(url, ...version, "--request", "PUT")).status, 405);
  const part = await offset(url);
  assert.equal((await patch(url, part, sealed.subarray(part, 3000), "--request", "POST", "--header", "X-HTTP-Method-Override: PATCH")).status, 204);
  assert.equal(await offset(url), 3000);
  assert.equal((await curl(url, ...version, "--request", "DELETE")).status, 204);
  assert.equal((await curl(url, ...version, "--head")).status, 404);
});

test("what is not sealed never gets to the disk", async () => {
  const words = "MARKER-of-plain-words ".repeat(500);
  const twice = `${opening}${"A".repeat(1494)}\n${"A".repeat(43)}\n-> mlkem768x25519 ${words}`;
  for (const content of [words, opening.slice(0, -1) + words, opening.replace("mlkem768", "X") + words, `${opening.slice(0, 5)}${words}`, opening + words, twice]) {
    const url = await create(100_000);
    assert.equal((await patch(url, 0, content)).status, 422);
    assert.equal(await offset(url), 0);
    assert.equal((await patch(url, 0, content.slice(0, 5))).status, content.startsWith("age-e") ? 204 : 422);
    // The opening in two halves is looked at just the same.
    const have = await offset(url);
    assert.equal((await patch(url, have, words)).status, 422);
    assert.equal(await offset(url), have);
  }
});

test("two at once: one goes on, the other is told", async () => {
  const sealed = await seal(randomBytes(800_000));
  const url = await create(sealed.length);
  const statuses = (await Promise.all([patch(url, 0, sealed), patch(url, 0, sealed)])).map(({ status }) => status).sort();
  assert.deepEqual(statuses, [204, 409]);
  assert.equal(await offset(url), sealed.length);
});

test("unknown, taken and ended ones look alike", async () => {
  const bytes = randomBytes(100);
  const taken = await upload(await seal(bytes));
  assert.equal((await send("takes it", [{ id: id_of(taken), bytes }])).status, 201);
  const ended = await create(5000);
  await curl(ended, ...version, "--request", "DELETE");
  const answers = [];
  for (const url of [taken, ended, `${endpoint()}/${randomBytes(16).toString("hex")}`, `${endpoint()}/x`, `${endpoint()}/${"0".repeat(33)}`]) {
    for (const method of ["PATCH", "DELETE"]) {
      const answer = await curl(url, ...version, "--request", method, "--header", "Upload-Offset: 0", "--header", "Content-Type: application/offset+octet-stream");
      answers.push(JSON.stringify([answer.status, answer.text, Object.keys(answer.headers)]));
    }
    answers.push((await curl(url, ...version, "--head")).status);
  }
  assert.equal(new Set(answers).size, 2, answers.join("\n"));
  assert.ok(answers.includes(404));
});

test("a report waits for its files: not before they are whole, once, and again when the answer was lost", async () => {
  const bytes = randomBytes(50_000);
  const sealed = await seal(bytes);
  const url = await create(sealed.length);
  const id = id_of(url);
  const refused = async (detail, ...all) => {
    const answer = await send(...all);
    assert.equal(answer.status, 422, answer.text);
    assert.match(JSON.parse(answer.text).detail, detail);
  };
  await patch(url, 0, sealed.subarray(0, 40_000));
  await refused(/not complete/, "too early", [{ id, bytes }]);
  assert.equal(await offset(url), 40_000, "a report that was refused takes nothing from it");
  await patch(url, 40_000, sealed.subarray(40_000));
  await refused(/No upload/, "of nobody", [{ id: randomBytes(16).toString("hex"), bytes }]);
  await refused(/same id/, "twice", [{ id, bytes }], { uploads: [id, id] });
  await refused(/32 hex/, "no id", [{ id, bytes }], { uploads: ["photo.jpg"] });
  await refused(/32 hex/, "too long", [{ id, bytes }], { uploads: [`${id}0`] });
  const key = randomBytes(8).toString("hex");
  for (let again = 0; again < 3; ++again) assert.equal((await send("with its file", [{ id, bytes }], { key })).status, 201);
  assert.deepEqual((await exported("with its file"))(id), bytes);
  await refused(/No upload/, "somebody else's", [{ id, bytes }]);
  const cases = (await server.cases()).map(({ text }) => text);
  for (const text of ["too early", "of nobody", "twice", "somebody else's"]) assert.ok(!cases.includes(text));
});

test("no more files, and no more bytes, than one report may hold", async () => {
  const bytes = randomBytes(10);
  const urls = [];
  for (let i = 0; i < 4; ++i) urls.push({ id: id_of(await upload(await seal(bytes))), bytes });
  assert.equal((await send("four files", urls)).status, 413);
  assert.equal((await send("three files", urls.slice(1))).status, 201);
  const large = [];
  for (let i = 0; i < 3; ++i) {
    const much = Buffer.alloc(3_300_000);
    large.push({ id: id_of(await upload(await seal(much))), bytes: much });
  }
  assert.equal((await send("too much together", large)).status, 413);
  assert.equal((await send("two of them", large.slice(1))).status, 201);
});

test("an address has so many places for sending at once, and words go in meanwhile", async () => {
  const sealed = await seal(randomBytes(100_000));
  const held = [];
  for (let i = 0; i < 2; ++i) {
    const url = await create(sealed.length);
    const socket = net.connect(new URL(server.public).port, "127.0.0.1");
    socket.on("error", () => {});
    socket.write(Buffer.concat([Buffer.from(`PATCH ${new URL(url).pathname} HTTP/1.1\r\nHost: a\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\n` +
      `Content-Type: application/offset+octet-stream\r\nContent-Length: ${sealed.length}\r\nExpect: 100-continue\r\n\r\n`)]));
    await new Promise((resolve) => socket.once("data", resolve));   // "100 Continue": the place is taken
    held.push(socket);
  }
  const url = await create(sealed.length);
  const refused = await patch(url, 0, sealed);
  assert.equal(refused.status, 503);
  assert.ok(refused.headers["retry-after"]);
  code_on((await post_form(`${server.public}/en/tell`, { q_story: "words meanwhile" })).text);
  const elsewhere = await patch(url, 0, sealed, "--interface", "127.0.0.2");
  assert.equal(elsewhere.status, 204, "another address has its own");
  for (const socket of held) socket.destroy();
});

test("with little room on the disk files stop and words are taken", async () => {
  const tight = await Place.found({ settings: `[limits]\ndisk_reserve_bytes = ${1024 ** 4}\n` });
  const small = await tight.serve();
  const refused = await curl(`${small.public}/api/v1/uploads`, ...version, "--request", "POST", "--header", "Upload-Length: 5000");
  assert.equal(refused.status, 503);
  assert.match(refused.text, /Files cannot be taken/);
  assert.ok(refused.headers["retry-after"]);
  const form = await post_multipart(`${small.public}/en/tell`, { q_story: "with a photo" }, [file(randomBytes(100))]);
  assert.equal(form.status, 503);
  assert.ok(problem_on(form.text));
  assert.match(form.text, /with a photo/, "what was typed is kept");
  await small.tell("words alone");
  assert.equal((await small.cases()).length, 1);
  await small.stop();
});

test("the server stops well, and comes back with what waits", async () => {
  const sealed = await seal(randomBytes(1000));
  const url = await create(sealed.length);
  assert.equal((await patch(url, 0, sealed.subarray(0, 500))).status, 204);
  await server.stop();
  assert.match(await place.succeed("check", "--config", place.config), /sound/);
  server = await place.serve();
  assert.equal(await offset(url), 500);
  await server.stop();
});
