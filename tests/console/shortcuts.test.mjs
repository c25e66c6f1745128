#!/usr/bin/env node
// Keys of the page: what is held down moves on and on, and does nothing twice.
import assert from "node:assert/strict";
import test from "node:test";
import { part } from "./parts.mjs";

let press;
Object.assign(globalThis, {
  HTMLElement: class {}, addEventListener: (_, run) => (press = run), localStorage: { getItem: () => null, setItem() {} },
  document: { documentElement: { lang: "", dataset: {} }, querySelector: () => null },
});
globalThis.navigator ??= { languages: ["en"] };
const { shortcuts } = await part("state/shortcuts");

test("a key that is held down acts once, unless it moves", () => {
  const done = [];
  shortcuts.value = [{ key: "a", does: "key_assign", run: () => done.push("a") }, { key: "j", does: "key_next", again: true, run: () => done.push("j") }];
  let stopped = 0;
  for (const key of ["a", "j"]) for (const repeat of [false, true, true]) press({ key, repeat, timeStamp: 0, target: null, preventDefault: () => (stopped += 1) });
  assert.deepEqual([done.join(""), stopped], ["ajjj", 6]);
});
