#!/usr/bin/env node
// Calls to people: what arrives at a mail server, a webhook and a topic of ntfy, what is in it, what happens when these fail, and that nobody
// who brings a report waits for any of them.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test, { after } from "node:test";
import { Place, folder, hotline, make_certificate, run, until } from "./support.mjs";
import { closed_port, FakeMail, FakeWeb } from "./fake_mail.mjs";
import { database_pages } from "./database_pages.mjs";
import { marker, Search } from "./memory.mjs";

const certificate = make_certificate(folder(), "mail");
const origin = "https://console.example.org";
const now_words = "Something is waiting at the desk. Please look now.";
const soon_words = "Something is waiting at the desk. Please look soon.";
const danger = { q_safe_now: "no", q_leave: "no" };

const started = [];
after(async () => {
  for (const one of started) await one.stop().catch(() => {});
});
const fake = async (made) => {
  const one = await made;
  started.push(one);
  return one;
};

const mail_section = (mail, more = "") => `[mail]\nserver = "localhost:${mail.port}"\nfrom = "hotline@example.org"\nca_file = "${certificate.certificate}"\n${more}\n`;
const signed_in = 'user = "hotline"\npassword = "hunter2"';
const email = (more = "") => `[[call]]\nemail = "on-call@example.net"\n${more}\n`;
const hook = (web, more = "") => `[[call]]\nwebhook = "${web.origin}/hooks/s3cret?x=1"\n${more}\n`;
const topic = (web, more = "") => `[[call]]\nntfy = "${web.origin}/t0pic-of-ours"\n${more}\n`;

/** A desk with these calls, whose console has an address. */
async function found(settings, limits = "call_retry_min = 1\ncall_retry_max = 1\ncall_deadline = 10") {
  const place = await Place.found({ settings: `[limits]\n${limits}\n${settings}` });
  const config = readFileSync(place.config, "utf8").replace("[console]\n", `[console]\norigin = "${origin}"\n`);
  place.write("hotline.toml", config);
  return place;
}
const logged = (server, event, count = 1) => until(() => server.errors.split("\n").filter((line) => line.includes(` ${event}`)).length >= count, `${event} in the log`);
const count_of = (server, event) => server.errors.split("\n").filter((line) => line.includes(` ${event}`)).length;

test("danger calls everybody at once, and nothing of it is in what they get, in the tables or in the log", async () => {
  const mail = await fake(FakeMail.start({ tls: certificate, user: "hotline", password: "hunter2" }));
  const web = await fake(FakeWeb.start());
  const place = await found(mail_section(mail, signed_in) + email() + hook(web, 'token = "hook-token"\nlanguage = "es"') + topic(web, "urgency = 0"));
  const server = await place.serve();
  const told = { story: marker(), where: marker(), contact: marker() };
  const code = await server.tell(told.story, { ...danger, q_where: told.where, q_contact: told.contact });
  await until(() => mail.mails.length === 1 && web.calls.length === 2, "three calls");
  const [letter] = mail.mails;
  assert.deepEqual([letter.from, letter.to, letter.secure, letter.user], ["hotline@example.org", "on-call@example.net", true, "hotline"]);
  const [head, body] = letter.text.split("\r\n\r\n");
  assert.equal(body, `${now_words}\r\n${origin}`);
  assert.deepEqual(head.split("\r\n").map((line) => line.split(":")[0]), ["Date", "From", "To", "Message-ID", "Subject", "Auto-Submitted", "MIME-Version", "Content-Type"]);
  assert.match(head, /\r\nSubject: Something is waiting\r\n/);
  assert.ok(mail.heard.filter((line) => line.startsWith("EHLO")).every((line) => line === "EHLO example.org"), "not this machine's name");
  const by_hook = web.calls.find((call) => call.path.startsWith("/hooks"));
  assert.equal(by_hook.path, "/hooks/s3cret?x=1");
  assert.equal(by_hook.headers.authorization, "Bearer hook-token");
  assert.deepEqual(JSON.parse(by_hook.body), { text: `Hay algo pendiente. Por favor, revise ahora. ${origin}` });
  const by_topic = web.calls.find((call) => call.path === "/t0pic-of-ours");
  assert.equal(by_topic.body, now_words);
  assert.deepEqual([by_topic.method, by_topic.headers.title, by_topic.headers.click, by_topic.headers.priority, by_topic.headers.authorization],
    ["POST", "Something is waiting", origin, "urgent", undefined]);

  await logged(server, "call_sent", 3);
  await server.stop();
  const search = new Search({ ...told, code });
  for (const sent of [letter.text, ...mail.heard, JSON.stringify(web.calls)]) assert.deepEqual(search.in(Buffer.from(sent)), []);
  assert.deepEqual(search.in(Buffer.from(server.errors + server.output)), []);
  const pages = database_pages(join(place.folder, "hotline.db"), readFileSync(join(place.folder, "hotline.key"), "latin1").trim());
  const kept = new Search({ ...told, address: "on-call@example.net", topic: "t0pic-of-ours", hook: "hooks/s3cret", token: "hook-token" });
  assert.deepEqual(kept.in(pages), [], "neither words of the report nor whom it calls");
  assert.ok(!/on-call|t0pic-of-ours|s3cret|hook-token|hunter2/.test(server.errors));
});

