// Everything that a form can be given: kept, said in words, stored once. What a browser does to a form is done by Chromium, the rest by curl.
import assert from "node:assert/strict";
import { connect } from "node:net";
import { randomBytes } from "node:crypto";
import test, { before } from "node:test";
import { chromium, code_on, curl, furnished, go_back, photo, post_form, post_multipart, problem_on, texts, token_on, typed_on, unescape_html, until } from "./support.mjs";

let place;
let server;
let browser;
before(async () => {
  place = await furnished({ settings: "[limits]\nfile_bytes_max = 1048576\nfiles_max = 3\n" });
  server = await place.serve();
  browser = await chromium();
});
const tell = (language = "en") => `${server.public}/${language}/tell`;
const count = async () => (await server.cases()).length;
const text_fields = ["q_where", "q_who_does", "q_when", "q_story", "q_want", "q_contact"];
const kept = (page, name) => unescape_html(new RegExp(`<textarea[^>]*name="${name}"[^>]*>\\n?([\\s\\S]*?)</textarea>`).exec(page)?.[1] ?? "");

test("every field too long: a sentence that names the limit, every word kept, nothing stored", async () => {
  const had = await count();
  for (const name of text_fields) {
    const long = `begin ${"é".repeat(33_000)} end`;
    const answer = await post_form(tell(), { [name]: long, q_safe_now: "no" });
    assert.equal(answer.status, 413, name);
    assert.equal(unescape_html(problem_on(answer.text)), texts.en["problem.text_too_long"], name);
    assert.match(answer.text, /name="q_safe_now" value="no"[^>]* checked/, `${name}: the answer beside it is kept`);
  }
  let taken = 0;
  for (const name of ["q_safe_now", "q_needs", "t", "desk", "never"]) {
    const answer = await post_form(tell(), { [name]: "x".repeat(40_000), q_story: "kept beside it" });
    assert.ok([200, 422].includes(answer.status), `${name}: ${answer.status}`);
    if (answer.status === 422) assert.equal(kept(answer.text, "q_story"), "kept beside it", name);
    taken += answer.status === 200;
  }
  assert.equal(await count(), had + taken);
});

test("wrong encodings, control characters, emoji, right-to-left: taken, and read as they were meant", async () => {
  const cases = [
    ["emoji and many scripts", Buffer.from("👩‍👩‍👧 漢字 हिन्दी العربية"), "👩‍👩‍👧 漢字 हिन्दी العربية"],
    ["right-to-left marks", Buffer.from("a\u202eb\u202cc \u2067d\u2069 \u200fe"), "a\u202eb\u202cc \u2067d\u2069 \u200fe"],
    ["broken bytes", Buffer.from([0x62, 0xff, 0xfe, 0x65]), "b\ufffd\ufffde"],
    ["a cut-off character", Buffer.from([0x63, 0xe2, 0x82]), undefined],
    ["an overlong slash", Buffer.from([0x64, 0xc0, 0xaf]), undefined],
    ["a surrogate", Buffer.from([0x65, 0xed, 0xa0, 0x80]), undefined],
    ["Latin-1", Buffer.from("f\u00f1and\u00fa", "latin1"), undefined],
    ["control characters", Buffer.from("g\u0000\u0001\u0007\u001b[31m\u007fh"), undefined],
    ["a byte order mark", Buffer.from("\ufeffi"), undefined],
    ["lines of all systems", Buffer.from("j\r\nk\rl\nm"), undefined],
  ];
  for (const [what, bytes, meant] of cases) {
    const mark = randomBytes(6).toString("hex");
    const body = place.write("body", Buffer.concat([Buffer.from(`--b\r\nContent-Disposition: form-data; name="q_story"\r\n\r\n${mark} `), bytes, Buffer.from("\r\n--b--\r\n")]));
    const sent = await curl(tell(), "--header", "Content-Type: multipart/form-data; boundary=b", "--data-binary", `@${body}`);
    assert.equal(sent.status, 200, what);
    code_on(sent.text);
    const [found] = (await server.cases()).filter((entry) => entry.text.startsWith(mark));
    assert.ok(found, `${what} reached the desk`);
    if (meant !== undefined) assert.equal(found.text, `${mark} ${meant}`, what);
    // And in a page that comes back with it: no byte that a browser would stumble over.
    const urlencoded = [...bytes].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");
    const back = await curl(tell(), "--data-binary", `q_story=${urlencoded}&q_safe_now=wrong`);
    assert.equal(back.status, 422, what);
    assert.ok(![...back.body].some((byte) => byte < 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09), what);
    if (meant !== undefined) assert.equal(kept(back.text, "q_story"), meant, what);
  }
});

test("an empty form: a sentence with what to do, in both languages", async () => {
  const had = await count();
  for (const language of ["en", "es"]) {
    for (const fields of [{}, { q_story: " \t\r\n" }, { q_story: "\u200b" }, { q_where: "", q_want: "  " }]) {
      const answer = await post_form(tell(language), fields);
      if (fields.q_story === "\u200b" && answer.status === 200) continue;   // something is there, if only just
      assert.equal(answer.status, 422, JSON.stringify(fields));
      assert.equal(unescape_html(problem_on(answer.text)), texts[language]["problem.nothing"]);
    }
  }
  assert.ok(await count() <= had + 2);
});

