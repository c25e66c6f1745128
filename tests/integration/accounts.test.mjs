#!/usr/bin/env node
// Accounts from outside: the founding of a desk from a browser, second factors, delays, sessions, passphrases, the paper code.
import assert from "node:assert/strict";
import { createHmac, createPrivateKey, createPublicKey, randomBytes, sign } from "node:crypto";
import { readFileSync } from "node:fs";
import http from "node:http";
import test, { before } from "node:test";
import { Place, curl, root, until } from "./support.mjs";

const { load } = await import(`${root}/build/npm/load.mjs`);
const { blake2b } = await load("@noble/hashes/blake2.js");
const hash = (...parts) => Buffer.from(blake2b(Buffer.concat(parts.map((part) => Buffer.from(part))), { dkLen: 32 }));
const encoded = (bytes) => Buffer.from(bytes).toString("base64url");
const hex = (bytes) => Buffer.from(bytes).toString("hex");

/** RFC 6238, of a secret in base32, `later` steps from now. */
function code_of(secret, later = 0) {
  const bits = [...secret].map((symbol) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(symbol).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30000) + later));
  const mac = createHmac("sha1", key).update(counter).digest();
  return String((mac.readUInt32BE(mac[19] & 15) & 0x7fffffff) % 1000000).padStart(6, "0");
}

const call = async (server, method, path, body, cookie, ...words) => {
  const answer = await curl(`${server.console}${path}`, "--request", method, ...(cookie ? ["--header", `Cookie: ${cookie}`] : []),
    ...(body === undefined ? [] : ["--header", "Content-Type: application/json", "--data-binary", JSON.stringify(body)]), ...words);
  return { ...answer, json: answer.headers["content-type"]?.includes("json") ? JSON.parse(answer.text) : undefined, cookie: answer.headers["set-cookie"]?.split(";")[0] };
};
const sign_in = (server, name, auth, cookie, ...words) => call(server, "POST", "/api/v1/session", { name, auth: encoded(auth) }, cookie, ...words);

/** A member as a client of its own makes it; the server cannot tell that nothing opens what is wrapped here. */
function made_member(name, role) {
  const auth = randomBytes(32);
  const recovery = randomBytes(32);
  const member = { id: hex(randomBytes(16)), name, role, recipient: encoded(randomBytes(1216)), sign_key: encoded(randomBytes(32)) };
  return { auth, recovery, member, keys: { salt: encoded(randomBytes(16)), auth_hash: encoded(hash(auth)), wrapped_secret: encoded(randomBytes(72)),
    recovery_wrapped: encoded(randomBytes(72)), recovery_auth_hash: encoded(hash(recovery)) } };
}
async function enrol(place, server, name, { as = server.as(), role = "caseworker", claimed = role, origin = server.console } = {}) {
  const invited = await place.succeed("member", "invite", name, "--role", role, ...as);
  const code = /^[A-Za-z0-9_-]{32}$/m.exec(invited)[0];
  assert.ok(invited.includes(`${origin}/#/join/${code}`), "a link for the browser");
  const made = made_member(name, claimed);
  const enrolled = await call(server, "POST", "/api/v1/members", { code_hash: encoded(hash("hotline/v1/invitation", code)), member: made.member, ...made.keys });
  assert.equal(enrolled.status, 201, enrolled.text);
  return made;
}

/** A desk with its first admin, signed as a browser signs it. */
function made_desk(name, admin_name) {
  const pair = createPrivateKey({ key: Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), randomBytes(32)]), format: "der", type: "pkcs8" });
  const desk_key = createPublicKey(pair).export({ format: "der", type: "spki" }).subarray(-32);
  const desk = { id: hex(randomBytes(16)), name, desk_key: encoded(desk_key), demo: false };
  const admin = made_member(admin_name, "admin");
  const number = (value) => { const bytes = Buffer.alloc(8); bytes.writeBigUInt64BE(BigInt(value)); return bytes; };
  const signed = (...parts) => encoded(sign(null, Buffer.concat(parts.map((part) => Buffer.from(part))), pair));
  const begin = Math.floor(Date.now() / 1000);
  const epoch = { id: hex(randomBytes(16)), recipient: encoded(randomBytes(1216)), not_before: begin, not_after: begin + 37 * 86400 };
  const bytes = (text) => Buffer.from(text, "base64url");
  epoch.signature = signed("hotline/v1/epoch", Buffer.from(desk.id, "hex"), Buffer.from(epoch.id, "hex"), number(epoch.not_before), number(epoch.not_after), bytes(epoch.recipient));
  const voucher = signed("hotline/v1/member", Buffer.from(desk.id, "hex"), Buffer.from(admin.member.id, "hex"), bytes(admin.member.sign_key), bytes(admin.member.recipient));
  const grants = [["desk_key", desk.id], ["epoch", epoch.id]].map(([kind, scope]) => ({ kind, scope, member: admin.member.id, sealed: encoded(randomBytes(300)) }));
  return { admin, body: { desk, member: admin.member, ...admin.keys, voucher, epoch, grants } };
}

