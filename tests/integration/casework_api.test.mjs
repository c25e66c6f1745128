#!/usr/bin/env node
// The casework side of the console's API, from outside: every answer is as openapi.json says; claims have one winner and what fails leaves
// nothing; each role at each address; another desk's things are not there; what is recorded survives a kill and is checked.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import http from "node:http";
import test, { before } from "node:test";
import { Place, hotline, root, run, until } from "./support.mjs";

const { load } = await import(`${root}/build/npm/load.mjs`);
const { default: Ajv } = await load("ajv");

const id = () => randomBytes(16).toString("hex");
const sealed = (bytes = 400) => randomBytes(bytes).toString("base64url");
const first_read = [0, 1, 8, 24, 72];

let place;
let server;
let described;
const files = {};
const cookies = {};
const members = {};

before(async () => {
  place = await Place.found({ settings: `[[desk]]\nname = "Test desk"\n\n[[desk]]\nname = "Second desk"\n` });
  files.rosa = place.write("rosa.passphrase", "rosa's own long passphrase\n");
  await place.succeed("desk", "create", "--config", place.config, "--name", "Second desk", "--member", "rosa", "--demo", "--passphrase-file", files.rosa);
  server = await place.serve();
  for (const [name, role] of [["ana", "caseworker"], ["carl", "caseworker"], ["sue", "supervisor"], ["audra", "auditor"], ["anil", "analyst"], ["pat", "partner"]]) await join_desk(name, role);
  for (const name of ["demo", "rosa", ...Object.keys(members)]) cookies[name] = await session_of(name);
  described = JSON.parse((await ask("demo", "GET", "/api/v1/openapi.json", undefined, { unchecked: true })).text);
  members.demo = (await ask("demo", "GET", "/api/v1/desk")).body.members.find((member) => member.name === "demo").id;
});

const as = (name) => server.as(name, files[name] ?? place.passphrase_file);
async function join_desk(name, role) {
  files[name] = place.write(`${name}.passphrase`, `${name}'s own long passphrase\n`);
  const invited = await place.succeed("member", "invite", name, "--role", role, ...as("demo"));
  const code = /^[A-Za-z0-9_-]{32}$/m.exec(invited)[0];
  await place.succeed("member", "enrol", "--invitation", code, "--server", server.console, "--passphrase-file", files[name]);
  await place.let_in(name, ...as("demo"));
  members[name] = true;
}

/** A member's cookie: the command line signs in through a listener here, which keeps it. */
async function session_of(name) {
  let cookie;
  const between = http.createServer((request, response) => {
    if (request.url === "/api/v1/session" && request.method === "DELETE") return response.writeHead(204).end();
    const { hostname, port } = new URL(server.console);
    const onward = http.request({ hostname, port, path: request.url, method: request.method, headers: { ...request.headers, host: `${hostname}:${port}` } }, (answer) => {
      cookie = answer.headers["set-cookie"]?.[0] ?? cookie;
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    });
    return request.pipe(onward);
  });
  await new Promise((resolve) => between.listen(0, "127.0.0.1", resolve));
  const done = await run(hotline, ["epoch", "list", "--server", `http://127.0.0.1:${between.address().port}`, "--member", name, "--passphrase-file", files[name] ?? place.passphrase_file]);
  between.closeAllConnections();
  between.close();
  assert.ok(cookie, done.stderr);
  return cookie.split(";")[0];
}

// --- answers are what openapi.json says ------------------------------------------------------------
const asked = new Set();
const validators = new Map();
function check_answer(method, path, status, body) {
  const bare = path.split("?")[0];
  const matches = Object.keys(described.paths).filter((pattern) => new RegExp(`^${pattern.replace(/\{\w+\}/g, "[^/]+")}$`).test(bare));
  const pattern = matches.find((each) => !each.includes("{")) ?? matches[0];
  const operation = described.paths[pattern]?.[method.toLowerCase()];
  assert.ok(operation, `${method} ${bare} is described`);
  if (status < 300) asked.add(`${method} ${pattern}`);
  const answer = operation.responses[status] ?? operation.responses.default;
  const [type, content] = Object.entries(answer.content ?? {})[0] ?? [];
  if (!content || !/json/.test(type)) return;
  const key = `${method} ${pattern} ${status}`;
  if (!validators.has(key)) {
    const ajv = new Ajv({ schemaId: "auto", unknownFormats: "ignore", logger: false });
    validators.set(key, ajv.compile({ ...content.schema, components: described.components }));
  }
  const validate = validators.get(key);
  assert.ok(validate(body), `${key}: ${JSON.stringify(validate.errors)}`);
}

