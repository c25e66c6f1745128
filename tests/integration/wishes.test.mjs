#!/usr/bin/env node
// What a reporter wants is done: consents that hold now, who must never be told, and a wish to delete, which is kept or carried out and
// answered in the mailbox. Deleted is gone from the database's pages. A crash in the middle and two at once end well. Two desks.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import http from "node:http";
import { join } from "node:path";
import test, { before } from "node:test";
import { database_pages } from "./database_pages.mjs";
import { Place, answers_on, curl, hotline, post_form, post_multipart, problem_on, code_on, root, run, sha256, twilio_message } from "./support.mjs";

const { load } = await import(`${root}/build/npm/load.mjs`);
const age = await load("age-encryption");

let place;
let server;
let desks;    // by name: { id, epoch }
const files = {};
before(async () => {
  place = await Place.found({ settings: `[[desk]]\nname = "Test desk"\n\n[[desk]]\nname = "Labour"\n` });
  files.rosa = place.write("rosa.passphrase", "rosa's own long passphrase\n");
  await place.succeed("desk", "create", "--config", place.config, "--name", "Labour", "--member", "rosa", "--passphrase-file", files.rosa);
  server = await place.serve();
  desks = Object.fromEntries(JSON.parse((await curl(`${server.public}/api/v1/desks`)).text).desks.map((desk) => [desk.name, desk]));
});

const as = (name = "demo") => server.as(name, files[name] ?? place.passphrase_file);
const page = (language = "en") => `${server.public}/${language}/answers`;
const read = async (code, language) => answers_on((await post_form(page(language), { code })).text);
const tell = async (text, more = {}, attached = []) => {
  const answer = await post_multipart(`${server.public}/${more.language ?? "en"}/tell`, { q_story: text, desk: desks["Test desk"].id, ...more }, attached);
  assert.equal(answer.status, 200, problem_on(answer.text));
  return code_on(answer.text);
};
const again = async (code, fields) => {
  const answer = await post_form(page(), { code, desk: desks["Test desk"].id, ...fields });
  assert.equal(answer.status, 200, problem_on(answer.text));
};
const listed = async (text, name = "demo") => (await server.cases(name, files[name])).find((entry) => entry.text === text);
const shown = (id, name = "demo") => place.succeed("case", "show", id, ...as(name));

/** Sends a sealed document as the page's script does. */
async function send_sealed(document, desk = desks["Test desk"]) {
  const encrypter = new age.Encrypter();
  encrypter.addRecipient(desk.epoch.recipient);
  const json = JSON.stringify({ v: 1, desk: desk.id, channel: "web", language: "en", attachments: [], ...document });
  const file = place.write(`sealed-${randomBytes(4).toString("hex")}`, Buffer.from(await encrypter.encrypt(json.padEnd(4096))));
  const answer = await curl(`${server.public}/api/v1/reports`, "--form", `report=@${file}`, "--form", `epoch=${desk.epoch.id}`);
  assert.equal(answer.status, 201, answer.text);
}
/** The mailbox that travels in a report: what a script has from the code. */
const mailbox_of = async (id, name = "demo") => (await server.show(id, name, files[name])).timeline.find((entry) => entry.content?.mailbox).content.mailbox;

/**
 * The console's listener with somebody in between: `meddle(request, answer)` is asked before a call goes on ({ request }) and after its
 * answer came ({ request, status, body }); "cut" ends the connection there.
 */
