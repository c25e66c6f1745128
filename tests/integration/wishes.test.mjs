#!/usr/bin/env node
// What a reporter wants is done: consents that hold now, who must never be told, and a wish to delete, which is kept or carried out and
// answered in the mailbox. What is deleted is gone from the database's pages. Two desks, each with its own.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import test, { before } from "node:test";
import { Casework, age } from "./casework.mjs";
import { hotline, run, sha256, twilio_message } from "./support.mjs";

let work;
before(async () => {
  work = await Casework.begin();
});

test("the consents that hold now, by the form and by the script alike", async () => {
  for (const way of ["form", "script"]) {
    const text = `consents by the ${way}`;
    const code = await work.tell(text, { q_share: ["police", "iom"] });
    const { id, ...first } = await work.listed(text);
    assert.deepEqual([first.never, first.consents, first.withdrawn, first.write_back], [[], ["police", "iom"], [], false]);
    assert.match(await work.shown(id), /^May be told now: police, iom$/m);
    const set = async (consents) => (way === "form"
      ? work.again(code, { consents: "1", q_share: consents })
      : work.send_sealed({ type: "followup", text: "", wish: "consents", consents, mailbox: await work.mailbox_of(id) }));
    await set(["iom", "labour_department"]);
    const then = await work.listed(text);
    assert.deepEqual([then.consents, then.withdrawn.map((entry) => entry.consent)], [["iom", "labour_department"], ["police"]]);
    assert.match(then.withdrawn[0].when, /^\d{4}-\d\d-\d\d \d\d:00 UTC$/);
    let said = await work.shown(id);
    assert.match(said, /^May be told now: iom, labour department$/m);
    assert.match(said, /^Withdrawn: police, on \d{4}-\d\d-\d\d \d\d:00 UTC$/m);
    // Given again, and then everything taken back.
    await set(["police"]);
    assert.deepEqual((await work.listed(text)).withdrawn.map((entry) => entry.consent), ["iom", "labour_department"]);
    await set([]);
    const last = await work.listed(text);
    assert.deepEqual([last.consents, last.withdrawn.map((entry) => entry.consent).sort()], [[], ["iom", "labour_department", "police"]]);
    said = await work.shown(id);
    assert.match(said, /^May be told now: nobody/m);
    assert.equal(last.reports, 4);
    // Whichever way it came, it reads the same.
    assert.deepEqual([...said.matchAll(/^\S+ \S+ UTC {2}written again .*\n {2}(.*)$/gm)].map((match) => match[1]),
      ["from now on only these agreed to: iom, labour department", "from now on only these agreed to: police", "from now on only these agreed to: nothing"]);
  }
});

test("who must never be told stands on top, and writing back is a consent of its own", async () => {
  const text = "they know somebody at Labour";
  await work.tell(text, { never: work.desks.Labour.id });
  const { id, never } = await work.listed(text);
  assert.deepEqual(never, ["Labour"]);
  assert.match(await work.shown(id), /^! MUST NEVER BE TOLD: Labour\./m);
  assert.match(await work.place.succeed("case", "list", ...work.as()), /\[never tell: see show\] they know somebody/);
  // A later message adds to it and takes nothing away.
  await work.send_sealed({ type: "followup", text: "", wish: "consents", consents: ["write_back"], never: ["Police unit"], mailbox: await work.mailbox_of(id) });
  const then = await work.listed(text);
  assert.deepEqual([then.never, then.consents, then.write_back], [["Labour", "Police unit"], [], true]);
  assert.match(await work.shown(id), /^! MUST NEVER BE TOLD: Labour, Police unit\.[\s\S]*^Wants to be written to: yes$/m);
  await work.send_sealed({ type: "followup", text: "", wish: "consents", consents: [], mailbox: await work.mailbox_of(id) });
  const last = await work.listed(text);
  assert.deepEqual([last.never, last.write_back, last.withdrawn.map((entry) => entry.consent)], [["Labour", "Police unit"], false, ["write_back"]]);
});