async function ask(name, method, path, body, { unchecked = false, raw } = {}) {
  const answer = await fetch(`${server.console}${path}`, {
    method, headers: { Cookie: cookies[name] ?? "", ...(body !== undefined || raw ? { "Content-Type": "application/json" } : {}) },
    body: raw ?? (body === undefined ? undefined : JSON.stringify(body)),
  });
  const text = await answer.text();
  const got = { status: answer.status, text, body: /json/.test(answer.headers.get("content-type") ?? "") ? JSON.parse(text) : undefined, headers: answer.headers };
  if (!unchecked) check_answer(method, path, got.status, got.body);
  return got;
}
async function gets(name, path) {
  const answer = await ask(name, "GET", path);
  assert.equal(answer.status, 200, `${name} ${path}: ${answer.text}`);
  return answer.body;
}
async function posts(name, path, body, status = 201) {
  const answer = await ask(name, "POST", path, body);
  assert.equal(answer.status, status, `${name} ${path}: ${answer.text}`);
  return answer.body;
}

const grant_of = (scope, member) => ({ kind: "case", scope, member, sealed: sealed(100) });
async function report(text, name = "demo") {
  const known = new Set((await gets(name, "/api/v1/reports")).reports.map((row) => row.id));
  await server.tell(text);
  return (await gets(name, "/api/v1/reports")).reports.find((row) => !known.has(row.id));
}
const new_case = (more = {}) => {
  const made = id();
  return { case: { id: made, recipient: sealed(1216), state: "open", urgency: 2 }, grants: [grant_of(made, members.demo)], events: [{ id: id(), case: made, sealed: sealed() }], ...more };
};
async function opened(name = "demo", more = {}) {
  const made = new_case(more);
  await posts(name, "/api/v1/cases", made);
  return made.case.id;
}

test("a report is new, then seen, then filed, and waits in the queue as it should", async () => {
  members.ana = (await gets("demo", "/api/v1/desk")).members.find((member) => member.name === "ana").id;
  members.carl = (await gets("demo", "/api/v1/desk")).members.find((member) => member.name === "carl").id;
  const row = await report("somebody is hurt");
  assert.equal(row.state, "new");
  assert.equal(row.due_hour, row.received_hour + first_read[row.priority]);
  const counts = await gets("demo", "/api/v1/queue/counts");
  assert.equal(counts.unread, 1);
  assert.equal(counts.oldest_unread_due_hour, row.due_hour);
  assert.equal((await gets("demo", "/api/v1/queue?view=unread")).items[0].report.id, row.id);

  await posts("ana", `/api/v1/reports/${row.id}/views`, { id: id(), sealed: sealed() });
  assert.equal((await gets("demo", `/api/v1/reports?ids=${row.id}`)).reports[0].state, "seen");
  assert.equal((await gets("demo", `/api/v1/reports/${row.id}/views`)).views[0].author, members.ana);
  assert.deepEqual((await gets("demo", "/api/v1/queue?view=unread")).items, []);

  const summary = { id: id(), sealed: sealed() };
  const file = await opened("demo", { files: [row.id], assignee: members.ana, due_hour: 1, summary });
  assert.equal((await gets("demo", `/api/v1/reports/${row.id}`)).state, "filed");
  const whole = await gets("demo", `/api/v1/cases/${file}`);
  assert.equal(whole.assignee, members.ana);
  assert.equal(whole.summary.sealed, summary.sealed);
  assert.equal(whole.summary.author, members.demo);
  assert.ok(whole.grant);
  assert.equal((await gets("ana", `/api/v1/cases/${file}`)).grant, undefined, "ana was given none");
  assert.equal((await gets("demo", "/api/v1/queue?view=overdue")).items[0].case.id, file);
  assert.equal((await gets("ana", "/api/v1/queue?view=mine")).items[0].case.id, file);
  assert.deepEqual((await gets("demo", "/api/v1/queue?view=mine")).items, []);
  assert.equal((await gets("demo", "/api/v1/cases?limit=10&state=open")).cases[0].id, file);
  assert.equal((await gets("demo", "/api/v1/grants?kind=epoch,desk_key")).grants.every((grant) => grant.kind !== "case"), true);
  assert.equal((await gets("demo", "/api/v1/grants?kind=case")).grants.length, 1);
});