async function in_between(meddle) {
  const between = http.createServer((request, response) => {
    const pieces = [];
    request.on("data", (piece) => pieces.push(piece));
    request.on("end", async () => {
      if (await meddle({ request, sent: Buffer.concat(pieces).toString() }) === "cut") return request.socket.destroy();
      const { hostname, port } = new URL(server.console);
      const onward = http.request({ hostname, port, path: request.url, method: request.method, headers: { ...request.headers, host: `${hostname}:${port}` } }, (answer) => {
        const back = [];
        answer.on("data", (piece) => back.push(piece));
        answer.on("end", async () => {
          const body = Buffer.concat(back);
          if (await meddle({ request, status: answer.statusCode, headers: answer.headers, body }) === "cut") return request.socket.destroy();
          const { "transfer-encoding": _, ...headers } = answer.headers;
          response.writeHead(answer.statusCode, headers);
          return response.end(body);
        });
      });
      onward.on("error", () => request.socket.destroy());
      onward.end(Buffer.concat(pieces));
    });
  });
  await new Promise((resolve) => between.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${between.address().port}`;
  return {
    as: (name = "demo") => ["--server", url, "--member", name, "--passphrase-file", files[name] ?? place.passphrase_file],
    close: () => { between.closeAllConnections(); between.close(); },
  };
}
const is_deletion = (request) => request.method === "POST" && request.url === "/api/v1/deletions";

test("the consents that hold now, by the form and by the script alike", async () => {
  for (const way of ["form", "script"]) {
    const text = `consents by the ${way}`;
    const code = await tell(text, { q_share: ["police", "iom"] });
    const { id, ...first } = await listed(text);
    assert.deepEqual([first.never, first.consents, first.withdrawn, first.write_back], [[], ["police", "iom"], [], false]);
    assert.match(await shown(id), /^May be told now: police, iom$/m);
    const set = async (consents) => (way === "form"
      ? again(code, { consents: "1", q_share: consents })
      : send_sealed({ type: "followup", text: "", wish: "consents", consents, mailbox: await mailbox_of(id) }));
    await set(["iom", "labour_department"]);
    const then = await listed(text);
    assert.deepEqual([then.consents, then.withdrawn.map((entry) => entry.consent)], [["iom", "labour_department"], ["police"]]);
    assert.match(then.withdrawn[0].when, /^\d{4}-\d\d-\d\d \d\d:00 UTC$/);
    let said = await shown(id);
    assert.match(said, /^May be told now: iom, labour department$/m);
    assert.match(said, /^Withdrawn: police, on \d{4}-\d\d-\d\d \d\d:00 UTC$/m);
    // Given again, and then everything taken back.
    await set(["police"]);
    assert.deepEqual((await listed(text)).withdrawn.map((entry) => entry.consent), ["iom", "labour_department"]);
    await set([]);
    const last = await listed(text);
    assert.deepEqual([last.consents, last.withdrawn.map((entry) => entry.consent).sort()], [[], ["iom", "labour_department", "police"]]);
    said = await shown(id);
    assert.match(said, /^May be told now: nobody/m);
    assert.equal(last.reports, 4);
    // Whichever way it came, it reads the same.
    assert.deepEqual([...said.matchAll(/^\S+ \S+ UTC {2}written again .*\n {2}(.*)$/gm)].map((match) => match[1]),
      ["from now on only these agreed to: iom, labour department", "from now on only these agreed to: police", "from now on only these agreed to: nothing"]);
  }
});

test("who must never be told stands on top, and writing back is a consent of its own", async () => {
  const text = "they know somebody at Labour";
  await tell(text, { never: desks.Labour.id });
  const { id, never } = await listed(text);
  assert.deepEqual(never, ["Labour"]);
  assert.match(await shown(id), /^! MUST NEVER BE TOLD: Labour\./m);
  assert.match(await place.succeed("case", "list", ...as()), /\[never tell: see show\] they know somebody/);
  // A later message adds to it and takes nothing away.
  await send_sealed({ type: "followup", text: "", wish: "consents", consents: ["write_back"], never: ["Police unit"], mailbox: await mailbox_of(id) });
  const then = await listed(text);
  assert.deepEqual([then.never, then.consents, then.write_back], [["Labour", "Police unit"], [], true]);
  assert.match(await shown(id), /^! MUST NEVER BE TOLD: Labour, Police unit\.[\s\S]*^Wants to be written to: yes$/m);
  await send_sealed({ type: "followup", text: "", wish: "consents", consents: [], mailbox: await mailbox_of(id) });
  const last = await listed(text);
  assert.deepEqual([last.never, last.write_back, last.withdrawn.map((entry) => entry.consent)], [["Labour", "Police unit"], false, ["write_back"]]);
});

/** Pieces of all that is stored sealed for a case, as `case export` and `case show` fetch it: where they lie in the pages they can be found. */
async function sealed_pieces(id) {
  const pieces = [];
  const take = (bytes) => { for (let at = 0; at + 32 <= bytes.length; at += 400) pieces.push(bytes.subarray(at, at + 32)); };
  const between = await in_between(({ request, body }) => {
    if (!body || request.method !== "GET") return;
    // Behind the beginning of the age header, which is alike everywhere.
    if (/\/files\//.test(request.url)) take(body.subarray(60));
    const of = (list) => (list ?? []).forEach((row) => take(Buffer.from(row.sealed, "base64url").subarray(60)));
    if (/^\/api\/v1\/reports\?/.test(request.url)) of(JSON.parse(body).reports.filter((row) => ids.has(row.id)));
    if (/\/events$/.test(request.url)) of(JSON.parse(body).events.filter((row) => row.case === file));
    if (/\/grants$/.test(request.url)) of(JSON.parse(body).grants.filter((row) => row.scope === file));
  });
  const whole = await server.show(id);
  const file = whole.case;
  const ids = new Set(whole.timeline.filter((entry) => entry.content).map((entry) => entry.id));
  await place.succeed("case", "export", id, "--output", place.path(`export-${id}`), ...between.as());
  between.close();
  return pieces;
}
const found_in_pages = (pieces) => {
  const pages = database_pages(join(place.folder, "hotline.db"), readFileSync(join(place.folder, "hotline.key"), "latin1").trim());
  return pieces.filter((piece) => pages.includes(piece)).length;
};

test("a wish to delete: it comes up, is kept with a reason, asked again, and carried out", async () => {
  const text = "please let this be gone";
  const photo = place.write("photo.jpg", randomBytes(200_000));
  const code = await tell(text, { q_share: ["police"], language: "es" }, [`${photo};filename=door.jpg`]);
  await tell("waits longer and asks for nothing");
  const { id } = await listed(text);
  assert.equal((await listed(text)).wish, undefined);
  assert.match(await place.refuse(1, "case", "keep", id, "--text", "we must keep it", ...as()), /nobody has asked/);
  await place.succeed("case", "reply", id, "--text", "We read it.", ...as());
  await again(code, { delete: "1" });

  const asked = await listed(text);
  assert.equal(asked.wish, "delete");
  assert.match(asked.wish_since, /UTC$/);
  assert.match((await place.succeed("case", "list", ...as())).split("\n").find((line) => line.includes(text)), /delete asked/);
  const said = await shown(id);
  assert.match(said, /^! Asked on .* to have everything deleted/m);
  assert.match(said, new RegExp(`hotline case delete ${id.slice(0, 8)}`));
  assert.match(said, new RegExp(`hotline case keep ${id.slice(0, 8)} --text WHY`));

  const why = "A child is in danger. The law lets us keep it for now.";
  await place.succeed("case", "keep", id, "--text", why, ...as());
  assert.deepEqual(await read(code), ["We read it.", why]);
  assert.equal((await listed(text)).wish, undefined, "the wish is answered");
  assert.doesNotMatch(await shown(id), /^! Asked on/m);
  assert.match(await shown(id), new RegExp(`keep by demo\n {2}${why}`));
  // Again the same: nothing twice. Other words are not swallowed.
  await place.succeed("case", "keep", id, "--text", why, ...as());
  assert.match(await place.refuse(1, "case", "keep", id, "--text", "other words", ...as()), /answered before, by demo/);
  assert.deepEqual(await read(code), ["We read it.", why]);

  await again(code, { delete: "1", message: "I still want it gone." });
  assert.equal((await listed(text)).wish, "delete", "asked again, it is open again");
  const pieces = await sealed_pieces(id);
  assert.ok(pieces.length > 400, "the photo, three messages, their events and grants");
  assert.ok(found_in_pages(pieces) > pieces.length * 0.8, "before, they are there");
  assert.match(await place.refuse(1, "case", "delete", id, ...as(), { input: "" }), /cannot be undone.*--yes/);
  assert.equal((await listed(text)).wish, "delete");

  assert.match(await place.succeed("case", "delete", id.slice(0, 10), "--yes", ...as()), /Deleted: 3 messages, 1 file\./);
  assert.equal(await listed(text), undefined);
  assert.match(await place.refuse(1, "case", "show", id, ...as()), /no case of that id/);
  assert.match(await place.refuse(1, "case", "delete", id, "--yes", ...as()), /no case of that id/);
  assert.equal(found_in_pages(pieces), 0, "nothing of it is left in the database or its log");
  assert.ok(await listed("waits longer and asks for nothing"), "others stay");

  // In the language in which it was told, with the code that still works.
  const answers = await read(code, "es");
  assert.deepEqual(answers.slice(0, 2), ["We read it.", why]);
  assert.equal(answers.length, 3);
  assert.match(answers[2], /Borramos lo que nos envió/);
  assert.deepEqual(await read(code), answers);
  // And writing again starts anew.
  await again(code, { message: "I have one more thing to say." });
  const anew = await listed("I have one more thing to say.");
  assert.equal(anew.state, "new");
  await place.succeed("case", "reply", anew.id, "--text", "We are here.", ...as());
  assert.deepEqual(await read(code), [...answers, "We are here."]);
});

test("a terminal asks, and takes only yes", async () => {
  const text = "asked at a terminal";
  await tell(text);
  const { id } = await listed(text);
  const at_terminal = (typed) => run("script", ["--quiet", "--return", "--command", [hotline, "case", "delete", id.slice(0, 8), "--text", "'gone'", ...as()].join(" "), "/dev/null"], { input: `${typed}\n` });
  for (const typed of ["no", "y", "yes please", ""]) {
    const done = await at_terminal(typed);
    assert.equal(done.status, 1, done.stdout.toString());
    assert.match(done.stdout.toString(), /1 message, 0 files[\s\S]*has not asked for it[\s\S]*nothing was deleted/);
  }
  assert.ok(await listed(text));
  const done = await at_terminal("yes");
  assert.equal(done.status, 0, done.stdout.toString());
  assert.equal(await listed(text), undefined);
});

/** Reads a deleted case's answers: one outcome, and nothing after it. */
const told_once = async (code) => {
  const answers = await read(code);
  assert.equal(answers.length, 1, JSON.stringify(answers));
  assert.match(answers[0], /What you sent to us is deleted/);
};

test("killed between the answer and the deletion: the same command finishes it, and the reporter is told once", async () => {
  for (const with_case of [false, true]) {
    const text = `the caseworker's machine dies, ${with_case}`;
    const code = await tell(text);
    const { id } = await listed(text);
    if (with_case) {
      await again(code, { delete: "1" });
      // A case of its own, opened by an answer that is not stored: its tag stays free.
      const stopped = await in_between(({ request, sent }) => (sent !== undefined && request.method === "POST" && request.url === "/api/v1/answers" ? "cut" : undefined));
      await place.refuse(1, "case", "reply", id, "--text", "never arrives", ...stopped.as());
      stopped.close();
    }
    let reached = 0;
    let dying;
    const between = await in_between(({ request, sent }) => {
      if (sent === undefined || !is_deletion(request)) return undefined;
      ++reached;
      dying();
      return "cut";
    });
    const { spawn } = await import("node:child_process");
    const client = spawn(hotline, ["case", "delete", id, "--yes", ...between.as()], { stdio: "ignore" });
    dying = () => client.kill("SIGKILL");
    const signal = await new Promise((resolve) => client.on("close", (_, by) => resolve(by)));
    between.close();
    assert.deepEqual([reached, signal], [1, "SIGKILL"]);
    await told_once(code);
    // Half done, and it says so.
    assert.equal((await listed(text)).wish, "delete");
    assert.equal((await listed(text)).deletion, "begun");
    assert.match(await shown(id), /^! Deletion was begun by demo and is not finished/m);
    assert.match(await place.refuse(1, "case", "keep", id, "--text", "after all", ...as()), /deletion was begun/);
    await place.succeed("case", "delete", id, "--yes", ...as());
    assert.equal(await listed(text), undefined);
    await told_once(code);
  }
});

