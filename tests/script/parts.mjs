// The script's sources for tests: each bundled for node with the packages that the build uses.
import { createRequire } from "node:module";
import { webcrypto } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

globalThis.crypto ??= webcrypto;
export const root = process.env.HOTLINE_ROOT ?? fileURLToPath(new URL("../..", import.meta.url));
export const built = process.env.HOTLINE_SCRIPT ?? join(root, "build/release/web/script");
export const sources = join(root, "web/reporter/script");
export const packages = join(root, "build/script_packages");
const esbuild = createRequire(join(packages, "package.json"))("esbuild");

/** What a source file exports. */
export async function part(name) {
  const to = mkdtempSync(join(tmpdir(), "hotline-script-"));
  const outfile = join(to, `${name}.mjs`);
  try {
    await esbuild.build({
      entryPoints: [join(sources, `${name}.ts`)], outfile, bundle: true, format: "esm", target: "es2020", logLevel: "warning",
      nodePaths: [join(packages, "node_modules")],
      alias: { "@noble/curves/nist.js": join(sources, "absent.ts"), "@noble/hashes/scrypt.js": join(sources, "absent.ts") },
    });
    return await import(outfile);
  } finally {
    rmSync(to, { recursive: true });
  }
}