test("a desk is founded from a browser, once, whole or not at all", async () => {
  const place = new Place({ second_factor: "required" });
  const first_link = /\/#\/found\/([A-Za-z0-9_-]{32})$/m.exec(await place.succeed("init", "--config", place.config))[1];
  const code = /\/#\/found\/([A-Za-z0-9_-]{32})$/m.exec(await place.succeed("init", "--config", place.config))[1];
  const path_of = (text) => `/api/v1/foundings/${hex(hash("hotline/v1/founding", text))}`;
  let server = await place.serve();
  const waiting = await curl(`${server.public}/`);
  assert.equal(waiting.status, 503);
  assert.match(waiting.text, /not ready yet/);
  assert.ok(waiting.headers["retry-after"]);
  assert.equal((await curl(`${server.console}/`)).status, 200, "the page that founds it");
  assert.equal((await sign_in(server, "olga", randomBytes(32))).status, 503);
  assert.equal((await call(server, "GET", path_of(code))).status, 200);
  assert.equal((await call(server, "GET", path_of(first_link))).status, 404, "a new link ends the one before");
  assert.equal((await call(server, "GET", "/api/v1/foundings/xyz")).status, 404);

  const { admin, body } = made_desk("Belmopan", "olga");
  const other = made_desk("Belmopan", "olga").body;
  for (const wrong of [{}, { ...body, voucher: other.voucher }, { ...body, epoch: other.epoch }, { ...body, grants: [] }, { ...body, desk: other.desk },
    { ...body, grants: other.grants }, { ...body, member: { ...body.member, name: "" } }]) {
    assert.equal((await call(server, "POST", path_of(code), wrong)).status, 422);
  }
  assert.equal((await call(server, "POST", path_of(code), { more: "x".repeat(16 * 1024) })).status, 413, "no desk is so long");
  assert.equal((await call(server, "POST", path_of(first_link), body)).status, 404);
  assert.equal((await call(server, "POST", path_of(code), body, undefined, "--header", "Sec-Fetch-Site: cross-site")).status, 403);

  // Killed while it founds, as often as it takes: after each start there is no desk at all, or all of it.
  let founded = false;
  for (let round = 0; !founded; ++round) {
    const posting = call(server, "POST", path_of(code), body);
    if (round < 3) {
      const request = http.get(`${server.console}/healthz`, (answer) => answer.resume()).on("error", () => {});
      await Promise.race([posting, new Promise((resolve) => request.on("close", resolve))]);
      server.child.kill("SIGKILL");
      await server.ended;
      await posting;
      server = await place.serve();
      const there = await sign_in(server, "olga", admin.auth);
      founded = there.status === 200;
      if (!founded) assert.equal((await call(server, "GET", path_of(code))).status, 200, "nothing of it was kept");
    } else {
      assert.equal((await posting).status, 201);
      founded = true;
    }
  }
  // Without a restart by hand everything serves.
  await until(async () => (await curl(`${server.public}/en/`)).status === 200, "the public side");
  const in_ = await until(async () => { const answer = await sign_in(server, "olga", admin.auth); return answer.status === 200 && answer; }, "the console");
  assert.equal(in_.json.must_enrol, true);
  assert.equal(in_.json.member.role, "admin");
  assert.equal((await call(server, "POST", path_of(code), made_desk("Second", "eve").body)).status, 404, "the code is used up");
  assert.match(await place.refuse(1, "init", "--config", place.config), /there already, with a desk/);
  await server.stop();
});