test("what is urgent calls soon, what is less does not call, and the next within the minutes is held back, also over a restart", async () => {
  const web = await fake(FakeWeb.start());
  const place = await found(topic(web));
  let server = await place.serve();
  await server.tell("nothing much");
  await server.tell("it is bad", { q_threat: "yes" });
  await logged(server, "call_sent");
  assert.equal(web.calls.length, 1);
  assert.equal(web.calls[0].body, soon_words);
  assert.equal(web.calls[0].headers.priority, "high");
  await server.tell("it is bad still", { q_threat: "yes" });
  await logged(server, "call_held_back");
  await server.stop();
  server = await place.serve();
  await logged(server, "call_held_back");
  await server.tell("it is very bad", danger);
  await logged(server, "call_sent");
  assert.equal(web.calls.length, 2, "danger is not held back");
  assert.equal(web.calls[1].body, now_words);
  await server.tell("it is very bad again", danger);
  await logged(server, "call_held_back", 2);
  await server.stop();
  assert.equal(web.calls.length, 2);
});

test("a call that did not get through before a restart, or a kill, gets through after it", async () => {
  const port = await closed_port();
  const place = await found(mail_section({ port }) + email());
  let server = await place.serve();
  await server.tell("it is very bad", danger);
  await logged(server, "call_not_sent");
  await server.stop();
  server = await place.serve();
  await logged(server, "call_not_sent");
  server.child.kill("SIGKILL");
  await server.ended;
  const mail = await fake(FakeMail.start({ tls: certificate, port }));
  server = await place.serve();
  await until(() => mail.mails.length === 1, "the call");
  await logged(server, "call_sent");
  await server.stop();
  assert.equal(mail.mails.length, 1);
});

test("a mail server that hangs costs a reporter nothing, and who else is called is not held up", async () => {
  const mail = await fake(FakeMail.start({ tls: certificate }));
  mail.answers.greeting = "drip";
  const web = await fake(FakeWeb.start());
  const place = await found(mail_section(mail) + email() + topic(web), "call_retry_min = 1\ncall_retry_max = 1\ncall_deadline = 300");
  const server = await place.serve();
  await server.tell("it is very bad", danger);
  await until(() => mail.connections === 1 && web.calls.length === 1, "both to be called");
  // The mail server still has the first call in its hands: each of these is taken and acknowledged meanwhile.
  for (let i = 0; i < 5; ++i) await server.tell(`it is very bad ${i}`, danger);
  assert.equal(mail.mails.length, 0);
  assert.equal(mail.sockets.size, 1);
  await server.stop();
});

