#!/usr/bin/env node
// A case about several people: who is answered, whose STOP and whose consents count, and which tags of whose mailbox are taken.
import assert from "node:assert/strict";
import test from "node:test";
import { casework, event, report, text } from "./parts.mjs";

const { Casebook } = await casework("casebook");
const { firstFreeTag, mailboxOf, phoneOf } = await casework("ways");
const { wishesOf } = await casework("wishes");

const key = (letter) => letter.repeat(43);
const mailbox = (letter) => ({ mailbox: { key: key(letter), recipient: "age1pq1qqqq" } });
/** The day of an event that says nothing else, and the next one. */
const today = Math.floor(490_000 / 24);
const later = today + 1;
const numbers = (conversations) => conversations.map((reports) => reports.map(({ row }) => row.number));

test("the people of a case, each with their own messages in order of arrival", () => {
  const book = new Casebook();
  const all = [report(5, mailbox("b")), report(1, mailbox("a")), text(3, "x"), report(4, mailbox("a")), report(6, {}), text(7, "y"), report(8, {})];
  for (const one of all) book.addReport(one);
  assert.deepEqual(numbers(book.apart(all)), [[1, 4], [3, 7], [5], [6], [8]]);
  const [first, phone, second] = book.apart(all);
  assert.equal(mailboxOf(first).key, key("a"));
  assert.equal(mailboxOf(second).key, key("b"), "and not the first one's");
  assert.equal(mailboxOf(phone), undefined);
  assert.equal(phoneOf(phone).number, "+5016000000");
  assert.deepEqual(book.apart([]), []);
});

test("a phone that is not safe stays so until the person takes it back", () => {
  const not_safe = (...flags) => phoneOf(flags.map((some, i) => text(i + 1, "x", { flags: some }))).notSafe;
  assert.equal(not_safe([]), false);
  assert.equal(not_safe(["not-safe"], []), true, "a server that was started anew knows nothing of it");
  assert.equal(not_safe(["not-safe"], ["safe-again"]), false);
  assert.equal(not_safe(["not-safe"], ["opt-in"], []), true);
  assert.equal(not_safe(["safe-again", "not-safe"]), true, "in doubt it is not");
});

test("only a START without doubt ends a STOP", () => {
  const silenced = (...flags) => phoneOf(flags.map((some, i) => text(i + 1, "x", { flags: some }))).silenced;
  for (const doubt of ["late", "repeated-field", "cut", "unreadable"]) assert.equal(silenced(["opt-out"], ["opt-in", doubt]), true, `${doubt}: it may be older than STOP`);
  assert.equal(silenced(["opt-out"], ["opt-in", "text-repaired"]), false);
  assert.equal(silenced(["opt-out"], ["opt-in"], ["opt-out", "late"]), true, "silence is believed");
});

test("one person's STOP silences nobody else, and one person's consents are nobody else's", () => {
  const book = new Casebook();
  const other = { sms: { gateway: "demo", from: "+5016000001", to: "+1" } };
  const all = [text(1, "help"), text(2, "STOP", { ...other, flags: ["opt-out"] }), report(3, { ...mailbox("a"), consents: ["write_back"] }), report(4, { ...mailbox("b"), consents: ["police"] })];
  for (const one of all) book.addReport(one);
  const [one, two, three, four] = book.apart(all);
  assert.deepEqual([phoneOf(one).silenced, phoneOf(two).silenced], [false, true]);
  assert.deepEqual([wishesOf(three, []).consents, wishesOf(three, []).writeBack], [[], true]);
  assert.deepEqual([wishesOf(four, []).consents, wishesOf(four, []).writeBack], [["police"], false]);
});

test("tags are counted by mailbox: those of another's answers leave no gap in this one", () => {
  const [one, two] = [report(1, mailbox("a")), report(2, mailbox("b"))];
  const reply = (number, to, tags_end) => event(number, "reply", { text: "x", ...(to && { report: to.row.id }), tags_end });
  const events = [reply(1, one, 20), reply(2, two, 2), event(3, "keep", { answers: [{ report: two.row.id, tag: 2, parts: ["AAAA"] }], tags_end: 3 })];
  assert.equal(firstFreeTag(events, [one], false, later), 20);
  assert.equal(firstFreeTag(events, [two], false, later), 3);
  const old = [...events, reply(4, undefined, 25)];
  assert.equal(firstFreeTag(old, [two], false, later), 3, "of an old answer nobody knows whom it went to");
  assert.equal(firstFreeTag(old, [one], true, later), 25, "but when there was nobody else");
  assert.equal(firstFreeTag([event(1, "reply", { report: one.row.id, tags_end: 9 }, { problem: "changed" })], [one], true, later), 0);
});

test("the first tags are used again once those that every reader asks for were used", () => {
  const one = report(1, mailbox("a"));
  const reply = (number, tags_end) => event(number, "reply", { text: "x", report: one.row.id, tags_end });
  const first_free = (ends, day = later) => firstFreeTag(ends.map((end, at) => reply(at + 1, end)), [one], true, day);
  assert.deepEqual([[31], [32], [60], [9999], [-1]].map((ends) => first_free(ends)), [31, 0, 0, 0, 0]);
  assert.equal(first_free([31, 33, 2]), 2, "and from there on");
  assert.deepEqual([[31], [32], [60], [9999]].map((ends) => first_free(ends, today)), [31, 32, 60, 0], "two of the same day are told apart by their tags");
  const nobody = event(2, "keep", { answers: [], tags_end: 0 });
  assert.equal(firstFreeTag([reply(1, 7), nobody], [one], true, later), 7, "what told nobody took none");
});