test("a server that waits goes on when the desk is made by command", async () => {
  const place = new Place();
  await place.succeed("init", "--config", place.config);
  const server = await place.serve();
  assert.equal((await curl(`${server.public}/`)).status, 503);
  await place.succeed("desk", "create", "--config", place.config, "--name", "Test desk", "--member", "demo", "--passphrase-file", place.passphrase_file);
  await until(async () => (await curl(`${server.public}/en/`)).status === 200, "the public side");
  await server.tell("after the desk was made");
  await server.case_of("after the desk was made");
  await server.stop();
});

test("where a second factor is required, the command line adds one and then asks for its code", async () => {
  const place = new Place({ second_factor: "required" });
  await place.succeed("init", "--config", place.config);
  await place.succeed("desk", "create", "--config", place.config, "--name", "Test desk", "--member", "demo", "--passphrase-file", place.passphrase_file);
  const server = await place.serve();
  assert.match(await place.refuse(1, "case", "list", ...server.as()), /second factor.*hotline member second-factor/);
  const shown = await place.succeed("member", "second-factor", ...server.as());
  const secret = /^.*type the secret there: ([A-Z2-7]{32})$/m.exec(shown)[1];
  assert.match(shown, /^otpauth:\/\/totp\/Console:demo\?secret=/m);
  assert.match(await place.refuse(1, "member", "second-factor", "--confirm", "12345x", ...server.as()), /code/);
  assert.match(await place.succeed("member", "second-factor", "--confirm", code_of(secret), ...server.as()), /active/);
  assert.match(await place.refuse(1, "case", "list", ...server.as(), "--totp", "12345x"), /wrong/);
  const next = code_of(secret, 1);
  await place.succeed("case", "list", ...server.as(), "--totp", next);
  assert.match(await place.refuse(1, "case", "list", ...server.as(), "--totp", next), /used before/, "the same code a second time");
  // Who holds database and key is asked for none: they could switch it off anyway.
  await place.succeed("member", "list", "--config", place.config, "--member", "demo", "--passphrase-file", place.passphrase_file);
  // Lost: an admin of the desk takes it away, here by the database.
  await place.succeed("member", "reset-second-factor", "demo", "--config", place.config, "--member", "demo", "--passphrase-file", place.passphrase_file);
  assert.match(await place.refuse(1, "case", "list", ...server.as()), /hotline member second-factor/);
  await server.stop();
});

let place;
let server;
before(async () => {
  place = await Place.found();
  server = await place.serve();
});

test("an unknown name and a wrong passphrase get the same status, body and headers", async () => {
  const alike = ({ status, text, headers }) => ({ status, text, headers: { ...headers, date: undefined } });
  const wrong = alike(await sign_in(server, "demo", randomBytes(32)));
  assert.equal(wrong.status, 403);
  for (const name of ["nobody", "señora", "x".repeat(60)]) assert.deepEqual(alike(await sign_in(server, name, randomBytes(32))), wrong);
  const recover = (name) => call(server, "POST", "/api/v1/recovery", { name, recovery_auth: encoded(randomBytes(32)) });
  assert.deepEqual(alike(await recover("nobody")), alike(await recover("demo")));
});

test("a thousand wrong guesses keep nobody out", async () => {
  const { auth } = await enrol(place, server, "paula");
  const { hostname, port } = new URL(server.console);
  const agent = new http.Agent({ maxSockets: 1000 });
  let answered = 0;
  let written = 0;
  const guesses = Array.from({ length: 1000 }, () => {
    const request = http.request({ hostname, port, path: "/api/v1/session", method: "POST", agent, headers: { "content-type": "application/json" } }, (answer) => {
      ++answered;
      answer.resume();
    }).on("error", () => {});
    request.on("finish", () => ++written);
    request.end(JSON.stringify({ name: "paula", auth: encoded(randomBytes(32)) }));
    return request;
  });
  await until(() => written === guesses.length, "all guesses to be on their way");
  const in_ = await sign_in(server, "paula", auth);
  assert.equal(in_.status, 200, in_.text);
  assert.ok(answered < guesses.length, "the right one came before the guesses were through");
  for (const request of guesses) request.destroy();
  agent.destroy();
  assert.equal((await call(server, "GET", "/api/v1/desk", undefined, in_.cookie)).status, 200);
});

