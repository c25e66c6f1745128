// Whoever writes again: in danger, with a change of mind, and while the server is busy.
import assert from "node:assert/strict";
import test from "node:test";
import { Place, post_form, problem_on } from "./support.mjs";

const narrow = "[limits]\nargon2_slots = 1\nargon2_queue_max = 8\n";

async function desk(settings = "") {
  const place = await Place.found({ settings });
  const server = await place.serve();
  const answers = `${server.public}/en/answers`;
  const told = async (text) => {
    const code = await server.tell(text);
    const { id } = await server.case_of(text);
    return {
      id, code,
      again: (fields) => post_form(answers, { code, ...fields }),
      last: async () => (await server.show(id)).timeline.at(-1),
    };
  };
  return { place, server, answers, told };
}

/** Many at once: curl would come one after the other. */
async function posted(url, fields) {
  const answer = await fetch(url, { method: "POST", headers: { "Content-Type": "application/x-www-form-urlencoded" }, body: typeof fields === "string" ? fields : `${new URLSearchParams(fields)}` });
  return { status: answer.status, text: await answer.text() };
}

test("who writes again and is not safe is urgent, with or without a word", async () => {
  const { place, server, told } = await desk();
  const one = await told("written from the house");
  assert.equal((await one.again({ message: "all is quiet", q_safe_now: "yes" })).status, 200);
  assert.equal((await one.last()).urgency, 2);
  assert.equal((await one.again({ message: "He has found me, tonight", q_safe_now: "no" })).status, 200);
  const urgent = await one.last();
  assert.deepEqual([urgent.urgency, urgent.content.text, urgent.content.answers], [1, "He has found me, tonight", { q_safe_now: "no" }]);
  const shown = await place.succeed("case", "show", one.id, ...server.as());
  assert.match(shown, /He has found me, tonight/);
  assert.match(shown, /q_safe_now: no/);

  const other = await told("who cannot type");
  assert.equal((await other.again({ message: "", q_safe_now: "no" })).status, 200);
  assert.equal((await other.last()).urgency, 1);
  assert.equal((await other.again({ message: "x", q_safe_now: "perhaps" })).status, 422);
  assert.equal((await other.again({ message: " " })).status, 422);
  // Other answers do not belong to a message and raise nothing.
  assert.equal((await other.again({ message: "and", q_threat: "yes", q_child: "yes" })).status, 200);
  const plain = await other.last();
  assert.deepEqual([plain.urgency, plain.content.answers], [2, undefined]);
  await server.stop();
});

test("what is ticked counts with each button, and is never dropped beside the wish to delete", async () => {
  const { server, told } = await desk();
  const one = await told("who changes their mind");
  const ticked = await one.again({ message: "only these now", q_share: "iom" });
  assert.equal(ticked.status, 200);
  assert.match(ticked.text, /We have your choice[\s\S]*All you sent is saved/);
  let { content } = await one.last();
  assert.deepEqual([content.text, content.wish, content.consents], ["only these now", "consents", ["iom"]]);
  assert.equal((await one.again({ message: "and delete", delete: "1" })).status, 200);
  ({ content } = await one.last());
  assert.deepEqual([content.text, content.wish], ["and delete", "delete"]);
  const both = await one.again({ message: "both at once", delete: "1", q_share: "iom" });
  assert.equal(both.status, 422);
  assert.match(both.text, /two things at once[\s\S]*both at once<\/textarea>/);
  await server.stop();
});

test("a message comes back when the server is too busy to open the mailbox", async () => {
  const { server, told, answers } = await desk(narrow);
  const { code } = await told("who writes while it is busy");
  const sent = await Promise.all(Array.from({ length: 100 }, (_, i) => posted(answers, { code, message: `my own words ${i}.`, q_safe_now: "no" }).then((answer) => [i, answer])));
  const busy = sent.filter(([, { status }]) => status === 503);
  assert.ok(busy.length > 0, "some found no place");
  for (const [i, { text }] of busy) {
    assert.match(text, new RegExp(`my own words ${i}\\.</textarea>`));
    assert.match(text, /not sent yet/);
    assert.match(text, /name="q_safe_now" value="no"[^>]* checked/);
    assert.doesNotMatch(text, /Nothing new yet/);
    const again = /name="code" value="([^"]+)"/.exec(text)[1];
    assert.equal(again, code, "it can be sent again");
  }
  await server.stop();
});

test("who opens an answer is not told that something was not sent", async () => {
  const { server, told, answers } = await desk(narrow);
  const { code } = await told("who reads while it is busy");
  const busy = (await Promise.all(Array.from({ length: 100 }, () => posted(answers, { code })))).filter(({ status }) => status === 503);
  assert.ok(busy.length > 0, "some found no place");
  const unread = await posted(answers, "code=%zz");
  assert.equal(unread.status, 400);
  for (const { text } of [...busy, unread]) assert.doesNotMatch(problem_on(text), /sent/);
  for (const { text } of busy) {
    assert.match(problem_on(text), /Your code is still here/);
    assert.ok(text.includes(`value="${code}"`), "as it says");
  }
  assert.match(problem_on(unread.text), /type it again/);
  await server.stop();
});

test("the first page is found without the slash", async () => {
  const { server } = await desk();
  for (const [path, words] of [["/en", "You can get help here"], ["/es", "lang=\"es\""]]) {
    const response = await fetch(`${server.public}${path}`);
    assert.equal(response.status, 200, path);
    assert.ok((await response.text()).includes(words), path);
  }
  assert.equal((await fetch(`${server.public}/fr`)).status, 404);
  assert.equal((await fetch(`${server.public}/exit`, { redirect: "manual" })).status, 303);
  await server.stop();
});
