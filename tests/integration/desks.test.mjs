#!/usr/bin/env node
// Several desks on one server: whom to tell, whom never to tell, and the way back to the right one.
import assert from "node:assert/strict";
import { readdirSync, writeFileSync } from "node:fs";
import test, { before } from "node:test";
import { Place, code_on, curl, post_form, post_multipart, problem_on, token_on } from "./support.mjs";

let place;
let server;
const ids = {};
before(async () => {
  place = await Place.found({ name: "Labour" });
  for (const [name, member] of [["Police unit", "ana"], ["Shelter", "berta"]]) {
    await place.succeed("desk", "create", "--config", place.config, "--name", name, "--member", member, "--passphrase-file", place.passphrase_file);
  }
  writeFileSync(place.config, `
[[desk]]
name = "Police unit"
shown = { en = "Police <unit>", es = "Policía" }
about = { en = "Two officers & a clerk.", es = "Dos agentes." }
[[desk]]
name = "Shelter"
`, { flag: "a" });
  server = await place.serve();
  const answer = JSON.parse((await curl(`${server.public}/api/v1/desks`)).text);
  for (const desk of answer.desks) ids[desk.name] = desk.id;
  assert.deepEqual(Object.keys(ids), ["Police unit", "Shelter"], "those of the settings, in their order");
  assert.ok(!answer.desks.some((desk) => desk.id === answer.house), "the first desk made salts the codes, offered or not");
  assert.equal(answer.files_max, 10);
  for (const desk of answer.desks) assert.match(desk.epoch.recipient, /^age1pq1/);
});
const tell = (language = "en") => `${server.public}/${language}/tell`;
const cases = async (member) => (await place.succeed("case", "list", "--json", "--server", server.console, "--member", member, "--passphrase-file", place.passphrase_file))
  .split("\n").filter(Boolean).map((line) => JSON.parse(line));
const show = async (member, id) => JSON.parse(await place.succeed("case", "show", id, "--json", "--server", server.console, "--member", member, "--passphrase-file", place.passphrase_file));
const case_of = async (member, text) => (await cases(member)).find((one) => one.text === text);

test("the form offers them before all questions", async () => {
  const page = (await curl(tell())).text;
  assert.ok(page.includes("Police &lt;unit&gt;") && page.includes("Two officers &amp; a clerk."), "as the settings call them, escaped");
  assert.ok(page.includes("Shelter"));
  assert.ok(page.indexOf(`name="desk" value="${ids.Shelter}"`) < page.indexOf('name="q_safe_now"'));
  assert.ok(page.includes(`name="never" value="${ids["Police unit"]}"`));
  assert.ok((await curl(tell("es"))).text.includes("Policía"));
});

test("a report reaches the chosen desk and no other, and says who must never know", async () => {
  const text = "It is somebody at the police.";
  const sent = await post_form(tell(), { t: token_on((await curl(tell())).text), desk: ids.Shelter, never: ids["Police unit"], q_story: text });
  assert.equal(sent.status, 200);
  const found = await case_of("berta", text);
  assert.ok(found);
  assert.deepEqual((await show("berta", found.id)).timeline[0].content.never, ["Police unit"]);
  for (const member of ["ana", "demo"]) assert.ok(!(await case_of(member, text)), `${member} does not see it`);
});

test("nobody chosen: the first that may know", async () => {
  await post_form(tell(), { q_story: "For whom it concerns." });
  assert.ok(await case_of("ana", "For whom it concerns."));
  await post_form(tell(), { q_story: "Not the first.", never: ids["Police unit"] });
  assert.ok(await case_of("berta", "Not the first."));
});

test("what contradicts itself comes back with everything typed", async () => {
  const before_all = (await cases("ana")).length + (await cases("berta")).length;
  const problems = new Set();
  for (const [fields, status] of [
    [{ desk: ids.Shelter, never: ids.Shelter }, 422],
    [{ never: [ids.Shelter, ids["Police unit"]] }, 422],
    [{ desk: "00".repeat(16) }, 422],
    [{ desk: [ids.Shelter, ids["Police unit"]] }, 422],
    [{ desk: "Shelter" }, 422],
  ]) {
    const again = await post_form(tell(), { ...fields, q_story: "still <here>", q_child: "yes" });
    assert.equal(again.status, status);
    problems.add(problem_on(again.text));
    assert.ok(again.text.includes("still &lt;here&gt;"));
    for (const id of [fields.never ?? []].flat()) assert.match(again.text, new RegExp(`name="never" value="${id}"[^>]* checked`));
  }
  assert.equal(problems.size, 3, [...problems].join("\n"));
  assert.equal((await cases("ana")).length + (await cases("berta")).length, before_all, "nothing was stored");
});

