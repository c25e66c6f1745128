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
  const events = [reply(1, one, 40), reply(2, two, 2), event(3, "keep", { answers: [{ report: two.row.id, tag: 2, parts: ["AAAA"] }], tags_end: 3 })];
  assert.equal(firstFreeTag(events, [one], false), 40);
  assert.equal(firstFreeTag(events, [two], false), 3);
  const old = [...events, reply(4, undefined, 50)];
  assert.equal(firstFreeTag(old, [two], false), 3, "of an old answer nobody knows whom it went to");
  assert.equal(firstFreeTag(old, [one], true), 50, "but when there was nobody else");
  assert.equal(firstFreeTag([event(1, "reply", { report: one.row.id, tags_end: 9 }, { problem: "changed" })], [one], true), 0);
  assert.equal(firstFreeTag([reply(1, one, 9999)], [one], true), 512);
});