test("a wish to delete: it comes up, is kept with a reason, asked again, and carried out", async () => {
  const text = "please let this be gone";
  const photo = work.place.write("photo.jpg", randomBytes(200_000));
  const code = await work.tell(text, { q_share: ["police"], language: "es" }, [`${photo};filename=door.jpg`]);
  await work.tell("waits longer and asks for nothing");
  const { id } = await work.listed(text);
  assert.equal((await work.listed(text)).wish, undefined);
  assert.match(await work.place.refuse(1, "case", "keep", id, "--text", "we must keep it", ...work.as()), /nobody has asked/);
  await work.place.succeed("case", "reply", id, "--text", "We read it.", ...work.as());
  await work.again(code, { delete: "1" });

  const asked = await work.listed(text);
  assert.equal(asked.wish, "delete");
  assert.match(asked.wish_since, /UTC$/);
  assert.match((await work.place.succeed("case", "list", ...work.as())).split("\n").find((line) => line.includes(text)), /delete asked/);
  const said = await work.shown(id);
  assert.match(said, /^! Asked on .* to have everything deleted/m);
  assert.match(said, new RegExp(`hotline case delete ${id.slice(0, 8)}`));
  assert.match(said, new RegExp(`hotline case keep ${id.slice(0, 8)} --text WHY`));

  const why = "A child is in danger. The law lets us keep it for now.";
  await work.place.succeed("case", "keep", id, "--text", why, ...work.as());
  assert.deepEqual(await work.read(code), ["We read it.", why]);
  assert.equal((await work.listed(text)).wish, undefined, "the wish is answered");
  assert.doesNotMatch(await work.shown(id), /^! Asked on/m);
  assert.match(await work.shown(id), new RegExp(`keep by demo\n {2}${why}`));
  // Again the same: nothing twice. Other words are not swallowed.
  await work.place.succeed("case", "keep", id, "--text", why, ...work.as());
  assert.match(await work.place.refuse(1, "case", "keep", id, "--text", "other words", ...work.as()), /answered before, by demo/);
  assert.deepEqual(await work.read(code), ["We read it.", why]);

  await work.again(code, { delete: "1", message: "I still want it gone." });
  assert.equal((await work.listed(text)).wish, "delete", "asked again, it is open again");
  const pieces = await work.sealed_pieces(id);
  assert.ok(pieces.length > 400, "the photo, three messages, their events and grants");
  assert.ok(work.found_in_pages(pieces) > pieces.length * 0.8, "before, they are there");
  assert.match(await work.place.refuse(1, "case", "delete", id, ...work.as(), { input: "" }), /cannot be undone.*--yes/);
  assert.equal((await work.listed(text)).wish, "delete");

  assert.match(await work.place.succeed("case", "delete", id.slice(0, 10), "--yes", ...work.as()), /Deleted: 3 messages, 1 file\./);
  assert.equal(await work.listed(text), undefined);
  assert.match(await work.place.refuse(1, "case", "show", id, ...work.as()), /no case of that id/);
  assert.match(await work.place.refuse(1, "case", "delete", id, "--yes", ...work.as()), /no case of that id/);
  assert.equal(work.found_in_pages(pieces), 0, "nothing of it is left in the database or its log");
  assert.ok(await work.listed("waits longer and asks for nothing"), "others stay");

  // In the language in which it was told, with the code that still works.
  const answers = await work.read(code, "es");
  assert.deepEqual(answers.slice(0, 2), ["We read it.", why]);
  assert.equal(answers.length, 3);
  assert.match(answers[2], /Borramos lo que nos envió/);
  assert.deepEqual(await work.read(code), answers);
  // And writing again starts anew.
  await work.again(code, { message: "I have one more thing to say." });
  const anew = await work.listed("I have one more thing to say.");
  assert.equal(anew.state, "new");
  await work.place.succeed("case", "reply", anew.id, "--text", "We are here.", ...work.as());
  assert.deepEqual(await work.read(code), [...answers, "We are here."]);
});

test("a terminal asks, and takes only yes", async () => {
  const text = "asked at a terminal";
  await work.tell(text);
  const { id } = await work.listed(text);
  const at_terminal = (typed) => run("script", ["--quiet", "--return", "--command", [hotline, "case", "delete", id.slice(0, 8), "--text", "'gone'", ...work.as()].join(" "), "/dev/null"], { input: `${typed}\n` });
  for (const typed of ["no", "y", "yes please", ""]) {
    const done = await at_terminal(typed);
    assert.equal(done.status, 1, done.stdout.toString());
    assert.match(done.stdout.toString(), /1 message, 0 files[\s\S]*has not asked for it[\s\S]*nothing was deleted/);
  }
  assert.ok(await work.listed(text));
  const done = await at_terminal("yes");
  assert.equal(done.status, 0, done.stdout.toString());
  assert.equal(await work.listed(text), undefined);
});

