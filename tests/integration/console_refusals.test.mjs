#!/usr/bin/env node
// What the console's API refuses, asked of every operation that its own description names: a new one is covered without a word here.
// Nobody without a session, no page of another site, no role beyond what is written down; and every answer, errors too, can neither be
// framed nor guessed at.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test, { before } from "node:test";
import { curl, root } from "./support.mjs";
import { raw } from "./channels.mjs";
import { Casework } from "./casework.mjs";

const described = JSON.parse(readFileSync(join(root, "server/console/openapi.json"), "utf8"));
const methods = ["get", "post", "put", "delete", "patch"];
const operations = Object.entries(described.paths).flatMap(([path, all]) => Object.entries(all)
  .filter(([method]) => methods.includes(method))
  .map(([method, operation]) => ({
    name: `${method.toUpperCase()} ${path}`, method: method.toUpperCase(), path: path.replace(/\{[^}]+\}/g, "00000000000000000000000000000000"),
    open: (operation.security ?? described.security).length === 0, body: operation.requestBody !== undefined,
  })));
const changing = operations.filter(({ method }) => method !== "GET");

// What each role may ask beyond its own account, besides what everybody may. Whatever is not here is refused.
const everybody = ["GET /api/v1/session", "DELETE /api/v1/session", "GET /api/v1/sessions", "DELETE /api/v1/sessions/{id}", "PUT /api/v1/passphrase", "POST /api/v1/session/proof", "PUT /api/v1/session/proof", "POST /api/v1/recovery-code", "PUT /api/v1/recovery-code",
  "GET /api/v1/second-factors", "POST /api/v1/second-factors/totp", "POST /api/v1/second-factors/totp/confirm", "POST /api/v1/second-factors/passkey/options",
  "POST /api/v1/second-factors/passkey", "DELETE /api/v1/second-factors/{id}", "GET /api/v1/desk", "GET /api/v1/grants"];
const roles = {
  auditor: ["GET /api/v1/figures", "GET /api/v1/retention", "GET /api/v1/queue/counts", "GET /api/v1/activity", "GET /api/v1/changes"],
  analyst: ["GET /api/v1/figures"],
  partner: [],
  // Who has enrolled as a supervisor, and with whom nobody has compared words yet.
  waiting: [],
};

let work;
const cookies = {};
before(async () => {
  work = await Casework.begin();
  for (const role of Object.keys(roles)) {
    work.files[role] = work.place.write(`${role}.passphrase`, `a long passphrase of the ${role}\n`);
    const invited = await work.place.succeed("member", "invite", role, "--role", role === "waiting" ? "supervisor" : role, ...work.as());
    await work.place.succeed("member", "enrol", "--invitation", /^[A-Za-z0-9_-]{32}$/m.exec(invited)[0], "--server", work.server.console, "--passphrase-file", work.files[role]);
    if (role !== "waiting") await work.place.let_in(role, ...work.as());
  }
  for (const name of ["demo", ...Object.keys(roles)]) {
    // A session that stays: the command's own end of it is kept from the server.
    const between = await work.in_between(({ request, headers }) => {
      const set = headers?.["set-cookie"]?.[0];
      if (set && request.method === "POST") cookies[name] = set.split(";")[0];
      return request.method === "DELETE" && request.url === "/api/v1/session" ? "cut" : undefined;
    });
    await work.place.hotline("case", "list", ...between.as(name));
    between.close();
    assert.ok(cookies[name], `${name} signed in`);
  }
});

/** Asks with a body, or words behind the address, that no operation can do anything with: none succeeds by chance, none waits. */
const ask = ({ method, path, body }, { name, headers = [] } = {}) => curl(`${work.server.console}${path}${method === "GET" ? "?after=x&limit=x" : ""}`, "--request", method,
  ...(name ? ["--header", `Cookie: ${cookies[name]}`] : []), ...headers.flatMap((header) => ["--header", header]),
  ...(body ? ["--header", "Content-Type: application/json", "--data-binary", "{}"] : []));

/** What keeps a page of somebody else from showing this answer, or making something else of it. */
function assert_closed(answer, what) {
  assert.equal(answer.headers["x-frame-options"], "DENY", what);
  assert.match(answer.headers["content-security-policy"] ?? "", /frame-ancestors 'none'/, what);
  assert.equal(answer.headers["x-content-type-options"], "nosniff", what);
  assert.equal(answer.headers["referrer-policy"], "no-referrer", what);
  assert.equal(answer.headers["cross-origin-opener-policy"], "same-origin", what);
  assert.equal(answer.headers["cross-origin-resource-policy"], "same-origin", what);
  assert.equal(answer.headers["access-control-allow-origin"], undefined, what);
  assert.ok(!/hotline\/|boost|beast/i.test(answer.headers.server ?? ""), what);
}

test("the description names operations of every kind", () => {
  assert.ok(operations.length > 25);
  assert.ok(changing.some(({ open }) => open) && changing.some(({ open }) => !open));
});

