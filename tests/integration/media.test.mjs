#!/usr/bin/env node
// Pictures: those that the gateway keeps are fetched from its own hosts alone, within the limits, each once; those inside a text are kept
// with it. All stand sealed at the desk.
import assert from "node:assert/strict";
import { createHmac, randomBytes } from "node:crypto";
import { once } from "node:events";
import { readFileSync, readdirSync } from "node:fs";
import { createServer } from "node:http";
import test, { after, before } from "node:test";
import { database_pages } from "./database_pages.mjs";
import { Place, curl, post_form, sha256, twilio_message, twilio_signature, until } from "./support.mjs";

const token = "text-token";
const account = `AC${"a".repeat(32)}`;
const secret = "send-secret-nobody-sees";
const login = `Basic ${Buffer.from(`${account}:${secret}`).toString("base64")}`;
const phone_key = "a-key-of-more-than-sixteen";
const signed = "http://report.test/sms/tw";
const bytes_max = 64 * 1024;

/** A host of pictures: what it says to a path, and who asked. */
class FakeHost {
  says = new Map();       // path → (request, response) => …
  asked = [];             // { path, headers, closed }
  async start(port = 0) {
    this.server = createServer((request, response) => {
      const one = { path: request.url, headers: request.headers, closed: false };
      request.socket.once("close", () => (one.closed = true));
      this.asked.push(one);
      const say = this.says.get(request.url);
      return say ? say(request, response) : response.writeHead(404).end();
    });
    this.server.listen(port, "127.0.0.1");
    await once(this.server, "listening");
    this.port = this.server.address().port;
    this.origin = `http://127.0.0.1:${this.port}`;
    return this;
  }
  async stop() {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, "close");
  }
  of(path) { return this.asked.filter((one) => one.path === path); }
  /** Something new behind a path of its own; gives its address. */
  put(say) {
    const path = `/${account}/Media/ME${randomBytes(16).toString("hex")}`;
    this.says.set(path, typeof say === "function" ? say : (request, response) => response.writeHead(200, { "Content-Type": "image/jpeg" }).end(say));
    return this.origin + path;
  }
}
const path_of = (url) => new URL(url).pathname;
const redirect = (to, status = 307) => (request, response) => response.writeHead(status, { Location: to }).end();

const gateway = await new FakeHost().start();    // where the gateway's addresses point
const storage = await new FakeHost().start();    // where it leads on to; allowed
const stranger = await new FakeHost().start();   // allowed to nobody
after(() => Promise.all([gateway, storage, stranger].map((host) => host.stop())));

let place;
let server;
let number = 6_230_000;
before(async () => {
  place = await Place.found({ settings: `
[sms.tw]
gateway = "twilio"
token = "${token}"
automatic = "none"
media_origins = ["${gateway.origin}", "${storage.origin}"]
[sms.tw.send]
account = "${account}"
secret = "${secret}"
[sms.phone]
gateway = "android"
token = "${phone_key}"
[limits]
media_bytes_max = ${bytes_max}
media_per_text_max = 3
text_retry_min = 1
text_retry_max = 1
gateway_deadline = 5
` });
  server = await place.serve();
});

const post = (fields) => post_form(`${server.public}/sms/tw`, fields, "--header", `X-Twilio-Signature: ${twilio_signature(token, signed, fields)}`);
const with_pictures = (text, urls, more = {}) => twilio_message(text, {
  From: `+501${++number}`, NumMedia: String(urls.length), ...Object.fromEntries(urls.flatMap((url, i) => [[`MediaUrl${i}`, url], [`MediaContentType${i}`, "image/jpeg"]])), ...more });
/** A person sends pictures; gives their case. */
async function send(text, urls) {
  const answer = await post(with_pictures(text, urls));
  assert.equal(answer.status, 200, answer.text);
  return (await server.case_of(text)).id;
}
const message_of = async (id) => (await server.show(id)).timeline[0];
const pictures_of = async (id) => (await message_of(id)).pictures;
const until_states = (id, ...states) => until(async () => {
  const pictures = await pictures_of(id);
  return pictures.map(({ state }) => state).join() === states.join() && pictures;
}, `pictures to be ${states}`);
async function exported(id) {
  const folder = place.path(`out-${randomBytes(4).toString("hex")}`);
  await place.succeed("case", "export", id, "--output", folder, ...server.as());
  return readdirSync(folder).map((name) => ({ name, hash: sha256(readFileSync(`${folder}/${name}`)) }));
}
const log_count = (reason) => server.errors.split("\n").filter((line) => line.includes("media_not_fetched") && line.includes(`reason=${reason}`)).length;
const not_allowed = 1;
const no_answer = 4;

