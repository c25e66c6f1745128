// Shared by the integration tests: a fresh desk in a folder that goes away, the real server on free ports, curl, the command line.
// Nothing here sleeps for a guessed time: until() asks again until what is awaited is there.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { createHash, createHmac, randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { fileURLToPath } from "node:url";

export const root = process.env.HOTLINE_ROOT ?? fileURLToPath(new URL("../..", import.meta.url));
export const hotline = process.env.HOTLINE_BINARY ?? join(root, "build/release/hotline");
export const passphrase = "correct horse battery staple";
export const sms_token = "demo-token";

const running = new Set();
const folders = new Set();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(1));
// A failed test leaves its server running, and its server would keep this process.
after(() => {
  for (const child of running) child.kill("SIGKILL");
});

/** A new empty folder that only we can read. */
export function folder() {
  const made = mkdtempSync(join(tmpdir(), "hotline-integration-"));
  folders.add(made);
  return made;
}

/** Runs a program to its end: { status, signal, stdout, stderr } with stdout as bytes. */
export function run(program, words, { input, env, cwd, uid, gid } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, { stdio: ["pipe", "pipe", "pipe"], env: { ...process.env, ...env }, cwd, uid, gid });
    running.add(child);
    const out = [];
    const err = [];
    child.stdout.on("data", (piece) => out.push(piece));
    child.stderr.on("data", (piece) => err.push(piece));
    child.on("error", reject);
    child.on("close", (status, signal) => {
      running.delete(child);
      resolve({ status, signal, stdout: Buffer.concat(out), stderr: Buffer.concat(err).toString() });
    });
    child.stdin.on("error", () => {});  // a program may refuse without reading
    child.stdin.end(input);
  });
}

