// The list of parts that the package carries: well-formed, the same each time, whole, and each of the parts is in NOTICE, which the program prints.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { hotline, root, run, sha256 } from "./support.mjs";

const make = async () => {
  const done = await run(process.execPath, [join(root, "deploy/sbom.mjs"), hotline]);
  assert.equal(done.status, 0, done.stderr);
  return done.stdout.toString();
};
const text = await make();
const bom = JSON.parse(text);
const of_kind = (kind) => bom.relationships.filter((one) => one.relationshipType === kind).map((one) => bom.packages.find((part) => part.SPDXID === one.relatedSpdxElement));

test("it is SPDX 2.3, and the same each time", async () => {
  assert.equal(bom.spdxVersion, "SPDX-2.3");
  assert.equal(bom.dataLicense, "CC0-1.0");
  assert.match(bom.documentNamespace, /^https:\/\/spdx\.org\/spdxdocs\/hotline-[\w.-]+$/);
  assert.match(bom.creationInfo.created, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  const ids = bom.packages.map((part) => part.SPDXID);
  assert.equal(new Set(ids).size, ids.length);
  for (const part of bom.packages) {
    assert.match(part.SPDXID, /^SPDXRef-[A-Za-z0-9.-]+$/);
    for (const key of ["name", "versionInfo", "downloadLocation", "licenseConcluded", "licenseDeclared", "copyrightText"]) assert.ok(part[key], `${part.name} ${key}`);
  }
  for (const one of bom.relationships) {
    for (const id of [one.spdxElementId, one.relatedSpdxElement]) assert.ok(id === "SPDXRef-DOCUMENT" || ids.includes(id), id);
  }
  assert.equal(bom.packages[0].checksums[0].checksumValue, sha256(readFileSync(hotline)));
  assert.equal(await make(), text);
});

test("it names what is compiled in, linked and bundled, each with a licence", () => {
  const compiled = of_kind("STATIC_LINK").map((part) => part.name);
  for (const name of ["boost", "libsodium", "sqlcipher", "libcli11-dev"]) assert.ok(compiled.includes(name), name);
  assert.ok(of_kind("DYNAMIC_LINK").length > 8);
  assert.ok(of_kind("CONTAINS").length > 8);
  for (const part of [...of_kind("STATIC_LINK"), ...of_kind("DYNAMIC_LINK"), ...of_kind("CONTAINS")]) assert.notEqual(part.licenseDeclared, "NOASSERTION", part.name);
});

test("NOTICE tells of every part, and the program prints it", async () => {
  const notice = readFileSync(join(root, "NOTICE"), "utf8");
  assert.equal((await run(hotline, ["licences"])).stdout.toString(), notice);
  const known = notice.toLowerCase();
  // Debian's names of libraries, as people call them.
  const called = { "libcli11-dev": "cli11", "libtomlplusplus-dev": "toml++", "libkainjow-mustache-dev": "mustache", libssl: "openssl", libcurl: "libcurl", libfido2: "libfido2",
    libphonenumber: "libphonenumber", libqrcodegencpp: "qr code generator", zlib1g: "zlib", libbrotli: "brotli", libseccomp: "libseccomp", "libdate-tz": "date", "libprometheus-cpp": "prometheus-cpp",
    libc6: "gnu c library", "libgcc-s1": "gcc runtime library", "libstdc++6": "libstdc++" };
  for (const part of [...of_kind("STATIC_LINK"), ...of_kind("DYNAMIC_LINK")]) {
    const name = Object.entries(called).find(([start]) => part.name.startsWith(start))?.[1] ?? part.name;
    assert.ok(known.includes(name), `${part.name} is in NOTICE`);
  }
  for (const part of of_kind("CONTAINS")) {
    const name = part.name.replace("@preact/signals-core", "@preact/signals").replace(/^@noble\/(?!hashes)/, "");
    assert.ok(known.includes(name), `${part.name} is in NOTICE`);
    if (part.name !== "@preact/signals-core") assert.ok(known.includes(part.versionInfo), `${part.name} ${part.versionInfo} is in NOTICE`);
  }
});

test("hotline --version prints the hash of the program itself", async () => {
  const printed = (await run(hotline, ["--version"])).stdout.toString();
  assert.match(printed, new RegExp(`^Program ${sha256(readFileSync(hotline))}$`, "m"));
});
