#!/usr/bin/env node
// `hotline sms check` as an operator runs it: through a small proxy, which does what proxies do wrong.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import { join } from "node:path";
import test, { after, before } from "node:test";
import { Place, curl, folder, make_certificate, sms_token, twilio_message } from "./support.mjs";

const path_token = "0123456789abcdef0123456789abcdef";
const secrets = [sms_token, path_token, "a-long-key-of-the-phone", "a-signature-secret", "a long password", "the-secret-of-the-app"];
const gateways = `
[sms.phone]
gateway = "android"
token = "a-long-key-of-the-phone"
[sms.vonage]
gateway = "vonage-messages"
token = "a-signature-secret"
[sms.kannel]
gateway = "kannel"
token = "kannel:a long password"
[sms.jasmin]
gateway = "jasmin"
path_token = "${path_token}"
[sms.sync]
gateway = "smssync"
token = "the-secret-of-the-app"
[sms.telnyx]
gateway = "telnyx"
token = "PUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw="
`;

/** Stands at the public address. `change` may alter what is passed on, or answer by itself. */
class Proxy {
  static async start(tls) {
    const proxy = new Proxy();
    proxy.seen = [];
    proxy.change = () => {};
    const serve = (request, response) => {
      const pieces = [];
      request.on("data", (piece) => pieces.push(piece));
      request.on("end", () => proxy.pass({ method: request.method, path: request.url, headers: request.headers, body: Buffer.concat(pieces) }, response));
    };
    proxy.server = tls ? https.createServer(tls, serve) : http.createServer(serve);
    await new Promise((listening) => proxy.server.listen(0, "127.0.0.1", listening));
    proxy.origin = `${tls ? "https" : "http"}://127.0.0.1:${proxy.server.address().port}`;
    return proxy;
  }
  pass(request, response) {
    this.seen.push({ ...request, headers: { ...request.headers } });
    if (this.change(request, response)) return;
    const { hostname, port } = new URL(this.to);
    const onward = http.request({ hostname, port, method: request.method, path: request.path, headers: request.headers }, (answer) => {
      response.writeHead(this.status ?? answer.statusCode, answer.headers);
      answer.pipe(response);
    });
    onward.on("error", () => response.writeHead(502).end("Bad gateway"));
    onward.end(request.body);
  }
  stop() {
    this.server.closeAllConnections();
    this.server.close();
  }
}

let proxy;
let place;
let server;
before(async () => {
  proxy = await Proxy.start();
  place = await Place.found({ settings: gateways, unix: join(folder(), "public.sock") });
  // The proxy's port is known only now; what signs and what is signed must agree on it.
  const settings = readFileSync(place.config, "utf8").replace(`origin = "${place.origin}"`, `origin = "${proxy.origin}"`);
  writeFileSync(place.config, settings);
  place.origin = proxy.origin;
  server = await place.serve();
  proxy.to = server.public;
});
after(() => proxy.stop());

/** { status, lines }: what the check says, one object for each gateway. No secret is ever among it. */
async function check(...words) {
  const done = await place.hotline("sms", "check", "--config", place.config, "--json", ...words);
  const output = done.stdout.toString();
  for (const secret of secrets) assert.ok(!(output + done.stderr).includes(secret), "no secret is shown");
  return { status: done.status, stderr: done.stderr, lines: output.trimEnd().split("\n").filter(Boolean).map((line) => JSON.parse(line)) };
}
/** The one problem of one gateway. */
async function problem(gateway, ...words) {
  const { status, lines, stderr } = await check("--gateway", gateway, ...words);
  assert.equal(status, 1, stderr || "the check finds something");
  assert.equal(lines.length, 1);
  assert.equal(lines[0].ok, false);
  assert.equal(lines[0].problems.length, 1);
  return lines[0].problems[0];
}
async function with_proxy(change, task) {
  proxy.change = change;
  try {
    return await task();
  } finally {
    proxy.change = () => {};
  }
}
async function with_settings(from, to, task) {
  const settings = readFileSync(place.config, "utf8");
  assert.ok(settings.includes(from));
  writeFileSync(place.config, settings.replace(from, to));
  try {
    return await task();
  } finally {
    writeFileSync(place.config, settings);
  }
}

test("every family is ok, and nothing is stored", async () => {
  const count = (await server.cases()).length;
  const { status, lines, stderr } = await check();
  assert.deepEqual(lines.map(({ gateway, problems }) => [gateway, problems]).sort(),
    ["demo", "jasmin", "kannel", "phone", "sync", "telnyx", "vonage"].map((name) => [name, []]));
  assert.equal(status, 0, stderr);
  assert.equal((await server.cases()).length, count);
  const of = Object.fromEntries(lines.map((line) => [line.gateway, line]));
  assert.ok(of.demo.advice.some((line) => line.includes("#rc=5&rp=all")));
  assert.ok(of.demo.advice.some((line) => line.includes("byte for byte")));
  assert.ok(of.kannel.advice.some((line) => line.includes("http-request-retry")));
  assert.ok(of.jasmin.advice.some((line) => line.startsWith("Weak:")));
  assert.ok(of.telnyx.advice.some((line) => line.startsWith("The check passed as far as it can")));
  assert.equal(of.jasmin.path_token, true);
  assert.equal(of.jasmin.address, `${proxy.origin}/sms/jasmin`);
});