test("the server killed at each step of a deletion: the same command finishes it", async () => {
  const steps = [
    ["before the record", ({ request, sent }) => sent !== undefined && request.method === "POST" && /\/events$|\/cases$/.test(request.url)],
    ["after the record", ({ request, status }) => status && request.method === "POST" && /\/events$|\/cases$/.test(request.url)],
    ["after the answer", ({ request, status }) => status && request.method === "POST" && request.url === "/api/v1/answers"],
    ["before the deletion", ({ request, sent }) => sent !== undefined && is_deletion(request)],
    ["after the deletion", ({ request, status }) => status && is_deletion(request)],
  ];
  for (const [step, is_it] of steps) {
    const text = `the server dies ${step}`;
    const photo = place.write("photo-2.jpg", randomBytes(100_000));
    const code = await tell(text, {}, [`${photo};filename=a.jpg`]);
    const { id } = await listed(text);
    await again(code, { delete: "1" });
    let killed = false;
    const between = await in_between(async (call) => {
      if (killed || !is_it(call)) return undefined;
      killed = true;
      server.child.kill("SIGKILL");
      await server.ended;
      return "cut";
    });
    const line = await place.refuse(1, "case", "delete", id, "--yes", ...between.as());
    between.close();
    assert.ok(killed, step);
    assert.doesNotMatch(line, /Deleted/);
    server = await place.serve();
    if (step === "after the deletion") {
      assert.match(await place.refuse(1, "case", "delete", id, "--yes", ...as()), /no case of that id/);
    } else {
      assert.ok(await listed(text), step);
      await place.succeed("case", "delete", id, "--yes", ...as());
    }
    assert.equal(await listed(text), undefined, step);
    await told_once(code);
  }
});

