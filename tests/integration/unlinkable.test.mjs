#!/usr/bin/env node
// Which answer is whose: a thief with the database and its key, who knows this program, guesses no better than by chance.
// The thief puts answers into every order that the file shows (where they lie, their tags, every number beside them), cases and reports
// into every order that their rows show, and takes the first for the first. Where an order tells something, nearly all guesses are right;
// by chance one is, however many there are.
//
// Seen red: without the shuffle of answers (shuffle_mailbox) the ends of their contents lie in the order of the cases: 16 of 16; and so they
// did when a stop between the first commit of the shuffle and the second left it undone until the next answer.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { Place, root, run, until } from "./support.mjs";
import { database_pages } from "./database_pages.mjs";

const database_rows = process.env.HOTLINE_DATABASE_ROWS ?? join(root, "build/release/tests/integration/database_rows");
const people = 16;
// More than ten right by chance: less than once in ten million orders.
const chance_most = 10;

async function rows_of(place) {
  const done = await run(database_rows, [place.path("hotline.db"), place.path("hotline.key")]);
  assert.equal(done.status, 0, done.stderr);
  const tables = {};
  for (const line of done.stdout.toString().trimEnd().split("\n")) {
    const row = JSON.parse(line);
    (tables[row.table] ??= []).push(row);
  }
  return tables;
}
const tags_of = (tables) => (tables.mailbox ?? []).map((row) => row.tag.hex);

/** The keys in each order that some value of theirs gives: name of the order → keys. Orders that do not tell all keys apart are none. */
function orders(keys, values) {
  const found = {};
  for (const [name, value_of] of Object.entries(values)) {
    const valued = keys.map((key) => [value_of(key), key]).filter(([value]) => value !== undefined);
    if (valued.length < keys.length || new Set(valued.map(([value]) => value)).size < keys.length) continue;
    const sorted = [...valued].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, key]) => key);
    found[name] = sorted;
    found[`${name}, backwards`] = [...sorted].reverse();
  }
  return found;
}

/** Every number and blob in the rows that name the key, by table, column, and which of the rows it is. */
function values_of(tables, rows_for) {
  const values = {};
  for (const [table, rows] of Object.entries(tables)) {
    for (const column of Object.keys(rows[0]).filter((name) => name !== "table")) {
      for (const [which, pick] of [["first", 0], ["last", -1]]) {
        values[`${which} ${table}.${column}`] = (key) => {
          const value = rows_for(table, key).at(pick)?.[column];
          return typeof value === "object" ? value?.hex : value;
        };
      }
    }
  }
  return values;
}

test("whoever has the database and its key does not learn whose an answer is", async (t) => {
  const place = await Place.found();
  let server = await place.serve();
  const told = [];
  for (let i = 0; i < people; ++i) told.push((await server.tell(`somebody asks, number ${i}`), `somebody asks, number ${i}`));
  // Answered in the order of the queue, as a desk works: the order of arrival is the worst case.
  const cases = new Map((await server.cases()).map((entry) => [entry.text, entry.id]));
  const truth = new Map();   // tag → row number of the case
  let before = await rows_of(place);
  for (const text of told) {
    await place.succeed("case", "reply", cases.get(text), "--text", "we are here", ...server.as());
    const now = await rows_of(place);
    const known = new Set(tags_of(before));
    const fresh = tags_of(now).filter((tag) => !known.has(tag));
    const numbers = new Set((before.case_file ?? []).map((row) => row.number));
    const opened = now.case_file.filter((row) => !numbers.has(row.number));
    assert.deepEqual([fresh.length, opened.length], [1, 1], "one answer, one case");
    truth.set(fresh[0], opened[0].number);
    before = now;
  }
  // As it starts it does what it does every hour; a start that is cut short leaves it to the next.
  await server.stop();
  for (let i = 0; i < 3; ++i) await (await place.serve()).stop();
  server = await place.serve();
  await until(async () => (await rows_of(place)).mailbox_order[0].disturbed === 0, "the answers to be shuffled");
  await server.stop();

  const tables = await rows_of(place);
  const pages = database_pages(place.path("hotline.db"), readFileSync(place.path("hotline.key"), "latin1").trim());
  const tags = tags_of(tables);
  assert.equal(tags.length, people);
  assert.equal(new Set(tables.mailbox.map((row) => `${row.expiry_day} ${row.sealed.bytes}`)).size, 1, "all answers have one day and one size");

  const mailbox = new Map(tables.mailbox.map((row) => [row.tag.hex, row]));
  const answers = orders(tags, {
    "first place in the file": (tag) => pages.indexOf(Buffer.from(tag, "hex")),
    "last place in the file": (tag) => pages.lastIndexOf(Buffer.from(tag, "hex")),
    // What does not fit beside the tag lies elsewhere, on pages that are taken one after the other.
    "place of the end of its content": (tag) => pages.indexOf(Buffer.from(mailbox.get(tag).sealed.tail, "hex")),
    ...values_of({ mailbox: tables.mailbox }, (table, tag) => [mailbox.get(tag)]),
  });
  const case_ids = new Map(tables.case_file.map((row) => [row.number, row.id.hex]));
  const whose = orders([...case_ids.keys()], values_of(tables, (table, number) => tables[table].filter((row) =>
    row.case_file === number || (table === "case_file" && row.number === number) ||
    (row.subject?.hex ?? row.scope?.hex) === case_ids.get(number))));
  assert.ok(Object.keys(answers).length >= 6 && Object.keys(whose).length >= 8, `the thief has looked: ${Object.keys(answers)}; ${Object.keys(whose)}`);

  let best = 0;
  for (const [by, sorted] of Object.entries(answers)) {
    for (const [of, numbers] of Object.entries(whose)) {
      const right = sorted.filter((tag, i) => truth.get(tag) === numbers[i]).length;
      best = Math.max(best, right);
      assert.ok(right <= chance_most, `${right} of ${people} answers are told by ${by} beside ${of}`);
    }
  }
  t.diagnostic(`${Object.keys(answers).length} orders of answers beside ${Object.keys(whose).length} of cases: at most ${best} of ${people} right`);
});
