#!/usr/bin/env node
// What time destroys and what a legal hold keeps, by the command line and the real server; the bytes are looked for in every page of the database.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import test from "node:test";
import { Casework } from "./casework.mjs";
import { until } from "./support.mjs";

const days = 31;
const faketime = "/usr/$LIB/faketime/libfaketimeMT.so.1";
/** A server whose clock is some hours behind, after its pass at the start. */
async function serve_in_the_past(hours, work) {
  const { LD_PRELOAD, FAKETIME } = process.env;
  Object.assign(process.env, { LD_PRELOAD: faketime, FAKETIME: `-${hours}h`, FAKETIME_DONT_FAKE_MONOTONIC: "1" });
  try {
    await work.serve();
  } finally {
    for (const [name, value] of Object.entries({ LD_PRELOAD, FAKETIME })) value === undefined ? delete process.env[name] : (process.env[name] = value);
  }
  await until(() => work.server.errors.includes("expiry_done"), "the pass at the start");
}
async function desk(serve) {
  const work = await Casework.begin({ settings: "[retention]\nclosed_case_days = 30\n", ...(serve ? { serve } : {}) });
  await work.join("luis", "supervisor");
  await work.join("ana", "caseworker");
  await work.join("audra", "auditor");
  return {
    work,
    done: (name, ...words) => work.place.succeed("case", ...words, ...work.as(name)),
    refused: (name, ...words) => work.place.refuse(1, "case", ...words, ...work.as(name)),
    retention: async (name, ...words) => JSON.parse(await work.place.succeed("retention", "--json", ...words, ...work.as(name))),
  };
}

test("a legal hold takes two members, to place and to lift; meanwhile nobody deletes", async () => {
  const { work, done, refused, retention } = await desk();
  const text = "needed in court";
  const code = await work.tell(text);
  const { id } = await work.listed(text);
  await work.again(code, { delete: "1" });
  assert.equal((await work.place.hotline("case", "hold", id, ...work.as("ana"))).status, 2, "without a reason");
  assert.match(await refused("luis", "hold", id, "--confirm"), /no hold was asked for/);
  assert.match(await done("ana", "hold", id, "--reason", "Court order 12"), /another member/);
  assert.match(await refused("ana", "hold", id, "--reason", "Court order 12"), /a hold on this case already/);
  assert.match(await refused("ana", "hold", id, "--confirm"), /takes two members/);
  assert.match(await refused("demo", "delete", id, "--yes"), /legal hold.*nobody was told/);
  assert.match(await done("luis", "hold", id, "--confirm"), /Held/);
  assert.match(await work.shown(id), /^Legal hold: confirmed by luis/m);
  assert.match(await work.shown(id), /propose.*Court order 12/);
  assert.match(await refused("demo", "delete", id, "--yes"), /legal hold.*nobody was told/);
  assert.deepEqual(await work.read(code), [], "nobody was told");

  // What comes later into the case is held too.
  await work.again(code, { message: "and there is more" });
  await done("luis", "note", id, "--text", "Asked for the file");
  const { held } = await retention("audra");
  assert.deepEqual(held.map((hold) => [hold.state, hold.by.length]), [["held", 32]]);
  assert.equal((await retention("ana")).held, undefined, "which cases: for those who may see what is done at the desk");
  assert.match(await work.place.succeed("retention", ...work.as("luis")), /Case [0-9a-f]{8}: Legal hold: confirmed by luis/);

  assert.match(await done("luis", "hold", id, "--lift", "--reason", "The trial is over"), /holds on/);
  assert.match(await refused("luis", "hold", id, "--confirm-lift"), /takes two members/);
  assert.match(await refused("ana", "hold", id, "--confirm-lift"), /two members|role/);
  assert.match(await done("demo", "hold", id, "--keep"), /stays/);
  await done("demo", "hold", id, "--lift", "--reason", "The trial is over");
  assert.match(await done("luis", "hold", id, "--confirm-lift"), /Lifted/);
  assert.match(await work.place.succeed("activity", "--case", held[0].case, ...work.as("audra")), /hold-changed/);
  assert.match(await done("demo", "delete", id, "--yes"), /Deleted/);
  await work.server.stop();
});

test("a month after it was closed a case is gone from every page; what is held and what nobody has read stays", async () => {
  const { work, done, retention } = await desk((begun) => serve_in_the_past(24 * days, begun));
  const photo = work.place.write("photo.jpg", randomBytes(100_000));
  await work.tell("closed long ago", {}, [`${photo};filename=a.jpg`]);
  await work.tell("held for the court");
  await work.tell("never opened by anyone");
  const ids = {};
  for (const text of ["closed long ago", "held for the court"]) {
    ({ id: ids[text] } = await work.listed(text));
    await done("demo", "note", ids[text], "--text", `of ${text}`);
    await done("demo", "close", ids[text], "--type", "referred", "--reason", "With the shelter");
  }
  await done("ana", "hold", ids["held for the court"], "--reason", "Court order 13");
  await done("luis", "hold", ids["held for the court"], "--confirm");
  const pieces = await work.sealed_pieces(ids["closed long ago"]);
  assert.ok(pieces.length > 200);
  assert.equal(work.found_in_pages(pieces) > 0, true, "this way they would be found");
  const coming = await retention("luis");
  assert.deepEqual([coming.closed_case_days, coming.due_cases, coming.due_reports, coming.unread], [30, 1, 1, 1]);
  assert.match(await work.place.succeed("retention", ...work.as("luis")), /Within 30 days: 1 case and 1 report\..*\n.*\nNobody has read 1 report/);
  await work.server.stop();

  // A clock that is suddenly a month ahead is not believed at a start; one that is less than a day ahead is.
  await work.serve();
  await until(() => work.server.errors.includes("expiry_done"), "the pass at the start");
  assert.ok(work.server.errors.includes("retention_behind_clock"));
  await work.server.stop();
  const step = 23;
  for (let behind = 24 * days - step; behind > 0; behind -= step) {
    await serve_in_the_past(behind, work);
    if (behind > 24 && behind - step <= 24) assert.ok(await work.listed("closed long ago"), "not a day too early");
    await work.server.stop();
  }
  await work.serve();
  await until(async () => !(await work.listed("closed long ago")), "the case to go");
  await work.server.stop();
  assert.equal(work.found_in_pages(pieces), 0, "overwritten in the file, in free pages and in the log");
  await work.serve();
  for (const text of ["held for the court", "never opened by anyone"]) assert.ok(await work.listed(text), text);
  assert.match(await work.place.succeed("check", "--config", work.place.config), /sound/);
  assert.match(await work.place.succeed("activity", ...work.as("audra")), /nobody known  deleted  case/);
});