test("two who delete at once: it is deleted, and the reporter is told once", async () => {
  for (let round = 0; round < 3; ++round) {
    const text = `two at once, ${round}`;
    const code = await tell(text);
    const { id } = await listed(text);
    await again(code, { delete: "1" });
    await place.succeed("case", "reply", id, "--text", "We will.", ...as());   // so that there is a case
    const both = await Promise.all([1, 2].map(() => place.hotline("case", "delete", id, "--yes", ...as())));
    assert.ok(both.some((done) => done.status === 0), both.map((done) => done.stderr).join());
    for (const done of both.filter((one) => one.status !== 0)) {
      assert.match(done.stderr, /^hotline: .*(A colleague has written in this case at the same time|deleted already|no case of that id).*\n$/);
    }
    assert.equal(await listed(text), undefined);
    const answers = await read(code);
    assert.equal(answers.length, 2, JSON.stringify(answers));
    assert.match(answers[1], /is deleted/);
  }
});

test("an answer written while a colleague deletes is not lost in the database: it is named, and can be deleted", async () => {
  const text = "answered while it is deleted";
  const code = await tell(text);
  const { id } = await listed(text);
  let deleted = false;
  // One has read the case and is about to open it with an answer; meanwhile a colleague deletes.
  const between = await in_between(async ({ request, sent }) => {
    if (sent === undefined || deleted || request.method !== "POST" || request.url !== "/api/v1/cases") return undefined;
    deleted = true;
    await place.succeed("case", "delete", id, "--yes", ...as());
    return undefined;
  });
  await place.hotline("case", "reply", id, "--text", "written too late", ...between.as());
  between.close();
  const seen = await place.hotline("case", "list", ...as());
  const left = /messages of a case are deleted.*hotline case delete ([0-9a-f]{8})/.exec(seen.stderr);
  assert.ok(left, seen.stderr);
  await place.succeed("case", "delete", left[1], ...as());
  assert.doesNotMatch((await place.hotline("case", "list", ...as())).stderr, /messages of a case are deleted/);
  assert.ok((await read(code)).includes("written too late"));
});

