#!/usr/bin/env node
// What screens show and keep while a line breaks and words change: drawn without a browser.
import assert from "node:assert/strict";
import test from "node:test";
import { begin_desk, join, mailbox, tell, until } from "./pages.mjs";
import { part } from "./parts.mjs";
import { draw } from "./screen.mjs";

const screens = { unsure_link: "screens/casework/unsure_link", outcome_dialogs: "screens/casework/outcome_dialogs", link_to_case: "screens/casework/link_to_case",
  case_page: "screens/casework/case_page", outcome: "state/casework/outcome" };
const ana = await begin_desk({ preact: "preact", ...screens });
const { server } = ana;

test("whoever is asked whether messages belong to a case reads them whole", async () => {
  const words = `Words that go on. ${"More of them. ".repeat(60)}And this is how they end.`;
  const file = await ana.files.loadReport(await tell(server, { text: words, answers: { q_contact: "at night" } }));
  const { text } = draw(ana, ana.unsure_link.UnsureLink, { file: { ...file, unsure: file.reports }, viewing: () => undefined });
  assert.match(text(), /And this is how they end\./);
  assert.match(text(), /at night/);
});

const { Identity, recipientText } = await part("keys/sealing");
const recipient = recipientText((await Identity.of(crypto.getRandomValues(new Uint8Array(32)))).recipient);
test("what a reporter is told of a deletion may be corrected until it is perhaps recorded", async () => {
  const report = await tell(server, { text: "gone soon", wish: "delete", mailbox: { ...mailbox("gone"), recipient } });
  const file = await ana.files.openCase(await ana.files.loadReport(report), null, []);
  ana.background.filled.value = { done: 1, complete: true };
  let gone = false;
  const dialog = draw(ana, ana.outcome_dialogs.DeleteDialog, { file, onDeleted: () => (gone = true), onClose: () => undefined });
  const field = () => dialog.place.all("textarea")[0];
  const press = async (words, line) => {
    dialog.type(words);
    await until(() => field().attributes.value === words, "the words to stand there");
    ana.line = line;
    dialog.press("Delete for good");
  };
  await press("With a mistak", (request) => (/GET .*cases/.test(request) ? { status: 503, body: {} } : undefined));
  const has_failed = () => /Nothing is deleted yet/.test(dialog.text()) && dialog.button("Delete for good").attributes["aria-disabled"] === undefined;
  await until(has_failed, "the first press to fail");
  assert.equal(field().attributes.readOnly, undefined);
  await press("Without a mistake", (request) => (/answers/.test(request) ? { status: 503, body: {} } : undefined));
  await until(() => has_failed() && field().attributes.readOnly === "true", "the words to stay as they are");
  const { events } = await ana.files.loadCase(file.row.id);
  assert.equal(events.find(({ kind }) => kind === "delete").body.text, "Without a mistake");
  ana.line = (request) => (/deletions/.test(request) ? { status: 200, body: {} } : undefined);
  dialog.press("Delete for good");
  await until(() => gone, "the end");
  ana.line = () => undefined;
});

test("what was put to a case and whose answer was lost is there, whatever the page knows by now", async () => {
  const { row } = await ana.files.openCase(await ana.files.loadReport(await tell(server, { text: "the case" })), null, []);
  await ana.call.searchAdd([{ id: `case/${row.id}`, kind: "case", title: "the case", text: "" }]);
  const { reports } = await ana.files.loadReport(await tell(server, { text: "belongs to it" }));
  let linked;
  const dialog = draw(ana, ana.link_to_case.LinkToCase, { reports, onLinked: (file) => (linked = file), onClose: () => undefined });
  dialog.place.all("input")[0].fire("input", { currentTarget: { value: "case" } });
  const choice = () => dialog.place.all("input").find(({ attributes }) => attributes.type === "radio");
  await until(choice, "the case to be found");
  choice().fire("change");
  await until(() => dialog.button("Put it to this case").attributes.disabled === undefined, "it to be chosen");
  let lost = false;
  ana.line = (request) => (/POST .*events$/.test(request) ? (lost = true, "lose") : lost && /GET/.test(request) ? "cut" : undefined);
  dialog.press("Put it to this case");
  await until(() => lost && dialog.place.all("div").some(({ attributes }) => attributes.role === "alert"), "the answer to be lost");
  ana.line = () => undefined;
  dialog.again({ reports: reports.map((report) => ({ ...report, row: { ...report.row, state: "filed" } })) });
  await until(() => dialog.button("Put it to this case").attributes["aria-disabled"] === undefined, "the next press");
  dialog.press("Put it to this case");
  await until(() => linked || /A colleague has put this/.test(dialog.text()), "the end");
  assert.equal(linked?.state.reports.length, 2);
});

test("the page of a message that a colleague has says so, shows nothing of it and offers nothing", async () => {
  const report = await tell(server, { text: "a colleague's to read", wish: "delete" });
  const cai = await join(ana, "cai", "caseworker", { preact: "preact", ...screens });
  const page = draw(cai, cai.case_page.CasePage, { address: { kind: "report", id: report } });
  await until(() => /a colleague's to read/.test(page.text()) && page.button("Take it"), "what is new to be shown");
  await ana.files.openCase(await ana.files.loadReport(report), ana.who.id, []);
  const views = server.views.length;
  const later = draw(cai, cai.case_page.CasePage, { address: { kind: "report", id: report } });
  await until(() => /can hand it to you/.test(later.text()), "what is a colleague's to be told");
  assert.doesNotMatch(later.text(), /to read/);
  assert.deepEqual(later.place.all("button").map(({ textContent }) => textContent), ["Try again"]);
  assert.equal(server.views.length, views);
});

/** The page of a case, once it is there. */
async function drawn_case(who, id) {
  const page = draw(who, who.case_page.CasePage, { address: { kind: "case", id } });
  await until(() => page.place.all("ol").length > 0, "the case to be shown");
  return page;
}

test("a case of which nobody knows whether its messages belong there offers to say so, and nothing that decides", async () => {
  const gus = await join(ana, "gus", "caseworker");
  const { row } = await ana.files.openCase(await ana.files.loadReport(await tell(server, { text: "sure" })), null, []);
  const { reports } = await gus.files.loadReport(await tell(server, { text: "doubted" }));
  await gus.files.change(await gus.files.loadCase(row.id), { events: [], files: reports });
  const decides = ["Answer", "Close", "Change", "Assign", "Take it", "Save the note"];
  const offered = (page) => ["Put it to this case", ...decides].filter((words) => page.button(words));
  assert.deepEqual(offered(await drawn_case(ana, row.id)), decides);
  await ana.membership.removeMember(gus.who.id);
  server.former = server.former.filter(({ id }) => id !== gus.who.id);
  const una = await join(ana, "una", "supervisor", { preact: "preact", ...screens });
  const page = await drawn_case(una, row.id);
  assert.deepEqual(offered(page), ["Put it to this case"]);
  page.press("Put it to this case");
  await until(() => offered(page).length === decides.length, "what decides");
});

test("the answer to a wish that was refused is put again from where it stands in the case", async () => {
  const report = await tell(server, { text: "kept", wish: "delete", mailbox: { ...mailbox("kept"), recipient } });
  const { row } = await ana.files.openCase(await ana.files.loadReport(report), null, []);
  await new ana.outcome.PreparedKeeping(await ana.files.loadCase(row.id)).record("why");
  server.answers.clear();
  const page = await drawn_case(ana, row.id);
  page.press("Put it into their mailbox again");
  await until(() => server.answers.size === 1, "the answer");
});
