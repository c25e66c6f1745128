#!/usr/bin/env node
// Casework by the command line, by several people at one desk: who has a case, what it says, how it ends, who saw it; and what happens when
// two of them do something at the same moment.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test, { before } from "node:test";
import { Place, post_form, twilio_message } from "./support.mjs";

let place;
let server;
const files = {};
before(async () => {
  place = await Place.found();
  server = await place.serve();
  await join_desk("luis", "supervisor");
  await join_desk("ana", "caseworker");
  await join_desk("bea", "caseworker");
  await join_desk("audra", "auditor");
  await join_desk("anil", "analyst");
});

const as = (name) => server.as(name, files[name] ?? place.passphrase_file);
const work = (name, command, ...words) => place.succeed("case", command, ...words, ...as(name));
const refused = (name, command, ...words) => place.refuse(1, "case", command, ...words, ...as(name));
const shown = async (name, id) => JSON.parse(await work(name, "show", id, "--json"));
const listed = async (name, ...words) => (await work(name, "list", "--json", ...words)).trimEnd().split("\n").filter(Boolean).map((line) => JSON.parse(line));
const queued = async (name, ...words) => (await work(name, "queue", "--json", ...words)).trimEnd().split("\n").filter(Boolean).map((line) => JSON.parse(line));

async function join_desk(name, role) {
  files[name] = place.write(`${name}.passphrase`, `${name}'s own long passphrase\n`);
  const invited = await place.succeed("member", "invite", name, "--role", role, ...as("demo"));
  await place.succeed("member", "enrol", "--invitation", /^[A-Za-z0-9_-]{32}$/m.exec(invited)[0], "--server", server.console, "--passphrase-file", files[name]);
  return place.let_in(name, ...as("demo"));
}
/** A new report: its code, and the id of its thread. */
async function told(text, more = {}) {
  const code = await server.tell(text, more);
  const { id } = (await listed("demo")).find((entry) => entry.text === text);
  return { code, id };
}
const write_again = async (code, text) => {
  const answer = await post_form(`${server.public}/en/answers`, { code, message: text });
  assert.equal(answer.status, 200, answer.text);
};