test("sessions are listed and ended, by their member and by an admin", async () => {
  const { auth, member } = await enrol(place, server, "luisa");
  const one = (await sign_in(server, "luisa", auth)).cookie;
  const two = (await sign_in(server, "luisa", auth, undefined, "--header", "Sec-Fetch-Mode: cors", "--header", "Sec-Fetch-Site: same-origin")).cookie;
  const { sessions } = (await call(server, "GET", "/api/v1/sessions", undefined, one)).json;
  assert.deepEqual(sessions.map((session) => session.client).sort(), ["browser", "command"]);
  assert.deepEqual(sessions.filter((session) => session.current).map((session) => session.client), ["command"]);
  assert.ok(!JSON.stringify(sessions).includes(one.slice("session=".length)), "the id is not the token");
  const browser = sessions.find((session) => session.client === "browser").id;
  const paula = await enrol(place, server, "berta");
  const others = (await sign_in(server, "berta", paula.auth)).cookie;
  assert.equal((await call(server, "DELETE", `/api/v1/sessions/${browser}`, undefined, others)).status, 404, "only one's own");
  assert.equal((await call(server, "DELETE", `/api/v1/members/${member.id}/sessions`, undefined, others)).status, 403);
  assert.equal((await call(server, "DELETE", `/api/v1/sessions/${browser}`, undefined, one)).status, 204);
  assert.equal((await call(server, "GET", "/api/v1/session", undefined, two)).status, 401);
  assert.match(await place.succeed("session", "end", "--of", "luisa", ...server.as()), /signed out everywhere/);
  assert.equal((await call(server, "GET", "/api/v1/session", undefined, one)).status, 401);
  assert.match(await place.succeed("session", "list", ...server.as()), /^[0-9a-f]{32} {2}command .*\(this one\)$/m);
});

test("a cookie from before is never taken over", async () => {
  const { auth } = await enrol(place, server, "fina");
  const planted = `session=${encoded(randomBytes(32))}`;
  const in_ = await sign_in(server, "fina", auth, planted);
  assert.notEqual(in_.cookie, planted);
  assert.equal((await call(server, "GET", "/api/v1/session", undefined, planted)).status, 401);
  assert.equal((await call(server, "GET", "/api/v1/session", undefined, in_.cookie)).json.name, "fina");
});

test("a role is what the invitation says, whatever a request says", async () => {
  const eve = await enrol(place, server, "eve", { role: "caseworker", claimed: "admin" });
  const in_ = await sign_in(server, "eve", eve.auth, undefined);
  assert.equal(in_.json.member.role, "caseworker");
  const more = await call(server, "POST", "/api/v1/session", { name: "eve", auth: encoded(eve.auth), role: "admin", member: { role: "admin" } });
  assert.equal(more.json.member.role, "caseworker");
  const raised = await call(server, "PUT", "/api/v1/passphrase", { auth: encoded(eve.auth), ...eve.keys, role: "admin" }, in_.cookie);
  assert.equal(raised.status, 204);
  assert.equal((await sign_in(server, "eve", eve.auth)).json.member.role, "caseworker");
  assert.equal((await call(server, "POST", "/api/v1/invitations", { code_hash: encoded(randomBytes(32)), name: "mallory", role: "admin" }, in_.cookie)).status, 403);
});

test("other sites' pages and forms get nowhere", async () => {
  const { auth } = await enrol(place, server, "carla");
  const cookie = (await sign_in(server, "carla", auth)).cookie;
  for (const [method, path] of [["POST", "/api/v1/second-factors/totp"], ["DELETE", "/api/v1/session"], ["PUT", "/api/v1/passphrase"], ["GET", "/api/v1/sessions"]]) {
    for (const site of ["cross-site", "same-site"]) {
      assert.equal((await call(server, method, path, undefined, cookie, "--header", `Sec-Fetch-Site: ${site}`)).status, 403, `${method} ${path}`);
    }
  }
  for (const type of ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain"]) {
    for (const path of ["/api/v1/session", "/api/v1/session/second", "/api/v1/recovery", "/api/v1/second-factors/totp/confirm"]) {
      const answer = await curl(`${server.console}${path}`, "--request", "POST", "--header", `Cookie: ${cookie}`, "--header", `Content-Type: ${type}`,
        "--data-binary", JSON.stringify({ name: "carla", auth: encoded(auth) }));
      assert.equal(answer.status, 422, `${path} ${type}`);
    }
  }
});

