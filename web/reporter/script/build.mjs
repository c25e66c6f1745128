#!/usr/bin/env node
// Bundles the reporter's script: build.mjs SOURCES PACKAGES OUTPUT writes page.js, seal.js and worker.js into OUTPUT,
// each also compressed as well as can be (.br, .gz): at start the program would have less time for it.
// SOURCES is this folder, PACKAGES where npm put node_modules.
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const [sources, packages, output] = process.argv.slice(2).map((path) => resolve(path));
const esbuild = createRequire(join(packages, "package.json"))("esbuild");
mkdirSync(output, { recursive: true });
const absent = join(sources, "absent.ts");
const common = {
  bundle: true, minify: true, format: "iife", legalComments: "none", charset: "utf8", logLevel: "warning", outdir: output,
  nodePaths: [join(packages, "node_modules")], tsconfigRaw: { compilerOptions: { target: "ES2020", useDefineForClassFields: false, strict: true } },
};
await Promise.all([
  // On every page, also in browsers that are ten years old.
  esbuild.build({ ...common, target: "es2017", entryPoints: [join(sources, "page.ts")] }),
  // Loaded when it can be used.
  esbuild.build({
    ...common, target: "es2020", entryPoints: [join(sources, "seal.ts"), join(sources, "worker.ts")],
    alias: { "@noble/curves/nist.js": absent, "@noble/hashes/scrypt.js": absent },
  }),
]);

for (const name of ["page", "seal", "worker"]) {
  const path = join(output, `${name}.js`);
  const bundle = readFileSync(path);
  writeFileSync(`${path}.br`, brotliCompressSync(bundle, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 22, [constants.BROTLI_PARAM_SIZE_HINT]: bundle.length } }));
  writeFileSync(`${path}.gz`, gzipSync(bundle, { level: 9 }));
}