test("files of no bytes, of other kinds, with paths for names: taken, with a harmless name", async () => {
  const names = [["../../etc/passwd", "passwd"], ["C:\\\\Users\\\\me\\\\photo.jpg", "photo.jpg"], ["/absolute/one.png", "one.png"], ["..", undefined], ["", undefined],
    ["a\u202egpj.exe", undefined], ["con.aux.nul", undefined], ["x".repeat(400) + ".jpg", undefined], ["semi;colon.jpg", "semi;colon.jpg"], ["ñandú 🙂.heic", "ñandú 🙂.heic"]];
  for (const [name, meant] of names) {
    const mark = `file ${randomBytes(6).toString("hex")}`;
    const body = place.write("file-body", Buffer.concat([
      Buffer.from(`--b\r\nContent-Disposition: form-data; name="q_story"\r\n\r\n${mark}\r\n--b\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\nContent-Type: image/jpeg\r\n\r\n`),
      photo(30), Buffer.from("\r\n--b--\r\n")]));
    const sent = await curl(tell(), "--header", "Content-Type: multipart/form-data; boundary=b", "--data-binary", `@${body}`);
    assert.equal(sent.status, 200, `${name}: ${problem_on(sent.text)}`);
    const found = await server.case_of(mark);
    const [attachment] = (await server.show(found.id)).timeline[0].content.attachments;
    if (name === "") {
      assert.equal(attachment, undefined, "a field without a file");
      continue;
    }
    assert.ok(attachment, name);
    assert.doesNotMatch(attachment.name, /[/\\\u0000-\u001f]/, name);
    assert.ok(Buffer.byteLength(attachment.name) <= 255 && attachment.name !== ".." && attachment.name !== ".", attachment.name);
    if (meant) assert.equal(attachment.name, meant);
    const to = place.path(`export-${mark.slice(5)}`);
    await place.succeed("case", "export", found.id, "--output", to, ...server.as());
  }
  const empty = await post_multipart(tell(), { q_story: "an empty file" }, [`${place.write("none", "")};type=image/jpeg`]);
  assert.equal(empty.status, 200);
  for (const type of ["application/x-msdownload", "text/html", "image/svg+xml", "nonsense", "a/b; c=\"d\""]) {
    const body = place.write("odd", `--b\r\nContent-Disposition: form-data; name="q_story"\r\n\r\ntype ${type}\r\n--b\r\nContent-Disposition: form-data; name="file"; `
      + `filename="odd.bin"\r\nContent-Type: ${type}\r\n\r\nMZ<script>\r\n--b--\r\n`);
    const sent = await curl(tell(), "--header", "Content-Type: multipart/form-data; boundary=b", "--data-binary", `@${body}`);
    assert.ok([200, 422].includes(sent.status), `${type}: ${sent.status}`);
    if (sent.status === 422) assert.equal(kept(sent.text, "q_story"), `type ${type}`);
  }
});

test("ten thousand parts: refused with a sentence, at once, and nothing stored", async () => {
  const had = await count();
  const parts = Array.from({ length: 10_000 }, (_, i) => `--b\r\nContent-Disposition: form-data; name="p${i}"\r\n\r\nx\r\n`).join("");
  const files = Array.from({ length: 10_000 }, (_, i) => `--b\r\nContent-Disposition: form-data; name="file"; filename="f${i}"\r\n\r\nx\r\n`).join("");
  for (const body of [parts, files]) {
    const answer = await curl(tell(), "--header", "Content-Type: multipart/form-data; boundary=b", "--data-binary", `@${place.write("parts", `${body}--b--\r\n`)}`);
    assert.equal(answer.status, 413);
    assert.ok(problem_on(answer.text).length > 10);
  }
  const urlencoded = Array.from({ length: 10_000 }, (_, i) => `p${i}=x`).join("&");
  assert.equal((await curl(tell(), "--data-binary", `@${place.write("pairs", urlencoded)}`)).status, 413);
  assert.equal(await count(), had);
});

test("a body that stops in the middle: nothing is stored, and the server goes on", async () => {
  const had = await count();
  const { hostname, port } = new URL(server.public);
  const whole = `--b\r\nContent-Disposition: form-data; name="q_story"\r\n\r\ncut off here\r\n--b\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n${"x".repeat(5000)}`;
  for (const length of [10, 60, 75, 110, 160, 3000]) {
    await new Promise((resolve, reject) => {
      const socket = connect({ host: hostname, port: Number(port) }, () => socket.end(
        `POST /en/tell HTTP/1.1\r\nHost: ${hostname}\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: ${whole.length + 10_000}\r\n\r\n${whole.slice(0, length)}`));
      let answer = "";
      socket.on("data", (piece) => (answer += piece));
      socket.on("close", () => {
        try {
          assert.doesNotMatch(answer, /^HTTP\/1\.1 2/);
          resolve();
        } catch (error) {
          reject(error);
        }
      });
      socket.on("error", resolve);
    });
  }
  assert.equal(await count(), had);
  await server.tell("after the cut");
});