test("files are sealed to the chosen desk", async () => {
  const photo = place.write("photo.jpg", "not really a photo");
  const sent = await post_multipart(tell(), { desk: ids.Shelter, q_story: "with a picture" }, [photo]);
  assert.equal(sent.status, 200);
  const found = await case_of("berta", "with a picture");
  const to = place.path("exported");
  await place.succeed("case", "export", found.id, "--output", to, "--server", server.console, "--member", "berta", "--passphrase-file", place.passphrase_file);
  assert.ok(readdirSync(to).some((name) => name.endsWith(".jpg")));
  // A desk named after the files: they were sealed to another, and cannot stay.
  const late = await curl(tell(), "--form", `file=@${photo}`, "--form-string", `desk=${ids.Shelter}`, "--form-string", "q_story=late desk");
  assert.equal(late.status, 400);
  assert.ok(!(await case_of("berta", "late desk")) && !(await case_of("ana", "late desk")));
});

test("one code for all desks; who writes again says to whom", async () => {
  const sent = await post_form(tell(), { desk: ids.Shelter, q_story: "answer me, shelter" });
  const code = code_on(sent.text);
  const found = await case_of("berta", "answer me, shelter");
  const answers = `${server.public}/en/answers`;
  const missing = await post_form(answers, { code, message: "and more" });
  assert.equal(missing.status, 422);
  assert.ok(missing.text.includes("and more"));
  await place.succeed("case", "reply", found.id, "--text", "We are here.", "--server", server.console, "--member", "berta", "--passphrase-file", place.passphrase_file);
  const page = await post_form(answers, { code });
  assert.ok(page.text.includes("We are here."));
  assert.match(page.text, new RegExp(`name="desk" value="${ids.Shelter}"[^>]* checked`), "the desk that answered is chosen");
  assert.equal((await post_form(answers, { code, desk: ids.Shelter, message: "thank you" })).status, 200);
  const { timeline } = await show("berta", found.id);
  assert.ok(timeline.some((entry) => entry.content?.text === "thank you"), "in the same case");
});

test("consents are set anew from the answers page", async () => {
  const sent = await post_form(tell(), { desk: ids.Shelter, q_story: "consents", q_police: "yes", q_reply: "yes", q_share: ["iom"] });
  const code = code_on(sent.text);
  const found = await case_of("berta", "consents");
  assert.deepEqual((await show("berta", found.id)).timeline[0].content.consents.sort(), ["iom", "police", "write_back"]);
  const answers = `${server.public}/en/answers`;
  assert.equal((await post_form(answers, { code, desk: ids.Shelter, consents: "1", q_share: "everyone" })).status, 422);
  const kept = await post_form(answers, { code, desk: ids.Shelter, consents: "1", q_share: ["write_back", "labour_department"] });
  assert.equal(kept.status, 200);
  const { timeline } = await show("berta", found.id);
  const { content } = timeline.find((entry) => entry.content?.wish === "consents");
  assert.deepEqual(content.consents, ["write_back", "labour_department"]);
});

test("a browser that cannot compute the code's key is helped", async () => {
  const sent = await post_form(tell(), { desk: ids.Shelter, q_story: "helped" });
  const code = code_on(sent.text);
  const found = await case_of("berta", "helped");
  const { mailbox } = (await show("berta", found.id)).timeline[0].content;
  const answer = await curl(`${server.public}/api/v1/return-code`, "--data", JSON.stringify({ code: code.toLowerCase().replaceAll("-", " ") }));
  assert.equal(answer.status, 200);
  assert.deepEqual(JSON.parse(answer.text), { key: mailbox.key, recipient: mailbox.recipient });
  for (const wrong of ["", "{}", '{"code":""}', '{"code":"K7QX"}', '{"code', JSON.stringify({ code: code.slice(0, -1) + (code.endsWith("0") ? "1" : "0") }), "x".repeat(300)]) {
    const refused = await curl(`${server.public}/api/v1/return-code`, "--data", wrong);
    assert.ok([413, 422].includes(refused.status), `${wrong}: ${refused.status}`);
    assert.ok(!refused.text.includes("K7QX"));
  }
});

test("a desk that does not exist stops the start with one line", async () => {
  const other = await Place.found();
  writeFileSync(other.config, '\n[[desk]]\nname = "Nobody"\n', { flag: "a" });
  assert.match(await other.refuse(1, "serve", "--config", other.config), /Nobody.*desk list/);
});