test("without a session every operation but the open ones is refused", async () => {
  for (const operation of operations) {
    const answer = await ask(operation);
    if (operation.open) assert.notEqual(answer.status, 401, operation.name);
    else assert.equal(answer.status, 401, operation.name);
    assert_closed(answer, operation.name);
    const forged = await ask(operation, { headers: ["Cookie: session=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"] });
    if (!operation.open) assert.equal(forged.status, 401, `${operation.name} with a made-up session`);
  }
});

test("a page of another site changes nothing, with a session or without", async () => {
  for (const operation of changing) {
    for (const site of ["cross-site", "same-site"]) {
      for (const name of ["demo", undefined]) {
        const answer = await ask(operation, { name, headers: [`Sec-Fetch-Site: ${site}`] });
        // A desk is founded once: then those operations are gone, and say so to everybody.
        const gone = operation.path.startsWith("/api/v1/foundings/") && answer.status === 404;
        assert.ok(gone || answer.status === 403, `${operation.name} from ${site} ${name ? "with" : "without"} a session: ${answer.status}`);
        assert_closed(answer, operation.name);
      }
    }
  }
  assert.equal((await ask({ method: "GET", path: "/api/v1/session" }, { name: "demo" })).status, 200, "and the session is still there");
  assert.equal((await ask({ method: "GET", path: "/api/v1/session" }, { name: "demo", headers: ["Sec-Fetch-Site: same-origin"] })).status, 200);
});

test("a page of another site reads nothing of what needs a session either", async () => {
  for (const operation of operations.filter(({ method, open }) => method === "GET" && !open)) {
    const answer = await ask(operation, { name: "demo", headers: ["Sec-Fetch-Site: cross-site"] });
    assert.equal(answer.status, 403, operation.name);
  }
});

for (const [role, more] of Object.entries(roles)) {
  test(`to ${role} every operation is refused but those that are written down here`, async () => {
    const may = new Set([...everybody, ...more]);
    // Signing out comes last: it succeeds.
    const order = operations.filter(({ open }) => !open).sort((a, b) => (a.name === "DELETE /api/v1/session") - (b.name === "DELETE /api/v1/session"));
    for (const operation of order) {
      const answer = await ask(operation, { name: role });
      assert.notEqual(answer.status, 401, operation.name);
      if (may.has(operation.name)) assert.notEqual(answer.status, 403, operation.name);
      else assert.equal(answer.status, 403, operation.name);
      assert.ok(answer.status >= 200 && answer.status < 500, `${operation.name}: ${answer.status}`);
      assert_closed(answer, operation.name);
    }
    assert.equal((await ask({ method: "GET", path: "/api/v1/session" }, { name: role })).status, 401, "signed out");
  });
}

test("the admin is refused nothing for the role", async () => {
  for (const operation of operations.filter(({ open, name }) => !open && !name.startsWith("DELETE"))) {
    const answer = await ask(operation, { name: "demo" });
    assert.ok(answer.status !== 401, operation.name);
    assert.ok(answer.status !== 403 || !/Your role/.test(answer.text), operation.name);
  }
});

test("errors of every kind can be framed by nobody", async () => {
  const at = work.server.console;
  const answers = {
    "the front page": await curl(`${at}/`),
    "no such page": await curl(`${at}/nothing-here`),
    "no such operation": await curl(`${at}/api/v1/nothing`),
    "a method that is not taken": await curl(`${at}/api/v1/desk`, "--request", "PATCH"),
    "a body that is too large": await curl(`${at}/api/v1/session`, "--header", "Content-Type: application/json", "--data-binary", `@${work.place.write("large", Buffer.alloc(3 << 20, 32))}`),
    "a body that is no JSON": await curl(`${at}/api/v1/session`, "--header", "Content-Type: application/json", "--data-binary", "{"),
    "a header that is too large": await curl(`${at}/`, "--header", `X-Long: ${"x".repeat(20000)}`),
    "a wrong passphrase": await curl(`${at}/api/v1/session`, "--header", "Content-Type: application/json", "--data-binary", JSON.stringify({ name: "demo", auth: "A".repeat(43) })),
  };
  for (const [what, answer] of Object.entries(answers)) {
    if (what !== "the front page") assert.ok(answer.status >= 400, `${what}: ${answer.status}`);
    assert_closed(answer, what);
  }
  for (const [what, bytes] of [["no HTTP", "nonsense\r\n\r\n"], ["no Host", "GET / HTTP/1.1\r\n\r\n"], ["two lengths", "POST /api/v1/session HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx"]]) {
    const text = (await raw({ public: at }, bytes, { end: true })).toString();
    assert.match(text, /^HTTP\/1\.1 4\d\d /, what);
    assert.match(text, /\r\nX-Frame-Options: DENY\r\n/, what);
    assert.match(text, /\r\nContent-Security-Policy: [^\r]*frame-ancestors 'none'/, what);
  }
});