test("for people it says the same in lines", async () => {
  const done = await place.hotline("sms", "check", "--config", place.config, "--gateway", "jasmin");
  assert.equal(done.status, 0, done.stderr);
  assert.match(done.stdout.toString(), new RegExp(`^jasmin \\(Jasmin\\): ok\\n  address at the gateway: ${proxy.origin}/sms/jasmin/PATH_TOKEN\\n  note: Weak: `));
  assert.ok(!done.stdout.toString().includes(path_token));
  assert.match(await place.refuse(1, "sms", "check", "--config", place.config, "--gateway", "unknown"), /has no \[sms\.unknown\]/);
});

test("a forged mark hides no text", async () => {
  const count = (await server.cases()).length;
  const now = Math.floor(Date.now() / 1000);
  const forged = twilio_message("with a forged mark", { From: "+5016009101" });
  assert.equal((await server.text(forged, { words: ["--header", `Hotline-Check: ${now}.${"0".repeat(64)}`] })).status, 200);
  await server.case_of(forged.Body);

  // A real mark, caught on the way: good for the very same request alone.
  proxy.seen.length = 0;
  assert.equal((await check("--gateway", "demo")).status, 0);
  const { headers, body } = proxy.seen[0];
  const mark = headers["hotline-check"];
  const other = twilio_message("with the mark of another request", { From: "+5016009102" });
  const answer = await server.text(other, { words: ["--header", `Hotline-Check: ${mark}`] });
  assert.deepEqual([answer.status, answer.headers["hotline-check"]], [200, undefined]);
  await server.case_of(other.Body);
  // Byte for byte: another way to write the same form is another body.
  const send = (value, ...words) => curl(server.sms, "--data-binary", "@-", "--header", "Content-Type: application/x-www-form-urlencoded",
    "--header", `Hotline-Check: ${value}`, ...words, { input: body });
  const signature = ["--header", `X-Twilio-Signature: ${headers["x-twilio-signature"]}`];
  const again = await send(mark, signature);
  assert.equal(again.status, 200);
  assert.equal((await server.cases()).length, count + 2, "a check that comes again is still none");
  const [seconds, mac] = mark.split(".");
  assert.equal((await send(mark)).status, 403, "it is no signature");
  const old = await send(`${seconds - 301}.${mac}`, signature);
  assert.deepEqual([old.status, old.headers["hotline-check"]], [200, undefined]);
  assert.equal((await server.cases()).length, count + 3, "with another time it is a text");
});

test("a proxy that changes the path", async () => {
  const said = await with_proxy((request) => void (request.path = request.path.replace("/sms/", "/hooks/")), () => problem("demo"));
  assert.match(said, /404 at the address, while the server itself takes the text; let the proxy pass \/sms\/demo unchanged/);
  const unknown = await with_settings("[sms.demo]", `[sms.demo]\npublic_url = "${proxy.origin}/hooks/twilio"`, () => problem("demo"));
  assert.match(unknown, /public_url ends in \/hooks\/twilio/);
  assert.match(unknown, /let public_url end in \/sms\/demo/);
});

test("a proxy that takes away what proves the text", async () => {
  const said = await with_proxy((request) => void delete request.headers.authorization, () => problem("kannel"));
  assert.match(said, /lost on the way.*these headers as they come: authorization$/);
  const cut = await with_proxy((request) => void (request.path = request.path.replace(`/${path_token}`, "")), () => problem("jasmin"));
  assert.match(cut, /let the proxy pass the whole path with the path token/);
});

test("another server at the address", async () => {
  const answering = (status, headers = {}) => (request, response) => {
    response.writeHead(status, headers).end("Hello");
    return true;
  };
  assert.match(await with_proxy(answering(200), () => problem("demo")), /answered 200, but not this Hotline, which runs: another server/);
  assert.match(await with_proxy(answering(403), () => problem("demo")), /answered 403, before the request reached this Hotline/);
  assert.match(await with_proxy(answering(502), () => problem("demo")), /the proxy there does not reach the server, which runs/);
  const moved = await with_proxy(answering(301, { location: `https://report.test/sms/jasmin/${path_token}` }), () => problem("jasmin"));
  assert.match(moved, /redirects to https:\/\/report\.test, and gateways do not follow/);
  // A proof from another request, or made up, is none.
  assert.match(await with_proxy(answering(200, { "hotline-check": "0".repeat(64) }), () => problem("demo")), /but not this Hotline/);
});