/** Asks again until `condition` gives something true, and gives that. */
export async function until(condition, what, seconds = 90) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const found = await condition();
    if (found) return found;
    assert.ok(Date.now() < end, `waited ${seconds} s in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

let answers = 0;
const answer_folder = folder();

/** One request by curl: { status, headers, body, text, failed }. `failed` is curl's exit code when there was no answer. */
export async function curl(url, ...words) {
  const options = typeof words.at(-1) === "object" && !Array.isArray(words.at(-1)) ? words.pop() : {};
  const head = join(answer_folder, `head-${++answers}`);
  const trust = url.startsWith("https:") ? ["--insecure"] : [];
  const done = await run("curl", [...trust, "--silent", "--show-error", "--noproxy", "*", "--max-time", "60", "--dump-header", head,
    ...words.flat(), url], options);
  let lines = [];
  try {
    // After "100 Continue" comes the answer itself.
    lines = readFileSync(head, "latin1").trimEnd().split("\r\n\r\n").at(-1).split("\r\n");
    rmSync(head);
  } catch {
    // nothing was answered
  }
  const headers = {};
  for (const line of lines.slice(1)) {
    const [, name, value] = /^([^:]+): ?(.*)$/.exec(line);
    headers[name.toLowerCase()] = value;
  }
  const status = Number(/^HTTP\/\S+ (\d+)/.exec(lines[0] ?? "")?.[1] ?? 0);
  return { status, headers, body: done.stdout, text: done.stdout.toString(), failed: done.status, stderr: done.stderr };
}

const form_words = (fields) => Object.entries(fields).flatMap(([name, values]) =>
  [values].flat().map((value) => [name, value]));

/** Posts a form as application/x-www-form-urlencoded. */
export const post_form = (url, fields, ...words) =>
  curl(url, Object.keys(fields).length === 0 ? ["--data", ""] : form_words(fields).flatMap(([name, value]) => ["--data-urlencode", `${name}=${value}`]), ...words);

/** Posts a form as multipart/form-data; `files` are paths, or curl's own words ("path;type=…;filename=…"). */
export const post_multipart = (url, fields, files = [], ...words) =>
  curl(url, form_words(fields).flatMap(([name, value]) => ["--form-string", `${name}=${value}`]),
    files.flatMap((file) => ["--form", `file=@${file}`]), ...words);

const entities = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };
export const unescape_html = (html) => html.replace(/&(amp|lt|gt|quot|#39);/g, (_, name) => entities[name]);
/** The code on the page that says that a report is stored. */
export function code_on(page) {
  const found = /<output id="code"[^>]*>([0-9A-HJKMNP-TV-Z]{4}(?:-[0-9A-HJKMNP-TV-Z]{4}){3})<\/output>/.exec(page);
  assert.ok(found, "the page shows a return code");
  return found[1];
}
export const token_on = (page) => /name="t" value="([^"]+)"/.exec(page)?.[1];
/** The words of each answer on the page. */
export const answers_on = (page) => [...page.matchAll(/<p class="words"[^>]*>([\s\S]*?)<\/p>/g)].map((match) => unescape_html(match[1]));
/** What the page says is wrong, or nothing. */
export const problem_on = (page) => /<div class="problem"[\s\S]*?<p>([^<]*)<\/p>/.exec(page)?.[1];

/** A certificate for 127.0.0.1 and localhost, signed by itself. */
export function make_certificate(to, name) {
  const certificate = join(to, `${name}.pem`);
  const key = join(to, `${name}-key.pem`);
  const made = spawnSync("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
    "-subj", `/CN=${name}`, "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", key, "-out", certificate]);
  assert.equal(made.status, 0, made.stderr?.toString());
  spawnSync("chmod", ["600", key]);
  return { certificate, key };
}

/** The signature that Twilio puts on a form: base64 HMAC-SHA1 over the address and the sorted fields. */
export const twilio_signature = (token, url, fields) =>
  createHmac("sha1", token).update(url + Object.keys(fields).sort().map((name) => name + fields[name]).join("")).digest("base64");

/** A text as Twilio delivers it. */
export const twilio_message = (text, more = {}) => ({
  MessageSid: `SM${randomBytes(16).toString("hex")}`, AccountSid: `AC${"0".repeat(32)}`, From: "+5016001234", To: "+15005550006",
  Body: text, NumMedia: "0", ...more,
});

export const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

/**
 * A desk of its own: settings, key, database, its first admin. Options:
 *   settings  more TOML, appended
 *   tls       { public, console }: certificates as of make_certificate
 *   unix      the public listener also on this path
 *   second_factor  "required": members without one can do nothing but add one, unless the desk is for trying out
 *   found     false: init only
 */
export class Place {
  constructor({ settings = "", tls = {}, unix = "", log = "debug", at = folder(), name = "Test desk", second_factor = "optional" } = {}) {
    this.folder = at;
    this.config = join(at, "hotline.toml");
    this.passphrase_file = join(at, "passphrase");
    this.name = name;
    this.servers = [];
    // The gateway signs this address; where the server really listens is another matter.
    this.origin = "http://report.test";
    const listen = ["127.0.0.1:0", ...(unix ? [`unix:${unix}`] : [])];
    const tls_line = (files) => (files ? `tls = { certificate = "${files.certificate}", key = "${files.key}" }\n` : "");
    writeFileSync(this.passphrase_file, `${passphrase}\n`, { mode: 0o600 });
    writeFileSync(this.config, `[public]
listen = ${JSON.stringify(listen)}
origin = "${this.origin}"
${tls_line(tls.public)}
[console]
listen = ["127.0.0.1:0"]
second_factor = "${second_factor}"
${tls_line(tls.console)}
[storage]
path = "hotline.db"
key_file = "hotline.key"

[log]
level = "${log}"

[sms.demo]
gateway = "twilio"
token = "${sms_token}"

${settings}
`, { mode: 0o600 });
    this.tls = tls;
  }

  /** Makes the database and the desk. */
  static async found(options = {}) {
    const place = new Place(options);
    await place.succeed("init", "--config", place.config);
    await place.succeed("desk", "create", "--config", place.config, "--name", place.name, "--member", "demo", "--demo",
      "--passphrase-file", place.passphrase_file);
    return place;
  }

  /** An admin compares the words of who enrolled, as the colleague would read them, and lets them in. */
  async let_in(name, ...as) {
    const [, role, words] = new RegExp(`^${name}  (\\w+)  (\\S+)`, "m").exec(await this.succeed("member", "list", ...as));
    return this.succeed("member", "grant", name, "--words", words, "--role", role, ...as);
  }

  path(name) { return join(this.folder, name); }
  write(name, content, mode = 0o600) {
    mkdirSync(this.folder, { recursive: true });
    writeFileSync(this.path(name), content, { mode });
    return this.path(name);
  }

  hotline(...words) {
    const options = typeof words.at(-1) === "object" ? words.pop() : {};
    return run(hotline, words, options);
  }
  /** Runs hotline, which must succeed, and gives its output as text. */
  async succeed(...words) {
    const { status, stdout, stderr } = await this.hotline(...words);
    assert.equal(status, 0, `hotline ${words.slice(0, 3).join(" ")}: ${stderr}`);
    return stdout.toString();
  }
  /** Runs hotline, which must fail with `status` and one line on standard error; gives that line. */
  async refuse(status, ...words) {
    const done = await this.hotline(...words);
    assert.equal(done.status, status, `hotline ${words.slice(0, 3).join(" ")}: ${done.stdout}${done.stderr}`);
    assert.match(done.stderr, /^hotline: [^\n]+\n$/, "one line says what to do");
    return done.stderr.trimEnd();
  }

  async serve({ uid, gid, env } = {}) {
    const server = await Server.start(this, { uid, gid, env });
    this.servers.push(server);
    return server;
  }
}

/** A running `hotline serve`. */
export class Server {
  static async start(place, { uid, gid, env } = {}) {
    const server = new Server();
    server.place = place;
    server.errors = "";
    server.output = "";
    const child = spawn(place.program ?? hotline, ["serve", "--config", place.config], { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...env }, uid, gid });
    server.child = child;
    running.add(child);
    child.stderr.on("data", (piece) => (server.errors += piece));
    child.stdout.on("data", (piece) => (server.output += piece));
    server.ended = new Promise((resolve) => child.on("close", (status, signal) => {
      running.delete(child);
      resolve({ status, signal });
    }));
    let over;
    server.ended.then((end) => (over = end));
    const addresses = () => Object.fromEntries([...server.output.matchAll(/^listening (\w+) (127\.0\.0\.1:\d+)$/gm)].map((m) => [m[1], m[2]]));
    await until(() => over || (addresses().console && /^listening public/m.test(server.output)), "the server to listen");
    assert.equal(over, undefined, `the server ended: ${server.errors}`);
    const of = (name) => `${place.tls[name] ? "https" : "http"}://${addresses()[name]}`;
    server.public = of("public");
    server.console = of("console");
    // The signed address is the settings' origin; the request goes where the server listens.
    server.sms = `${server.public}/sms/demo`;
    server.sms_signed = `${place.origin}/sms/demo`;
    return server;
  }
  get pid() { return this.child.pid; }

  /** SIGTERM, and it must end well. */
  async stop() {
    this.child.kill("SIGTERM");
    const end = await this.ended;
    assert.deepEqual(end, { status: 0, signal: null }, this.errors);
  }

  /** Words of the command line that lead a member to this server. */
  as(member = "demo", file = this.place.passphrase_file) {
    const trust = this.place.tls.console ? ["--ca-file", this.place.tls.console.certificate] : [];
    return ["--server", this.console, ...trust, "--member", member, "--passphrase-file", file];
  }
  async cases(...as) {
    const output = await this.place.succeed("case", "list", "--json", ...this.as(...as));
    return output.trimEnd().split("\n").filter(Boolean).map((line) => JSON.parse(line));
  }
  async show(id, ...as) {
    return JSON.parse(await this.place.succeed("case", "show", id, "--json", ...this.as(...as)));
  }
  /** The same with the phone number, for which a reason is given. */
  async show_with_number(id, ...as) {
    return JSON.parse(await this.place.succeed("case", "show", id, "--json", "--reason", "to see that it came whole", ...this.as(...as)));
  }
  /** The one case whose text is exactly that. */
  async case_of(text, ...as) {
    const found = (await this.cases(...as)).filter((entry) => entry.text === text);
    assert.equal(found.length, 1, `one case says ${JSON.stringify(text.slice(0, 60))}`);
    return found[0];
  }

  /** Tells, without files, and gives the code. */
  async tell(text, more = {}) {
    const answer = await post_form(`${this.public}/en/tell`, { q_story: text, ...more });
    assert.equal(answer.status, 200, answer.text);
    return code_on(answer.text);
  }
  /** Sends a text as Twilio would. */
  text(fields, { signature = twilio_signature(sms_token, this.sms_signed, fields), words = [] } = {}) {
    return post_form(this.sms, fields, "--header", `X-Twilio-Signature: ${signature}`, ...words);
  }
}
