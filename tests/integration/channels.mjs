// Sends words by every channel and every error path that a server has, and keeps account of them.
import assert from "node:assert/strict";
import net from "node:net";
import tls from "node:tls";
import * as hl from "./support.mjs";
import { marker, wide_marker } from "./memory.mjs";

const { code_on, curl, post_form, post_multipart, root, token_on, twilio_message } = hl;
const { load } = await import(`${root}/build/npm/load.mjs`);
const age = await load("age-encryption");

/** Every word that was sent, by what it was. */
export const words = {};
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
export function raw(server, bytes, { hold = false, end = false, until_bytes = 0, reset = false } = {}) {
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
  // Signed, and not to be understood: kept whole, sealed.
  assert.equal((await server.text({ Body: word(`${tag} without sender`) })).status, 200);
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

/** All of the above. Gives sockets that are still open. */
export async function everything(server, tag) {
  await by_many(server, tag);
  await by_form(server, tag);
  await by_multipart(server, tag);
  await by_sms(server, tag);
  await by_answers(server, tag);
  await by_api(server, tag);
  return by_the_way(server, tag);
}