test("a new passphrase: the old one is of no use, other sessions end, and everything opens as before", async () => {
  const files = { old: place.write("rosa.old", "rosa's first long passphrase\n"), next: place.write("rosa.new", "rosa's second long passphrase\n") };
  const invited = await place.succeed("member", "invite", "rosa", ...server.as());
  const enrolled = await place.succeed("member", "enrol", "--invitation", /^[A-Za-z0-9_-]{32}$/m.exec(invited)[0], "--server", server.console, "--passphrase-file", files.old);
  const paper = place.write("rosa.paper", `${/shown once: (\S+)/.exec(enrolled)[1]}\n`);
  await place.let_in("rosa", ...server.as());
  await server.tell("for Rosa to read");
  await server.case_of("for Rosa to read", "rosa", files.old);
  assert.match(await place.refuse(1, "member", "passphrase", ...server.as("rosa", files.old), "--new-passphrase-file", place.write("short", "short\n")), /too short/);
  await place.succeed("member", "passphrase", ...server.as("rosa", files.old), "--new-passphrase-file", files.next);
  assert.match(await place.refuse(1, "case", "list", ...server.as("rosa", files.old)), /wrong/);
  await server.case_of("for Rosa to read", "rosa", files.next);

  // Forgotten: the paper code sets a third, and is replaced.
  const third = place.write("rosa.third", "rosa's third long passphrase\n");
  const wrong_paper = place.write("wrong.paper", "TKFJ-3XKR-KZES-KKDR-AQAK-AB1A-QEWF-Y0J9\n");
  const recover = (file) => ["member", "recover", "rosa", "--server", server.console, "--passphrase-file", third, "--recovery-code-file", file];
  assert.match(await place.refuse(1, ...recover(wrong_paper)), /name or the recovery code is wrong/);
  assert.match(await place.refuse(1, ...recover(place.write("misread.paper", "TKFJ-3XKR-KZES-KKDR-AQAK-AB1A-QEWF-Y0J8\n"))), /misread/);
  const recovered = await place.succeed(...recover(paper));
  const next_paper = /any more: (\S+)/.exec(recovered)[1];
  assert.match(await place.refuse(1, "case", "list", ...server.as("rosa", files.next)), /wrong/);
  await server.case_of("for Rosa to read", "rosa", third);
  assert.match(await place.refuse(1, ...recover(paper)), /name or the recovery code is wrong/);
  await place.succeed(...recover(place.write("next.paper", `${next_paper.toLowerCase()}\n`)));
  await server.case_of("for Rosa to read", "rosa", third);
});

test("behind a proxy that ends TLS the session's cookie stays with TLS and with the host", async () => {
  const place = await Place.found();
  const settings = readFileSync(place.config, "utf8");
  const cookie_with = async (origin) => {
    place.write("hotline.toml", settings.replace("[console]\n", `[console]\n${origin}`));
    const server = await place.serve();
    const made = await enrol(place, server, `m${randomBytes(4).toString("hex")}`);
    const { headers, cookie } = await sign_in(server, made.member.name, made.auth);
    assert.equal((await call(server, "GET", "/api/v1/session", undefined, cookie)).status, 200);
    const other_name = cookie.replace(/^[^=]*/, cookie.startsWith("__Host-") ? "session" : "__Host-session");
    assert.equal((await call(server, "GET", "/api/v1/session", undefined, other_name)).status, 401);
    assert.equal("strict-transport-security" in headers, origin !== "", "browsers are told to stay with TLS where there is TLS");
    await server.stop();
    return headers["set-cookie"];
  };
  assert.match(await cookie_with(""), /^session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=43200$/);
  assert.match(await cookie_with("origin = \"https://console.example.org\"\n"), /^__Host-session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Secure; Max-Age=43200$/);
});
