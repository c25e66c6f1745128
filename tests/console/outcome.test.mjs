#!/usr/bin/env node
// What goes with a deletion, and the answers that a keep or delete event holds.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { casework, event, report, root, text } from "./parts.mjs";

const { Casebook } = await casework("casebook");
const { deletedText } = await casework("deleted_text");
const { outcomeAnswersIn, outcomeBody, conversationFor } = await casework("outcome_answers");
const { wishesOf } = await casework("wishes");

const mailbox = (key) => ({ mailbox: { key, recipient: "age1pq1x" } });
const ids = ({ conversations, cases }) => [conversations.map((reports) => reports.map(({ row }) => row.number)), cases];

test("a conversation goes with every case about it, a case with every conversation in it, and nobody else", () => {
  const book = new Casebook();
  const all = [report(1, mailbox("a")), report(2, mailbox("b")), report(3, mailbox("a")), report(4, {}), report(5, mailbox("c")), text(6, "x"), report(7, mailbox("d"))];
  for (const one of all) book.addReport(one);
  assert.deepEqual(ids(book.goesWith([all[6]])), [[[7]], []], "in no case");
  book.addCase({ id: "one", number: 1, reports: [all[0].row.id, all[1].row.id], ways: [] });
  book.addCase({ id: "two", number: 2, reports: [all[3].row.id], ways: ["mailbox:b"] });
  book.addCase({ id: "far", number: 3, reports: [all[4].row.id], ways: [] });
  assert.deepEqual(ids(book.goesWith([all[2]])), [[[1, 3], [2], [4]], ["one", "two"]], "by its other message, by the case, by the other's way, by that case");
  assert.deepEqual(ids(book.goesWith([all[3]])), [[[4], [2], [1, 3]], ["two", "one"]], "from the other end, itself first");
  assert.deepEqual(ids(book.goesWith([all[4]])), [[[5]], ["far"]]);
  assert.deepEqual(ids(book.goesWith([all[5]])), [[[6]], []]);
});

test("answers in an event: as they were written, and nothing strange", () => {
  const [one, two] = [report(1, mailbox("a")), report(2, mailbox("b"))];
  const answers = [{ report: one.row.id, tag: 3, parts: ["AAAA", "AAAB"] }, { report: two.row.id, tag: 0, parts: ["-_-_"] }];
  const body = outcomeBody("why", 2, answers);
  assert.deepEqual(body, { text: "why", seen: 2, answers, tags_end: 5 });
  assert.deepEqual(outcomeAnswersIn(body), answers);
  assert.deepEqual(outcomeBody("why", 2, []).tags_end, 0);
  for (const change of [{ report: "x" }, { tag: -1 }, { tag: 512 }, { tag: "0" }, { parts: ["a+"] }, { parts: [1] }, { parts: undefined }, { parts: [""] }]) {
    assert.deepEqual(outcomeAnswersIn({ answers: [{ ...answers[0], ...change }, answers[1]] }), [answers[1]], JSON.stringify(change));
  }
  assert.deepEqual(outcomeAnswersIn({}), []);
  assert.deepEqual(conversationFor(answers[1], [[one], [two]]), [two]);
  assert.equal(conversationFor({ ...answers[0], report: "0".repeat(32) }, [[one], [two]]), undefined);
});

test("a wish that was answered by keeping names the answer, until they ask again", () => {
  const asked = report(3, { wish: "delete" });
  const kept = event(1, "keep", { seen: 3 });
  assert.equal(wishesOf([asked], [kept]).kept, kept);
  assert.equal(wishesOf([asked, report(4, { wish: "delete" })], [kept]).kept, undefined);
  assert.equal(wishesOf([asked], [event(1, "keep", { seen: 3 }, { problem: "changed" })]).kept, undefined);
});

test("who is deleted reads what the command line would have written", () => {
  for (const language of ["en", "es"]) {
    const written = /msgid "found\.deleted"\nmsgstr ("[^\n]*")/.exec(readFileSync(join(root, "web/i18n", `${language}.po`), "utf8"))[1];
    assert.equal(deletedText(language), JSON.parse(written));
    assert.equal(deletedText(`${language}-BZ`), JSON.parse(written));
  }
  assert.equal(deletedText("fr"), deletedText("en"));
  assert.equal(deletedText(""), deletedText("en"));
});