test("what came by SMS is deleted without a word to the sender, and it is said", async () => {
  const text = "a text to be deleted";
  const sent = await server.text(twilio_message(text));
  assert.equal(sent.status, 200);
  const { id } = await listed(text);
  assert.match(await place.succeed("case", "delete", id, "--yes", ...as()), /Deleted: 1 message, 0 files\.\nIt came by SMS, and the sender was told nothing/);
  assert.equal(await listed(text), undefined);
});

test("a member of another desk, and one without a key, cannot delete", async () => {
  const text = "not yours to delete";
  const code = await tell(text);
  const { id } = await listed(text);
  await place.succeed("case", "reply", id, "--text", "We read it.", ...as());
  const { case: file } = await server.show(id);
  assert.match(await place.refuse(1, "case", "delete", id, "--yes", ...as("rosa")), /no case of that id/);
  assert.match(await place.refuse(1, "case", "keep", id, "--text", "x", ...as("rosa")), /no case of that id/);

  files.ana = place.write("ana.passphrase", "ana's own long passphrase\n");
  const invited = await place.succeed("member", "invite", "ana", "--role", "caseworker", ...as());
  await place.succeed("member", "enrol", "--invitation", /^[A-Za-z0-9_-]{32}$/m.exec(invited)[0], "--server", server.console, "--passphrase-file", files.ana);
  assert.match(await place.refuse(1, "case", "delete", id, "--yes", ...as("ana")), /You hold no key for a part of this/);

  const body = JSON.stringify({ cases: [file], reports: [id] });
  for (const [name, status] of [["rosa", 404], ["ana", 403]]) {
    let cookie;
    const between = await in_between(({ request, headers }) => {
      if (headers && request.url === "/api/v1/session" && request.method === "POST") cookie = headers["set-cookie"][0].split(";")[0];
    });
    await place.succeed("case", "list", ...between.as(name));
    between.close();
    const call = (sent) => curl(`${server.console}/api/v1/deletions`, "--header", `Cookie: ${cookie}`, "--header", "Content-Type: application/json", "--data-binary", sent);
    const answer = await call(body);
    assert.equal(answer.status, status, answer.text);
    assert.equal((await call(JSON.stringify({ cases: [randomBytes(16).toString("hex")], reports: [] }))).status, 404);
    for (const wrong of ["{}", '{"cases":[],"reports":[]}', '{"cases":["x"]}', '{"reports":{}}', `{"cases":${JSON.stringify(Array(101).fill(file))}}`]) {
      assert.equal((await call(wrong)).status, 422, wrong);
    }
  }
  assert.ok(await listed(text));
  assert.deepEqual(await read(code), ["We read it."]);
});

