#!/usr/bin/env node
// Messages of a conversation in the browser are those of the command line (tests/unit/cli/text_parts_test.cpp, case_pictures_test.cpp):
// what one of the two puts together the other must not show apart.
import assert from "node:assert/strict";
import test from "node:test";
import { casework, report, text } from "./parts.mjs";

const { messagesOf, numbersInWords } = await casework("text_parts");
const { picturesOf } = await casework("pictures");
const { Casebook } = await casework("casebook");

const part = (number, count, words, { from = "+5016000000", to = "+15005550006", reference = "77", hour = 490_000, flags = [], priority = 3, channel = "sms" } = {}) => (place) =>
  text(place, words, { part: { reference, number, count }, flags, sms: { gateway: "demo", from, to } }, { received_hour: hour, priority, channel });
const plain = (words) => (place) => text(place, words);
const thread = (...makers) => makers.map((make, i) => make(i + 1));
const told = ({ missing }) => `[${numbersInWords(missing, "to")}]`;
const words = (reports) => messagesOf(reports).map(({ pieces }) => pieces.map((piece) => piece.words ?? told(piece)).join("|"));
const urgency = (reports) => Math.min(...messagesOf(reports).map((message) => message.urgency));

test("parts in any order are one text", () => {
  for (const order of [[1, 2, 3], [1, 3, 2], [2, 1, 3], [2, 3, 1], [3, 1, 2], [3, 2, 1]]) {
    const reports = thread(...order.map((number) => part(number, 3, ["uno ", "dos ", "tres"][number - 1])));
    assert.deepEqual(words(reports), ["uno dos tres"]);
    const [message] = messagesOf(reports);
    assert.deepEqual([message.reports, message.parts, message.missing, message.flags], [[0, 1, 2], 3, [], []]);
  }
});

test("what is missing is told in its place", () => {
  assert.deepEqual(words(thread(part(2, 3, "dos"))), ["[1]|dos|[3]"]);
  assert.deepEqual(messagesOf(thread(part(2, 3, "dos")))[0].flags, ["incomplete"]);
  assert.deepEqual(words(thread(part(2, 3, "dos"), part(3, 3, "tres"))), ["[1]|dostres"]);
  assert.equal(numbersInWords([1, 4, 5, 6], "to"), "1, 4 to 6");
  assert.equal(numbersInWords([1, 2, 5], "to"), "1, 2, 5");
  assert.deepEqual(words(thread(part(255, 255, "end"))), ["[1 to 254]|end"]);
});

test("copies count once, other words begin another text", () => {
  const copies = thread(part(2, 2, "dos"), part(2, 2, "dos"), part(1, 2, "uno "), part(1, 2, "uno "), part(2, 2, "dos"));
  assert.deepEqual(words(copies), ["uno dos"]);
  assert.deepEqual(messagesOf(copies)[0].reports, [0, 1, 2, 3, 4]);
  assert.deepEqual(words(thread(part(1, 2, "uno "), part(2, 2, "dos"), part(2, 2, "cuatro"), part(1, 2, "tres "))), ["uno dos", "tres cuatro"]);
  assert.deepEqual(words(thread(part(1, 2, "uno "), part(1, 2, "tres "), part(2, 2, "cuatro"))), ["uno |[2]", "tres cuatro"]);
  assert.deepEqual(words(thread(part(1, 2, "I am at "), part(2, 2, "the farm"), part(1, 2, "I am at "), part(2, 2, "the harbour"))), ["I am at the farm", "I am at the harbour"]);
  const late = thread(part(1, 3, "uno "), part(2, 3, "dos "), part(3, 3, "tres"), part(1, 3, "uno "), part(2, 3, "cinco "), part(1, 3, "cuatro "), part(3, 3, "seis"));
  assert.deepEqual(words(late), ["uno dos tres", "cuatro cinco seis"]);
  assert.deepEqual(messagesOf(late)[0].reports, [0, 1, 2, 3]);
});

test("a reference is good for a day", () => {
  assert.deepEqual(words(thread(part(1, 2, "uno "), part(2, 2, "dos", { hour: 490_024 }))), ["uno dos"]);
  assert.deepEqual(words(thread(part(1, 2, "uno "), part(2, 2, "dos", { hour: 490_025 }))), ["uno |[2]", "[1]|dos"]);
  assert.equal(words(thread(part(1, 2, "same"), part(1, 2, "same", { hour: 490_025 }))).length, 2);
});

test("senders, receivers, references and counts are kept apart", () => {
  const a = { from: "+501600" };
  const b = { from: "+501611" };
  assert.deepEqual(words(thread(part(1, 2, "a1 ", a), part(2, 2, "b2", b), part(1, 2, "c1 ", { ...a, to: "+2" }), part(1, 2, "d1 ", { ...a, reference: "78" }), part(3, 3, "e3"),
    part(1, 2, "b1 ", b), part(2, 2, "a2", a), part(2, 2, "d2", { ...a, reference: "78" }), part(2, 2, "c2", { ...a, to: "+2" }))), ["a1 a2", "b1 b2", "c1 c2", "d1 d2", "[1, 2]|e3"]);
  assert.deepEqual(words(thread(part(1, 2, "uno "), plain("by itself"), part(2, 2, "dos"))), ["uno dos", "by itself"]);
});