test("of twenty who claim at once one has it, and of twenty who file a report one", async () => {
  const file = await opened();
  const claims = await Promise.all(Array.from({ length: 20 }, (_, i) => ask(i % 2 ? "ana" : "carl", "POST", `/api/v1/cases/${file}/events`, {
    events: [{ id: id(), sealed: sealed() }], set: { assignee: i % 2 ? members.ana : members.carl }, if: { assignee: null },
  })));
  assert.equal(claims.filter((answer) => answer.status === 201).length, 1);
  assert.ok(claims.every((answer) => [201, 409, 403].includes(answer.status)));
  assert.equal((await gets("demo", `/api/v1/cases/${file}/events`)).events.length, 2, "what lost left nothing");

  const row = await report("one report, many hands");
  const openings = await Promise.all(Array.from({ length: 20 }, () => ask("demo", "POST", "/api/v1/cases", new_case({ files: [row.id] }))));
  assert.deepEqual(openings.map((answer) => answer.status).sort(), [201, ...Array(19).fill(409)]);
});

test("a lost update is refused, and nothing of it is stored", async () => {
  const file = await opened();
  const { last_event: after } = await gets("demo", `/api/v1/cases/${file}`);
  await posts("demo", `/api/v1/cases/${file}/events`, { events: [{ id: id(), sealed: sealed() }], after });
  const row = await report("still free");
  const late = { events: [{ id: id(), sealed: sealed() }], set: { urgency: 0, state: "closed", summary: { id: id(), sealed: sealed() } }, files: [row.id], grants: [grant_of(file, members.ana)] };
  assert.equal((await ask("demo", "POST", `/api/v1/cases/${file}/events`, { ...late, after })).status, 409);
  assert.equal((await ask("demo", "POST", `/api/v1/cases/${file}/events`, { ...late, if: { state: "closed" } })).status, 409);
  const now = await gets("demo", `/api/v1/cases/${file}`);
  assert.deepEqual([now.urgency, now.state, now.summary, now.last_event], [2, "open", undefined, after + 1]);
  assert.equal((await gets("demo", `/api/v1/reports/${row.id}`)).state, "new");
});

test("what is malformed, too large or missing is refused in words", async () => {
  const file = await opened();
  const events = `/api/v1/cases/${file}/events`;
  const event = { id: id(), sealed: sealed() };
  const wrong = [
    [events, {}], [events, { events: [] }], [events, { events: [{}] }], [events, { events: [{ ...event, case: id() }] }], [events, { events: "x" }],
    [events, { set: 5 }], [events, { set: { state: "lost" } }], [events, { set: { urgency: 5 } }], [events, { set: { urgency: -1 } }], [events, { set: { assignee: "me" } }],
    [events, { set: { assignee: id() } }], [events, { set: { due_hour: "soon" } }], [events, { set: { due_hour: -1 } }], [events, { set: { summary: { id: id(), sealed: sealed(16 * 1024 + 1) } } }],
    [events, { set: { summary: {} } }], [events, { events: [event], if: { state: 7 } }], [events, { events: [event], after: "now" }], [events, { files: ["x"] }],
    [events, { grants: [grant_of(id(), members.ana)] }], [events, { grants: [{ ...grant_of(file, members.ana), kind: "epoch" }] }],
    ["/api/v1/cases", {}], ["/api/v1/cases", { ...new_case(), grants: [] }], ["/api/v1/cases", { ...new_case(), files: [1] }], ["/api/v1/cases", { ...new_case(), due_hour: 1.5 }],
    [`/api/v1/reports/${id()}/views`, { sealed: "" }],
  ];
  for (const [path, body] of wrong) assert.equal((await ask("demo", "POST", path, body)).status, 422, JSON.stringify(body).slice(0, 100));
  for (const query of ["queue?view=none", "queue?after=5", "queue?after=1.2.3", "queue?limit=many", "reports?ids=", "reports?ids=x", `reports?ids=${Array(101).fill(id()).join()}`,
    "cases?limit=x", "cases?state=lost", "activity?before=x", "activity?case=x", "changes?after=x", "grants?kind=all"]) {
    assert.equal((await ask("demo", "GET", `/api/v1/${query}`)).status, 422, query);
  }
  assert.equal((await ask("demo", "POST", events, undefined, { raw: `{"events":[{"id":"${id()}","sealed":"${"A".repeat(1024 * 1024)}"}]}` })).status, 413);
  const { detail } = (await ask("demo", "POST", events, { set: { assignee: "<img>" } })).body;
  assert.doesNotMatch(detail, /img/, "nothing is echoed");
});

