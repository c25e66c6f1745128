#!/usr/bin/env node
// Photos give nobody away: pictures that carry place, time, camera, names, captions and a thumbnail in every block that is in use. What the
// caseworker is shown holds none of it and stands upright; the original is there bit for bit for who has a reason.
//
// Seen red: with cleanCopy (web/console/src/screens/casework/clean_copy.ts) showing the file itself, every picture gives away all it carries.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test, { before } from "node:test";
import { deflateSync, inflateSync } from "node:zlib";
import { at_work, chromium, console_desk, console_page, post_multipart, press, sign_in, until } from "./console.mjs";
import { case_screen, open_first } from "./casework.mjs";

const mark = (what) => `MARK-${what}-${Math.random().toString(36).slice(2, 10)}`;
const width = 48;
const height = 32;

// --- what cameras write ---------------------------------------------------------------------------------------------
/** TIFF with one directory for the picture, one of the camera, one of the place and one of the thumbnail: what stands in Exif. */
function tiff(marks, orientation, thumbnail) {
  const chunks = [];
  let size = 8;
  const put = (bytes) => {
    const at = size;
    const padded = bytes.length % 2 ? Buffer.concat([bytes, Buffer.alloc(1)]) : bytes;
    chunks.push(padded);
    size += padded.length;
    return at;
  };
  const ascii = (tag, text) => ({ tag, type: 2, count: text.length + 1, bytes: Buffer.from(`${text}\0`, "latin1") });
  const raw = (tag, type, bytes, count = bytes.length) => ({ tag, type, count, bytes });
  const short = (tag, value) => { const bytes = Buffer.alloc(4); bytes.writeUInt16LE(value); return { tag, type: 3, count: 1, inline: bytes }; };
  const long = (tag, value) => { const bytes = Buffer.alloc(4); bytes.writeUInt32LE(value); return { tag, type: 4, count: 1, inline: bytes }; };
  const directory = (entries, next = 0) => {
    const bytes = Buffer.alloc(2 + entries.length * 12 + 4);
    bytes.writeUInt16LE(entries.length);
    entries.sort((a, b) => a.tag - b.tag).forEach((entry, i) => {
      const at = 2 + i * 12;
      bytes.writeUInt16LE(entry.tag, at);
      bytes.writeUInt16LE(entry.type, at + 2);
      bytes.writeUInt32LE(entry.count, at + 4);
      if (entry.inline) entry.inline.copy(bytes, at + 8);
      else if (entry.bytes.length <= 4) entry.bytes.copy(bytes, at + 8);
      else bytes.writeUInt32LE(put(entry.bytes), at + 8);
    });
    bytes.writeUInt32LE(next, bytes.length - 4);
    return put(bytes);
  };
  const rational = (...values) => { const bytes = Buffer.alloc(values.length * 8); values.forEach((v, i) => { bytes.writeUInt32LE(v, i * 8); bytes.writeUInt32LE(1, i * 8 + 4); }); return bytes; };
  const place = directory([ascii(1, "N"), raw(2, 5, rational(17, 29, 55), 3), ascii(3, "W"), raw(4, 5, rational(88, 11, 13), 3), ascii(27, marks.gps)]);
  const camera = directory([ascii(0x9003, "2026:11:29 21:00:00"), raw(0x927c, 7, Buffer.from(marks.maker)), raw(0x9286, 7, Buffer.from(`ASCII\0\0\0${marks.comment}`)), ascii(0xa431, marks.serial)]);
  const thumb = put(thumbnail);
  const second = directory([short(0x103, 6), long(0x201, thumb), long(0x202, thumbnail.length)]);
  const first = directory([ascii(0x10e, marks.description), ascii(0x10f, marks.make), short(0x112, orientation), ascii(0x13b, marks.artist), ascii(0x8298, marks.copyright), long(0x8769, camera), long(0x8825, place)], second);
  const head = Buffer.from("49492a0000000000", "hex");
  head.writeUInt32LE(first, 4);
  return Buffer.concat([head, ...chunks]);
}
const xmp = (marks) => `<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" dc:creator="${marks.xmp}"/></rdf:RDF></x:xmpmeta><?xpacket end="w"?>`;
function iptc(marks) {
  const data = Buffer.concat([Buffer.from([0x1c, 2, 120, 0, marks.iptc.length]), Buffer.from(marks.iptc)]);
  const size = Buffer.alloc(4);
  size.writeUInt32BE(data.length);
  return Buffer.concat([Buffer.from("Photoshop 3.0\x008BIM\x04\x04\0\0", "latin1"), size, data, Buffer.alloc(data.length % 2)]);
}
const segment = (marker, content) => {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(content.length + 2, 2);
  return Buffer.concat([head, content]);
};
/** A JPEG of a browser with all of it behind its first marker. */
const jpeg = (plain, marks, orientation) => Buffer.concat([plain.subarray(0, 2),
  segment(0xe1, Buffer.concat([Buffer.from("Exif\0\0"), tiff(marks, orientation, plain)])), segment(0xe1, Buffer.from(`http://ns.adobe.com/xap/1.0/\0${xmp(marks)}`)),
  segment(0xed, iptc(marks)), segment(0xfe, Buffer.from(marks.com)), plain.subarray(2), Buffer.from(marks.trailer)]);