test("two desks: each reads, answers and deletes its own, whichever the code was made for", async () => {
  // The second desk by the form, with a code that is salted with the first desk's id.
  const by_form = "for Labour by the form";
  const code = await tell(by_form, { desk: desks.Labour.id, never: desks["Test desk"].id });
  // And each desk by the API, sealed to its epoch.
  const mailbox = await mailbox_of((await listed(by_form, "rosa")).id, "rosa");
  for (const [name, desk] of Object.entries(desks)) {
    await send_sealed({ type: "report", answers: { q_story: `sealed for ${name}` }, consents: [], mailbox: { ...mailbox, key: randomBytes(32).toString("base64url") } }, desk);
  }
  assert.ok(await listed("sealed for Labour", "rosa"));
  assert.ok(await listed("sealed for Test desk"));
  for (const text of [by_form, "sealed for Labour"]) assert.equal(await listed(text), undefined, "the first desk does not see it");
  assert.equal(await listed("sealed for Test desk", "rosa"), undefined);

  const { id } = await listed(by_form, "rosa");
  for (const command of [["show", id], ["reply", id, "--text", "x"], ["delete", id, "--yes"], ["keep", id, "--text", "x"]]) {
    assert.match(await place.refuse(1, "case", ...command, ...as()), /no case of that id/);
  }
  await place.succeed("case", "reply", id, "--text", "Labour answers.", ...as("rosa"));
  assert.deepEqual(await read(code), ["Labour answers."]);
  await again(code, { delete: "1", desk: desks.Labour.id });
  assert.equal((await listed(by_form, "rosa")).wish, "delete");
  await place.succeed("case", "delete", id, "--yes", "--text", "Labour has deleted it.", ...as("rosa"));
  assert.deepEqual(await read(code), ["Labour answers.", "Labour has deleted it."]);
  assert.equal(await listed(by_form, "rosa"), undefined);
  assert.ok(await listed("sealed for Test desk"), "the other desk's stay");

  const named = await place.succeed("desk", "list", "--config", place.config);
  for (const [name, desk] of Object.entries(desks)) assert.match(named, new RegExp(`^${name}.*\n +id +${desk.id}$`, "m"));
});