test("a mail server that refuses, drips or hangs up is asked again", async () => {
  const mail = await fake(FakeMail.start({ tls: certificate }));
  const place = await found(mail_section(mail) + email(), "call_retry_min = 1\ncall_retry_max = 1\ncall_deadline = 5");
  const server = await place.serve();
  mail.answers = { RCPT: "451 later" };
  await server.tell("it is very bad", danger);
  await logged(server, "call_not_sent");
  assert.match(server.errors, /call_not_sent entry=1 tries=1 outcome=not_taken answer=451/);
  let tries = count_of(server, "call_not_sent");
  for (const answers of [{ MAIL: "550 no" }, { greeting: "drip" }, { EHLO: "drop" }, { DATA: "554 no" }, { greeting: "nonsense" }]) {
    mail.answers = answers;
    tries = count_of(server, "call_not_sent") + 2;
    await logged(server, "call_not_sent", tries);
  }
  assert.equal(mail.mails.length, 0);
  const in_vain = async () => /^! calls .*: 1 person is called in vain since /m.test((await run(hotline, ["status", "--config", place.config])).stdout.toString());
  await until(in_vain, "the status to say so");
  mail.answers = {};
  await until(() => mail.mails.length === 1, "the call");
  await logged(server, "call_sent");
  await until(async () => !(await in_vain()), "the status to say nothing of it any more");
  await server.stop();
  assert.equal(mail.mails.length, 1);
});

test("a call that may have been taken is not repeated at once", async () => {
  const mail = await fake(FakeMail.start({ tls: certificate }));
  mail.answers = { end: "drop" };
  const web = await fake(FakeWeb.start());
  web.answers = ["drop"];
  const place = await found(mail_section(mail) + email() + topic(web));
  const server = await place.serve();
  await server.tell("it is very bad", danger);
  await until(() => (server.errors.match(/call_not_sent .*outcome=no_answer/g) ?? []).length === 2, "both in doubt");
  await logged(server, "call_held_back", 2);
  await server.stop();
  assert.equal(mail.cut, 1);
  assert.equal(web.calls.length, 1);
});

test("without TLS, or with a certificate of somebody else, a mail server gets neither password nor address", async () => {
  const plain = await fake(FakeMail.start({ user: "hotline", password: "hunter2" }));
  const stranger = make_certificate(folder(), "stranger");
  const false_one = await fake(FakeMail.start({ tls: stranger, user: "hotline", password: "hunter2" }));
  for (const mail of [plain, false_one]) {
    const place = await found(mail_section(mail, signed_in) + email());
    const server = await place.serve();
    await server.tell("it is very bad", danger);
    await logged(server, "call_not_sent");
    await server.stop();
    assert.ok(mail.connections > 0);
    assert.ok(mail.heard.every((line) => /^(EHLO example\.org|STARTTLS|QUIT)$/.test(line)), mail.heard.join("\n"));
  }
});

test("a webhook that leads elsewhere is not followed; one that fails is asked again", async () => {
  const web = await fake(FakeWeb.start());
  const elsewhere = await fake(FakeWeb.start());
  web.answers = [{ status: 307, headers: { location: `${elsewhere.origin}/` } }, 500, 401];
  const place = await found(hook(web));
  const server = await place.serve();
  await server.tell("it is very bad", danger);
  await until(() => web.taken.length === 1, "the call");
  await logged(server, "call_sent");
  assert.deepEqual([...server.errors.matchAll(/call_not_sent .*answer=(\d+)/g)].map((match) => match[1]), ["307", "500", "401"]);
  assert.equal(elsewhere.calls.length, 0);
  await server.stop();
});

