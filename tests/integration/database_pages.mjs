// Opens the pages of a SQLCipher 4 database and of its log (WAL) with the raw key, without the library that wrote them.
import assert from "node:assert/strict";
import { createDecipheriv } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";

const page_bytes = 4096;
const reserved_bytes = 80;  // 16 of initialisation vector, 64 of HMAC-SHA512
const salt_bytes = 16;      // in front of the first page, in clear
const log_header_bytes = 32;
const frame_header_bytes = 24;

function open_page(page, number, key) {
  const end = page_bytes - reserved_bytes;
  const begin = number === 1 ? salt_bytes : 0;
  const cipher = createDecipheriv("aes-256-cbc", key, page.subarray(end, end + 16));
  cipher.setAutoPadding(false);
  return Buffer.concat([cipher.update(page.subarray(begin, end)), cipher.final()]);
}

/** All pages in clear: those in use, the free ones, and every version of them that the log still holds. */
export function database_pages(path, key_hex) {
  const key = Buffer.from(key_hex, "hex");
  assert.equal(key.length, 32);
  const file = readFileSync(path);
  const pages = [];
  for (let at = 0; at + page_bytes <= file.length; at += page_bytes) pages.push(open_page(file.subarray(at, at + page_bytes), at / page_bytes + 1, key));
  // Behind the salt, SQLite's header goes on with the page size: the key fits.
  if (pages.length > 0) assert.equal(pages[0].readUInt16BE(0), page_bytes);
  const log = existsSync(`${path}-wal`) ? readFileSync(`${path}-wal`) : Buffer.alloc(0);
  for (let at = log_header_bytes; at + frame_header_bytes + page_bytes <= log.length; at += frame_header_bytes + page_bytes) {
    const page = log.subarray(at + frame_header_bytes, at + frame_header_bytes + page_bytes);
    pages.push(open_page(page, log.readUInt32BE(at), key));
  }
  return Buffer.concat(pages);
}
