// Looks for words in all memory of a process, in files, and in texts, whole or in pieces, in every form that a program might keep.
import { closeSync, openSync, readFileSync, readdirSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import { randomBytes } from "node:crypto";

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
/** Random letters and digits, so that no piece of 8 is anywhere by chance. */
export function marker(size = 32) {
  return [...randomBytes(size)].map((byte) => letters[byte % letters.length]).join("");
}
/** Random letters of other scripts: 2, 3 and 4 bytes each. */
export function wide_marker(size = 16) {
  const scripts = [[0x0430, 32], [0x1200, 64], [0x4e00, 4096], [0x1f300, 256]];
  return [...randomBytes(size)].map((byte, i) => {
    const [from, count] = scripts[i % scripts.length];
    return String.fromCodePoint(from + (byte * 16 + randomBytes(1)[0]) % count);
  }).join("");
}

/** All pieces of a needle at distances of `size`: wherever 2 × size − 1 bytes of it are left, one of them is found. */
function pieces(bytes, size) {
  if (bytes.length < 2 * size) return [bytes];
  const found = [];
  for (let at = 0; at + size <= bytes.length; at += size) found.push(bytes.subarray(at, at + size));
  return found;
}
/** Of UTF-16 and hex twice as much: four letters or digits are among what libraries keep in the one, and among the digits of long numbers in the other. */
const piece_bytes = (form) => (form === "utf-16" || form === "hex" ? 16 : 8);

const percent = (bytes, upper) => Buffer.from([...bytes].map((byte) => {
  const digits = byte.toString(16).padStart(2, "0");
  return `%${upper ? digits.toUpperCase() : digits}`;
}).join(""));
const ascii_only = (text) => /^[\x20-\x7e]*$/.test(text);

/** The forms in which a text might lie somewhere. */
function forms(text) {
  const utf8 = Buffer.from(text);
  const list = [["utf-8", utf8], ["utf-16", Buffer.from(text, "utf16le")], ["hex", Buffer.from(utf8.toString("hex"))]];
  if (!ascii_only(text)) {
    list.push(["percent", Buffer.from(encodeURIComponent(text))], ["percent, lower case", percent(utf8, false)],
      ["JSON escapes", Buffer.from([...text].map((c) => [...Array(c.length).keys()].map((i) =>
        `\\u${c.charCodeAt(i).toString(16).padStart(4, "0")}`).join("")).join(""))]);
  }
  for (let shift = 0; shift < 3; ++shift) {
    // What a neighbour's bits share in is cut off on both sides.
    const encoded = Buffer.concat([Buffer.alloc(shift), utf8]).toString("base64").replace(/=+$/, "");
    const own = encoded.slice(Math.ceil((shift * 8) / 6), Math.floor(((shift + utf8.length) * 8) / 6));
    list.push(["base64", Buffer.from(own)], ["base64url", Buffer.from(own.replaceAll("+", "-").replaceAll("/", "_"))]);
  }
  return list;
}

/** Finds any of many needles in one pass. */
export class Search {
  /** `words`: { name: text or bytes }. Texts of fewer than two pieces, and numbers, are looked for whole only. */
  constructor(words) {
    this.starts = new Uint8Array(1 << 24);  // by the first three bytes
    this.needles = new Map();
    const seen = new Set();
    for (const [name, word] of Object.entries(words)) {
      const list = typeof word === "string" ? forms(word) : [["bytes", Buffer.from(word)]];
      // Pieces of digits are in every program's tables.
      const whole = typeof word === "string" && /^[+\d]*$/.test(word);
      for (const [form, bytes] of list) {
        for (const piece of whole ? [bytes] : pieces(bytes, piece_bytes(form))) {
          const key = piece.toString("latin1");
          if (piece.length < 6 || seen.has(key)) continue;
          seen.add(key);
          const start = piece.readUIntLE(0, 3);
          this.starts[start] = 1;
          if (!this.needles.has(start)) this.needles.set(start, []);
          this.needles.get(start).push({ name, form, piece });
        }
      }
    }
  }

  /** { name, form, at } of everything found. */
  in(bytes) {
    const found = [];
    const { starts } = this;
    const last = bytes.length - 2;
    for (let at = 0; at < last; ++at) {
      const start = bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16);
      if (starts[start] === 0) continue;
      for (const { name, form, piece } of this.needles.get(start)) {
        if (bytes.length - at >= piece.length && bytes.compare(piece, 0, piece.length, at, at + piece.length) === 0) {
          found.push({ name, form, at });
        }
      }
    }
    return found;
  }
}

/** The parts of a process's memory that can be read: { from, to, name }. */
export function maps(pid) {
  return readFileSync(`/proc/${pid}/maps`, "utf8").trimEnd().split("\n").map((line) => {
    const [, from, to, mode, name] = /^([0-9a-f]+)-([0-9a-f]+) (\S+) \S+ \S+ \S+ *(.*)$/.exec(line);
    return { from: parseInt(from, 16), to: parseInt(to, 16), mode, name };
  }).filter(({ mode, name }) => mode.startsWith("r") && name !== "[vvar]" && name !== "[vsyscall]")
    // Nobody can write to the system's libraries; ICU's hold words of all languages, so also pieces of any marker.
    .filter(({ mode, name }) => mode.includes("w") || !/^(\/usr)?\/lib\/.*\.so/.test(name));
}

const window_bytes = 4 * 1024 * 1024;
const overlap_bytes = 512;

/** Calls visit(bytes, address, map) for all readable memory, in windows that overlap. Throws when it may not be read. */
export function each_window(pid, visit) {
  const memory = openSync(`/proc/${pid}/mem`, "r");
  let bytes_seen = 0;
  try {
    const buffer = Buffer.alloc(window_bytes);
    for (const map of maps(pid)) {
      for (let at = map.from; at < map.to; at += window_bytes - overlap_bytes) {
        let got = 0;
        try {
          got = readSync(memory, buffer, 0, Math.min(window_bytes, map.to - at), at);
        } catch (error) {
          if (error.code === "EIO" || error.code === "EFAULT") break;  // gone meanwhile, or guarded
          throw error;
        }
        bytes_seen += got;
        visit(buffer.subarray(0, got), at, map);
        if (at + got >= map.to) break;
      }
    }
  } finally {
    closeSync(memory);
  }
  return bytes_seen;
}

/** Everything of `search` that the process holds: { name, form, address, map, around }. */
export function search_memory(pid, search) {
  const found = new Map();
  const bytes = each_window(pid, (window, base, map) => {
    for (const hit of search.in(window)) {
      const address = base + hit.at;
      if (found.has(address)) continue;
      const around = window.subarray(Math.max(0, hit.at - 96), hit.at + 104).toString("latin1").replace(/[^\x20-\x7e]/g, ".");
      found.set(address, { name: hit.name, form: hit.form, address: address.toString(16), map: map.name || "anonymous", around });
    }
  });
  return { found: [...found.values()], bytes };
}

/** All files below a folder. */
export function files_below(folder) {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    const status = statSync(path);
    return status.isDirectory() ? files_below(path) : status.isFile() ? [path] : [];
  });
}