test("hotline call test sends one by each, and says what to change", async () => {
  const mail = await fake(FakeMail.start({ tls: certificate, user: "hotline", password: "hunter2" }));
  const secure = await fake(FakeMail.start({ tls: certificate, implicit: true }));
  const web = await fake(FakeWeb.start());
  const good = await found(mail_section(mail, signed_in) + email('language = "es"') + hook(web) + topic(web));
  const told = await good.succeed("call", "test", "--config", good.config);
  assert.match(told, /^1 email on-call@example\.net: taken\n2 webhook http:\/\/127\.0\.0\.1:\d+: taken\n3 ntfy http:\/\/127\.0\.0\.1:\d+: taken\nnote: /);
  assert.match(told, /\nnote: .*network_of_this_machine_alone\n$/, "the unit may hold the service back, and not this command");
  assert.ok(!/s3cret|t0pic-of-ours|hunter2/.test(told), "secrets are not shown");
  assert.match(mail.mails[0].text, /\r\n\r\nEsto es una prueba de los avisos\. No hay nada pendiente\.\r\nhttps:\/\/console\.example\.org$/);
  assert.equal(web.calls[1].headers.priority, "default");
  mail.methods = "LOGIN";
  await good.succeed("call", "test", "--config", good.config);
  assert.equal(mail.mails.length, 2, "AUTH LOGIN too");

  const complaint = async (settings) => {
    const place = await found(settings);
    const done = await run(hotline, ["call", "test", "--config", place.config, "--json"]);
    assert.equal(done.status, 1, done.stdout.toString());
    const [line] = done.stdout.toString().trimEnd().split("\n").map((text) => JSON.parse(text));
    assert.equal(line.ok, false);
    assert.ok(!/hunter2|s3cret|t0pic-of-ours/.test(line.advice), line.advice);
    return line.advice;
  };
  const wrong_password = 'user = "hotline"\npassword = "hunter3"';
  assert.match(await complaint(mail_section(mail, wrong_password) + email()), /answered 535: it does not take user and password/);
  assert.match(await complaint(mail_section(mail) + email()), /answered 530: it wants user and password/);
  assert.match(await complaint(mail_section({ port: await closed_port() }) + email()), /nothing takes mail at localhost/);
  assert.match(await complaint(mail_section(mail, signed_in).replace(/ca_file.*\n/, "") + email()), /certificate that cannot be verified/);
  assert.match(await complaint(mail_section(mail, `${signed_in}\ntls = "tls"`) + email()), /does not speak TLS there/);
  assert.match(await complaint(mail_section(secure) + email()), /does not answer in time|ended the talk/);
  assert.match(await complaint(mail_section(await fake(FakeMail.start())) + email()), /offers no STARTTLS/);
  assert.match(await complaint(mail_section(mail, signed_in).replace("localhost", "nowhere.invalid") + email()), /is not known|does not answer in time/);
  mail.answers = { RCPT: "550 nobody" };
  assert.match(await complaint(mail_section(mail, signed_in) + email()), /answered 550: it refuses the message/);
  for (const [status, advice] of [[404, /no such address/], [403, /another token/], [301, /leads elsewhere/], [429, /raise minutes/], [503, /fails itself/], [400, /does not take/]]) {
    web.answers = [status];
    assert.match(await complaint(hook(web)), advice);
  }
  assert.match(await complaint(`[[call]]\nntfy = "http://127.0.0.1:${await closed_port()}/t0pic-of-ours"\n`), /is not there/);
  const none = await found("");
  assert.match(await none.refuse(1, "call", "test", "--config", none.config), /has no \[\[call\]\]/);
});

test("TLS from the first byte works as well; a desk that does not exist stops the start", async () => {
  const mail = await fake(FakeMail.start({ tls: certificate, implicit: true }));
  const place = await found(mail_section(mail, 'tls = "tls"') + email('desk = "Test desk"'));
  const server = await place.serve();
  await server.tell("it is very bad", danger);
  await until(() => mail.mails.length === 1, "the call");
  await server.stop();
  const wrong = await found(mail_section(mail, 'tls = "tls"') + email('desk = "Nowhere"'));
  assert.match(await wrong.refuse(1, "serve", "--config", wrong.config), /\[\[call\]\] names the desk "Nowhere"/);
});
