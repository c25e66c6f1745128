#!/usr/bin/env node
// The form without script, filled in by curl: taken, kept, refused, the same twice; read by the caseworker's command line.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFileSync, readdirSync, statSync } from "node:fs";
import test, { before } from "node:test";
import { Place, code_on, curl, post_form, post_multipart, problem_on, sha256, token_on } from "./support.mjs";

let place;
let server;
before(async () => {
  place = await Place.found({ settings: "[limits]\nfile_bytes_max = 1048576\nfiles_max = 3\n" });
  server = await place.serve();
});
const tell = (language = "en") => `${server.public}/${language}/tell`;

/** A JPEG's beginning and end around random bytes: nothing here looks into pictures. */
const photo = (bytes) => Buffer.concat([Buffer.from("ffd8ffe000104a46494600010100000100010000", "hex"), randomBytes(bytes), Buffer.from("ffd9", "hex")]);

test("the pages are there, in the language that was asked for", async () => {
  const english = await curl(`${server.public}/`);
  assert.equal(english.status, 200);
  assert.match(english.text, /<html lang="en"/);
  const spanish = await curl(`${server.public}/`, "--header", "Accept-Language: es-BZ,es;q=0.9,en;q=0.5");
  assert.match(spanish.text, /<html lang="es"/);
  assert.match((await curl(`${server.public}/?lang=es`)).text, /<html lang="es"/);
  for (const page of ["", "tell", "check", "answers"]) {
    for (const language of ["en", "es"]) {
      const shown = await curl(`${server.public}/${language}/${page}`);
      assert.equal(shown.status, 200);
      assert.match(shown.text, new RegExp(`<html lang="${language}"`));
      assert.equal(shown.headers["cache-control"], "no-store");
      assert.match(shown.headers["content-security-policy"], /default-src 'none'/);
      assert.equal(shown.headers["set-cookie"], undefined);
    }
  }
  assert.equal((await curl(`${server.public}/xx/tell`)).status, 404);
  assert.equal((await curl(`${server.public}/healthz`)).text.trim(), "ok");
  const exit = await curl(`${server.public}/exit`);
  assert.equal(exit.status, 303);
  assert.match(exit.headers.location, /^https:/);
  assert.match(exit.headers["clear-site-data"], /"cache"/);
});

test("urlencoded: a code on the page, the words at the desk", async () => {
  const text = "They took our passports.\nÑandú, 漢字, 🙂 & <b>\"quotes\"</b> 'too'";
  const sent = await post_form(tell(), { t: token_on((await curl(tell())).text), q_safe_now: "no", q_threat: "yes", q_docs: "yes", q_story: text, q_needs: ["shelter", "doctor"],
    q_share: ["iom", "statistics"], q_police: "no", unknown: "is dropped" });
  assert.equal(sent.status, 200);
  code_on(sent.text);
  const found = await server.case_of(text);
  const told = { channel: "web", urgency: 0, state: "new", text, reports: 1, messages: 1, consents: ["iom", "statistics"], withdrawn: [],
    write_back: false, never: [], assignee: null, labels: [], child: false };
  assert.deepEqual(Object.fromEntries(Object.keys(told).map((key) => [key, found[key]])), told);
  assert.match(found.received, /^\d{4}-\d\d-\d\d \d\d:00 UTC$/);
  assert.match(found.id, /^[0-9a-f]{32}$/);

  const shown = await server.show(found.id);
  const { content } = shown.timeline[0];
  assert.equal(content.v, 1);
  assert.equal(content.type, "report");
  assert.equal(content.language, "en");
  assert.deepEqual(content.answers, { q_safe_now: "no", q_threat: "yes", q_docs: "yes", q_story: text, q_needs: ["shelter", "doctor"], q_police: "no" });
  assert.deepEqual(content.consents, ["iom", "statistics"]);
  assert.deepEqual(content.attachments, []);
  const page = await place.succeed("case", "show", found.id.slice(0, 8), ...server.as());
  assert.ok(page.includes("They took our passports.") && page.includes("Ñandú, 漢字, 🙂"));
});

