#!/usr/bin/env node
// The way back: a caseworker answers, the reporter types the code, reads, writes again; and codes that nobody has look like any other.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import test, { before } from "node:test";
import { Place, answers_on, code_on, curl, post_form, post_multipart, problem_on, token_on } from "./support.mjs";

let place;
let server;
before(async () => {
  place = await Place.found();
  server = await place.serve();
});
const page = (language = "en") => `${server.public}/${language}/answers`;
const read = (code, language) => post_form(page(language), { code });
const reply = (id, text) => place.succeed("case", "reply", id, "--text", text, ...server.as());

const symbols = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/** The check symbol of docs/formats.md: Damm over GF(2^5), x^5 + x^2 + 1. */
function with_check(values) {
  let interim = 0;
  for (const value of values) {
    interim = (interim ^ value) << 1;
    if (interim & 32) interim ^= 0b100101;
  }
  return [...values, interim].map((value) => symbols[value]).join("").replace(/(.{4})(?=.)/g, "$1-");
}
const random_code = () => with_check([...randomBytes(15)].map((byte) => byte % 32));

test("answered, read in every shape of the code, written back", async () => {
  const text = "Can somebody come on Tuesday?";
  const code = await server.tell(text);
  assert.equal(code, with_check([...code.replaceAll("-", "")].slice(0, 15).map((c) => symbols.indexOf(c))), "the check symbol is that of the format");
  const { id } = await server.case_of(text);
  const words = "Yes, at ten.\nBring nothing. <b>ñ</b> & \"quotes\" 🙂";
  await reply(id, words);
  const bare = code.replaceAll("-", "");
  const shapes = [code, bare, code.toLowerCase(), bare.toLowerCase(), code.replaceAll("-", " "), ` ${bare.slice(0, 3)} ${bare.slice(3, 9)}--${bare.slice(9)} `,
    code.replaceAll("-", "\u2013"), code.replaceAll("-", "\u00a0"), [...bare].join(" "), bare.replaceAll("0", "O").replaceAll("1", "l"),
    bare.replaceAll("0", "o").replaceAll("1", "I"), `${code}\r\n`, code.replaceAll("-", "."), code.replaceAll("-", "_")];
  for (const shape of shapes) assert.deepEqual(answers_on((await read(shape)).text), [words], JSON.stringify(shape));
  assert.deepEqual(answers_on((await read(code, "es")).text), [words]);
  // Read twice is still there.
  const found = await read(code);
  assert.deepEqual(answers_on(found.text), [words]);
  assert.doesNotMatch(found.text, /<b>ñ/);

  const file = place.write("follow-up.jpg", randomBytes(30_000));
  const again = await post_multipart(page(), { code: code.toLowerCase(), message: "I cannot on Tuesday.", t: token_on(found.text) ?? "" }, [`${file};filename=door.jpg`]);
  assert.equal(again.status, 200, again.text);
  const shown = await server.show(id);
  assert.equal(shown.reports, 2);
  assert.deepEqual(shown.timeline.filter((entry) => ["report", "followup", "reply"].includes(entry.kind)).map(({ kind, text: said }) => [kind, said]).sort(),
    [["followup", "I cannot on Tuesday."], ["reply", words], ["report", text]]);
  const to = place.path("follow-up-export");
  await place.succeed("case", "export", id, "--output", to, ...server.as());
  const { attachments } = shown.timeline.find((entry) => entry.kind === "followup").content;
  assert.deepEqual(readFileSync(`${to}/${attachments[0].id}.jpg`), readFileSync(file));

  // The reporter's own words are not kept for them.
  const after = await read(code);
  assert.ok(!after.text.includes("I cannot on Tuesday."));
  await reply(id, "Then on Friday.");
  assert.deepEqual(answers_on((await read(code)).text), [words, "Then on Friday."]);
});

test("a code with a letter off is named at once; one of another form too", async () => {
  const code = await server.tell("the code will be mistyped");
  const bare = code.replaceAll("-", "");
  for (let i = 0; i < 16; ++i) {
    const other = symbols[(symbols.indexOf(bare[i]) + 1 + i) % 32];
    if (other === bare[i]) continue;
    const answer = await read(bare.slice(0, i) + other + bare.slice(i + 1));
    assert.equal(answer.status, 422);
    assert.match(problem_on(answer.text), /One letter or number is off/);
  }
  const swap = [...bare].findIndex((c, i) => i < 15 && c !== bare[i + 1]);
  const swapped = await read(bare.slice(0, swap) + bare[swap + 1] + bare[swap] + bare.slice(swap + 2));
  assert.match(problem_on(swapped.text), /One letter or number is off/);
  for (const wrong of [bare.slice(1), `${bare}0`, "K7QX-2M9P", "U".repeat(16), "код-код-код-код!", "<script>", "%", "a\u0000b"]) {
    const answer = await curl(page(), "--data-binary", new URLSearchParams({ code: wrong }).toString());
    assert.equal(answer.status, 422, wrong);
    assert.match(problem_on(answer.text), /16 letters and numbers/, wrong);
    assert.ok(!answer.text.includes("<script>"));
  }
  assert.match(problem_on((await read("")).text), /Type the code first/);
  assert.match(problem_on((await read(" - ")).text), /Type the code first/);
  assert.match(problem_on((await post_form(page("es"), {})).text), /Escriba primero la clave/);
});

