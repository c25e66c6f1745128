#!/usr/bin/env node
// Bundles the console: build.mjs SOURCES PACKAGES OUTPUT writes index.html, console.js, worker.js and console.css into OUTPUT, the last three
// also compressed as well as can be (.br, .gz), and common_passphrases.txt. SOURCES is this folder, PACKAGES where npm put node_modules.

import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { commonPassphrases, moduleName, moduleText } from "./common_passphrases.mjs";

const [sources, packages, output] = process.argv.slice(2).map((path) => resolve(path));
const { build } = await import(pathToFileURL(join(packages, "node_modules/vite/dist/node/index.js")).href);
const absent = join(sources, "src/keys/absent.ts");

const common = {
  name: moduleName,
  enforce: "pre",
  resolveId: (name) => (name === moduleName ? `\0${moduleName}` : null),
  load: (id) => (id === `\0${moduleName}` ? moduleText(packages) : null),
};

/** Packages are not beside the sources: they are looked for where npm put them. */
const fromPackages = {
  name: "packages",
  enforce: "pre",
  resolveId(name, importer, options) {
    if (/^[./\0]|^[a-z]+:/i.test(name) || importer === undefined || importer.startsWith(packages)) return null;
    return this.resolve(name, join(packages, "package.json"), { ...options, skipSelf: true });
  },
};

const bundle = (entry, name) => build({
  configFile: false, root: sources, publicDir: false, logLevel: "warn", mode: "production", plugins: [common, fromPackages],
  esbuild: { jsx: "automatic", jsxImportSource: "preact", legalComments: "none", charset: "utf8" },
  resolve: { alias: [{ find: "@noble/curves/nist.js", replacement: absent }, { find: "@noble/hashes/scrypt.js", replacement: absent }] },
  build: {
    outDir: output, emptyOutDir: false, target: "es2022", minify: "esbuild", cssMinify: "esbuild", modulePreload: false, assetsInlineLimit: 0, reportCompressedSize: false,
    cssCodeSplit: false,
    rollupOptions: {
      input: join(sources, entry),
      output: { format: "iife", inlineDynamicImports: true, entryFileNames: `${name}.js`, assetFileNames: "[name][extname]" },
    },
  },
});

mkdirSync(output, { recursive: true });
await bundle("src/main.tsx", "console");
await bundle("src/keys/worker.ts", "worker");
for (const name of ["index.html", "icon.svg"]) copyFileSync(join(sources, name), join(output, name));
writeFileSync(join(output, "common_passphrases.txt"), commonPassphrases(packages));
copyFileSync(join(output, "style.css"), join(output, "console.css"));

let wire = 0;
for (const name of ["console.js", "worker.js", "console.css"]) {
  const path = join(output, name);
  const content = readFileSync(path);
  const small = brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 22, [constants.BROTLI_PARAM_SIZE_HINT]: content.length } });
  wire += small.length;
  writeFileSync(`${path}.br`, small);
  writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }));
}
console.log(`The console takes ${Math.ceil(wire / 1024)} KiB on the wire`);