/** The check of a PNG's chunks (RFC 1952); node:zlib has one only since Node 20. */
const crc32 = (bytes) => {
  let rest = 0xffffffff;
  for (const byte of bytes) {
    rest ^= byte;
    for (let bit = 0; bit < 8; ++bit) rest = (rest >>> 1) ^ (rest & 1 ? 0xedb88320 : 0);
  }
  return ~rest >>> 0;
};
const chunk = (type, content) => {
  const body = Buffer.concat([Buffer.from(type), content]);
  const bytes = Buffer.alloc(content.length + 12);
  bytes.writeUInt32BE(content.length);
  body.copy(bytes, 4);
  bytes.writeUInt32BE(crc32(body), content.length + 8);
  return bytes;
};
const png = (plain, marks) => {
  const behind_header = 8 + 25;
  return Buffer.concat([plain.subarray(0, behind_header), chunk("eXIf", tiff(marks, 1, Buffer.from("no thumbnail"))), chunk("tEXt", Buffer.from(`Comment\0${marks.com}`)),
    chunk("iTXt", Buffer.from(`XML:com.adobe.xmp\0\0\0\0\0${xmp(marks)}`)), chunk("zTXt", Buffer.concat([Buffer.from("Author\0\0"), deflateSync(marks.iptc)])), plain.subarray(behind_header), Buffer.from(marks.trailer)]);
};
const riff = (type, content) => {
  const head = Buffer.alloc(8);
  head.write(type);
  head.writeUInt32LE(content.length, 4);
  return Buffer.concat([head, content, Buffer.alloc(content.length % 2)]);
};
function webp(plain, marks) {
  // In a container that says that there is more than the picture.
  const extended = Buffer.alloc(10);
  extended[0] = 0x0c;
  extended.writeUIntLE(width - 1, 4, 3);
  extended.writeUIntLE(height - 1, 7, 3);
  const inner = plain.subarray(12, 16).toString() === "VP8X" ? plain.subarray(30) : plain.subarray(12);
  const body = Buffer.concat([Buffer.from("WEBP"), riff("VP8X", extended), inner, riff("EXIF", tiff(marks, 1, Buffer.from("no thumbnail"))), riff("XMP ", Buffer.from(xmp(marks)))]);
  return riff("RIFF", body);
}

const names = ["gps", "maker", "comment", "serial", "description", "make", "artist", "copyright", "xmp", "iptc", "com", "trailer"];
const new_marks = () => Object.fromEntries(names.map((name) => [name, mark(name)]));

let desk;
let browser;
const corpus = [];
before(async () => {
  desk = await console_desk();
  browser = await chromium();
  const page = await browser.newPage();
  // The left half red, the right half blue: to see how it is turned.
  const plain = await page.evaluate(([w, h]) => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [w, h];
    const drawing = canvas.getContext("2d");
    drawing.fillStyle = "red";
    drawing.fillRect(0, 0, w / 2, h);
    drawing.fillStyle = "blue";
    drawing.fillRect(w / 2, 0, w / 2, h);
    return Object.fromEntries(["image/jpeg", "image/png", "image/webp"].map((type) => [type, canvas.toDataURL(type, 0.9).split(",")[1]]));
  }, [width, height]);
  await page.close();
  const bytes = (type) => Buffer.from(plain[type], "base64");
  for (const orientation of [1, 2, 3, 4, 5, 6, 7, 8]) {
    const marks = new_marks();
    corpus.push({ name: `turned-${orientation}.jpg`, type: "image/jpeg", marks, bytes: jpeg(bytes("image/jpeg"), marks, orientation), orientation });
  }
  for (const [type, make] of [["image/png", png], ["image/webp", webp]]) {
    const marks = new_marks();
    corpus.push({ name: `picture.${type.slice(6)}`, type, marks, bytes: make(bytes(type), marks), orientation: 1 });
  }
});