test("a case from the queue to its end, by a caseworker and a supervisor", async () => {
  const { id } = await told("They took our passports in the citrus farm");
  await place.refuse(2, "case", "close", id, "--type", "nonsense", "--reason", "x", ...as("ana"));
  assert.equal((await listed("ana", "--view", "unassigned")).some((entry) => entry.id === id), true);

  assert.match(await work("ana", "claim", id), /You have this case/);
  assert.match(await work("ana", "claim", id), /You have this case/, "said twice, it is so once");
  assert.match(await work("ana", "note", id, "--text", "Llamó a las 10"), /Noted/);
  await work("ana", "label", id, "--add", "debt_bondage", "--add", "own:finca 7", "--add", "setting:bar");
  await work("ana", "label", id, "--remove", "setting:bar");
  assert.match(await refused("ana", "label", id, "--add", "no_such_label"), /hotline case labels/);
  const task = /task ([0-9a-f]{8})/.exec(await work("ana", "task", id, "--text", "Call the shelter", "--due", "+2d", "--for", "luis"))[1];
  await work("ana", "task", id, "--text", "Ask for the address", "--due", "2024-06-07 10:00");
  await work("ana", "urgency", id, "1", "--reason", "The boss came back");
  await work("ana", "translate", id, "--language", "es", "--text", "Nos quitaron los pasaportes");
  await work("ana", "status", id, "--status", "possible", "--decided-by", "ngo");

  const whole = await shown("luis", id);
  assert.deepEqual([whole.state, whole.urgency, whole.assignee, whole.overdue], ["open", 1, "ana", true]);
  assert.deepEqual(whole.labels, ["ilo:debt_bondage", "own:finca 7"]);
  assert.deepEqual(whole.tasks.map(({ text, done, overdue, for: whom }) => [text, done, overdue, whom]),
    [["Ask for the address", false, true, null], ["Call the shelter", false, false, "luis"]]);
  assert.deepEqual(whole.reasons[0], { ...whole.reasons[0], urgency: 1, reason: "The boss came back", by: "person", author: "ana" });
  assert.deepEqual(whole.translations.map(({ language, text, author }) => [language, text, author]), [["es", "Nos quitaron los pasaportes", "ana"]]);
  assert.ok(whole.timeline.some((entry) => entry.kind === "note" && entry.text === "Llamó a las 10" && entry.author === "ana"));
  const text = await work("ana", "show", id);
  for (const words of ["Assigned to: ana", "Labels: Debt bondage, finca 7", "! OVERDUE: Ask for the address", "The boss came back", "Seen by: luis"]) assert.ok(text.includes(words), words);

  // What is a colleague's is not another caseworker's to see; a supervisor sees it all.
  assert.equal((await listed("bea")).some((entry) => entry.id === id), false);
  assert.match(await refused("bea", "show", id), /a colleague has/);
  assert.match(await refused("bea", "note", id, "--text", "not mine"), /a colleague has/);
  assert.deepEqual((await queued("luis")).filter((item) => item.text.startsWith("They took our passports")).map((item) => [item.kind, item.assignee, item.labels, item.overdue]),
    [["case", "ana", ["ilo:debt_bondage", "own:finca 7"], true]]);
  assert.equal((await queued("bea")).some((item) => item.text.startsWith("They took our passports")), false);
  assert.equal((await queued("ana", "--view", "mine")).length, 1);

  // The hand-over: bea can open it from then on, ana no more.
  assert.match(await refused("ana", "assign", id, "audra"), /reads no cases/);
  await work("luis", "assign", id, "bea", "--reason", "Speaks Kriol");
  assert.equal((await shown("bea", id)).assignee, "bea");
  assert.match(await refused("ana", "show", id), /a colleague has/);

  await work("bea", "task", id, "--done", task);
  assert.match(await work("bea", "close", id, "--type", "referred", "--reason", "With the shelter now"), /Asked to close/);
  assert.equal((await shown("luis", id)).state, "close_asked");
  assert.match(await work("luis", "close", id, "--type", "referred", "--reason", "With the shelter now"), /Closed/);
  const closed = await shown("luis", id);
  assert.deepEqual([closed.state, closed.closing.type, closed.closing.author, closed.overdue], ["closed", "referred", "luis", false]);
  assert.deepEqual((await queued("luis", "--view", "closed")).map((item) => item.state), ["closed"]);
  assert.match(await refused("luis", "close", id, "--type", "referred", "--reason", "again"), /closed already/);
  await work("luis", "reopen", id, "--reason", "She wrote again");
  assert.equal((await shown("luis", id)).state, "open");
});

test("whoever sees a case is recorded before it is shown, once an hour, and an export too", async () => {
  const { id } = await told("seen by some");
  assert.deepEqual((await listed("ana")).find((entry) => entry.id === id).views, []);
  await shown("ana", id);
  await shown("ana", id);
  const [entry] = (await listed("luis")).filter((one) => one.id === id);
  assert.equal(entry.unread, 0);
  assert.deepEqual([...new Set(entry.views.map((view) => `${view.author} ${view.what}`))], ["ana report"]);
  assert.ok(entry.views.length <= 2, "twice only where an hour ended in between");
  await work("luis", "note", id, "--text", "now there is a case");
  await work("ana", "show", id);
  await place.succeed("case", "export", id, "--output", place.path("exported"), ...as("luis"));
  const whole = await shown("luis", id);
  assert.ok(whole.views.some((view) => view.author === "ana" && view.what === "case"));
  assert.deepEqual(whole.timeline.filter((one) => one.kind === "export").map((one) => [one.author, one.body.files]), [["luis", 2]]);
  assert.deepEqual(JSON.parse(readFileSync(place.path("exported/case.json"))).labels, []);
  const activity = await work("luis", "activity", id);
  assert.match(activity, /ana {2}case-changed/);
});