test("nobody whose role does not work on reports is given a key or a case", async () => {
  const desk = (await gets("demo", "/api/v1/desk")).members;
  const file = await opened();
  for (const name of ["audra", "anil", "pat"]) {
    const member = desk.find((entry) => entry.name === name).id;
    const made = new_case();
    made.grants.push(grant_of(made.case.id, member));
    assert.equal((await ask("demo", "POST", "/api/v1/cases", made)).status, 422);
    assert.equal((await ask("demo", "POST", `/api/v1/cases/${file}/events`, { grants: [grant_of(file, member)] })).status, 422);
    assert.equal((await ask("demo", "POST", `/api/v1/cases/${file}/events`, { set: { assignee: member } })).status, 422);
    assert.equal((await ask("demo", "POST", "/api/v1/grants", { grants: [{ ...grant_of(id(), member), kind: "epoch" }] })).status, 422);
    assert.deepEqual((await gets(name, "/api/v1/grants")).grants, []);
  }
});

test("each role at each address", async () => {
  const row = await report("whoever may read this");
  const free = await opened();
  const carls = await opened("demo", { assignee: members.carl });
  const everyone = ["ana", "sue", "demo", "audra", "anil", "pat"];
  const workers = ["ana", "sue", "demo"];
  const table = [
    ["GET", "/api/v1/queue", workers], ["GET", "/api/v1/queue/counts", ["ana", "sue", "demo", "audra"]], ["GET", "/api/v1/changes", ["ana", "sue", "demo", "audra"]],
    ["GET", "/api/v1/figures", ["sue", "demo", "audra", "anil"]],
    ["GET", "/api/v1/reports", workers], ["GET", `/api/v1/reports?ids=${row.id}`, workers], ["GET", `/api/v1/reports/${row.id}`, workers], ["GET", `/api/v1/reports/${row.id}/views`, workers],
    ["POST", `/api/v1/reports/${row.id}/views`, workers, () => ({ id: id(), sealed: sealed() })],
    ["GET", "/api/v1/cases", workers], ["GET", "/api/v1/cases?limit=5", workers], ["GET", `/api/v1/cases/${free}`, workers], ["GET", `/api/v1/cases/${free}/events`, workers],
    ["GET", `/api/v1/cases/${free}/texts`, workers], ["POST", "/api/v1/cases", workers, () => new_case()],
    ["POST", "/api/v1/cases", ["sue", "demo"], () => { const made = new_case(); made.case.state = "closed"; return made; }],
    ["POST", `/api/v1/cases/${free}/events`, workers, () => ({ events: [{ id: id(), sealed: sealed() }] })],
    ["POST", `/api/v1/cases/${free}/events`, workers, () => ({ set: { urgency: 1 } })], ["POST", `/api/v1/cases/${free}/events`, ["sue", "demo"], () => ({ set: { urgency: 4 } })],
    ["POST", `/api/v1/cases/${free}/events`, workers, () => ({ set: { urgency: 4 }, events: [{ id: id(), sealed: sealed() }] })],
    ["POST", `/api/v1/cases/${free}/events`, workers, () => ({ set: { state: "close_asked" } })],
    ["POST", `/api/v1/cases/${free}/events`, ["sue", "demo"], () => ({ set: { state: "closed" } })], ["POST", `/api/v1/cases/${free}/events`, ["sue", "demo"], () => ({ set: { state: "open" } })],
    ["PUT", `/api/v1/cases/${free}`, ["sue", "demo"], () => ({ state: "closed", urgency: 4 })], ["PUT", `/api/v1/cases/${free}`, ["sue", "demo"], () => ({ state: "open", urgency: 4 })],
    ["GET", `/api/v1/cases/${carls}`, ["sue", "demo", "carl"]], ["GET", `/api/v1/cases/${carls}/events`, ["sue", "demo", "carl"]], ["GET", `/api/v1/cases/${carls}/texts`, ["sue", "demo", "carl"]],
    ["POST", `/api/v1/cases/${carls}/events`, ["sue", "demo", "carl"], () => ({ events: [{ id: id(), sealed: sealed() }] })],
    ["POST", `/api/v1/cases/${carls}/events`, ["sue", "demo"], () => ({ set: { assignee: members.carl } }), ["ana", "sue", "demo", "audra"]],
    ["GET", "/api/v1/activity", ["sue", "demo", "audra"]], ["GET", `/api/v1/activity?case=${free}`, ["ana", "sue", "demo", "audra"]], ["GET", `/api/v1/activity?case=${carls}`, ["sue", "demo", "audra", "carl"]],
    ["POST", "/api/v1/deletions", ["sue", "demo"], () => ({ cases: [id()] })], ["GET", "/api/v1/desk", everyone], ["GET", "/api/v1/grants", everyone],
  ];
  for (const [method, path, allowed, body = () => undefined, tried = [...everyone, ...(allowed.includes("carl") ? ["carl"] : [])]] of table) {
    for (const name of tried) {
      const { status, text } = await ask(name, method, path, body());
      const right = allowed.includes(name) ? status < 300 || (path.endsWith("deletions") && status === 404) : status === 403;
      assert.ok(right, `${name} ${method} ${path}: ${status} ${text.slice(0, 200)}`);
    }
  }
  // A caseworker's lists hold nobody's and their own.
  for (const path of ["/api/v1/cases", "/api/v1/cases?limit=200"]) assert.ok((await gets("ana", path)).cases.every((entry) => entry.id !== carls));
  assert.ok((await gets("ana", "/api/v1/queue?limit=100")).items.every((item) => item.case?.id !== carls));
  assert.ok((await gets("sue", "/api/v1/queue?limit=100")).items.some((item) => item.case?.id === carls));
});

