// What every answer of the public listener says about itself, on every route and status, also when the parser refuses; and the score.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { connect } from "node:tls";
import test, { before } from "node:test";
import { curl, folder, furnished, make_certificate, post_form, post_multipart } from "./support.mjs";
import { observatory, observatory_most } from "./observatory.mjs";

const onion = "http://2gzyxa5ihm7nsggfxnu52rck2vv4rvmdlkiu3zzui5du4xyclen53wid.onion";
let place;
let server;
const answers = [];   // { what, status, headers, text }
before(async () => {
  const files = make_certificate(folder(), "public");
  place = await furnished({ tls: { public: files }, onion, settings: "[limits]\nform_bytes_max = 65536\n" });
  server = await place.serve();
  const get = async (what, path, ...words) => answers.push({ what, path, ...(await curl(`${server.public}${path}`, ...words)) });
  await get("first page", "/");
  for (const language of ["en", "es"]) for (const page of ["", "check", "tell", "answers"]) await get(`/${language}/${page}`, `/${language}/${page}`);
  await get("no such language", "/xx/tell");
  await get("no such page", "/en/elsewhere");
  await get("a wrong method", "/en/tell", "--request", "DELETE");
  await get("leaving", "/exit");
  await get("health", "/healthz");
  await get("desk", "/api/v1/desk");
  await get("no such route of the API", "/api/v1/elsewhere");
  await get("a mailbox request that is not JSON", "/api/v1/mailbox", "--header", "Content-Type: application/json", "--data-binary", "[");
  const post = async (what, path, fields, ...words) => answers.push({ what, path, ...(await post_form(`${server.public}${path}`, fields, ...words)) });
  await post("sent", "/en/tell", { q_story: "for the headers" });
  await post("empty form", "/en/tell", {});
  await post("a wrong code", "/en/answers", { code: "0000" });
  await post("an unknown code", "/en/answers", { code: (await server.tell("for its code")) });
  await post("too large", "/en/tell", { q_story: "x".repeat(70_000) });
  answers.push({ what: "malformed form", path: "/en/tell", ...(await curl(`${server.public}/en/tell`, "--data-binary", "q_story=%zz")) });
  answers.push({ what: "unsupported type", path: "/en/tell", ...(await curl(`${server.public}/en/tell`, "--header", "Content-Type: text/plain", "--data-binary", "x")) });
  const style = /<link rel="stylesheet" href="([^"]+)"/.exec(answers[0].text)[1];
  await get("stylesheet", style);
  for (const [, source] of answers.flatMap(({ text }) => [...text.matchAll(/<script[^>]* src="([^"]+)"/g)])) {
    if (!answers.some(({ path }) => path === source)) await get(`script ${source}`, source);
  }
  // Refused before there is a request: the parser's own answers.
  for (const [what, bytes] of [["a line that is no request", "GARBAGE\r\n\r\n"], ["two lengths", "POST /en/tell HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"],
    ["no host", "GET / HTTP/1.1\r\n\r\n"], ["a header too large", `GET / HTTP/1.1\r\nHost: a\r\nX: ${"x".repeat(40_000)}\r\n\r\n`],
    ["an unknown encoding", "POST /en/tell HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n"], ["another version", "GET / HTTP/3.0\r\nHost: a\r\n\r\n"]]) {
    answers.push({ what, path: "", ...(await raw(bytes)) });
  }
});

/** One answer to these bytes, over TLS. */
function raw(bytes) {
  const { hostname, port } = new URL(server.public);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port), rejectUnauthorized: false }, () => socket.write(bytes));
    const pieces = [];
    socket.on("data", (piece) => pieces.push(piece));
    socket.on("error", reject);
    socket.on("close", () => {
      const [head, ...rest] = Buffer.concat(pieces).toString("latin1").split("\r\n\r\n");
      const [first, ...lines] = head.split("\r\n");
      const headers = Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 1).trim()]));
      resolve({ status: Number(first.split(" ")[1]), headers, text: rest.join("\r\n\r\n") });
    });
  });
}
const each = (look) => answers.forEach((answer) => look(answer, `${answer.what} (${answer.status})`));
const is_page = ({ headers }) => headers["content-type"]?.startsWith("text/html");
const policy_of = (headers) => Object.fromEntries((headers["content-security-policy"] ?? "").split(";").map((part) => part.trim().split(/\s+/)).filter(([name]) => name)
  .map(([name, ...sources]) => [name, sources]));