test("a phone number is given to who says why, and that is recorded", async () => {
  assert.equal((await server.text(twilio_message("help by text"))).status, 200);
  const { id } = (await listed("luis")).find((entry) => entry.text === "help by text");
  assert.ok(!(await work("luis", "show", id)).includes("+5016001234"));
  assert.equal((await place.hotline("case", "number", id, ...as("ana"))).status, 2, "not without a reason");
  assert.equal(await work("ana", "number", id, "--reason", "She asked to be called"), "+5016001234\n");
  const { views } = (await listed("luis")).find((entry) => entry.id === id);
  assert.deepEqual(views.filter((view) => view.what === "number").map((view) => [view.author, view.reason]), [["ana", "She asked to be called"]]);
  const other = await told("without a phone");
  assert.match(await refused("ana", "number", other.id, "--reason", "x"), /no phone number/);
});

test("of those who claim a case at the same moment one gets it, and the others are told", async () => {
  for (let round = 0; round < 3; ++round) {
    const { id } = await told(`who takes it, ${round}`);
    const tries = await Promise.all(["ana", "bea", "luis"].map(async (name) => ({ name, done: await place.hotline("case", "claim", id, ...as(name)) })));
    const winners = tries.filter(({ done }) => done.status === 0);
    assert.equal(winners.length, 1, tries.map(({ done }) => `${done.stdout}${done.stderr}`).join());
    for (const { done } of tries.filter((entry) => entry.done.status !== 0)) {
      assert.match(done.stderr, /^hotline: .*(a colleague|has this case).*\n$/);
    }
    assert.equal((await shown("demo", id)).assignee, winners[0].name);
    const cases = (await queued("demo")).filter((item) => item.text === `who takes it, ${round}`);
    assert.deepEqual(cases.map((item) => [item.kind, item.assignee]), [["case", winners[0].name]], "one case, not one for each");
  }
});

test("what several write into a case at the same moment is all there, and in its summary too", async () => {
  const { id } = await told("many hands");
  await work("ana", "note", id, "--text", "opened");
  const labels = ["own:one", "own:two", "own:three", "own:four", "own:five"];
  const done = await Promise.all(labels.map((label, i) => place.hotline("case", "label", id, "--add", label, ...as(["ana", "bea", "luis", "demo", "ana"][i]))));
  for (const { status, stderr } of done) assert.equal(status, 0, stderr);
  assert.deepEqual([...(await shown("luis", id)).labels].sort(), [...labels].sort());
  const [item] = (await queued("luis")).filter((entry) => entry.text === "many hands");
  assert.deepEqual([...item.labels].sort(), [...labels].sort());
});

test("a case with a child is closed with the record for the police only", async () => {
  const { id } = await told("she is fifteen");
  await work("luis", "label", id, "--add", "child");
  const close = ["close", id, "--type", "referred", "--reason", "With the police now"];
  const line = await refused("luis", ...close);
  for (const option of ["--police-trigger", "--police-when", "--police-whom", "--police-what", "--police-by"]) assert.ok(line.includes(option), option);
  assert.match(await refused("luis", ...close, "--police-trigger", "She says so", "--police-when", "2024-06-07 10:00"), /give --police-whom/);
  assert.equal((await shown("luis", id)).state, "open");
  const police = { trigger: "She says that she is 15", when: "2024-06-07 10:00", whom: "Sgt. Pech", what: "Age and place", by: "luis" };
  await work("luis", ...close, ...Object.entries(police).flatMap(([name, text]) => [`--police-${name}`, text]));
  const { state, closing, child } = await shown("luis", id);
  assert.deepEqual([state, child, closing.police], ["closed", true, police]);
});

