#!/usr/bin/env node
// Texts through a gateway: signed with openssl as an operator would at the prompt, and as Twilio's own library does.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test, { before } from "node:test";
import { Place, curl, post_form, root, run, sms_token, twilio_message, twilio_signature } from "./support.mjs";

let place;
let server;
before(async () => {
  place = await Place.found();
  server = await place.serve();
});
const texts = async () => (await server.cases()).map((entry) => entry.text);

test("a text signed by openssl becomes a report", async () => {
  const fields = twilio_message("Estoy en la finca. ¿Me ayudan? ñ 🙂 a+b&c=d%20");
  const signed = server.sms_signed + Object.keys(fields).sort().map((name) => name + fields[name]).join("");
  const signature = await run("sh", ["-c", `openssl dgst -sha1 -hmac ${sms_token} -binary | base64`], { input: signed });
  const answer = await server.text(fields, { signature: signature.stdout.toString().trim() });
  assert.deepEqual([answer.status, answer.headers["content-type"], answer.text], [200, "text/xml; charset=utf-8", "<Response/>"]);
  const found = await server.case_of(fields.Body);
  assert.equal(found.channel, "sms");
  assert.equal(found.urgency, 3);
  const { content } = (await server.show(found.id)).timeline[0];
  assert.equal(content.type, "sms");
  // The number stands here for a reason only: desk_keeping.test.mjs.
  assert.equal(content.from, "+501 ••• ••34");
  assert.equal(content.message_id, fields.MessageSid);
  assert.deepEqual(content.sms, { gateway: "demo", from: "+501 ••• ••34", to: "+15005550006" });
});

test("the lines of README.md do what it says", async () => {
  const blocks = [...readFileSync(join(root, "README.md"), "utf8").matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map((match) => match[1]);
  const lines = blocks.filter((block) => block.includes("openssl dgst -sha1"));
  assert.equal(lines.length, 1, "README.md shows how to send a text");
  // They name the demo's address; here it is another one, which curl is told how to reach.
  place.write(".curlrc", `noproxy = "*"\nconnect-to = "report.test:80:${new URL(server.public).host}"\n`);
  const sent = await run("bash", ["-euc", lines[0]], { env: { report: place.origin, CURL_HOME: place.folder, HOME: place.folder } });
  assert.equal(sent.stdout.toString(), "<Response/>", sent.stderr);
  await server.case_of(/body='([^']*)'/.exec(lines[0])[1]);
});

test("tampered with: 403, and nothing is stored", async () => {
  const before_it = await texts();
  const good = twilio_message("never stored");
  const signature = twilio_signature(sms_token, server.sms_signed, good);
  const tampered = [
    [{ ...good, Body: "never stored, really" }, signature],
    [{ ...good, From: "+5016009999" }, signature],
    [{ ...good, Extra: "1" }, signature],
    [good, twilio_signature("another-token", server.sms_signed, good)],
    [good, twilio_signature(sms_token, "http://report.test/sms/other", good)],
    [good, `${signature.slice(0, -2)}${signature.at(-2) === "A" ? "E" : "A"}=`],
    [good, signature.slice(0, -4)],
    [good, ""],
    [good, "not base64 at all"],
    [{}, signature],
  ];
  const answers = [];
  for (const [fields, sent] of tampered) answers.push(await server.text(fields, { signature: sent }));
  answers.push(await post_form(server.sms, good));  // no signature at all
  answers.push(await post_form(`${server.sms}?x=1`, good, "--header", `X-Twilio-Signature: ${signature}`));
  for (const answer of answers) {
    assert.equal(answer.status, 403);
    assert.equal(answer.text, answers[0].text, "refusals look alike");
  }
  // Whoever speaks to the listener cannot choose the address that was signed.
  const host = await server.text(good, { signature: twilio_signature(sms_token, "http://evil.test/sms/demo", good), words: ["--header", "Host: evil.test", "--header", "X-Forwarded-Host: evil.test"] });
  assert.equal(host.status, 403);
  assert.deepEqual(await texts(), before_it);
});