test("what came by SMS is deleted without a word to the sender, and it is said", async () => {
  const text = "a text to be deleted";
  const sent = await work.server.text(twilio_message(text));
  assert.equal(sent.status, 200);
  const { id } = await work.listed(text);
  assert.match(await work.place.succeed("case", "delete", id, "--yes", ...work.as()), /Deleted: 1 message, 0 files\.\nIt came by SMS, and the sender was told nothing/);
  assert.equal(await work.listed(text), undefined);
});

test("two desks: each reads, answers and deletes its own, whichever the code was made for", async () => {
  // The second desk by the form, with a code that is salted with the first desk's id.
  const by_form = "for Labour by the form";
  const code = await work.tell(by_form, { desk: work.desks.Labour.id, never: work.desks["Test desk"].id });
  // And each desk by the API, sealed to its epoch.
  const mailbox = await work.mailbox_of((await work.listed(by_form, "rosa")).id, "rosa");
  for (const [name, desk] of Object.entries(work.desks)) {
    await work.send_sealed({ type: "report", answers: { q_story: `sealed for ${name}` }, consents: [], mailbox: { ...mailbox, key: randomBytes(32).toString("base64url") } }, desk);
  }
  assert.ok(await work.listed("sealed for Labour", "rosa"));
  assert.ok(await work.listed("sealed for Test desk"));
  for (const text of [by_form, "sealed for Labour"]) assert.equal(await work.listed(text), undefined, "the first desk does not see it");
  assert.equal(await work.listed("sealed for Test desk", "rosa"), undefined);

  const { id } = await work.listed(by_form, "rosa");
  for (const command of [["show", id], ["reply", id, "--text", "x"], ["delete", id, "--yes"], ["keep", id, "--text", "x"]]) {
    assert.match(await work.place.refuse(1, "case", ...command, ...work.as()), /no case of that id/);
  }
  await work.place.succeed("case", "reply", id, "--text", "Labour answers.", ...work.as("rosa"));
  assert.deepEqual(await work.read(code), ["Labour answers."]);
  await work.again(code, { delete: "1", desk: work.desks.Labour.id });
  assert.equal((await work.listed(by_form, "rosa")).wish, "delete");
  await work.place.succeed("case", "delete", id, "--yes", "--text", "Labour has deleted it.", ...work.as("rosa"));
  assert.deepEqual(await work.read(code), ["Labour answers.", "Labour has deleted it."]);
  assert.equal(await work.listed(by_form, "rosa"), undefined);
  assert.ok(await work.listed("sealed for Test desk"), "the other desk's stay");

  const named = await work.place.succeed("desk", "list", "--config", work.place.config);
  for (const [name, desk] of Object.entries(work.desks)) assert.match(named, new RegExp(`^${name}.*\n +id +${desk.id}$`, "m"));
});

test("an answer says which desk it is from, and what came of the wish", async () => {
  // Opened here with the reporter's identity, as a script does: the mailbox is made here, so no code is needed.
  const identity = await age.generateHybridIdentity();
  const mailbox = { key: randomBytes(32).toString("base64url"), recipient: await age.identityToRecipient(identity) };
  const text = "sealed with a mailbox of its own";
  await work.send_sealed({ type: "report", answers: { q_story: text }, consents: ["write_back"], mailbox });
  const { id } = await work.listed(text);
  const parts = [];
  const between = await work.in_between(({ request, sent }) => {
    if (sent !== undefined && request.method === "POST" && request.url === "/api/v1/answers") parts.push(Buffer.from(JSON.parse(sent).sealed, "base64url"));
  });
  await work.place.succeed("case", "reply", id, "--text", "x".repeat(5000), ...between.as());
  await work.send_sealed({ type: "followup", text: "", wish: "delete", mailbox });
  await work.place.succeed("case", "keep", id, "--text", "why", ...between.as());
  await work.place.succeed("case", "delete", id, "--yes", ...between.as());
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
    ["reply", work.desks["Test desk"].id, undefined, 0, 2], ["reply", work.desks["Test desk"].id, undefined, 1, 2],
    ["reply", work.desks["Test desk"].id, "kept", 0, 1], ["reply", work.desks["Test desk"].id, "deleted", 0, 1]]);
  assert.equal(sha256(opened[0].text + opened[1].text), sha256("x".repeat(5000)));
});
