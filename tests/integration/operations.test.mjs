#!/usr/bin/env node
// What an operator does and gets wrong: backup while serving, restore elsewhere, a damaged file, settings that cannot be.
import assert from "node:assert/strict";
import { chmodSync, chownSync, copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, statSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test, { before } from "node:test";
import { Place, curl, folder, hotline, passphrase, post_multipart, root, run } from "./support.mjs";

let place;
let server;
before(async () => {
  place = await Place.found();
  server = await place.serve();
});

const local = (at, ...words) => [...words, "--config", at.config, "--member", "demo", "--passphrase-file", place.passphrase_file];
const texts = (output) => output.trimEnd().split("\n").filter(Boolean).map((line) => JSON.parse(line).text).sort();

test("backup while serving, checked, restored elsewhere, read there", async () => {
  const photo = Buffer.alloc(200_000, "bits of a photo ");
  assert.equal((await post_multipart(`${server.public}/en/tell`, { q_story: "with a file" }, [place.write("photo.jpg", photo)])).status, 200);
  let sent = 0;
  let going = true;
  const telling = (async () => {
    while (going) await server.tell(`told ${++sent}`);
  })();
  const backup = place.path("backup.db");
  assert.match(await place.succeed("backup", backup, "--config", place.config), /Backed up/);
  going = false;
  await telling;
  assert.equal(statSync(backup).mode & 0o077, 0);
  assert.ok(!readFileSync(backup).subarray(0, 16).equals(Buffer.from("SQLite format 3\0")), "encrypted");
  assert.match(await place.succeed("check", backup, "--config", place.config), /sound/);
  assert.match(await place.succeed("check", "--config", place.config), /reports \d+, files 1, .*members 1\nsound/);
  assert.match(await place.refuse(1, "backup", backup, "--config", place.config), /is there already/);

  const elsewhere = new Place();
  copyFileSync(place.path("hotline.key"), elsewhere.path("hotline.key"));
  chmodSync(elsewhere.path("hotline.key"), 0o600);
  assert.match(await elsewhere.succeed("restore", backup, "--config", elsewhere.config), /Restored/);
  const restored = texts(await elsewhere.succeed(...local(elsewhere, "case", "list", "--json")));
  assert.ok(restored.includes("with a file"));
  const all = texts(await place.succeed(...local(place, "case", "list", "--json")));
  assert.ok(all.length === sent + 1 && restored.every((text) => all.includes(text)));
  const { id } = await server.case_of("with a file");
  await elsewhere.succeed(...local(elsewhere, "case", "export", id, "--output", elsewhere.path("export")));
  const again = await elsewhere.serve();
  assert.deepEqual((await again.cases("demo", place.passphrase_file)).map((entry) => entry.text).sort(), restored);
  await again.tell("told to the restored one");
  await again.stop();
  // Nothing is put over a database unasked.
  assert.match(await elsewhere.refuse(1, "restore", backup, "--config", elsewhere.config), /is there already|replace/);
  await elsewhere.succeed("restore", backup, "--config", elsewhere.config, "--replace");
  assert.deepEqual(texts(await elsewhere.succeed(...local(elsewhere, "case", "list", "--json"))), restored);
});

test("a sealed backup: opened by identity and key together, proved beside the server, the newest kept", async () => {
  const at = await Place.found();
  const identity = at.path("backup.identity");
  const printed = await at.succeed("backup-key", identity);
  assert.match(printed, /^\[backup\]\nrecipient = "age1pq1[0-9a-z]{1952}"\n$/);
  assert.equal(statSync(identity).mode & 0o777, 0o600);
  assert.match(await at.refuse(1, "backup-key", identity), /is there already/);
  writeFileSync(at.config, readFileSync(at.config, "utf8") + printed);
  const serving = await at.serve();
  await serving.tell("in the backup");

  mkdirSync(at.path("backups"), { mode: 0o700 });
  at.write("backups/notes.txt", "not a backup");
  for (const day of ["01", "02", "03"]) at.write(`backups/hotline-202001${day}-000000.db.age`, "old");
  assert.match(await at.succeed("backup", at.path("backups"), "--keep", "2", "--config", at.config), /sealed to the recipients.*\nRemoved older backups: 2/);
  const names = readdirSync(at.path("backups")).sort();
  assert.equal(names.length, 3);
  assert.deepEqual([names[0], names[2]], ["hotline-20200103-000000.db.age", "notes.txt"]);
  const sealed = at.path(`backups/${names[1]}`);
  assert.match(readFileSync(sealed).subarray(0, 40).toString("latin1"), /^age-encryption\.org\/v1\n-> mlkem768x25519 /);
  assert.equal((await at.hotline("backup", at.path("one"), "--keep", "2", "--config", at.config)).status, 2);

  const from = ["--config", at.config];
  assert.match(await at.refuse(1, "check", sealed, ...from), /restore --verify/);
  assert.match(await at.refuse(1, "restore", "--verify", sealed, ...from), /--identity/);
  assert.match(await at.succeed("restore", "--verify", sealed, "--identity", identity, ...from), /reports 1,.*\nThe backup can be restored\. Nothing was changed\./);
  await serving.tell("and the server goes on");

  // By any age program: what is inside is still the database under its key.
  const inside = at.path("inside.db");
  await at.succeed("open", sealed, "--identity", identity, "--output", inside);
  assert.match(await at.succeed("check", inside, ...from), /sound/);

  const elsewhere = new Place();
  copyFileSync(at.path("hotline.key"), elsewhere.path("hotline.key"));
  assert.match(await elsewhere.succeed("restore", sealed, "--identity", identity, "--config", elsewhere.config), /Restored/);
  assert.deepEqual(texts(await elsewhere.succeed("case", "list", "--json", "--config", elsewhere.config, "--member", "demo", "--passphrase-file", at.passphrase_file)), ["in the backup"]);
  const cut = readFileSync(sealed);
  writeFileSync(sealed, cut.subarray(0, cut.length - 1000));
  assert.match(await at.refuse(1, "restore", "--verify", sealed, "--identity", identity, ...from), /changed, damaged or cut off/);
});

test("root restores with an identity that only root can read", { skip: process.getuid() !== 0 && "only root goes on as somebody else" }, async () => {
  const service = 65534;
  const at = new Place();
  // As the package has it: settings and key are root's, the database lies in a folder of the service's.
  chmodSync(at.folder, 0o711);
  mkdirSync(at.path("data"), { mode: 0o700 });
  chownSync(at.path("data"), service, service);
  const identity = join(folder(), "backup.identity");
  const recipient = await at.succeed("backup-key", identity);
  writeFileSync(at.config, readFileSync(at.config, "utf8").replace('path = "hotline.db"', 'path = "data/hotline.db"') + recipient);
  const from = ["--config", at.config];
  await at.succeed("init", ...from);
  assert.match(await at.succeed("backup", at.path("data"), ...from), /sealed to the recipients/);
  const backup = at.path(`data/${readdirSync(at.path("data")).find((name) => name.endsWith(".age"))}`);
  assert.match(await at.succeed("restore", "--verify", backup, "--identity", identity, ...from), /can be restored/);
  assert.match(await at.succeed("restore", "--replace", backup, "--identity", identity, ...from), /Restored/);
  const restored = statSync(at.path("data/hotline.db"));
  assert.deepEqual([restored.uid, restored.mode & 0o777], [service, 0o600], "the service's, closed to others");
});

test("a damaged database says what to do", async () => {
  const damaged = place.path("damaged.db");
  await place.succeed("backup", damaged, "--config", place.config);
  const bytes = readFileSync(damaged);
  const refused = [];
  for (const [what, change] of [
    ["a flipped bit in the middle", (copy) => { copy[copy.length >> 1] ^= 1; }],
    ["zeros over a page", (copy) => { copy.fill(0, 4096 * 5, 4096 * 6); }],
    ["the first page gone", (copy) => { copy.fill(7, 0, 4096); }],
    ["cut off", (copy) => copy.subarray(0, copy.length - 5000)],
    ["two pages swapped", (copy) => {
      const page = Buffer.from(copy.subarray(4096 * 3, 4096 * 4));
      copy.copy(copy, 4096 * 3, 4096 * 4, 4096 * 5);
      page.copy(copy, 4096 * 4);
    }],
    ["another file", () => Buffer.from("this is no database at all\n".repeat(1000))],
    ["a plain SQLite file", () => Buffer.concat([Buffer.from("SQLite format 3\0"), Buffer.alloc(8176)])],
    ["empty", () => Buffer.alloc(0)],
  ]) {
    const copy = Buffer.from(bytes);
    writeFileSync(damaged, change(copy) ?? copy);
    const line = await place.refuse(1, "check", damaged, "--config", place.config);
    assert.match(line, /restore|correct the path|init/, what);
    refused.push(line);
  }
  // A server does not start on it either, and says the same.
  const elsewhere = new Place();
  copyFileSync(place.path("hotline.key"), elsewhere.path("hotline.key"));
  writeFileSync(elsewhere.path("hotline.db"), Buffer.from(bytes).fill(7, 0, 4096), { mode: 0o600 });
  assert.match(await elsewhere.refuse(1, "serve", "--config", elsewhere.config), /key does not open|restore/);
});

/** Changes the settings of a fresh place; the start must fail with 1 and a line that fits. */
async function start_refused(change, line, { founded = true } = {}) {
  const at = new Place();
  if (founded) {
    for (const name of ["hotline.key", "hotline.db"]) copyFileSync(template.path(name), at.path(name));
    for (const name of ["hotline.key", "hotline.db"]) chmodSync(at.path(name), 0o600);
  }
  await change(at, (from, to) => writeFileSync(at.config, readFileSync(at.config, "utf8").replace(from, to)));
  const said = await at.refuse(1, "serve", "--config", at.config);
  assert.match(said, line);
  assert.ok(!said.includes("demo-token") && !said.includes(passphrase), "no secret in the line");
  return said;
}
let template;
before(async () => {
  template = await Place.found();
});

test("settings that cannot be: one line with the file, the line, the remedy", async () => {
  await start_refused((at, edit) => edit("[storage]\n", "[storage]\npasword = 1\n"), /hotline\.toml:\d+.*pasword/);
  await start_refused((at, edit) => edit("[log]\n", "[lgo]\n"), /hotline\.toml:\d+.*lgo/);
  await start_refused((at, edit) => edit('level = "debug"', 'level = "loud"'), /hotline\.toml:\d+.*level/);
  await start_refused((at, edit) => edit('listen = ["127.0.0.1:0"]', 'listen = ["here"]'), /hotline\.toml:\d+.*listen/);
  await start_refused((at, edit) => edit('listen = ["127.0.0.1:0"]', 'listen = 8080'), /hotline\.toml:\d+.*listen/);
  await start_refused((at, edit) => edit("[storage]", "[storage"), /hotline\.toml:\d+/);
  await start_refused((at, edit) => edit('gateway = "twilio"', 'gateway = "carrier-pigeon"'), /carrier-pigeon|gateway/);
  await start_refused((at, edit) => edit('[sms.demo]', '[sms.demo]\ndesk = "No such desk"'), /desk/);
  await start_refused((at) => chmodSync(at.config, 0o644), /chmod/);
  await start_refused((at) => chmodSync(at.config, 0o620), /chmod/);
  const languages = (at) => writeFileSync(at.config, `${readFileSync(at.config, "utf8")}\n[languages]\nfolder = "languages"\n`);
  await start_refused(languages, /no folder .*languages/);
  await start_refused((at) => {
    languages(at);
    mkdirSync(at.path("languages/es.mo"), { recursive: true });   // what cannot be read, by root either
  }, /cannot read .*languages\/es\.mo/);
  await start_refused((at) => unlinkSync(at.config), /cannot be opened/);
  await start_refused((at) => {
    unlinkSync(at.config);
    mkdirSync(at.config);
  }, /not a file/);
  await start_refused((at, edit) => edit('[log]', '[limits]\nfile_bytes_max = -1\n[log]'), /hotline\.toml:\d+.*file_bytes_max/);
  await start_refused((at, edit) => edit('[log]', '[public.tls]\ncertificate = "no.pem"\nkey = "no-key.pem"\n[log]'), /no\.pem/);
});

test("database and key file: missing, wrong, open to others", async () => {
  await start_refused((at, edit) => edit('key_file = "hotline.key"', 'key_file = "none/hotline.key"'), /directory .*none.* does not exist/);
  await start_refused((at, edit) => edit('path = "hotline.db"', 'path = "none/hotline.db"'), /directory .*none.* does not exist/);
  await start_refused((at) => unlinkSync(at.path("hotline.key")), /no key file .*put back the copy from the safe/);
  await start_refused((at) => renameSync(at.path("hotline.db"), at.path("hotline.db.replaced")), /a restore was cut off .*run it again/);
  await start_refused((at) => unlinkSync(at.path("hotline.db")), /no database .*hotline init/);
  await start_refused((at) => chmodSync(at.path("hotline.key"), 0o644), /open to other users: chmod 600/);
  await start_refused((at) => chmodSync(at.path("hotline.db"), 0o644), /open to other users: chmod 600/);
  await start_refused((at) => chmodSync(at.folder, 0o777), /chmod o-w/);
  await start_refused((at) => writeFileSync(at.path("hotline.key"), `${"0".repeat(64)}\n`), /key does not open/);
  await start_refused((at) => writeFileSync(at.path("hotline.key"), "short\n"), /64 hex digits/);
});

test("an address that is taken", async () => {
  const { host } = new URL(server.public);
  await start_refused((at, edit) => edit('listen = ["127.0.0.1:0"]', `listen = ["${host}"]`), /another program listens there/);
});

test("init keeps what is there", async () => {
  const key = readFileSync(place.path("hotline.key"));
  assert.match(await place.refuse(1, "init", "--config", place.config), /is there already/);
  assert.deepEqual(readFileSync(place.path("hotline.key")), key);
  assert.equal(statSync(place.path("hotline.key")).mode & 0o777, 0o600);
  assert.equal(statSync(place.path("hotline.db")).mode & 0o777, 0o600);
});

test("init makes no other key beside one that is encrypted, and takes the one that is handed over", async () => {
  const at = new Place();
  at.write("hotline.key.cred", "what systemd-creds wrote");
  assert.match(await at.refuse(1, "init", "--config", at.config), /the key is encrypted, in .*hotline\.key\.cred/);
  const there = (name) => existsSync(at.path(name));
  assert.deepEqual([there("hotline.key"), there("hotline.db")], [false, false]);
  const handed = folder();
  writeFileSync(join(handed, "hotline.key"), `${"5a".repeat(32)}\n`, { mode: 0o400 });
  const env = { CREDENTIALS_DIRECTORY: handed };
  await at.succeed("init", "--config", at.config, { env });
  assert.deepEqual([there("hotline.key"), there("hotline.db")], [false, true]);
  assert.match(await at.succeed("check", "--config", at.config, { env }), /^sound$/m);
});

test("the demo keeps its hands off a desk that is none", async () => {
  for (const name of ["hotline.db", "hotline.toml"]) {
    const desk = folder();
    writeFileSync(join(desk, name), "somebody's");
    const done = await run("timeout", ["20", join(root, "deploy/quickstart"), "--no-install", "--data", desk]);
    assert.deepEqual([done.status, /something else than a demo/.test(done.stderr)], [1, true], done.stderr);
    assert.deepEqual([readdirSync(desk), readFileSync(join(desk, name), "utf8")], [[name], "somebody's"]);
  }
});

test("the demo does not take another Hotline for its own", { skip: hotline !== join(root, "build/release/hotline") && "the demo runs what stands in build/release" }, async () => {
  // What is to be tried is built already.
  const tools = folder();
  writeFileSync(join(tools, "cmake"), "#!/bin/sh\nexit 0\n", { mode: 0o755 });
  const taken = (url) => new URL(url).host;
  const free = "127.0.0.1:0";
  for (const [at_public, at_console] of [[taken(server.public), taken(server.console)], [free, taken(server.console)]]) {
    const done = await run("timeout", ["60", join(root, "deploy/quickstart"), "--no-install", "--data", join(folder(), "demo"), "--public", at_public, "--console", at_console],
      { env: { PATH: `${tools}:${process.env.PATH}` } });
    assert.equal(done.status, 1, done.stderr);
    assert.match(done.stderr, /another program listens there[^]*the server did not start/);
    assert.equal(done.stdout.toString(), "", "neither a passphrase nor that it is ready");
  }
});

test("wrong usage ends with 2, and help teaches", async () => {
  for (const words of [[], ["nonsense"], ["serve", "more"], ["case", "list"], ["case", "list", "--member", "demo"], ["case", "show", ...server.as()],
    ["case", "list", ...server.as(), "--config", place.config], ["desk", "create", "--config", place.config], ["serve", "--config", place.config, "--more"]]) {
    const done = await place.hotline(...words);
    assert.equal(done.status, 2, words.join(" "));
    assert.match(done.stderr, /^hotline: [^\n]+\n$/, words.join(" "));
    assert.equal(done.stdout.length, 0);
  }
  for (const words of [["--help"], ["case", "--help"], ["case", "reply", "--help"], ["serve", "--help"]]) assert.match(await place.succeed(...words), /Usage|OPTIONS/i);
  const version = await place.succeed("--version");
  for (const part of ["hotline", "libsodium 1.0.22", "SQLCipher 4.", "SQLite 3.", "OpenSSL 3.", "Boost 1.92"]) assert.ok(version.toLowerCase().includes(part.toLowerCase()), part);
});

test("a client that reaches nothing, or something else, says so", async () => {
  const file = ["--member", "demo", "--passphrase-file", place.passphrase_file];
  assert.match(await place.refuse(1, "case", "list", "--server", "http://127.0.0.1:1", ...file), /127\.0\.0\.1:1|reach|connect/);
  assert.match(await place.refuse(1, "case", "list", "--server", "ftp://x", ...file), /URL|http/);
  assert.match(await place.refuse(1, "case", "list", "--server", server.public, ...file), /console listener|status 404|not taken/);
  assert.match(await place.refuse(1, "case", "list", "--server", server.console, "--member", "demo", "--passphrase-file", place.path("none")), /none/);
  assert.match(await place.refuse(1, "case", "show", "0000", ...server.as()), /no case of that id/);
  assert.match(await place.refuse(1, "case", "show", "0", ...server.as()), /four digits/);
  assert.equal((await curl(`${server.console}/`)).status, 200);
});