test("an answer says which desk it is from, and what came of the wish", async () => {
  // Opened here with the reporter's identity, as a script does: the mailbox is made here, so no code is needed.
  const identity = await age.generateHybridIdentity();
  const mailbox = { key: randomBytes(32).toString("base64url"), recipient: await age.identityToRecipient(identity) };
  const text = "sealed with a mailbox of its own";
  await send_sealed({ type: "report", answers: { q_story: text }, consents: ["write_back"], mailbox });
  const { id } = await listed(text);
  const parts = [];
  const between = await in_between(({ request, sent }) => {
    if (sent !== undefined && request.method === "POST" && request.url === "/api/v1/answers") parts.push(Buffer.from(JSON.parse(sent).sealed, "base64url"));
  });
  await place.succeed("case", "reply", id, "--text", "x".repeat(5000), ...between.as());
  await send_sealed({ type: "followup", text: "", wish: "delete", mailbox });
  await place.succeed("case", "keep", id, "--text", "why", ...between.as());
  await place.succeed("case", "delete", id, "--yes", ...between.as());
  between.close();
  assert.equal(new Set(parts.map((part) => part.length)).size, 1, "all of one size");
  const opened = [];
  for (const part of parts) {
    const decrypter = new age.Decrypter();
    decrypter.addIdentity(identity);
    const plain = Buffer.from(await decrypter.decrypt(new Uint8Array(part)));
    assert.equal(plain.length, 4096);
    opened.push(JSON.parse(plain.toString()));
  }
  assert.deepEqual(opened.map((reply) => [reply.type, reply.desk, reply.outcome, reply.part, reply.parts]), [
    ["reply", desks["Test desk"].id, undefined, 0, 2], ["reply", desks["Test desk"].id, undefined, 1, 2],
    ["reply", desks["Test desk"].id, "kept", 0, 1], ["reply", desks["Test desk"].id, "deleted", 0, 1]]);
  assert.equal(sha256(opened[0].text + opened[1].text), sha256("x".repeat(5000)));
});