test("a picture is fetched from where the gateway keeps it, once, and stands sealed with its text", async () => {
  const image = randomBytes(20_000);
  const url = gateway.put(image);
  const fields = with_pictures("mira esta foto", [url]);
  const first = await post(fields);
  assert.equal(first.status, 200);
  assert.equal((await post(fields)).text, first.text, "delivered twice");
  const { id } = await server.case_of("mira esta foto");
  const [picture] = await until_states(id, "here");
  assert.deepEqual([picture.type, picture.file.bytes, picture.file.sha256, picture.file.name], ["image/jpeg", image.length, sha256(image), "picture.jpg"]);
  assert.equal((await server.cases()).length, 1, "no case of its own");
  assert.equal(gateway.of(path_of(url)).length, 1);
  const [{ headers }] = gateway.of(path_of(url));
  assert.equal(headers.authorization, login);
  assert.equal(headers.cookie ?? headers.referer, undefined);
  assert.match(await place.succeed("case", "show", id, ...server.as()), /file: picture\.jpg, 20000 bytes/);
  assert.ok((await exported(id)).some(({ hash }) => hash === sha256(image)), "the export holds it, bit for bit");
  const pages = database_pages(place.path("hotline.db"), readFileSync(place.path("hotline.key"), "utf8").trim());
  for (const piece of [image.subarray(1000, 1032), Buffer.from(path_of(url)), Buffer.from(secret)]) assert.equal(pages.indexOf(piece), -1, "nothing of it lies open in the database");
  assert.ok(!server.errors.includes(url) && !server.errors.includes(secret));
});

test("redirects lead to allowed hosts only, and the login stays with the first", async () => {
  const image = randomBytes(3000);
  const far = storage.put(image);
  const url = gateway.put(redirect(far));
  await until_states(await send("va a otro sitio", [url]), "here");
  assert.equal(gateway.of(path_of(url))[0].headers.authorization, login);
  assert.equal(storage.of(path_of(far))[0].headers.authorization, undefined);

  // Back to where the login would be good: not after it has been elsewhere.
  const last = gateway.put(image);
  await until_states(await send("ida y vuelta", [gateway.put(redirect(storage.put(redirect(last, 302)), 301))]), "here");
  assert.equal(gateway.of(path_of(last))[0].headers.authorization, undefined);

  const before_it = log_count(not_allowed);
  const off = stranger.put(image);
  const id = await send("fuera de la lista", [gateway.put(redirect(off))]);
  await until(() => log_count(not_allowed) > before_it, "the refusal");
  assert.deepEqual((await pictures_of(id)).map(({ state }) => state), ["waiting"]);
  assert.equal(stranger.asked.length, 0);

  const in_a_ring = gateway.put((request, response) => response.writeHead(302, { Location: request.url }).end());
  const refused = log_count(not_allowed);
  await send("en círculo", [in_a_ring]);
  await until(() => log_count(not_allowed) > refused, "the end of the ring");
});

test("a host that nobody named is never asked", async () => {
  const refused = log_count(not_allowed);
  await send("de un extraño", [stranger.put("x")]);
  await until(() => log_count(not_allowed) > refused, "the refusal");
  assert.equal(stranger.asked.length, 0);
  assert.equal((await pictures_of((await server.case_of("de un extraño")).id))[0].state, "waiting", "the operator may allow it yet");
});

test("what is too large is left where it is, and the case says so", async () => {
  const known = gateway.put(randomBytes(bytes_max + 1));
  const endless = gateway.put((request, response) => {
    response.writeHead(200, { "Content-Type": "image/jpeg" });      // chunked: nobody says how long
    const more = () => { while (!response.destroyed && response.write(randomBytes(8192))); };
    response.on("drain", more);
    more();
  });
  const id = await send("muy grande", [known, endless, gateway.put(randomBytes(bytes_max))]);
  const [big, flood] = await until_states(id, "failed", "failed", "here");
  assert.deepEqual([big.problem, flood.problem], ["too-large", "too-large"]);
  await until(() => gateway.of(path_of(endless)).every(({ closed }) => closed), "the line to be let go");
  assert.match(await place.succeed("case", "show", id, ...server.as()), /! picture \(image\/jpeg\): could not be fetched: it is larger than the server takes/);
});

