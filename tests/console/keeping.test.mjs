#!/usr/bin/env node
// A wish to delete that is refused: whoever asked reads why, whatever became of the line, of the others in the case, and of the wish meanwhile.
import assert from "node:assert/strict";
import test from "node:test";
import { begin_desk, join, mailbox, tell } from "./pages.mjs";
import { part } from "./parts.mjs";

const ana = await begin_desk();
const { server } = ana;
const cai = await join(ana, "cai", "caseworker", { outcome: "state/casework/outcome", wishes: "casework/wishes" });
const { Identity, recipientText } = await part("keys/sealing");
const recipient = recipientText((await Identity.of(crypto.getRandomValues(new Uint8Array(32)))).recipient);

const from = (name) => ({ mailbox: { ...mailbox(name), recipient } });
const ask = (name) => tell(server, { text: name, wish: "delete", ...from(name) });
const open_case = async (report) => cai.files.openCase(await cai.files.loadReport(report), null, []);
/** The sealed answers that come into mailboxes while it runs. */
async function put_while(act) {
  const before = new Set(server.answers.keys());
  await act();
  return [...server.answers].filter(([tag]) => !before.has(tag)).map(([, sealed]) => sealed);
}
/** Stored, and neither the answer to that arrives nor what is asked after it. */
async function lost(act) {
  let done = false;
  cai.line = (request) => (/POST .*\/(events|cases)$/.test(request) ? (done = true, "lose") : done && /GET/.test(request) ? "cut" : undefined);
  await assert.rejects(act(), { type: "offline" });
  cai.line = () => undefined;
}
const kept_in = (file) => file.events.find(({ kind }) => kind === "keep").body;
const sealed_in = (file) => kept_in(file).answers.flatMap(({ parts }) => parts);

test("a refusal whose answer was lost is offered to be sent, and so is one with which the case was opened", async () => {
  const file = await open_case(await ask("lost"));
  const unopened = await cai.files.loadReport(await ask("lost with the case"));
  for (const before of [file, unopened]) {
    assert.equal(await cai.outcome.isKeepingUnfinished(before), false);
    await lost(() => new cai.outcome.PreparedKeeping(before).record("why"));
    const now = await cai.files.loadCase(server.cases.at(-1).id);
    assert.equal(await cai.outcome.isKeepingUnfinished(now), true);
    assert.deepEqual(await put_while(() => cai.outcome.finishKeeping(now)), sealed_in(now));
    assert.equal(await cai.outcome.isKeepingUnfinished(now), false);
  }
});

test("what was perhaps recorded is put before other words are refused", async () => {
  const file = await open_case(await ask("other words"));
  const keeping = new cai.outcome.PreparedKeeping(file);
  await lost(() => keeping.record("why"));
  const put = await put_while(() => assert.rejects(keeping.record("other words"), { what: "changed" }));
  const now = await cai.files.loadCase(file.row.id);
  assert.deepEqual([kept_in(now).text, put], ["why", sealed_in(now)]);
});

test("a refusal that was not recorded is not offered to be sent", async () => {
  const file = await open_case(await ask("cut"));
  cai.line = (request) => (/POST .*\/events$/.test(request) ? "cut" : undefined);
  await assert.rejects(new cai.outcome.PreparedKeeping(file).record("why"), { type: "offline" });
  cai.line = () => undefined;
  assert.equal(await cai.outcome.isKeepingUnfinished(await cai.files.loadCase(file.row.id)), false);
});

test("all who asked are answered, and nobody else", async () => {
  const { row } = await open_case(await ask("one"));
  for (const report of [await ask("two"), await tell(server, { text: "did not ask", ...from("three") })]) {
    await cai.files.change(await cai.files.loadCase(row.id), { events: [], files: (await cai.files.loadReport(report)).reports });
  }
  const file = await cai.files.loadCase(row.id);
  const recorded = await new cai.outcome.PreparedKeeping(file).record("why");
  const asked = file.reports.filter(({ content }) => content.wish === "delete").map(({ row: { id } }) => id);
  assert.deepEqual(kept_in(recorded).answers.map(({ report }) => report), asked);
  assert.equal((await put_while(() => cai.outcome.finishKeeping(recorded))).length, 2);
  assert.deepEqual(cai.outcome.askingConversations(recorded), []);
});

test("who asks again meanwhile reads the answer to the first wish, and waits for one to the second", async () => {
  const file = await open_case(await ask("again"));
  const again = await ask("again");
  await cai.opened.openReports(server.reports.filter(({ id }) => id === again));
  const recorded = await new cai.outcome.PreparedKeeping(file).record("why");
  assert.deepEqual(await put_while(() => cai.outcome.finishKeeping(recorded)), sealed_in(recorded));
  assert.equal(cai.outcome.askingConversations(recorded).length, 1);
});