test("another desk's things are not there, whoever guesses their ids", async () => {
  const row = await report("only for the first desk");
  const file = await opened();
  const calls = [
    ["GET", "/api/v1/reports/{}"], ["GET", "/api/v1/reports/{}/views"], ["POST", "/api/v1/reports/{}/views", { id: id(), sealed: sealed() }],
    ["GET", "/api/v1/cases/{}"], ["GET", "/api/v1/cases/{}/events"], ["POST", "/api/v1/cases/{}/events", { set: { urgency: 0 } }], ["PUT", "/api/v1/cases/{}", { state: "open", urgency: 0 }], ["GET", "/api/v1/cases/{}/texts"],
  ];
  for (const [method, path, body] of calls) {
    const hit = await ask("rosa", method, path.replace("{}", path.includes("reports") ? row.id : file), body);
    const miss = await ask("rosa", method, path.replace("{}", id()), body);
    assert.equal(hit.status, 404, path);
    assert.equal(hit.text, miss.text, "alike");
  }
  assert.deepEqual((await gets("rosa", `/api/v1/reports?ids=${row.id}`)).reports, []);
  assert.deepEqual((await gets("rosa", "/api/v1/queue")).items, []);
  assert.deepEqual((await gets("rosa", "/api/v1/cases?limit=9")).cases, []);
  assert.equal((await gets("rosa", "/api/v1/queue/counts")).all, 0);
  assert.equal((await ask("rosa", "POST", "/api/v1/cases", { ...new_case(), files: [row.id] })).status, 422, "a grant to a stranger");
  const { rows } = await gets("rosa", `/api/v1/activity?case=${file}`);
  assert.deepEqual(rows.filter((line) => line.act !== "activity-read"), [], "but that rosa asked");
  assert.ok((await gets("rosa", "/api/v1/activity")).rows.every((line) => line.act === "activity-read" || (line.subject !== file && line.subject !== row.id && line.member !== members.demo)));
});

test("who opened, changed and read what is written down", async () => {
  const row = await report("watched over");
  const file = await opened("ana", { files: [row.id] });
  await posts("carl", `/api/v1/reports/${row.id}/views`, { id: id(), sealed: sealed() });
  await gets("carl", `/api/v1/cases/${file}/events`);
  await gets("carl", `/api/v1/cases/${file}/events`);
  await posts("sue", `/api/v1/cases/${file}/events`, { set: { urgency: 0 } });
  const told = (rows) => rows.filter((line) => line.act !== "activity-read").map((line) => line.act).reverse();
  const { rows, head } = await gets("audra", `/api/v1/activity?case=${file}`);
  assert.deepEqual(told(rows), ["case-opened", "case-viewed", "case-changed"], "a look is written down once an hour");
  assert.deepEqual(rows.map((line) => line.member).reverse().slice(0, 2), [members.ana, members.carl]);
  assert.ok(head.count >= rows[0].number);
  assert.deepEqual(told((await gets("audra", `/api/v1/activity?report=${row.id}`)).rows), ["report-opened"]);
  const page = await gets("audra", "/api/v1/activity?limit=2");
  assert.equal(page.rows.length, 2);
  assert.ok((await gets("audra", `/api/v1/activity?before=${page.rows[1].number}&limit=1`)).rows[0].number < page.rows[1].number);
  assert.ok((await gets("audra", "/api/v1/activity?limit=200")).rows.some((line) => line.act === "activity-read"));
});