test("the same text twice, and many times at once, becomes one", async () => {
  const fields = twilio_message("delivered again and again", { From: "+5016330001" });
  const all = await Promise.all([...Array(8)].map(() => server.text(fields)));
  all.push(await server.text(fields));
  for (const answer of all) assert.deepEqual([answer.status, answer.text], [200, "<Response/>"]);
  const found = await server.case_of("delivered again and again");
  // The same words in another text are another text, in the same conversation.
  assert.equal((await server.text(twilio_message("delivered again and again", { From: "+5016330001" }))).status, 200);
  const shown = await server.show(found.id);
  assert.equal(shown.timeline.filter((entry) => entry.text === "delivered again and again").length, 2);
});

test("texts of one number are one case, of another number another", async () => {
  for (const [from, text] of [["+5016110001", "one"], ["+5016110002", "other"], ["+5016110001", "two"]]) {
    assert.equal((await server.text(twilio_message(text, { From: from }))).status, 200);
  }
  const found = await server.case_of("one");
  assert.equal(found.reports, 2);
  assert.deepEqual((await server.show(found.id)).timeline.map((entry) => entry.text), ["one", "two"]);
  assert.equal((await server.case_of("other")).reports, 1);
});

test("danger words make it urgent", async () => {
  for (const [text, urgency] of [["9", 0], ["PELIGRO", 0], ["i am in danger, help", 0], ["9 of us are here", 3]]) {
    assert.equal((await server.text(twilio_message(text, { From: `+501622${1000 + text.length}` }))).status, 200);
    assert.equal((await server.case_of(text)).urgency, urgency, text);
  }
});

test("rightly signed but not to be read: kept whole, once", async () => {
  for (const missing of ["From", "To", "Body", "MessageSid"]) {
    const { [missing]: _, ...rest } = twilio_message(`without ${missing}`, { From: `+50163100${missing.length}` });
    for (let i = 0; i < 2; ++i) {
      const answer = await server.text(rest);
      assert.deepEqual([answer.status, answer.text], [200, "<Response/>"], `without ${missing}`);
    }
    const wanted = (entry) => (missing === "Body" ? entry.text.includes(rest.MessageSid) : entry.text === rest.Body);
    const found = (await server.cases()).filter(wanted);
    assert.equal(found.length, 1, `without ${missing}`);
    const { content } = (await server.show(found[0].id)).timeline[0];
    assert.deepEqual(content.flags, ["unreadable"]);
    const raw = new URLSearchParams(Buffer.from(content.raw, "base64").toString());
    assert.deepEqual(Object.fromEntries(raw), rest);
  }
});

test("what is not as it should be: never 404 to a configured gateway", async () => {
  const fields = twilio_message("stored when all is right", { From: "+5016440001" });
  const count = (await server.cases()).length;
  const signature = twilio_signature(sms_token, server.sms_signed, fields);
  assert.equal((await server.text(fields, { words: ["--header", "Content-Type: text/plain"] })).status, 415);
  assert.equal((await server.text(fields, { words: ["--header", "Content-Type:"] })).status, 415);
  assert.equal((await server.text(fields, { words: ["--request", "PUT"] })).status, 405);
  assert.equal((await server.text(fields, { words: ["--request", "DELETE"] })).status, 405);
  assert.equal((await server.text(twilio_message("x".repeat(70_000)))).status, 413);
  for (const where of ["", "/", "/extra", "/extra/more", "?x=y", "//"]) {
    const answer = await post_form(`${server.sms}${where}`, fields, "--header", `X-Twilio-Signature: ${signature}`);
    // Only the address itself, without a query, is the one that was signed.
    if (where !== "") assert.notEqual(answer.status, 200, where);
    if (!where.includes("//") && where !== "/extra/more" && where !== "/") assert.notEqual(answer.status, 404, where);
  }
  assert.equal((await server.cases()).length, count + 1);
  assert.equal((await curl(`${server.public}/sms/unknown`, "--data-binary", "a=b")).status, 404);
  // A delivery report is no message.
  const status = { MessageSid: "SM1", MessageStatus: "delivered", SmsStatus: "delivered", To: "+5016001234" };
  assert.equal((await server.text(status)).status, 200);
  assert.equal((await server.cases()).length, count + 1);
});
