// Writes the test vectors of the age format (npm package cctv-age, published by the format's authors) as files:
//   export_cctv.mjs ROOT FOLDER   →   FOLDER/NAME.txt (what is expected) and FOLDER/NAME.age
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { inflateSync } from "node:zlib";

const [root, folder] = process.argv.slice(2);
const { load } = await import(`${root}/build/npm/load.mjs`);
const vectors = await load("cctv-age");

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
let count = 0;
for (const [name, bytes] of Object.entries(vectors)) {
  if (!(bytes instanceof Uint8Array)) continue;
  const whole = Buffer.from(bytes);
  const end = whole.indexOf("\n\n");
  const expected = whole.subarray(0, end + 1).toString();
  const file = whole.subarray(end + 2);
  writeFileSync(`${folder}/${name}.txt`, expected);
  writeFileSync(`${folder}/${name}.age`, /^compressed: zlib$/m.test(expected) ? inflateSync(file) : file);
  ++count;
}
console.log(`${count} vectors`);
