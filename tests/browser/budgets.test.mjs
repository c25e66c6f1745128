// How much a page asks of an old phone: bytes as they go over the wire, requests, where they go. Seen by Chromium, weighed by curl.
import assert from "node:assert/strict";
import test, { before } from "node:test";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { Book, chromium, curl, furnished, languages, open_pages, texts, until } from "./support.mjs";

const kib = 1024;
let server;
let browser;
before(async () => {
  const place = await furnished();
  server = await place.serve();
  browser = await chromium();
});

const weights = new Map();
/** { body, head, plain }: bytes of an answer as it is sent in that encoding, and unpacked. */
async function weight(path, encoding) {
  const key = `${encoding} ${path}`;
  if (!weights.has(key)) {
    const answer = await curl(`${server.public}${path}`, "--header", `Accept-Encoding: ${encoding}`);
    assert.equal(answer.status, 200, path);
    const packed = answer.headers["content-encoding"];
    assert.equal(packed, encoding, `${path} is sent as ${encoding}`);
    assert.match(answer.headers.vary ?? "", /accept-encoding/i, path);
    const plain = encoding === "br" ? brotliDecompressSync(answer.body) : gunzipSync(answer.body);
    weights.set(key, { body: answer.body.length, head: Object.entries(answer.headers).join("\r\n").length, plain: plain.length });
  }
  return weights.get(key);
}

/** What a browser asks for when it opens a page, as paths. */
async function opened(path, { script = true } = {}) {
  const context = await browser.newContext({ javaScriptEnabled: script });
  const book = await Book.keep(context);
  const page = await context.newPage();
  await page.goto(`${server.public}${path}`, { waitUntil: "networkidle" });
  const resources = await page.evaluate(() => ({
    styles: document.querySelectorAll("link[rel~=stylesheet]").length, fonts: document.fonts.size,
    pictures: [...document.querySelectorAll("img, picture, video, audio, source, input[type=image], object, embed, iframe")].map((element) => element.currentSrc || element.src || element.tagName),
  }));
  for (const { url } of book.requests) assert.ok(url.startsWith(server.public) || url.startsWith("data:"), `${path} asks ${url}`);
  await context.close();
  return { paths: book.requests.filter(({ url }) => !url.startsWith("data:")).map((request) => request.path), types: book.requests.map(({ type }) => type), ...resources };
}

for (const language of languages) {
  test(`first view: at most 14 KiB with all that it needs (${language})`, async (t) => {
    for (const script of [false, true]) {
      const { paths } = await opened(`/${language}/`, { script });
      for (const encoding of ["br", "gzip"]) {
        const all = await Promise.all(paths.map((path) => weight(path, encoding)));
        const sum = (of) => all.reduce((total, one) => total + one[of], 0);
        t.diagnostic(`${script ? "with" : "without"} script, ${encoding}: ${sum("body")} bytes and ${sum("head")} of headers in ${paths.length} requests, ${sum("plain")} unpacked`);
        assert.ok(sum("body") <= 14 * kib, `${sum("body")} bytes of ${paths.join(", ")}`);
      }
      assert.ok(paths.length <= (script ? 3 : 2), paths.join(", "));
    }
  });
}

test("every page: one stylesheet, no font, no picture but inside the page, no other origin", async (t) => {
  for (const path of open_pages) {
    const page = await opened(`/en/${path}`);
    assert.equal(page.styles, 1, path);
    assert.equal(page.fonts, 0, path);
    assert.deepEqual(page.pictures.filter((source) => !source.startsWith("data:")), [], path);
    assert.ok(!page.types.includes("font") && !page.types.includes("media"), path);
    // Pages that are drawn for each person are sent as they are.
    const answer = await curl(`${server.public}/en/${path}`, "--header", "Accept-Encoding: br, gzip");
    t.diagnostic(`/en/${path}: ${answer.body.length} bytes (${answer.headers["content-encoding"] ?? "as it is"}), requests ${page.paths.join(" ")}`);
  }
});

test("the sealing script: at most 40 KiB together, and only after the first answer", async (t) => {
  const context = await browser.newContext();
  const book = await Book.keep(context);
  const page = await context.newPage();
  await page.goto(`${server.public}/en/tell`, { waitUntil: "networkidle" });
  const at_first = book.requests.filter(({ type }) => type === "script").map(({ path }) => path);
  book.forget();
  await page.locator("label:has(input[name=q_safe_now][value=yes])").click();
  await until(async () => (await page.locator("[data-mode]").first().textContent()).includes(texts.en["script.mode_here"]), "the sealing script");
  const sealing = [...new Set(book.requests.filter(({ url }) => url.startsWith(server.public)).map(({ path }) => path))].filter((path) => path.startsWith("/s/") && !at_first.includes(path));
  const of = async (paths, encoding) => (await Promise.all(paths.map((path) => weight(path, encoding)))).reduce((sum, { body }) => sum + body, 0);
  t.diagnostic(`page script ${at_first.join(" ")}: ${await of(at_first, "br")} bytes br, ${await of(at_first, "gzip")} gzip`);
  t.diagnostic(`sealing script ${sealing.join(" ")}: ${await of(sealing, "br")} bytes br, ${await of(sealing, "gzip")} gzip`);
  assert.ok(sealing.filter((path) => path.endsWith(".js")).length >= 2, "it is loaded, with its worker");
  const scripts = sealing.filter((path) => path.endsWith(".js"));
  t.diagnostic(`of it scripts: ${await of(scripts, "br")} bytes br, ${await of(scripts, "gzip")} gzip; the rest are the questions as data`);
  assert.ok(await of(scripts, "br") <= 40 * kib);
  assert.ok(await of(at_first, "br") <= 8 * kib, "what comes with the page is small");
  await context.close();
});
