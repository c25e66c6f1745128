#!/usr/bin/env node
// deploy/sbom.mjs BINARY: what the program is made of, as SPDX 2.3 in JSON, on standard output. From deploy/versions, the lock files of the two
// bundles, and the Debian packages of this machine that the binary was compiled from and is linked with. The same input gives the same bytes: the
// date is SOURCE_DATE_EPOCH, or that of the package's changelog.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const read = (path) => readFileSync(join(root, path), "utf8");
const run = (program, ...words) => execFileSync(program, words, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
const fail = (line) => {
  console.error(`deploy/sbom.mjs: ${line}`);
  process.exit(1);
};
const [binary] = process.argv.slice(2);
if (!binary) fail("usage: deploy/sbom.mjs BINARY");

/** By Debian's name of the package without its number, or the component's. What is not here is NOASSERTION: Debian's copyright file tells. */
const licences = {
  boost: "BSL-1.0", libsodium: "ISC", sqlcipher: "BSD-3-Clause", "libcli11-dev": "BSD-3-Clause", "libtomlplusplus-dev": "MIT", "libkainjow-mustache-dev": "BSL-1.0",
  libssl: "Apache-2.0", libcurl: "curl", libfido2: "BSD-2-Clause", libphonenumber: "Apache-2.0", libqrcodegencpp: "MIT", zlib1g: "Zlib", libbrotli1: "MIT",
  libseccomp: "LGPL-2.1-only", "libdate-tz": "MIT", "libprometheus-cpp-core": "MIT", libc6: "LGPL-2.1-or-later", "libgcc-s1": "GPL-3.0-or-later WITH GCC-exception-3.1",
  "libstdc++6": "GPL-3.0-or-later WITH GCC-exception-3.1",
};
const licence_of = (name) => Object.entries(licences).find(([start]) => name.startsWith(start))?.[1] ?? "NOASSERTION";

const packages = [];
const relations = [];
function add(part, version, { licence, purl, how, checksum, supplier = "NOASSERTION" }) {
  const id = `SPDXRef-${part.replace(/[^A-Za-z0-9.]+/g, "-").replace(/^-/, "")}-${version.replace(/[^A-Za-z0-9.]+/g, "-")}`;
  if (!packages.some((one) => one.SPDXID === id)) {
    packages.push({
      SPDXID: id, name: part, versionInfo: version, supplier, downloadLocation: "NOASSERTION", filesAnalyzed: false, licenseConcluded: "NOASSERTION",
      licenseDeclared: licence, copyrightText: "NOASSERTION", ...(checksum ? { checksums: [checksum] } : {}),
      ...(purl ? { externalRefs: [{ referenceCategory: "PACKAGE-MANAGER", referenceType: "purl", referenceLocator: purl }] } : {}),
    });
  }
  const relation = how === "BUILD_TOOL_OF" ? { spdxElementId: id, relationshipType: how, relatedSpdxElement: "SPDXRef-hotline" }
    : { spdxElementId: "SPDXRef-hotline", relationshipType: how, relatedSpdxElement: id };
  if (!relations.some((one) => JSON.stringify(one) === JSON.stringify(relation))) relations.push(relation);
}

// What is compiled in, from newer suites than the machine's.
for (const line of read("deploy/versions").split("\n")) {
  const [name, debian, version] = line.split(/\s+/);
  if (!name || name.startsWith("#") || ["age", "wycheproof"].includes(name)) continue;  // for tests
  add(name, version, { licence: licence_of(name), purl: `pkg:deb/debian/${debian}@${encodeURIComponent(version)}`, how: "STATIC_LINK" });
}

// Debian's own: headers that are compiled in, and libraries that are linked.
const debian = (name, how) => {
  const version = run("dpkg-query", "-W", "-f", "${Version}", name);
  add(name.replace(/:.*/, ""), version, {
    licence: licence_of(name), purl: `pkg:deb/debian/${name.replace(/:.*/, "")}@${encodeURIComponent(version)}`, how, supplier: "Organization: Debian",
  });
};
for (const headers of ["libcli11-dev", "libtomlplusplus-dev", "libkainjow-mustache-dev"]) debian(headers, "STATIC_LINK");
const needed = [...run("objdump", "-p", binary).matchAll(/NEEDED +(\S+)/g)].map((match) => match[1]);
const found_at = new Map([...run("ldd", binary).matchAll(/^\s*(\S+) => (\/\S+)/gm)].map((match) => [match[1], match[2]]));
for (const library of needed.sort()) {
  const path = found_at.get(library) ?? (library.startsWith("ld-linux") ? undefined : fail(`${library} is not on this machine`));
  if (!path) continue;  // the loader, of libc6
  const owner = [path, realpathSync(path), realpathSync(path).replace(/^\/usr/, ""), path.replace(/^\/lib/, "/usr/lib")].reduce((known, at) => {
    if (known) return known;
    try {
      return run("dpkg-query", "-S", at).split(": ")[0];
    } catch {
      return undefined;
    }
  }, undefined);
  debian(owner ?? fail(`no package owns ${path}`), "DYNAMIC_LINK");
}

// The two bundles. What the bundlers need is a tool, not part of the program.
const tools = ["esbuild", "vite"];
for (const folder of ["web/reporter/script", "web/console"]) {
  const { packages: locked } = JSON.parse(read(`${folder}/package-lock.json`));
  const bundled = new Set();
  const follow = (name) => {
    if (bundled.has(name)) return;
    bundled.add(name);
    for (const next of Object.keys(locked[`node_modules/${name}`]?.dependencies ?? {})) follow(next);
  };
  for (const name of Object.keys(locked[""].dependencies)) if (!tools.includes(name)) follow(name);
  for (const [path, { version, license, integrity, optional }] of Object.entries(locked)) {
    const name = path.replace(/^.*node_modules\//, "");
    if (path === "" || optional) continue;  // other systems' builds of the bundlers
    const [kind, hash] = (integrity ?? "").split("-");
    add(name, version, {
      licence: license ?? "NOASSERTION", purl: `pkg:npm/${name.replace("@", "%40")}@${version}`, how: bundled.has(name) ? "CONTAINS" : "BUILD_TOOL_OF",
      checksum: kind === "sha512" ? { algorithm: "SHA512", checksumValue: Buffer.from(hash, "base64").toString("hex") } : undefined,
    });
  }
}

const [, version, date] = /^hotline \(([^)]+)\)[\s\S]*?^ -- .*?>  (.*)$/m.exec(read("deploy/debian/changelog"));
const created = new Date(process.env.SOURCE_DATE_EPOCH ? Number(process.env.SOURCE_DATE_EPOCH) * 1000 : date);
const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");
packages.unshift({
  SPDXID: "SPDXRef-hotline", name: "hotline", versionInfo: version, supplier: "NOASSERTION", downloadLocation: "NOASSERTION", filesAnalyzed: false,
  licenseConcluded: "Apache-2.0", licenseDeclared: "Apache-2.0", copyrightText: "Copyright the Hotline authors", primaryPackagePurpose: "APPLICATION",
  checksums: [{ algorithm: "SHA256", checksumValue: sha256(readFileSync(binary)) }],
});
console.log(JSON.stringify({
  spdxVersion: "SPDX-2.3", dataLicense: "CC0-1.0", SPDXID: "SPDXRef-DOCUMENT", name: `hotline-${version}`,
  documentNamespace: `https://spdx.org/spdxdocs/hotline-${version}-${sha256(JSON.stringify(packages)).slice(0, 32)}`,
  creationInfo: { created: created.toISOString().replace(/\.\d+Z$/, "Z"), creators: ["Tool: hotline-deploy-sbom"] },
  packages,
  relationships: [{ spdxElementId: "SPDXRef-DOCUMENT", relationshipType: "DESCRIBES", relatedSpdxElement: "SPDXRef-hotline" }, ...relations],
}, null, 1));