test("there are answers of every kind to look at", () => {
  for (const status of [200, 303, 400, 404, 405, 413, 415, 422, 431]) assert.ok(answers.some((answer) => answer.status === status), `one with ${status}`);
  each((answer, what) => assert.ok(answer.status >= 200, what));
});

test("nothing may run, load or frame but what is needed", () => {
  each(({ headers }, what) => {
    const policy = policy_of(headers);
    assert.deepEqual(policy["default-src"], ["'none'"], what);
    assert.deepEqual(policy["frame-ancestors"], ["'none'"], what);
    assert.deepEqual(policy["base-uri"], ["'none'"], what);
    assert.ok(["'self'", "'none'"].includes(policy["form-action"]?.[0]) && policy["form-action"].length === 1, what);
    assert.doesNotMatch(headers["content-security-policy"], /unsafe-inline|'unsafe-eval'|unsafe-hashes|strict-dynamic|\*|https?:/, what);
    for (const source of policy["script-src"] ?? []) assert.match(source, /^('sha(256|384|512)-[A-Za-z0-9+/]{43,}={0,2}'|'wasm-unsafe-eval'|'none')$/, `${what}: scripts by hash`);
    for (const [name, allowed] of [["style-src", ["'self'"]], ["connect-src", ["'self'"]], ["worker-src", ["'self'", "blob:"]], ["img-src", ["data:", "'self'", "blob:"]]]) {
      for (const source of policy[name] ?? []) assert.ok(allowed.includes(source), `${what}: ${name} ${source}`);
    }
    const known = ["default-src", "script-src", "style-src", "img-src", "connect-src", "worker-src", "form-action", "frame-ancestors", "base-uri",
      "require-trusted-types-for", "trusted-types", "upgrade-insecure-requests"];
    for (const name of Object.keys(policy)) assert.ok(known.includes(name), `${what}: ${name} is not needed`);
  });
});

test("Trusted Types are required on every page", () => {
  each((answer, what) => {
    if (!is_page(answer)) return;
    const policy = policy_of(answer.headers);
    assert.deepEqual(policy["require-trusted-types-for"], ["'script'"], what);
    assert.ok(policy["trusted-types"] !== undefined && policy["trusted-types"].length <= 1, `${what}: one policy at most`);
    assert.ok(!policy["trusted-types"].includes("'allow-duplicates'") && !policy["trusted-types"].includes("default"), what);
  });
});

test("isolated from other sites, sniffed by nobody, kept by nobody, no word about where people come from", () => {
  each(({ headers, path }, what) => {
    assert.equal(headers["cross-origin-opener-policy"], "same-origin", what);
    assert.equal(headers["cross-origin-embedder-policy"], "require-corp", what);
    assert.equal(headers["cross-origin-resource-policy"], "same-origin", what);
    assert.equal(headers["x-content-type-options"], "nosniff", what);
    assert.equal(headers["x-frame-options"], "DENY", what);
    assert.equal(headers["referrer-policy"], "no-referrer", what);
    assert.match(headers["strict-transport-security"], /^max-age=(\d{8,})(;|$)/, what);
    const hashed = /^\/[^/]*[0-9a-f]{8,}[^/]*\.(css|js)$|^\/assets?\//.test(path) || /\.(css|js)$/.test(path);
    if (!hashed) assert.equal(headers["cache-control"], "no-store", what);
    assert.equal(headers.server, undefined, what);
    assert.equal(headers["x-powered-by"], undefined, what);
    if (path === "/exit") assert.match(headers["set-cookie"] ?? "", /^\w+=1; Max-Age=1; Path=\/; HttpOnly; SameSite=Strict(; Secure)?$/, "for a second: it makes browsers drop the page they keep for Back");
    else assert.equal(headers["set-cookie"], undefined, what);
    assert.equal(headers.etag, undefined, what);
    assert.equal(headers["last-modified"], undefined, what);
    // A clock to the second tells one server from another; to the hour is what is stored anyway.
    if (headers.date !== undefined) assert.match(headers.date, /:00:00 GMT$/, what);
  });
});

