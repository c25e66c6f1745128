#!/usr/bin/env node
// Figures for Prometheus on their own listener, and the status for people: what they tell, and what they must not.
import assert from "node:assert/strict";
import { appendFileSync, readFileSync } from "node:fs";
import test, { before } from "node:test";
import { Place, curl, make_certificate, until } from "./support.mjs";

let place;
let server;
let metrics;
before(async () => {
  place = await Place.found();
  appendFileSync(place.config, `\n[metrics]\nlisten = ["127.0.0.1:0"]\n`);
  // Figures come out at full quarters of an hour: none ends while this looks.
  await until(() => Date.now() % 900_000 < 780_000, "a quarter of an hour to have begun", 150);
  server = await place.serve();
  metrics = await until(() => /^listening metrics (\S+)$/m.exec(server.output)?.[1], "the metrics listener");
});

const figures = async () => {
  const answer = await curl(`http://${metrics}/metrics`);
  assert.equal(answer.status, 200);
  assert.match(answer.headers["content-type"], /^text\/plain; version=0\.0\.4/);
  return answer.body.toString();
};
const figure = (text, name) => Number(new RegExp(`^${name.replaceAll(/[{}"]/g, "\\$&")} (\\S+)$`, "m").exec(text)?.[1]);

test("health is told at once, reports are not", async () => {
  const before_it = await figures();
  assert.equal(figure(before_it, "hotline_writes"), 1);
  assert.ok(figure(before_it, "hotline_disk_free_bytes") % (256 << 20) === 0);
  assert.ok(figure(before_it, "hotline_resident_bytes") > 0);
  for (let i = 0; i < 12; ++i) await server.tell(`told ${i}`);
  // Twelve reports and twelve answers later nothing of it shows: it is held back until the quarter of an hour is over.
  const after_it = await figures();
  for (const name of ["hotline_unread", "hotline_open", `hotline_answers_total{listener="public",status="2xx"}`]) {
    assert.equal(figure(after_it, name), figure(before_it, name), name);
  }
});

test("reports show in tens after a start, and nothing else of them", async () => {
  await server.stop();
  server = await place.serve();
  metrics = await until(() => /^listening metrics (\S+)$/m.exec(server.output)?.[1], "the metrics listener");
  const text = await until(async () => {
    const now = await figures();
    return figure(now, "hotline_unread") === 10 && now;
  }, "ten of the twelve reports");
  assert.equal(figure(text, "hotline_open"), 10);
  assert.ok(!/told|demo|Belize/i.test(text));
  for (const line of text.split("\n")) assert.match(line, /^(|# (HELP|TYPE) hotline_.*|hotline_[a-z0-9_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? \S+)$/);
});

test("figures stand on their listener alone, and it serves nothing else", async () => {
  assert.equal((await curl(`${server.public}/metrics`)).status, 404);
  assert.equal((await curl(`${server.console}/metrics`)).status, 404);
  for (const path of ["/", "/healthz", "/api/v1/desk", "/en/"]) assert.equal((await curl(`http://${metrics}${path}`)).status, 404, path);
  assert.equal((await curl(`http://${metrics}/metrics`, "-X", "POST", "-d", "x")).status, 405);
});

test("status says in words what needs a person", async () => {
  const listening = (name) => `[${name}]\nlisten = "${new URL(server[name]).host}"\n`;
  const settings = readFileSync(place.config, "utf8").replace(/\[public\]\nlisten = .*\n/, listening("public")).replace(/\[console\]\nlisten = .*\n/, listening("console"));
  const config = place.write("status.toml", settings);
  const well = await place.succeed("status", "--config", config);
  assert.match(well, /^ {2}public +accepts connections at 127\.0\.0\.1:\d+$/m);
  assert.match(well, /^ {2}desk +Test desk: 12 unread, 12 open$/m);
  assert.match(well, /^ {2}writing +a write could be committed$/m);
  assert.match(well, /^ {2}backup +none was made yet; this is a demo$/m);
  const backup = place.path("backup.db");
  await place.succeed("backup", backup, "--config", config);
  const backed_up = await place.succeed("status", "--config", config);
  assert.match(backed_up, /^ {2}backup +the last one is of \d{4}-\d\d-\d\d \d\d:00 UTC, .*backup\.db$/m);
  place.write("hotline.db.last-backup", `1700000000 ${backup}\n`);   // in 2023

  const { certificate, key } = make_certificate(place.folder, "soon");   // for two days
  place.write("status.toml", settings.replace("[public]\n", `[public]\ntls = { certificate = "${certificate}", key = "${key}" }\n`));
  await server.stop();
  const stopped = await place.hotline("status", "--config", config);
  assert.equal(stopped.status, 1);
  assert.match(stopped.stdout.toString(), /^! public +nobody listens at 127\.0\.0\.1:\d+; start the server/m);
  assert.match(stopped.stdout.toString(), /^! public +certificate until [0-9-]+; renew it/m);
  assert.match(stopped.stdout.toString(), /^! backup +the last one is of 2023-11-14 22:00 UTC, .*; see {2}systemctl list-timers hotline-backup\.timer/m);
  assert.match(stopped.stderr, /4 of these need somebody/);
});
