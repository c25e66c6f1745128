#!/usr/bin/env node
// Why a report is urgent: the rules of the questionnaire, and the answers that make them hold.
import assert from "node:assert/strict";
import test from "node:test";
import { casework, report, text } from "./parts.mjs";

const { hintOf, urgencyOf } = await casework("urgency_hint");
const { mayAssign, mayClose, mayWorkOn, worksOnReports } = await casework("rights");

const question = (key, more = {}) => ({ key, kind: "yes_no_unsure", section: "s", texts: {}, options: {}, ...more });
const questionnaire = {
  questions: [question("q_safe_now"), question("q_child"), question("q_threat", { sign: "yes", strong: true, touches: ["means"] }), question("q_lied", { sign: "yes", touches: ["act", "means"] }),
    question("q_pay", { sign: "yes", touches: ["purpose"] }), question("q_needs", { kind: "choices" }), question("q_story", { kind: "text" }), question("q_watched")],
  sections: {},
  rules: [{ level: 0, all: [["q_safe_now", "no"], ["q_threat", "yes"]] }, { level: 0, all: [["q_safe_now", "no"], ["q_child", "yes"]] }, { level: 1, all: [["q_needs", "doctor"]] },
    { level: 1, all: [["q_watched", "yes"]], text: false }, { level: 2, touched: ["act", "means", "purpose"] }, { level: 3, signs_min: 1 }, { level: 3, text: true }, { level: 3, files: true }],
};
const of = (answers, row, content) => urgencyOf(report(1, { answers, ...content }, row), questionnaire);

test("the answers that make it urgent are named, each once", () => {
  assert.deepEqual(hintOf(report(1, { answers: { q_safe_now: "no", q_threat: "yes", q_child: "yes" } }), questionnaire),
    { level: 0, because: [{ why: "answers", answers: [["q_safe_now", "no"], ["q_child", "yes"], ["q_threat", "yes"]] }] });
  assert.deepEqual(of({ q_needs: ["talk", "doctor"] }), { level: 1, because: [{ why: "answers", answers: [["q_needs", "doctor"]] }] });
  assert.deepEqual(of({ q_lied: "yes", q_pay: "yes" }).because, [{ why: "trafficking" }]);
  assert.deepEqual(of({ q_story: "x" }).because, [{ why: "text" }]);
  assert.deepEqual(of({ q_pay: "yes", q_story: "x" }).because, [{ why: "signs", count: 1 }, { why: "text" }]);
});

test("silence is never low", () => {
  assert.deepEqual(of({ q_watched: "yes" }), { level: 1, because: [{ why: "silent" }] });
  assert.equal(of({ q_watched: "yes", q_story: "x" }).level, 3);
});

test("what is seen only when it is open may raise, never lower", () => {
  assert.deepEqual(of({ q_safe_now: "no", q_threat: "yes" }, { priority: 4 }).level, 0);
  assert.deepEqual(of({}, { priority: 1 }), { level: 1, because: [{ why: "sender" }] });
  assert.deepEqual(urgencyOf(text(1, "DANGER!"), questionnaire), { level: 0, because: [{ why: "danger-word" }] });
  assert.deepEqual(urgencyOf(text(1, "dangerous"), questionnaire), { level: 3, because: [] });
  assert.deepEqual(urgencyOf(text(1, " 9. "), questionnaire).level, 0);
  assert.deepEqual(urgencyOf({ ...report(1, {}, { priority: 2 }), problem: "no_key" }, questionnaire), { level: 2, because: [] });
  assert.equal(of("nonsense", { priority: 4 }).level, 4);
});

test("nobody is shown what the server would refuse", () => {
  assert.deepEqual(["caseworker", "supervisor", "admin", "auditor", "analyst", "partner"].map((role) => [worksOnReports(role), mayClose(role), mayAssign(role, "me", null), mayWorkOn(role, "me", "you")].map(Number).join("")),
    ["1010", "1111", "1111", "0000", "0000", "0000"]);
  assert.deepEqual([mayAssign("caseworker", "me", "me"), mayAssign("caseworker", "me", "you"), mayWorkOn("caseworker", "me", null)], [true, false, true]);
});
