#!/usr/bin/env node
// What events make of a case, and its summary: tests/vectors/formats/casework.json, which the command line is held to as well.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { casework, event, report, root } from "./parts.mjs";

const { stateOf, missingToClose } = await casework("case_state");
const { summaryOf, summaryFrom } = await casework("summary");
const { wishesOf } = await casework("wishes");
const { timelineOf } = await casework("timeline");
const { dueState, readDue } = await casework("targets");
const everybody = () => true;
const known = JSON.parse(readFileSync(join(root, "tests/vectors/formats/casework.json"), "utf8"));
const reports = known.reports.map(({ id, number, received_hour, urgency, channel, content }) =>
  report(number, content, { id, received_hour, priority: urgency, ...(channel && { channel }) }));
const events = known.events.map(({ number, author, hour, kind, body }) => event(number, kind, body, { author, hour }));

test("the state after each event", () => {
  known.after.forEach(({ number, ...expected }, i) => {
    const state = stateOf(events.slice(0, i + 1), reports, everybody);
    assert.deepEqual({
      state: state.state, urgency: state.urgency, labels: state.labels, child: state.child, assignee: state.assignee,
      tasks: state.tasks.map(({ dueHour, ...task }) => ({ ...task, due_hour: dueHour, overdue: !task.done && dueState(dueHour, known.now_hour).state === "overdue" })),
      closing: state.closing, status: state.status && { status: state.status.status, decided_by: state.status.decidedBy }, due_hour: state.dueHour,
      reports: state.reports.map(({ row }) => row.id),
    }, expected, `after ${number}`);
  });
});

test("summaries", () => {
  for (const expected of known.summaries) {
    const until = events.filter(({ row }) => row.number <= expected.event);
    const made = summaryOf(stateOf(until, reports, everybody), until);
    assert.deepEqual(made, expected);
    assert.deepEqual(summaryFrom(JSON.parse(JSON.stringify(made))), made, "read as written");
  }
  assert.deepEqual(summaryFrom({ title: 5, labels: "x", ways: ["javascript:1", "sms:demo:+1"], last: [] }).ways, ["sms:demo:+1"]);
});

test("an event whose signature does not hold decides nothing", () => {
  const forged = event(5, "close", { type: "resolved", reason: "x" }, { problem: "changed" });
  assert.equal(stateOf([event(1, "link", { reports: [] }), forged], [], everybody).state, "open");
  assert.equal(stateOf([{ ...forged, problem: "author_unknown" }], [], everybody).state, "open");
});

test("who does not lead asks for what they write as done", () => {
  const leads = (author) => author === "lea";
  const state = (...happened) => stateOf(happened.map(([kind, author], i) => event(i + 1, kind, { type: "resolved", reason: `${author} ${i}` }, { author })), [], leads);
  const found = (...happened) => [state(...happened).state, state(...happened).closing?.reason];
  assert.deepEqual(found(["close", "cai"]), ["close_asked", "cai 0"]);
  assert.deepEqual(found(["close", "lea"]), ["closed", "lea 0"]);
  assert.deepEqual(found(["close", "lea"], ["close", "cai"]), ["closed", "lea 0"], "how it was closed stays");
  assert.deepEqual(found(["close", "lea"], ["reopen", "cai"]), ["closed", "lea 0"]);
  assert.deepEqual(found(["close", "lea"], ["reopen", "lea"]), ["open", undefined]);
  assert.deepEqual(found(["close_ask", "cai"], ["reopen", "cai"]), ["open", undefined], "what was only asked is taken back");
});

test("what was not for its author to decide is marked, and nothing else", () => {
  const leads = (author) => author === "lea";
  const refused = (...happened) => [...stateOf(happened.map(([kind, author], i) => event(i + 1, kind, { type: "resolved", reason: "r" }, { author })), [], leads).refused];
  const id = (number) => event(number, "", {}).row.id;
  assert.deepEqual(refused(["close_ask", "cai"], ["reopen", "cai"]), [], "a colleague takes back what was only asked");
  assert.deepEqual(refused(["close", "cai"]), [id(1)]);
  assert.deepEqual(refused(["close", "lea"], ["reopen", "cai"], ["reopen", "lea"]), [id(2)]);
});