test("a word for danger counts when the border of two parts cuts it, and none is read across a gap", () => {
  for (const [head, tail] of [["we are in DAN", "GER here"], ["PELI", "GRO"], ["much peligr", "o"]]) {
    assert.equal(urgency(thread(part(2, 2, tail))), 3);
    assert.equal(urgency(thread(part(2, 2, tail), part(1, 2, head))), 0, head + tail);
  }
  const gap = [part(1, 3, "DAN"), part(3, 3, "GER"), plain("DAN"), plain("GER")];
  assert.equal(urgency(thread(...gap)), 3);
  assert.equal(urgency(thread(...gap, part(2, 3, "ger "))), 0);
  assert.equal(urgency(thread(part(1, 2, "a"), part(2, 2, "b", { priority: 1 }))), 1);
});

test("a part, a flag, a number count only when a gateway said it; nonsense is no part", () => {
  const forged = thread(part(1, 2, "uno "), part(2, 2, "forged", { channel: "sealed", flags: ["opt-out"] }));
  assert.deepEqual(words(forged), ["uno |[2]", "forged"]);
  assert.deepEqual(messagesOf(forged).at(-1).flags, []);
  assert.deepEqual(messagesOf(thread(part(1, 3, "a", { flags: ["late", "text-repaired"] }), part(3, 3, "b", { flags: ["late", 5, "opt-out"] })))[0].flags, ["late", "text-repaired", "opt-out", "incomplete"]);
  for (const place of [{ number: 0, count: 3 }, { number: 4, count: 3 }, { number: 1, count: 1 }, { number: 1, count: 256 }, { number: "1", count: 2 }, { number: 1.5, count: 2 }, "1 of 2", null]) {
    const reports = [text(1, "words", { part: typeof place === "object" && place ? { reference: "7", ...place } : place })];
    assert.deepEqual(words(reports), ["words"], JSON.stringify(place));
  }
  assert.deepEqual(words([text(1, "words", { part: { reference: 7, number: 1, count: 2 } })]), ["words"]);
});

test("a picture stands with the text that names it, brought by the server alone", () => {
  const naming = text(1, "look", { media: [{ url: "https://gateway/1", type: "image/jpeg", reference: "r1" }, { url: "https://gateway/2", type: "image/png", reference: "r2" }, { url: "u", type: "image/gif" }] });
  const file = { id: "f".repeat(32), name: "p.jpg", media_type: "image/jpeg", bytes: 3, sha256: "00" };
  const brought = report(2, { type: "media", reference: "r1", attachments: [file] }, { channel: "sms" });
  const failed = report(3, { type: "media", reference: "r2", problem: "too-large" }, { channel: "sms" });
  const reports = [naming, brought, failed];
  const messages = messagesOf(reports);
  assert.equal(messages.length, 1);
  assert.deepEqual(picturesOf(reports, messages[0]).map(({ state }) => state), ["here", "failed", "not-fetched"]);
  assert.deepEqual(picturesOf([naming], messagesOf([naming])[0]).map(({ state }) => state), ["waiting", "waiting", "not-fetched"]);
  assert.equal(messagesOf([naming, { ...brought, row: { ...brought.row, channel: "sealed" } }]).length, 2, "sealed by somebody");
  assert.equal(messagesOf([brought]).length, 1, "whose text is gone stands alone");
  const book = new Casebook();
  for (const one of reports) book.addReport(one);
  assert.deepEqual(book.conversationOf(brought).map(({ row }) => row.number), [1, 2, 3]);
});

test("a picture that names pictures itself is shown all the same", () => {
  const both = (place, brings, names, more = {}) => report(place, { type: "media", reference: brings, media: [{ url: "u", reference: names }], ...more }, { channel: "sms" });
  assert.equal(messagesOf([both(1, "r1", "r1"), both(2, "r2", "r3"), both(3, "r3", "r2")]).length, 3);
  const half = (place, number) => both(place, "r1", "r9", { part: { reference: "7", number, count: 2 }, sms: { gateway: "demo", from: "+5016000000" } });
  const messages = messagesOf([text(1, "look", { media: [{ url: "u", reference: "r1" }] }), half(2, 1), half(3, 2)]);
  assert.deepEqual(messages.flatMap((message) => [...message.reports, ...message.pictures]).sort(), [0, 1, 2]);
});

test("reports and cases find each other by their ways, in whatever order they come", () => {
  const mailbox = { key: "A".repeat(43), recipient: "age1pq1qqq" };
  const first = report(1, { type: "report", mailbox });
  const again = report(5, { type: "followup", text: "more", mailbox });
  const other = report(3, { type: "report" });
  const book = new Casebook();
  book.addCase({ id: "c2", number: 9, reports: [first.row.id], ways: [`mailbox:${mailbox.key}`] });
  for (const one of [again, other, first]) book.addReport(one);
  assert.equal(book.caseOf(again), "c2");
  assert.equal(book.caseOf(other), undefined);
  assert.deepEqual(book.reportsOf("c2").map(({ row }) => row.number), [1, 5]);
  book.addCase({ id: "c1", number: 8, reports: [first.row.id], ways: [] });
  assert.equal(book.caseOf(first), "c1", "of two cases for the same report everyone goes on with the first");
  book.removeReport(first.row.id);
  assert.deepEqual(book.conversationOf(again).map(({ row }) => row.number), [5]);
});
