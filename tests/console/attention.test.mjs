#!/usr/bin/env node
// Whether somebody sits before the page, and what is marked as new in the conversation that lies open.
import assert from "node:assert/strict";
import test from "node:test";
import { part, report } from "./parts.mjs";

globalThis.document = { visibilityState: "visible" };
const { isAttended, touch, whenAttended } = await part("state/attention");
const { News } = await part("screens/casework/news");

test("somebody sits before a page that is in view and was touched lately", () => {
  const now = Date.now;
  let passed = 0;
  Date.now = () => now() + passed;
  try {
    touch();
    assert.equal(isAttended(), true);
    document.visibilityState = "hidden";
    assert.equal(isAttended(), false);
    document.visibilityState = "visible";
    passed = 61_000;
    assert.equal(isAttended(), false);
    const told = [];
    whenAttended(() => told.push("stays"));
    whenAttended(() => told.push("goes"))();
    document.visibilityState = "hidden";
    touch();
    assert.deepEqual(told, [], "a touch that nobody sees");
    document.visibilityState = "visible";
    touch();
    touch();
    assert.deepEqual(told, ["stays"], "once");
  } finally {
    Date.now = now;
  }
});

test("what is new stays marked when the case has taken it in, and what came meanwhile is counted", () => {
  const news = new News();
  const [one, two, three] = [1, 2, 3].map((number) => report(number, { text: "words" }));
  const marked = () => [one, two, three].map(({ row }) => news.has(row.id));
  news.look({ reports: [one, two], fresh: [two] });
  assert.deepEqual([marked(), news.arrived], [[false, true, false], 0]);
  news.look({ reports: [one, two], fresh: [] });
  assert.deepEqual([marked(), news.arrived], [[false, true, false], 0]);
  news.look({ reports: [one, two, three], fresh: [three] });
  news.look({ reports: [one, two, three], fresh: [] });
  assert.deepEqual([marked(), news.arrived], [[false, true, true], 1]);
});