test("addresses that lead nowhere", async () => {
  const with_url = (url) => with_settings("[sms.demo]", `[sms.demo]\npublic_url = "${url}"`, () => problem("demo"));
  const elsewhere = await Proxy.start();
  elsewhere.to = server.public;
  elsewhere.change = (request) => void (request.path = request.path.replace("/hooks/", "/sms/"));
  await with_settings("[sms.jasmin]", `[sms.jasmin]\npublic_url = "${elsewhere.origin}/hooks/jasmin"`, async () => {
    assert.equal((await check("--gateway", "jasmin")).status, 0, "a proxy may give it another path");
  });
  elsewhere.stop();
  const gone = await Proxy.start();
  gone.stop();
  assert.match(await with_url(`${gone.origin}/sms/demo`), /nothing listens at http:\/\/127\.0\.0\.1:\d+; start the proxy/);
  assert.match(await with_url("http://nowhere.invalid/sms/demo"), /the host of http:\/\/nowhere\.invalid is not known/);
});

test("a server whose settings are older than the file", async () => {
  assert.match(await with_settings(`token = "${sms_token}"`, `token = "another-token"`, () => problem("demo")), /has another token, path_token or public_url.*start it again/);
  const added = `[sms.new]\ngateway = "twilio"\ntoken = "${sms_token}"\n[sms.demo]`;
  assert.match(await with_settings("[sms.demo]", added, () => problem("new")), /knows no \[sms\.new\].*start it again/);
});

test("https: a certificate that nobody trusts", async () => {
  const { certificate, key } = make_certificate(folder(), "proxy");
  const secure = await Proxy.start({ cert: readFileSync(certificate), key: readFileSync(key) });
  secure.to = server.public;
  const plain = proxy.origin;
  try {
    await with_settings(`origin = "${plain}"`, `origin = "${secure.origin}"`, async () => {
      assert.match(await problem("jasmin"), /the server runs and takes the text, but the certificate at https:\/\/127\.0\.0\.1:\d+ cannot be verified/);
      const trusted = await check("--gateway", "jasmin", "--ca-file", certificate);
      assert.equal(trusted.status, 0, JSON.stringify(trusted.lines));
    });
  } finally {
    secure.stop();
  }
});

test("the way out: settings, the API's address, account and secret, and nothing is sent", async () => {
  const { FakeTwilio } = await import("./fake_twilio.mjs");
  const account = `AC${"b".repeat(32)}`;
  const fake = await FakeTwilio.start({ account, secret: "a-secret-to-send-with", from: "+15005550006" });
  const sending = (secret, more = "", url = fake.origin) => (tried) =>
    with_settings(`[sms.demo]\n`, `[sms.demo.send]\nurl = "${url}"\naccount = "${account}"\nsecret = "${secret}"\n${more}[sms.demo]\n`, tried);
  await sending("a-secret-to-send-with")(async () => {
    const { status, lines } = await check("--gateway", "demo");
    assert.equal(status, 0, JSON.stringify(lines));
    assert.ok(lines[0].advice.some((line) => /^Sending: http:\/\/127\.0\.0\.1:\d+ takes account and secret; no text was sent\.$/.test(line)), JSON.stringify(lines));
  });
  const said = await sending("another-secret")(() => problem("demo"));
  assert.match(said, /^Sending: .* answered 401: it does not take account and secret/);
  assert.ok(!said.includes("another-secret"));
  assert.match(await sending("a-secret-to-send-with", 'time_zone = "Atlantis/Capital"\n')(() => problem("demo")), /^Sending: time_zone "Atlantis\/Capital" is not known/);
  assert.match(await with_settings(`[sms.demo]\n`, `[sms.demo.send]\nsecret = "x"\n[sms.demo]\n`, () => problem("demo")), /^Sending: \[sms\.demo\.send\] account is missing/);
  const { certificate, key } = make_certificate(folder(), "api");
  const secure = await Proxy.start({ cert: readFileSync(certificate), key: readFileSync(key) });
  assert.match(await sending("a-secret-to-send-with", "", secure.origin)(() => problem("demo")), /^Sending: .* has a certificate that cannot be verified/);
  assert.equal(secure.seen.length, 0, "no secret was sent to it");
  secure.stop();
  assert.deepEqual(fake.accepted, []);
  await fake.stop();
});

test("a link to an operator is named, and brings nothing down", async () => {
  await with_settings("[sms.demo]\n", `[sms.link.smpp]\nhost = "127.0.0.1"\nsystem_id = "hotline"\npassword = "secret"\n[sms.demo]\n`, async () => {
    const { status, stdout } = await place.hotline("sms", "check", "--config", place.config, "--gateway", "link");
    assert.equal(status, 0);
    assert.match(stdout.toString(), /^link \(SMPP\): not checked/);
  });
});

test("a desk whose last epoch is over", async () => {
  // As the server answers then: 503, with its mark.
  proxy.status = 503;
  const said = await problem("demo");
  delete proxy.status;
  assert.match(said, /^the server cannot store texts: the desk has no epoch that holds now \(hotline epoch list, hotline epoch rotate\), or the database cannot be written/);
});

test("the server stopped", async () => {
  await server.stop();
  const said = await problem("demo");
  assert.match(said, /^the server is not running; start it: hotline serve --config .* \(what stands at the address answered 502\)$/);
  proxy.stop();
  assert.match(await problem("demo"), /^the server is not running; start it: hotline serve --config .*hotline\.toml$/);
});
