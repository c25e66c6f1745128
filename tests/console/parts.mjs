// The console's sources for tests: each bundled for node with the packages that the build uses.
import { webcrypto } from "node:crypto";
import { createRequire } from "node:module";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = process.env.HOTLINE_ROOT ?? fileURLToPath(new URL("../..", import.meta.url));
export const sources = join(root, "web/console/src");
const packages = join(root, "build/console_packages");
// vite brings its own esbuild.
const esbuild = createRequire(join(packages, "node_modules/vite/package.json"))("esbuild");
const { moduleName, moduleText } = await import(join(root, "web/console/common_passphrases.mjs"));
const common = {
  name: moduleName,
  setup(build) {
    build.onResolve({ filter: new RegExp(`^${moduleName}$`) }, ({ path }) => ({ path, namespace: moduleName }));
    build.onLoad({ filter: /./, namespace: moduleName }, () => ({ contents: moduleText(packages) }));
  },
};
/** A package as npm put it, not bundled. */
export const packaged = (name) => import(createRequire(join(packages, "package.json")).resolve(name));

/** What a source file exports: part("keys/signing"). Node 18 offers no crypto by itself; the sources expect it. */
globalThis.crypto ??= webcrypto;
export const part = (name) => bundled({ entryPoints: [join(sources, `${name}.ts`)] });

/** Several that know each other, as in one page: together({ session: "state/session" }), packages among them. Each call makes another page. `define`: what stands for a name. */
export const together = (names, define = {}) => bundled({
  define, stdin: { contents: Object.entries(names).map(([as, name]) => `export * as ${as} from "${name.includes("/") ? "./" : ""}${name}";`).join("\n"), resolveDir: sources, loader: "ts" },
});

async function bundled(entry) {
  const to = mkdtempSync(join(tmpdir(), "hotline-console-"));
  const outfile = join(to, "part.mjs");
  try {
    await esbuild.build({
      ...entry, outfile, bundle: true, format: "esm", target: "es2022", logLevel: "warning",
      nodePaths: [join(packages, "node_modules")], plugins: [common],
      alias: { "@noble/curves/nist.js": join(sources, "keys/absent.ts"), "@noble/hashes/scrypt.js": join(sources, "keys/absent.ts") },
    });
    return await import(outfile);
  } finally {
    rmSync(to, { recursive: true });
  }
}

/** The same of the casework: casework("segments"). */
export const casework = (name) => part(`casework/${name}`);

/** A report as the keys worker gives it, of the hour 490,000 unless said otherwise. */
export const report = (number, content, row = {}) => ({
  row: { number, id: number.toString(16).padStart(32, "0"), epoch: "e".repeat(32), channel: "web", priority: 3, received_hour: 490_000, attachments: [], sealed: "", ...row },
  content: { v: 1, ...content }, problem: "",
});
/** A text as a gateway delivers it. */
export const text = (number, words, more = {}, row = {}) =>
  report(number, { type: "sms", text: words, flags: [], sms: { gateway: "demo", from: "+5016000000", to: "+15005550006" }, ...more }, { channel: "sms", ...row });

/** An event whose signature holds. */
export const event = (number, kind, body, { author = "a".repeat(32), hour = 490_000, problem = "" } = {}) => ({
  row: { number, id: `e${number}`.padEnd(32, "0"), case: "c".repeat(32), author, recorded_hour: hour }, kind, time: hour * 3600, body, problem,
});