test("in Spanish", async () => {
  const sent = await post_form(tell("es"), { q_story: "Nos quitaron los pasaportes." });
  assert.equal(sent.status, 200);
  assert.match(sent.text, /<html lang="es"/);
  code_on(sent.text);
  const shown = await server.show((await server.case_of("Nos quitaron los pasaportes.")).id);
  assert.equal(shown.timeline[0].content.language, "es");
});

test("multipart with photos: they come back bit for bit", async () => {
  const photos = [photo(200_000), photo(0), Buffer.alloc(0), photo(1_048_576 - 22)];
  for (const [number, bytes] of photos.entries()) {
    const text = `photo ${number} of ${bytes.length} bytes`;
    const file = place.write(`photo-${number}.jpg`, bytes);
    const sent = await post_multipart(tell(), { q_story: text }, [`${file};type=image/jpeg;filename=../../folder\\my fóto.jpg`]);
    assert.equal(sent.status, 200, sent.stderr);
    code_on(sent.text);
    const { id } = await server.case_of(text);
    const [attachment] = (await server.show(id)).timeline[0].content.attachments;
    assert.deepEqual({ ...attachment, id: "" }, { id: "", name: "my fóto.jpg", media_type: "image/jpeg", bytes: bytes.length, sha256: sha256(bytes) });

    const to = place.path(`export-${number}`);
    await place.succeed("case", "export", id, "--output", to, ...server.as());
    assert.deepEqual(readFileSync(`${to}/${attachment.id}.jpg`), bytes);
    assert.equal(JSON.parse(readFileSync(`${to}/case.json`, "utf8")).id, id);
    assert.deepEqual(readdirSync(to).sort(), [`${attachment.id}.jpg`, `${id}.age`, "case.json"].sort());
    assert.equal(statSync(to).mode & 0o077, 0, "nobody else reads what was exported");
    for (const name of readdirSync(to)) assert.equal(statSync(`${to}/${name}`).mode & 0o077, 0);
    // Never over something that is there.
    assert.match(await place.refuse(1, "case", "export", id, "--output", to, ...server.as()), /is there already/);
  }
});

test("an empty file alone says nothing, and is not taken for something", async () => {
  const count = (await server.cases()).length;
  const empty = place.write("empty.jpg", Buffer.alloc(0));
  const again = await post_multipart(tell(), {}, [empty]);
  assert.equal(again.status, 422);
  assert.match(problem_on(again.text), /nothing in it/);
  assert.equal((await server.cases()).length, count);
});

test("several files, and files alone", async () => {
  const files = [photo(10), photo(70_000), photo(5)];
  const sent = await post_multipart(tell(), {}, files.map((bytes, i) => place.write(`several-${i}`, bytes)));
  assert.equal(sent.status, 200);
  const found = (await server.cases()).filter((entry) => entry.text === "");
  assert.equal(found.length, 1);
  const { attachments } = (await server.show(found[0].id)).timeline[0].content;
  assert.deepEqual(attachments.map(({ sha256: hash }) => hash), files.map(sha256));
});

test("the same form twice, and twice at once: one report, one code", async () => {
  const t = token_on((await curl(tell())).text);
  const file = place.write("twice.jpg", photo(5000));
  const fields = { t, q_story: "sent more than once", q_safe_now: "yes" };
  const both = await Promise.all([...Array(6)].map(() => post_multipart(tell(), fields, [`${file};filename=a.jpg`])));
  both.push(await post_multipart(tell(), fields, [`${file};filename=a.jpg`]));
  for (const answer of both) assert.equal(answer.status, 200);
  assert.equal(new Set(both.map((answer) => code_on(answer.text))).size, 1, "the same code each time");
  const found = await server.case_of("sent more than once");
  assert.equal(found.reports, 1);
  const to = place.path("export-twice");
  await place.succeed("case", "export", found.id, "--output", to, ...server.as());
  assert.equal(readdirSync(to).filter((name) => name.endsWith(".jpg")).length, 1);

  // Went back, wrote more, sent again: nothing is lost, and it is one conversation.
  const more = await post_form(tell(), { ...fields, q_story: "sent more than once, and more" });
  assert.equal(more.status, 200);
  assert.equal(code_on(more.text), code_on(both[0].text));
  const shown = await server.show(found.id);
  assert.deepEqual(shown.timeline.map((entry) => entry.text), ["sent more than once", "sent more than once, and more"]);

  // Two people who write the same are two.
  await server.tell("help");
  await server.tell("help");
  assert.equal((await server.cases()).filter((entry) => entry.text === "help").length, 2);
});