test("who lets whom in is written down, page by page", async () => {
  const lines = [];
  for (let before; ;) {
    const { rows } = await gets("audra", `/api/v1/activity?limit=50${before ? `&before=${before}` : ""}`);
    if (rows.length === 0) break;
    lines.push(...rows);
    before = rows.at(-1).number;
  }
  assert.equal(new Set(lines.map((line) => line.number)).size, lines.length);
  const of_ana = lines.filter((line) => line.subject === members.ana).map((line) => [line.act, line.member]).reverse();
  assert.deepEqual(of_ana.slice(0, 3), [["member-enrolled", members.ana], ["member-vouched", members.demo], ["member-granted", members.demo]]);
  assert.equal(lines.filter((line) => line.act === "member-invited").length, 6);
  const desk = (await gets("demo", "/api/v1/desk")).members;
  for (const name of ["audra", "anil", "pat"]) assert.ok(!lines.some((line) => line.act === "member-granted" && line.subject === desk.find((entry) => entry.name === name).id));
});

test("a held request is answered when something of the desk changes", async () => {
  const { number } = await gets("ana", "/api/v1/changes");
  const held = gets("ana", `/api/v1/changes?after=${number}`);
  await server.tell("something new");
  assert.ok((await held).number > number);
  const now = (await gets("ana", "/api/v1/changes")).number;
  const other = (await gets("rosa", "/api/v1/changes")).number;
  const both = gets("ana", `/api/v1/changes?after=${now}`);
  await opened();
  assert.ok((await both).number > now);
  assert.equal((await gets("rosa", "/api/v1/changes")).number, other, "another desk hears nothing of it");
});

test("a held request is answered when somebody enrols, who waits to be let in", async () => {
  files.nora = place.write("nora.passphrase", "nora's own long passphrase\n");
  const invited = await place.succeed("member", "invite", "nora", "--role", "caseworker", ...as("demo"));
  const code = /^[A-Za-z0-9_-]{32}$/m.exec(invited)[0];
  const { number } = await gets("demo", "/api/v1/changes");
  const held = gets("demo", `/api/v1/changes?after=${number}`);
  await place.succeed("member", "enrol", "--invitation", code, "--server", server.console, "--passphrase-file", files.nora);
  assert.ok((await held).number > number);
});

test("what is recorded survives a kill, and the server stops though requests are held", async () => {
  const file = await opened();
  let acknowledged = 0;
  const writing = Array.from({ length: 8 }, async () => {
    for (;;) {
      try {
        const answer = await ask("demo", "POST", `/api/v1/cases/${file}/events`, { events: [{ id: id(), sealed: sealed() }], set: { urgency: 1 } });
        if (answer.status !== 201) return;
        acknowledged += 1;
      } catch {
        return;
      }
    }
  });
  await until(() => acknowledged > 40, "some events to be recorded");
  server.child.kill("SIGKILL");
  await server.ended;
  await Promise.all(writing);
  assert.match(await place.succeed("check", "--config", place.config), /sound/);
  server = await place.serve();
  cookies.demo = await session_of("demo");
  const { events } = await gets("demo", `/api/v1/cases/${file}/events`);
  assert.ok(events.length - 1 >= acknowledged, `${events.length - 1} of ${acknowledged}`);
  assert.equal((await gets("demo", `/api/v1/cases/${file}`)).last_event, events.at(-1).number);

  const { number } = await gets("demo", "/api/v1/changes");
  // It may come too late to be held: then it is cut, and that is no matter.
  const held = ask("demo", "GET", `/api/v1/changes?after=${number}`, undefined, { unchecked: true }).catch(() => {});
  await server.stop();
  await held;
  assert.doesNotMatch(server.errors, /requests_cut_at_stop/, "the held request did not hold up the end");
});

test("every address of casework was asked", () => {
  const ours = /\/api\/v1\/(queue|reports|cases|activity|changes)/;
  const left = Object.entries(described.paths).filter(([path]) => ours.test(path) && !/texts|files/.test(path))
    .flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`)).filter((entry) => !asked.has(entry));
  assert.deepEqual(left, []);
});