test("a new message raises what a person lowered, and brings a closed case up again", async () => {
  const { code, id } = await told("at first it is quiet");
  await work("luis", "urgency", id, "4", "--reason", "Out of there");
  assert.equal((await listed("luis")).find((entry) => entry.id === id).urgency, 4);
  await work("luis", "close", id, "--type", "resolved", "--reason", "All well");
  assert.equal((await listed("luis")).at(-1).state, "closed", "at the end of the list");
  await write_again(code, "They found me, I am in danger");
  const entry = (await listed("luis")).find((one) => one.id === id);
  assert.equal(entry.unread, 1);
  assert.ok(entry.urgency < 4, JSON.stringify(entry.reasons));
  assert.ok((await listed("luis", "--view", "unread")).some((one) => one.id === id));
  const whole = await shown("luis", id);
  assert.equal(whole.messages, 2);
  assert.equal((await listed("luis")).find((one) => one.id === id).unread, 0, "shown, it belongs to the case");
  assert.notEqual((await listed("luis")).at(-1).id, id, "and is not at the end of the list before somebody decided about it");
  assert.match(await work("luis", "show", id), /wrote again after this was closed/);
  await work("luis", "reply", id, "--text", "Where are you?");
  assert.match(await work("luis", "show", id), /wrote again after this was closed/, "answered, it waits in the queue all the same");
  await work("luis", "reopen", id, "--reason", "They wrote again");
  await work("luis", "close", id, "--type", "resolved", "--reason", "All well now");
  assert.equal((await listed("luis")).at(-1).id, id, "decided");
});

test("the list is searched and sieved on this machine", async () => {
  const { id } = await told("Trabajan en la CAÑA de azúcar");
  await work("ana", "label", id, "--add", "htcds:exploitation:ForcedLabour");
  await work("ana", "note", id, "--text", "Kontakt über Orange Walk");
  const found = async (...words) => (await listed("ana", ...words)).map((entry) => entry.id);
  assert.deepEqual(await found("--search", "cana AZUCAR"), [id]);
  assert.deepEqual(await found("--search", "orange wal"), [id]);
  assert.deepEqual(await found("--search", "orange xyz"), []);
  assert.deepEqual(await found("--label", "ForcedLabour"), [id]);
  assert.deepEqual(await found("--label", "ForcedLabour", "--view", "closed"), []);
});

test("what a reporter wrote neither moves the terminal nor calculates in a spreadsheet", async () => {
  const { id } = await told("=cmd|' /C calc'!A0");
  const table = (await work("luis", "queue", "--csv")).split("\r\n");
  const line = table.find((one) => one.includes("calc"));
  assert.ok(line.includes(`"'=cmd|`), line);
  assert.ok(!table.join().includes("\u001b"));
  await work("luis", "note", id, "--text", "\u001b]0;title\u0007 of a note");
  for (const output of [await work("luis", "show", id), await work("luis", "list"), await work("luis", "queue"), await work("luis", "activity", id)]) {
    assert.ok(!/[\u001b\u0007]/.test(output));
  }
});

test("an auditor reads what was done and nothing that was written; others only as their role says", async () => {
  const { id } = await told("not for auditors");
  await work("ana", "claim", id);
  const { case: file } = await shown("ana", id);
  const all = await place.succeed("activity", ...as("audra"));
  assert.match(all, /ana {2}case-opened {2}case [0-9a-f]{32}/);
  assert.match(all, /The chain ends at: \d+ lines, \S{20,}/);
  assert.ok(!all.includes("not for auditors"));
  const of_case = (await place.succeed("activity", "--json", "--case", file, ...as("audra"))).trimEnd().split("\n").map((line) => JSON.parse(line));
  assert.ok(of_case.length > 0 && of_case.every((line) => line.subject === file));
  assert.match((await place.succeed("activity", "--csv", "--of", "ana", ...as("luis"))).split("\r\n")[1], /"ana","case-/);
  for (const name of ["audra", "anil"]) {
    await place.refuse(1, "case", "list", ...as(name));
    await place.refuse(1, "case", "queue", ...as(name));
  }
  assert.match(await work("audra", "queue", "--counts"), /unread \d+/);
  await place.refuse(1, "case", "queue", "--counts", ...as("anil"));
  for (const name of ["ana", "anil"]) await place.refuse(1, "activity", ...as(name));
  assert.match(await work("ana", "activity", id), /case-opened/);
  await refused("bea", "activity", id);

  // A role without reports is given no key: not when it is let in, nor by a new epoch.
  await join_desk("ada", "auditor");
  await place.succeed("epoch", "rotate", ...as("demo"));
  for (const name of ["ada", "audra"]) assert.doesNotMatch(await place.succeed("epoch", "list", ...as(name)), /you hold its key/);
});
