// Loads a package of tests/npm/package.json. This file is copied to build/npm, where node finds the packages:
//   const { load } = await import(`${root}/build/npm/load.mjs`);
import { webcrypto } from "node:crypto";

// Node 18 does not offer it by itself; the packages expect it.
globalThis.crypto ??= webcrypto;

export const load = (name) => import(name);