test("a line that falls silent in the middle: the page that comes has the words that reached us, and the line may come back", async () => {
  const patience = await furnished({ settings: "[limits]\nbody_grace = 1\n" });
  const at = await patience.serve();
  const code = await at.tell("who writes again over a bad line");
  const { hostname, port } = new URL(at.public);
  const part = (name, value) => `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
  const file = `--b\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n${"x".repeat(5000)}`;
  /** Sends this and no more until an answer has come; then more of it, for which nobody breaks the connection. */
  const answered = (path, body) => new Promise((resolve, reject) => {
    let answer = "";
    const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true }, () => socket.write(
      `POST ${path} HTTP/1.1\r\nHost: ${hostname}\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: ${body.length + 100_000}\r\n\r\n${body}`));
    socket.on("data", (piece) => (answer += piece));
    socket.on("end", () => {
      socket.write("x".repeat(10_000));
      setTimeout(() => socket.end("x"), 300);   // an error, where the first was refused
    });
    socket.on("close", () => resolve(answer));
    socket.on("error", reject);
  });
  const had = (await at.cases()).length;
  const t = token_on((await curl(`${at.public}/en/tell`)).text);
  for (const [path, name, body] of [["/en/tell", "q_story", part("t", t) + part("q_story", "came before the film") + file],
    ["/en/answers", "message", part("code", code) + part("message", "came before the film") + file]]) {
    const answer = await answered(path, body);
    assert.match(answer, /^HTTP\/1\.1 408 /, path);
    assert.equal(kept(answer, name), "came before the film", path);
    assert.equal(unescape_html(problem_on(answer)), texts.en["problem.slow"], path);
    assert.ok(!answer.includes(texts.en["problem.kept"]), "what comes behind the file is not there");
  }
  assert.equal(kept(await answered("/en/tell", part("t", t) + part("q_story", "cut off in the midd").slice(0, -2)), "q_story"), "cut off in the midd");
  assert.equal((await at.cases()).length, had);
  await at.stop();
});

const fresh = async (more = {}) => {
  const context = await browser.newContext({ javaScriptEnabled: false, ...more });
  const page = await context.newPage();
  await page.goto(tell());
  return { context, page, send: page.getByRole("button", { name: texts.en["tell.send"], exact: true }) };
};
const reports_of = async (text) => (await server.cases()).filter((entry) => entry.text === text);

test("double tap: one report", async () => {
  const { context, page, send } = await fresh();
  await page.locator("[name=q_story]").fill("tapped twice");
  await send.dblclick({ noWaitAfter: true });
  await page.locator("output#code").waitFor();
  const found = await reports_of("tapped twice");
  assert.equal(found.length, 1);
  assert.equal(found[0].reports, 1);
  await context.close();
});

test("reload of the page with the code: the same code, one report", async () => {
  const { context, page, send } = await fresh();
  await page.locator("[name=q_story]").fill("reloaded");
  await page.locator("[name=file]").setInputFiles([place.write("a.jpg", photo(10))]);
  await send.click();
  const code = await page.locator("output#code").innerText();
  await page.reload();
  await page.locator("output#code").waitFor();
  assert.equal(await page.locator("output#code").innerText(), code);
  const found = await reports_of("reloaded");
  assert.equal(found.length, 1);
  assert.equal(found[0].reports, 1);
  await context.close();
});

test("Back, and the same again: one report; what came back is empty", async () => {
  const { context, page, send } = await fresh();
  await page.locator("[name=q_story]").fill("went back");
  await send.click();
  await page.locator("output#code").waitFor();
  await go_back(page);
  assert.deepEqual(await typed_on(page), [], "nothing of it is in the form again");
  await context.close();
  const t = token_on((await curl(tell())).text);
  const codes = new Set();
  for (let i = 0; i < 3; ++i) codes.add(code_on((await post_form(tell(), { t, q_story: "the same again" })).text));
  assert.equal(codes.size, 1);
  assert.equal((await reports_of("the same again")).length, 1);
});

test("a file over the limit: the sentence names it, every answer is still there, and sending again works", async () => {
  const { context, page, send } = await fresh();
  await page.locator("[name=q_story]").fill("words beside a large film");
  await page.locator("[name=q_where]").fill("Belmopan");
  await page.locator("label:has(input[name=q_who][value=me])").click();
  await page.locator("label:has(input[name=q_needs][value=talk])").click();
  await page.locator("[name=file]").setInputFiles([place.write("film.mp4", Buffer.alloc(1_048_577))]);
  await send.click();
  await page.getByRole("alert").waitFor();
  assert.match(await page.getByRole("alert").innerText(), /1 MB/);
  assert.deepEqual((await typed_on(page)).sort(), ["q_needs=talk", "q_story: words beside a large film", "q_where: Belmopan", "q_who=me"]);
  await page.getByRole("button", { name: texts.en["tell.send"], exact: true }).click();
  await page.locator("output#code").waitFor();
  await until(async () => (await reports_of("words beside a large film")).length === 1, "the report");
  await context.close();
});