/** A page with what differs by design taken out: the code, and the form's random token. */
const neutral = (text, code) => text.replaceAll(code, "CODE").replaceAll(/(name="[tv]" value=|\/exit\?v=)"?[^"]*"/g, '$1"RANDOM"');

test("an unknown code looks like one without an answer", async () => {
  const unanswered = await server.tell("nobody answers this");
  const seen = await read(unanswered);
  assert.equal(seen.status, 200);
  assert.match(seen.text, /Nothing new yet/);
  for (let i = 0; i < 5; ++i) {
    const code = random_code();
    const unknown = await read(code);
    assert.equal(unknown.status, 200);
    assert.equal(unknown.body.length, seen.body.length);
    assert.equal(neutral(unknown.text, code), neutral(seen.text, unanswered));
    assert.deepEqual({ ...unknown.headers, date: "" }, { ...seen.headers, date: "" });
  }
  // Also after a caseworker opened the case, and when somebody writes to a code that nobody has: it is taken.
  const nobody = random_code();
  assert.equal((await post_form(page(), { code: nobody, message: "written to no report" })).status, 200);
  await server.case_of("written to no report");
  assert.equal(neutral((await read(nobody)).text, nobody), neutral(seen.text, unanswered));
});

test("a long answer takes several tags, and comes whole", async () => {
  const text = "a long answer please";
  const code = await server.tell(text);
  const { id } = await server.case_of(text);
  const long = Array.from({ length: 900 }, (_, i) => `Línea ${i}: preséntese en la oficina, por favor.`).join("\n");
  assert.ok(Buffer.byteLength(long) > 40_000);
  const file = place.write("long.txt", long);
  await place.succeed("case", "reply", id, "--file", file, ...server.as());
  assert.deepEqual(answers_on((await read(code)).text), [long]);
  await reply(id, "and a short one");
  assert.deepEqual(answers_on((await read(code)).text), [long, "and a short one"]);
  // From standard input too.
  await place.succeed("case", "reply", id, ...server.as(), { input: "by the pipe" });
  assert.deepEqual(answers_on((await read(code)).text), [long, "and a short one", "by the pipe"]);
  assert.match(await place.refuse(1, "case", "reply", id, ...server.as(), { input: "" }), /empty/);
  assert.match(await place.refuse(1, "case", "reply", id, ...server.as(), { input: "x".repeat(70_000) }), /longer|too long/);
});

test("caseworkers who answer at once: nobody's words are lost", async () => {
  // Each finds that there is no case yet, and that the first tag is free; once more when there is a case.
  for (const round of [1, 2]) {
    const text = `several will answer at once, ${round}`;
    const code = await server.tell(text);
    const { id } = await server.case_of(text);
    const words = [];
    for (const turn of [1, 2]) {
      const now = ["one", "two", "three", "four"].map((who) => `from ${who}, turn ${turn}`);
      words.push(...now);
      await Promise.all(now.map((said) => reply(id, said)));
      assert.deepEqual(answers_on((await read(code)).text).sort(), [...words].sort());
      const shown = await server.show(id);
      assert.deepEqual(shown.timeline.filter((entry) => entry.kind === "reply").map((entry) => entry.text).sort(), [...words].sort(), "the desk sees all that was answered");
    }
  }
});

test("a wish to be forgotten is seen at the desk", async () => {
  const text = "please delete me";
  const code = await server.tell(text);
  const { id } = await server.case_of(text);
  const asked = await post_form(page(), { code, delete: "1" });
  assert.equal(asked.status, 200);
  const shown = await server.show(id);
  assert.equal(shown.timeline.at(-1).content.wish, "delete");
  assert.match(await place.succeed("case", "show", id, ...server.as()), /asks that everything be deleted/);
});

test("a follow-up sent twice is stored once; an empty one is refused", async () => {
  const text = "I will press send twice";
  const code = await server.tell(text);
  const { id } = await server.case_of(text);
  const shown = await read(code);
  const t = token_on(shown.text);
  assert.ok(t, "the form for writing again carries a token");
  const fields = { code, t, message: "pressed twice" };
  const all = await Promise.all([1, 2, 3].map(() => post_form(page(), fields)));
  all.push(await post_form(page(), fields));
  for (const answer of all) assert.equal(answer.status, 200);
  assert.equal((await server.show(id)).timeline.filter((entry) => entry.text === "pressed twice").length, 1);
  const empty = await post_form(page(), { code, t, message: "  \r\n" });
  assert.equal(empty.status, 422);
  assert.match(problem_on(empty.text), /nothing to send/);
  const wrong_code = await post_form(page(), { code: "0000", message: "what was typed <here>" });
  assert.equal(wrong_code.status, 422);
  assert.equal((await post_form(page(), { code, message: "x".repeat(70_000) })).status, 413);
  assert.equal((await server.show(id)).reports, 2);
});