/** The types of a PNG's chunks, the bytes behind its end, and the size of what is packed in it: one byte a row and four a point. */
function chunks_of(bytes) {
  const types = [];
  const packed = [];
  let at = 8;
  while (at < bytes.length && types.at(-1) !== "IEND") {
    const length = bytes.readUInt32BE(at);
    types.push(bytes.toString("latin1", at + 4, at + 8));
    if (types.at(-1) === "IDAT") packed.push(bytes.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  return { types: [...new Set(types)], behind: bytes.length - at, points: inflateSync(Buffer.concat(packed)).length };
}

test("the corpus carries what it says", () => {
  for (const one of corpus) {
    const there = Object.values(one.marks).filter((word) => one.bytes.includes(word)).length;
    assert.ok(there >= 9, `${one.name}: ${there} marks`);
  }
});

test("the caseworker's copy of each photo holds nothing but the picture, upright; the original is kept bit for bit", async () => {
  const answer = await post_multipart(`${desk.server.public}/en/tell`, { q_story: "photos from the house" },
    corpus.map((one) => `${desk.place.write(one.name, one.bytes)};type=${one.type};filename=${one.name}`));
  assert.equal(answer.status, 200, answer.text);
  const { page, context } = await console_page(desk.server, { browser, bypassCSP: true });
  await sign_in(page);
  await at_work(page);
  await open_first(page, "photos from the house");
  await press(page, "Take it");
  await case_screen(page);
  for (const one of corpus) {
    const card = page.locator("figure.file", { hasText: one.name });
    await card.getByRole("button", { name: "Fetch the picture" }).click();
    const picture = card.locator("img");
    await picture.waitFor();
    await until(() => picture.evaluate((image) => image.complete && image.naturalWidth > 0), "the picture");
    const shown = await picture.evaluate(async (image) => {
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
      const drawing = canvas.getContext("2d");
      drawing.drawImage(image, 0, 0);
      const at = (x, y) => [...drawing.getImageData(x, y, 1, 1).data];
      return { url: image.src, width: canvas.width, height: canvas.height, corner: at(4, 4), opposite: at(canvas.width - 5, canvas.height - 5) };
    });
    const copy = await copy_of(page, shown.url);
    for (const [what, word] of Object.entries(one.marks)) assert.ok(!copy.includes(word), `${one.name}: the copy holds ${what}`);
    for (const trace of ["Exif", "II*\0", "MM\0*", "8BIM", "adobe", "http"]) assert.ok(!copy.includes(trace), `${one.name}: the copy holds ${JSON.stringify(trace)}`);
    const { types, behind, points } = chunks_of(copy);
    assert.deepEqual([types.filter((type) => !["IHDR", "sRGB", "gAMA", "cHRM", "IDAT", "IEND"].includes(type)), behind], [[], 0], one.name);
    const sideways = one.orientation >= 5;
    assert.equal(points, shown.height * (1 + 4 * shown.width), `${one.name}: nothing but points`);
    assert.deepEqual([shown.width, shown.height], sideways ? [height, width] : [width, height], `${one.name} is turned`);
    // Which corner the red half is in after turning, by the meaning of each number.
    const red_first = [1, 4, 5, 6].includes(one.orientation);
    const is_red = ([r, g, b]) => r > 180 && b < 80;
    assert.deepEqual([is_red(shown.corner), is_red(shown.opposite)], [red_first, !red_first], `${one.name} stands upright`);
  }
  await context.close();

  const { id } = await desk.server.case_of("photos from the house");
  const to = desk.place.path("export-photos");
  await desk.place.succeed("case", "export", id, "--output", to, ...desk.server.as());
  const report = (await desk.server.show(id)).timeline.find((entry) => entry.kind === "report");
  for (const { id: file, name } of report.content.attachments) {
    const ending = /\.[a-z]+$/.exec(name)[0];
    assert.deepEqual(readFileSync(`${to}/${file}${ending}`), corpus.find((one) => one.name === name).bytes, name);
  }
  assert.equal(report.content.attachments.length, corpus.length);
});

/** The bytes behind a blob: address of the page, whose policy would not let it fetch them. */
async function copy_of(page, url) {
  const base64 = await page.evaluate(async (address) => {
    const bytes = new Uint8Array(await (await fetch(address)).arrayBuffer());
    let text = "";
    for (const byte of bytes) text += String.fromCharCode(byte);
    return btoa(text);
  }, url);
  return Buffer.from(base64, "base64");
}