test("without the hidden token, and with a wrong one, it is taken all the same", async () => {
  for (const t of [undefined, "", "short", "!".repeat(43), "A".repeat(44)]) {
    const text = `token ${t}`;
    const sent = await post_form(tell(), { ...(t !== undefined && { t }), q_story: text });
    assert.equal(sent.status, 200);
    code_on(sent.text);
    await server.case_of(text);
  }
});

test("an empty form: 422, the page again, the problem in words", async () => {
  const count = (await server.cases()).length;
  for (const fields of [{}, { q_story: "   \r\n " }, { unknown: "field" }, { t: "x" }]) {
    const answer = await post_form(tell(), { ...fields, q_where: "" });
    assert.equal(answer.status, 422);
    assert.match(problem_on(answer.text), /nothing to send/i);
    assert.match(answer.text, /<form action="\/en\/tell"/);
  }
  assert.match(problem_on((await post_form(tell("es"), { q_story: "" })).text), /enviar/i);
  assert.equal((await post_multipart(tell(), { q_story: "" })).status, 422);
  assert.equal((await server.cases()).length, count, "nothing was stored");
});

test("a wrong option: 422, and what was typed is kept", async () => {
  const t = token_on((await curl(tell())).text);
  const typed = { q_story: "kept <word> for \"word\" & 'all'", q_where: "San Ignacio", q_who: "me", q_needs: ["doctor", "home"] };
  const answer = await post_form(tell(), { ...typed, t, q_safe_now: "perhaps" });
  assert.equal(answer.status, 422);
  assert.match(problem_on(answer.text), /pick it again/);
  assert.ok(answer.text.includes("kept &lt;word&gt; for &quot;word&quot; &amp; &#39;all&#39;"));
  assert.match(answer.text, /<textarea[^>]*name="q_where"[^>]*>\s*San Ignacio<\/textarea>/);
  assert.match(answer.text, /name="q_who" value="me"[^>]* checked/);
  assert.equal([...answer.text.matchAll(/name="q_needs" value="(\w+)"[^>]* checked/g)].map((m) => m[1]).join(), "doctor,home");
  assert.doesNotMatch(answer.text, /name="q_safe_now" value="\w+"[^>]* checked/);
  assert.ok(!answer.text.includes("perhaps"));
  assert.equal(token_on(answer.text), t, "the code will be the one it was going to be");
  // Put right and sent again.
  const sent = await post_form(tell(), { ...typed, t, q_safe_now: "unsure" });
  assert.equal(sent.status, 200);
  await server.case_of(typed.q_story);
  const files = place.write("discarded.jpg", photo(10));
  assert.equal((await post_multipart(tell(), { q_who: ["me", "both"] }, [files])).status, 422, "two answers where one can be");
});

test("naughty strings are shown, never run", async () => {
  const naughty = ["</textarea><script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "'-alert(1)-'", "{{code}}", "{{{problem}}}", "&lt;b&gt;", "<!--", "-->", "]]>",
    "javascript:alert(1)", "\u202Eright to left", "\u0000\u0001\u0008\u001b[31m", "%00", "${7*7}", "<svg/onload=alert(1)>", "\ud83d\ude00".repeat(50), "<%= 1 %>", "\\u003cscript\\u003e"];
  for (const text of naughty) {
    const body = new URLSearchParams({ q_story: `a${text}z`, q_where: `b${text}z`, q_safe_now: text }).toString();
    const answer = await curl(tell(), "--data-binary", body);
    assert.equal(answer.status, 422, JSON.stringify(text));
    const kept = /<textarea id="q_story"[^>]*>\n([\s\S]*?)<\/textarea>/.exec(answer.text)[1];
    assert.doesNotMatch(kept, /[<>"]/, JSON.stringify(text));
    assert.ok(!answer.body.includes(0) && !answer.body.includes(0x1b), "no control characters");
    assert.doesNotMatch(answer.text, /<script(?! src="\/s\/[0-9a-f]+\.js")|onerror=alert\(1\)>|onload=alert\(1\)>$/m);
    assert.ok(kept.startsWith("a") && kept.endsWith("z"));
    // Taken as a report, it is the same words at the desk, and the terminal is not led astray.
    assert.equal((await curl(tell(), "--data-binary", new URLSearchParams({ q_story: `n${text}z` }).toString())).status, 200);
  }
  const terminal = await place.succeed("case", "list", ...server.as());
  assert.doesNotMatch(terminal, /[\x00-\x08\x0b-\x1f\x7f]/);
  // Not UTF-8: taken, with the broken bytes replaced.
  assert.equal((await curl(tell(), "--data-binary", "q_story=bytes+%ff%fe+end")).status, 200);
  await server.case_of("bytes \ufffd\ufffd end");
});

