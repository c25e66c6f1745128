#!/usr/bin/env node
// A deletion as the page makes it, with a server and a keys worker that only note what they are asked.
import assert from "node:assert/strict";
import test, { beforeEach } from "node:test";
import { part, report } from "./parts.mjs";

const sealed = [];
globalThis.navigator ??= { languages: ["en"] };
globalThis.document = { querySelector: () => ({ getAttribute: () => "/s/0123456789abcdef.js" }), documentElement: { lang: "en", dataset: {}, setAttribute() {}, removeAttribute() {} } };
globalThis.Worker = class {
  postMessage({ number, call }) {
    sealed.push(call);
    queueMicrotask(() => this.onmessage({ data: { number, failed: "of_the_test" } }));
  }
  terminate() {}
};
const asked = [];
let hold;
globalThis.fetch = async (address, { method = "GET" } = {}) => {
  asked.push(`${method.toUpperCase()} ${new URL(address, "http://console.test").pathname}`);
  return Response.json({ id: "c".repeat(32), hold });
};
const { PreparedDeletion } = await part("state/casework/outcome");

const id = "c".repeat(32);
const told = report(1, { mailbox: { key: "A".repeat(43), recipient: "age1pq1x" } });
const deletion = { conversations: [[told]], cases: [id], reports: [told], files: 0, told: 1 };
const prepared = () => new PreparedDeletion({ row: { id }, reports: [told], conversations: [[told]], fresh: [], unsure: [], events: [], texts: [] }, deletion, () => "deleted");
beforeEach(() => {
  sealed.length = 0;
  asked.length = 0;
});

test("a case under a legal hold is found before anything is sealed, recorded or told", async () => {
  hold = { state: "held", by: "a".repeat(32), hour: 1 };
  await assert.rejects(prepared().delete(), { message: "held" });
  assert.deepEqual([sealed, asked], [[], [`GET /api/v1/cases/${id}`]]);
});

test("without one the answer is sealed next", async () => {
  hold = undefined;
  await assert.rejects(prepared().delete(), { message: "of_the_test" });
  assert.deepEqual([sealed, asked], [["sealAnswer"], [`GET /api/v1/cases/${id}`]]);
});
