#!/usr/bin/env node
// What an operator's settings change on the pages without a line of code: questions, title, icon, numbers, sentences, a language.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test, { before } from "node:test";
import { Place, curl, post_form, root } from "./support.mjs";

const built_in = readFileSync(join(root, "web/reporter/questionnaire.toml"), "utf8");
const own = `
[[question]]
key = "q_boat"
kind = "choice"
options = ["fishing", "ferry"]
section = "boat"
text = { en = "Which <boat>?", es = "¿Cuál barco?" }
help = "Barco / boat."
option_texts = { fishing = { en = "A fishing boat", es = "Un barco pesquero" }, ferry = "Ferry" }
sign = "fishing"

[[question]]
key = "q_captain"
kind = "text"
section = "boat"
text = "Who is the captain?"

[[section]]
name = "boat"
heading = { en = "The boat", es = "El barco" }

[[rule]]
level = 0
all = { q_boat = "fishing" }
`;

let place;
let server;
before(async () => {
  place = await Place.found({ settings: `
[reporter]
title = { en = "Garden notes", es = "Notas del jardín" }
icon = "icon.svg"
questionnaire = "own.toml"
retention = { en = "We keep this for two years.", es = "Lo guardamos dos años." }
read_days = 9
[exit]
url = "https://www.example.org/weather"
[emergency]
phone = { en = "911", es = "90" }
hotlines = [{ name = { en = "Night line", es = "Línea nocturna" }, phone = "+501 600-0001" }, { name = "Solo español", phone = "+501 600-0002", languages = ["es"] }]
[languages]
available = ["en", "es", "qq"]
folder = "more"
` });
  place.write("icon.svg", '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path d="M0 4h8"/></svg>');
  // Rules come last in the built-in file: questions of our own go before the first.
  place.write("own.toml", built_in.replace("\n# Urgency.", `${own}\n# Urgency.`));
  mkdirSync(place.path("more"));
  const po = readFileSync(join(root, "web/i18n/en.po"), "utf8").replace('msgid "language.name"\nmsgstr "English"', 'msgid "language.name"\nmsgstr "Quechquech"')
    .replace('msgid "page.title"\nmsgstr "Information"', 'msgid "page.title"\nmsgstr "Qq"');
  place.write("more/qq.po", po);
  assert.equal(spawnSync("msgfmt", ["--no-hash", "-o", place.path("more/qq.mo"), place.path("more/qq.po")]).status, 0);
  server = await place.serve();
});

test("title, icon, numbers and sentences are the operator's, in each language", async () => {
  const english = (await curl(`${server.public}/en/`)).text;
  const spanish = (await curl(`${server.public}/es/`)).text;
  assert.match(english, /<title>Garden notes<\/title>/);
  assert.match(spanish, /<title>Notas del jardín<\/title>/);
  assert.match(english, /<link rel="icon" href="data:image\/svg\+xml/);
  assert.ok(english.includes("tel:911") && spanish.includes("tel:90"));
  assert.ok(english.includes("Night line") && spanish.includes("Línea nocturna"));
  assert.ok(!english.includes("Solo español") && spanish.includes("Solo español"));
  const all = (page) => Promise.all(["", "tell", "check", "answers"].map((path) => curl(`${server.public}/${page}/${path}`)));
  assert.ok((await all("en")).some((page) => page.text.includes("We keep this for two years.")));
  assert.ok((await all("es")).some((page) => page.text.includes("Lo guardamos dos años.")));
  assert.equal((await curl(`${server.public}/exit`)).headers.location, "https://www.example.org/weather");
});

test("a language is one more file", async () => {
  const page = await curl(`${server.public}/qq/`);
  assert.equal(page.status, 200);
  assert.match(page.text, /<html lang="qq"/);
  assert.ok((await curl(`${server.public}/en/`)).text.includes("Quechquech"), "and offered");
});

test("a new question is asked, sealed, and counts for urgency", async () => {
  for (const [language, question, heading, option] of [["en", "Which &lt;boat&gt;?", "The boat", "A fishing boat"], ["es", "¿Cuál barco?", "El barco", "Un barco pesquero"]]) {
    const page = (await curl(`${server.public}/${language}/tell`)).text;
    for (const words of [question, heading, option, "Barco / boat.", "Ferry", "Who is the captain?"]) assert.ok(page.includes(words), `${language}: ${words}`);
  }
  assert.equal((await post_form(`${server.public}/en/tell`, { q_boat: "submarine" })).status, 422);
  const sent = await post_form(`${server.public}/en/tell`, { q_boat: "fishing", q_captain: "Long John", q_story: "boat story" });
  assert.equal(sent.status, 200);
  const found = await server.case_of("boat story");
  assert.equal(found.urgency, 0);
  const { content } = (await server.show(found.id)).timeline[0];
  assert.equal(content.answers.q_boat, "fishing");
  assert.equal(content.answers.q_captain, "Long John");
});

test("a questionnaire that does not fit stops the start with one line that names the place", async () => {
  const other = await Place.found();
  writeFileSync(other.config, '\n[reporter]\nquestionnaire = "own.toml"\n', { flag: "a" });
  for (const [text, line] of [
    ['[[question]]\nkey = "Q A"\n', /own\.toml:1: .*key/],
    ['[[question]]\nkey = "t"\nkind = "text"\nsection = "a"\n', /own\.toml:1: .*taken by the form/],
    ['[[question]]\nkey = "v"\nkind = "text"\nsection = "a"\n', /own\.toml:1: .*taken by the form/],
    ['[[question]]\nkey = "q_a"\nkind = "text"\nsection = "a"\ntext = 3\n[[rule]]\nlevel = 3\ntext = true\n', /own\.toml:5: text/],
    ['[[question]]\nkey = "q_a"\nkind = "text"\nsection = "a"\nwhen = { q_b = ["yes"] }\n[[rule]]\nlevel = 3\ntext = true\n', /own\.toml:5: q_b/],
    ['[[question]]\nkey = "q_a"\nkind = "text"\nsection = "a"\n[[rule]]\nlevel = 3\ntext = true\n', /q_a|section/],
    ["x".repeat(300 * 1024), /256 KiB/],
  ]) {
    other.write("own.toml", text);
    assert.match(await other.refuse(1, "serve", "--config", other.config), line);
  }
  writeFileSync(other.config, '\n[exit]\nurl = "https://example.org/"\n', { flag: "a" });
});