test("silence and faults are asked again, others meanwhile", async () => {
  const image = randomBytes(500);
  let silent = true;
  const quiet = gateway.put((request, response) => (silent ? undefined : response.writeHead(200, { "Content-Type": "image/png" }).end(image)));
  let tries = 0;
  const flaky = gateway.put((request, response) => {
    tries += 1;
    if (tries === 1) return response.writeHead(503).end();
    if (tries === 2) return response.writeHead(200, { "Content-Length": "500" }).write(image.subarray(0, 100), () => response.destroy());
    return response.writeHead(200, { "Content-Type": "image/png" }).end(image);
  });
  const waiting = await send("callado", [quiet]);
  const id = await send("a la tercera", [flaky]);
  const [picture] = await until_states(id, "here");
  assert.equal(picture.file.sha256, sha256(image));
  assert.equal(tries, 3);
  await until(() => log_count(no_answer) > 0 && gateway.of(path_of(quiet)).length > 1, "the silent one to be asked again");
  silent = false;
  assert.equal((await until_states(waiting, "here"))[0].file.name, "picture.png");
});

test("killed in mid-air it begins anew, and there is one picture", async () => {
  const image = randomBytes(40_000);
  let whole = false;
  const url = gateway.put((request, response) => {
    response.writeHead(200, { "Content-Type": "image/jpeg", "Content-Length": String(image.length) });
    return whole ? response.end(image) : response.write(image.subarray(0, 10_000));
  });
  const id = await send("antes del corte", [url]);
  await until(() => gateway.of(path_of(url)).length > 0, "the beginning");
  server.child.kill("SIGKILL");
  await server.ended;
  whole = true;
  server = await place.serve();
  assert.equal((await until_states(id, "here"))[0].file.sha256, sha256(image));
  assert.equal((await exported(id)).filter(({ hash }) => hash === sha256(image)).length, 1);
});

test("no more pictures of a text are kept than the limit, and that is told", async () => {
  const id = await send("muchas", Array.from({ length: 5 }, (_, i) => gateway.put(`foto ${i}`)));
  await until_states(id, "here", "here", "here", "not-fetched", "not-fetched");
  assert.deepEqual((await message_of(id)).flags, ["files-left-out"]);
});

test("a phone's pictures come inside the text, and are kept with it", async () => {
  const image = randomBytes(30_000);
  const body = JSON.stringify({ deviceId: "d", event: "mms:downloaded", id: "mms-1", webhookId: "w", payload: {
    messageId: "m", sender: "+5016239999", recipient: "+5018005551", body: "desde el teléfono", subject: "",
    attachments: [{ partId: 1, contentType: "image/png", name: "../../foto.png", size: image.length, data: image.toString("base64") }] } });
  const stamp = String(Math.floor(Date.now() / 1000));
  const signature = createHmac("sha256", phone_key).update(body + stamp).digest("hex");
  const deliver = () => curl(`${server.public}/sms/phone`, "--header", "Content-Type: application/json", "--header", `X-Timestamp: ${stamp}`, "--header", `X-Signature: ${signature}`,
    "--data-binary", "@-", { input: body });
  for (let i = 0; i < 2; ++i) assert.equal((await deliver()).status, 200);
  const { id } = await server.case_of("desde el teléfono");
  const [{ content }, ...more] = (await server.show(id)).timeline;
  assert.equal(more.length, 0);
  assert.deepEqual(content.attachments.map(({ name, media_type, bytes, sha256: hash }) => [name, media_type, bytes, hash]), [["foto.png", "image/png", image.length, sha256(image)]]);
  assert.ok((await exported(id)).some(({ hash }) => hash === sha256(image)));
});

test("ends well with a picture on its way", async () => {
  const url = gateway.put(() => {});
  await send("al final", [url]);
  await until(() => gateway.of(path_of(url)).length > 0, "it to be asked for");
  await server.stop();
});