test("every feature of the device is off, and browsers know each by its name", () => {
  each(({ headers }, what) => {
    const features = headers["permissions-policy"].split(",").map((part) => part.trim());
    for (const feature of features) assert.match(feature, /^[a-z-]+=\(\)$/, what);
    for (const name of ["camera", "microphone", "geolocation", "payment", "usb", "serial", "hid", "midi", "display-capture", "browsing-topics", "accelerometer", "gyroscope"]) {
      assert.ok(features.includes(`${name}=()`), `${what}: ${name}`);
    }
  });
});

test("pages hold no script of their own, no style attribute, no event handler, no other origin", () => {
  each((answer, what) => {
    if (!is_page(answer)) return;
    const { text } = answer;
    assert.doesNotMatch(text, /<[^>]+\sstyle\s*=/i, what);
    assert.doesNotMatch(text, /<style\b/i, what);
    assert.doesNotMatch(text, /<[^>]+\son[a-z]+\s*=/i, what);
    assert.doesNotMatch(text, /javascript:/i, what);
    for (const [, attributes, inside] of text.matchAll(/<script\b([^>]*)>([\s\S]*?)<\/script>/gi)) {
      assert.equal(inside.trim(), "", what);
      assert.match(attributes, /\ssrc="\/[^/]/, what);
      assert.match(attributes, /\sintegrity="sha(256|384|512)-/, what);
    }
    assert.ok((text.match(/<link[^>]+rel="stylesheet"/g) ?? []).length <= 1, `${what}: one stylesheet`);
    for (const [, url] of text.matchAll(/\s(?:src|href|action|poster|data|formaction)="([^"]*)"/g)) assert.match(url, /^(\/(?!\/)|#|tel:|data:)/, `${what}: ${url}`);
    assert.doesNotMatch(text, /<(iframe|object|embed|frame|base)\b|http-equiv/i, what);
    assert.match(text, /<meta name="referrer" content="no-referrer">/, what);
  });
});

test("nothing that a client sent comes back in an error", async () => {
  const mark = `zanzibar${randomBytes(4).toString("hex")}`;
  for (const answer of [await curl(`${server.public}/en/${mark}`), await curl(`${server.public}/${mark}`, "--header", `X-${mark}: ${mark}`), await curl(`${server.public}/api/v1/${mark}`),
    await raw(`${mark.toUpperCase()} /${mark} HTTP/1.1\r\nHost: ${mark}\r\n${mark}\r\n\r\n`), await post_multipart(`${server.public}/en/tell`, { [mark]: mark })]) {
    assert.ok(answer.status >= 400);
    assert.ok(!`${answer.text}${JSON.stringify(answer.headers)}`.toLowerCase().includes(mark), String(answer.status));
  }
});

test("the onion address is offered on the first page, and beside no field and no code", () => {
  for (const { what, path, headers } of answers) {
    assert.equal(headers["onion-location"], /^\/((en|es)\/)?$/.test(path) ? `${onion}${path}` : undefined, what);
  }
});

test("addresses and names are neutral", () => {
  const telling = /report|victim|traffick|denuncia|trata|v[ií]ctima/i;
  each((answer, what) => {
    if (!is_page(answer)) return;
    assert.doesNotMatch(/<title>([^<]*)<\/title>/.exec(answer.text)[1], telling, what);
    for (const [, url] of answer.text.matchAll(/\s(?:src|href|action)="([^"]*)"/g)) assert.doesNotMatch(url, telling, what);
  });
});

test("the HTTP Observatory's rules give every page the most there is", (t) => {
  const scores = new Set();
  for (const answer of answers.filter((one) => is_page(one))) {
    const { score, results } = observatory(answer.headers, answer.text);
    assert.equal(score, observatory_most(answer.text), `${answer.what}: ${results.filter(([, points]) => points <= 0).join(" | ")}`);
    scores.add(score);
  }
  t.diagnostic(`HTTP Observatory: ${[...scores].join(", ")} points`);
  // A rule that can fail: each header taken away costs something.
  const page = answers[0];
  for (const name of ["content-security-policy", "referrer-policy", "strict-transport-security", "cross-origin-opener-policy", "cross-origin-embedder-policy",
    "cross-origin-resource-policy", "x-content-type-options"]) {
    const { [name]: _, ...others } = page.headers;
    assert.ok(observatory(others, page.text).score < observatory_most(page.text), name);
  }
});