test("over a limit: 413 that names it, and nothing is stored", async () => {
  const count = (await server.cases()).length;
  const large = place.write("large.jpg", photo(1_048_576));
  const over = await post_multipart(tell(), { q_story: "beside a large file" }, [large]);
  assert.equal(over.status, 413);
  assert.match(problem_on(over.text), /1 MB/);
  const small = place.write("small.jpg", photo(10));
  assert.equal((await post_multipart(tell(), { q_story: "four files" }, [small, small, small, small])).status, 413);
  assert.equal((await post_form(tell(), { q_story: "x".repeat(65_537) })).status, 413);
  assert.equal((await post_form(tell(), Object.fromEntries([...Array(201).keys()].map((i) => [`f${i}`, "1"])))).status, 413);
  for (const fields of [{ q_story: "z".repeat(70_000) }, Object.fromEntries(["q_story", "q_where"].map((name) => [name, "z".repeat(40_000)]))]) {
    const again = await post_multipart(tell(), { ...fields, q_child: "yes" });
    assert.equal(again.status, 413);
    assert.ok(again.text.includes(fields.q_story), "what was typed is kept, to be shortened");
    assert.match(again.text, /name="q_child" value="yes"[^>]* checked/);
  }
  // More than a whole report may be: still read to its end, so that the words come back.
  const video = place.write("video", Buffer.alloc(53_000_000));
  const again = await curl(tell(), "--form", `file=@${video}`, "--form-string", "q_want=beside a video");
  assert.equal(again.status, 413);
  assert.ok(again.text.includes("beside a video"));
  assert.equal((await curl(tell(), "--header", "Content-Type: multipart/form-data; boundary=b", "--header", "Content-Length: 2000000000", "--data-binary", "x")).status, 413);
  assert.equal((await server.cases()).length, count);
  // At the limit it is taken. Sealed, 64 KiB of text and the answers' names fit into 128 KiB.
  const most = "y".repeat(65_536 - "q_story".length);
  assert.equal((await post_form(tell(), { q_story: most })).status, 200);
  assert.equal((await server.case_of(most)).text.length, most.length);
});

test("what is not understood: 400, 405, 415", async () => {
  assert.equal((await curl(tell(), "--data-binary", "q_story=%zz")).status, 400);
  assert.equal((await curl(tell(), "--data-binary", "q_story=%4")).status, 400);
  assert.equal((await curl(tell(), "--header", "Content-Type: text/plain", "--data-binary", "q_story=x")).status, 415);
  assert.equal((await curl(tell(), "--header", "Content-Type: multipart/form-data", "--data-binary", "x")).status, 400);
  assert.equal((await curl(tell(), "--header", "Content-Type: multipart/form-data; boundary=b", "--data-binary", "--b\r\nContent-Disposition: form-data; name=q_story\r\n\r\ncut")).status, 400);
  const wrong = await curl(tell(), "--request", "DELETE");
  assert.equal(wrong.status, 405);
  assert.match(wrong.headers.allow, /GET/);
  for (const answer of [wrong, await curl(`${server.public}/nothing/zanzibar`)]) {
    assert.match(answer.text, /<html lang="en"/);
    assert.doesNotMatch(answer.text, /zanzibar|DELETE/);
    assert.match(answer.headers["content-security-policy"], /default-src 'none'/);
    assert.equal(answer.headers.server, undefined);
  }
});
