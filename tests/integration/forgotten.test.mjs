#!/usr/bin/env node
// A case opened by somebody whom the server names no more, neither as a member nor among those who have left: nobody takes it for deleted,
// nothing is decided in it, and one who has read it says that it belongs together.
import assert from "node:assert/strict";
import test, { before } from "node:test";
import { Casework } from "./casework.mjs";

let work;
let id;
let closed;
before(async () => {
  work = await Casework.begin();
  await work.join("luis", "caseworker");
  await work.tell("Luis took this up");
  ({ id } = await work.listed("Luis took this up"));
  await work.place.succeed("case", "claim", id, ...work.as("luis"));
  await work.place.succeed("member", "remove", "luis", ...work.as());
  await work.place.succeed("case", "note", id, "--text", "written when he had left", ...work.as());

  await work.join("vera", "supervisor");
  await work.tell("Vera closed this");
  ({ id: closed } = await work.listed("Vera closed this"));
  for (const [name, command, ...words] of [["demo", "claim"], ["demo", "close", "--type", "resolved", "--reason", "it seems so"], ["demo", "reopen", "--reason", "it is not"],
    ["vera", "close", "--type", "resolved", "--reason", "it is"]]) await work.place.succeed("case", command, closed, ...words, ...work.as(name));
  await work.place.succeed("member", "remove", "vera", ...work.as());
});

/** A server that has forgotten who has left. */
const forgetful = () => work.in_between(({ request, status, body }) => {
  if (request.url !== "/api/v1/desk" || status !== 200) return undefined;
  return Buffer.from(JSON.stringify({ ...JSON.parse(body.toString()), former: [] }));
});

test("while the server names him, nothing is to be said", async () => {
  assert.doesNotMatch(await work.shown(id), /case link/);
  assert.doesNotMatch(await work.place.succeed("case", "list", ...work.as()), /somebody unknown/);
});

test("forgotten: shown, not decided in, linked by hand", async () => {
  const between = await forgetful();
  const { place } = work;
  const list = await place.succeed("case", "list", ...between.as());
  assert.match(list, /\[linked by somebody unknown: see show\] .*Luis took this up/);
  assert.doesNotMatch(list, /case delete/, "nobody is advised to delete it");
  assert.match(await place.succeed("case", "show", id, ...between.as()), /belong together\. If so: hotline case link [0-9a-f]{8}$/m);
  for (const decision of [["delete", id, "--yes"], ["close", id, "--type", "resolved", "--reason", "no"]]) {
    assert.match(await place.refuse(1, "case", ...decision, ...between.as()), /hotline case link/, decision[0]);
  }
  await place.succeed("case", "link", id, ...between.as());
  assert.doesNotMatch(await place.succeed("case", "list", ...between.as()), /somebody unknown/);
  await place.succeed("case", "close", id, "--type", "resolved", "--reason", "it is one case", ...between.as());
  between.close();
  const { timeline } = await work.server.show(id);
  const link = timeline.filter(({ kind }) => kind === "link").at(-1);
  assert.equal(link.author, "demo");
});

test("closed by somebody forgotten: shown, and opened again", async () => {
  const { place } = work;
  assert.match(await work.shown(closed), /^Urgency .*; closed$/m);
  const between = await forgetful();
  assert.match(await place.succeed("case", "show", closed, ...between.as()), /; open\n[\s\S]*^The server has it as closed, .* hotline case reopen [0-9a-f]{8}$/m);
  await place.succeed("case", "reopen", closed, "--reason", "who closed it is not known", ...between.as());
  assert.doesNotMatch(await place.succeed("case", "show", closed, ...between.as()), /has it as closed/);
  assert.match(await place.refuse(1, "case", "reopen", closed, "--reason", "again", ...between.as()), /is open/);
  between.close();
  assert.match(await work.shown(closed), /^Urgency .*; open$/m);
});