test("the machine raises and never lowers; only reasons that counted are told", () => {
  const set = (number, from, to, by) => event(number, "urgency", { from, to, by, reason: "r" });
  const state = stateOf([set(1, 4, 2, "person"), set(2, 2, 3, "machine"), set(3, 2, 1, "machine"), set(4, 1, 9, "person"), set(5, 1, 0, "robot")], [], everybody);
  assert.equal(state.urgency, 1);
  assert.deepEqual(state.reasons.map(({ to }) => to), [2, 1]);
});

test("a child's case is not closed without the record", () => {
  const types = ["resolved"];
  const police = { trigger: "a", when: "b", whom: "c", what: "d", by: "e" };
  assert.deepEqual(missingToClose({ type: "resolved", reason: "done" }, false, types), []);
  assert.deepEqual(missingToClose({ type: "resolved", reason: "done" }, true, types), ["trigger", "when", "whom", "what", "by"].map((part) => `police.${part}`));
  assert.deepEqual(missingToClose({ type: "resolved", reason: "done", police: { ...police, whom: "  " } }, true, types), ["police.whom"]);
  assert.deepEqual(missingToClose({ type: "resolved", reason: "done", police }, true, types), []);
  assert.deepEqual(missingToClose({ type: "gone", reason: " " }, false, types), ["type", "reason"]);
});

test("the last consents replace all before; who must never be told is never forgotten", () => {
  const one = report(1, { consents: ["police", "write_back", "police"], never: ["Unit"] });
  const two = report(2, { type: "followup", wish: "consents", consents: ["iom"] }, { received_hour: 490_005 });
  assert.deepEqual(wishesOf([one], []), { never: ["Unit"], consents: ["police"], writeBack: true, withdrawn: [] });
  assert.deepEqual(wishesOf([one, two], []), {
    never: ["Unit"], consents: ["iom"], writeBack: false, withdrawn: [{ consent: "police", hour: 490_005 }, { consent: "write_back", hour: 490_005 }],
  });
  assert.deepEqual(wishesOf([report(1, { consents: "police", never: 3 })], []), { never: [], consents: [], writeBack: false, withdrawn: [] });
  const wish = report(3, { type: "followup", wish: "delete" });
  assert.equal(wishesOf([wish], []).deleteAsked, 490_000);
  assert.equal(wishesOf([wish], [event(1, "keep", { seen: 2 })]).deleteAsked, 490_000, "an answer to an earlier wish");
  assert.equal(wishesOf([wish], [event(1, "keep", { seen: 3 }, { problem: "changed" })]).deleteAsked, 490_000, "not signed by a colleague");
  assert.equal(wishesOf([wish], [event(1, "keep", { seen: 3 })]).deleteAsked, undefined);
});

test("what the desk did stands after what its author had seen", () => {
  const entries = timelineOf([report(1, { text: "a" }), report(2, { text: "b" }), report(7, { text: "c" })],
    [event(10, "note", { text: "n", seen: 2 }), event(11, "reply", { text: "r", seen: 1 }), event(12, "note", { seen: 7 })]);
  assert.deepEqual(entries.map(({ report: message, event: done }) => message?.row.number ?? `e${done.row.number}`), [1, 2, "e10", "e11", 7, "e12"]);
});

test("targets", () => {
  assert.deepEqual([0, 1, 2, 3, 4].map((urgency) => readDue(urgency, 100)), [100, 101, 108, 124, 172]);
  assert.deepEqual([dueState(100, 99), dueState(100, 100), dueState(100, 103)], [{ state: "later", hours: 1 }, { state: "now", hours: 0 }, { state: "overdue", hours: 3 }]);
});
