#!/usr/bin/env node
// Who has left: what a browser sends once more is shown nothing, and nothing that was written is lost by it.
import assert from "node:assert/strict";
import test, { before } from "node:test";
import { Place, code_on, curl, post_form, problem_on, token_on } from "./support.mjs";

let server;
before(async () => {
  const place = await Place.found({ settings: '[exit]\nurl = "https://weather.example/"\n' });
  server = await place.serve();
});
const tell = () => `${server.public}/en/tell`;
const answers = () => `${server.public}/en/answers`;
const visit_on = (page) => /name="v" value="([^"]+)"/.exec(page)?.[1];
const way_out_on = (page) => /class="leave" href="([^"]+)"/.exec(page)[1];
const leave = async (page) => assert.equal((await curl(server.public + way_out_on(page))).status, 303);
const led_out = (answer) => {
  assert.equal(answer.status, 303);
  assert.equal(answer.headers.location, "https://weather.example/");
  assert.match(answer.headers["set-cookie"], /HttpOnly/);
  assert.equal(answer.text, "");
};

test("the form to tell, after the page with the code was left", async () => {
  const form = { t: token_on((await curl(tell())).text), q_story: "left after the code" };
  const sent = await post_form(tell(), form);
  const code = code_on(sent.text);
  assert.equal(code_on((await post_form(tell(), form)).text), code, "a second tap");
  await leave(sent.text);
  led_out(await post_form(tell(), form));
  assert.equal((await server.case_of(form.q_story)).messages, 1);
  assert.equal((await post_form(answers(), { code })).status, 200, "who types the code is a visitor like any other");
  code_on((await post_form(tell(), { t: token_on((await curl(tell())).text), q_story: "somebody else" })).text);
});

test("words that came back to be mended", async () => {
  const form = { t: token_on((await curl(tell())).text), q_story: "words that came back", q_safe_now: "perhaps" };
  const back = await post_form(tell(), form);
  assert.equal(back.status, 422);
  assert.ok(back.text.includes(form.q_story));
  const sent = await post_form(tell(), { ...form, t: token_on(back.text), q_safe_now: "no" });
  await leave(sent.text);
  led_out(await post_form(tell(), form));
});

test("answers, and what was written below them", async () => {
  const code = await server.tell("who reads answers");
  const open = { code, v: visit_on((await curl(answers())).text) };
  const found = await post_form(answers(), open);
  const form = { code, t: token_on(found.text), v: visit_on(found.text), message: "written and left" };
  assert.equal(form.v, open.v);
  const sent = await post_form(answers(), form);
  assert.equal(sent.status, 200);
  // On to the answers: one visit still.
  const link = /href="(\/en\/answers[^"]*)"/.exec(sent.text)[1];
  const next = { code, v: visit_on((await curl(server.public + link)).text) };
  assert.equal(next.v, open.v);
  const last = await post_form(answers(), next);
  assert.equal(last.status, 200);
  await leave(last.text);
  for (const once_more of [open, form, next, { ...open, code: "K7QX" }]) led_out(await post_form(answers(), once_more));
  // What is new is kept also then.
  led_out(await post_form(answers(), { ...form, message: "written in another tab" }));
  const { id } = await server.case_of("who reads answers");
  assert.deepEqual((await server.show(id)).timeline.map(({ content }) => content?.text).filter(Boolean), ["written and left", "written in another tab"]);
  // The address of before, from the history: a new visit.
  const back = await curl(server.public + link);
  assert.notEqual(visit_on(back.text), open.v);
  assert.equal((await post_form(answers(), { code, v: visit_on(back.text) })).status, 200);
  const fresh = visit_on((await curl(answers())).text);
  assert.notEqual(fresh, open.v);
  assert.equal((await post_form(answers(), { code, v: fresh })).status, 200);
});

test("who leaves from the page behind what was written leaves all of it", async () => {
  const code = await server.tell("who goes on and leaves");
  const open = { code, v: visit_on((await curl(answers())).text) };
  const found = await post_form(answers(), open);
  const form = { code, t: token_on(found.text), v: open.v, message: "and this" };
  const sent = await post_form(answers(), form);
  await leave((await curl(server.public + /href="(\/en\/answers[^"]*)"/.exec(sent.text)[1])).text);
  for (const once_more of [open, form]) led_out(await post_form(answers(), once_more));
});

test("a code that was mistyped", async () => {
  const wrong = { code: "K7QX-2M9P", v: visit_on((await curl(answers())).text) };
  const back = await post_form(answers(), wrong);
  assert.ok(problem_on(back.text));
  assert.equal(visit_on(back.text), wrong.v);
  await leave(back.text);
  led_out(await post_form(answers(), wrong));
});

test("what is no number of a visit ends nothing, and the way out leads out all the same", async () => {
  for (const query of ["?v=", "?v=%00", `?v=${"A".repeat(5000)}`, "?w=1", "?v=a&v=b", "?"]) assert.equal((await curl(`${server.public}/exit${query}`)).status, 303, query);
  const answer = await curl(`${answers()}?v=${encodeURIComponent('"><script>')}`);
  assert.equal(answer.status, 200);
  assert.match(visit_on(answer.text), /^[\w-]{22}$/);
});
