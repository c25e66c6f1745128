#!/usr/bin/env node
// The listeners: TLS with a certificate that is changed while people are connected, a Unix socket, and an end that finishes what runs.
import assert from "node:assert/strict";
import { copyFileSync, existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import net from "node:net";
import { join } from "node:path";
import test from "node:test";
import tls from "node:tls";
import { Place, code_on, curl, folder, make_certificate, post_form, post_multipart, run, until } from "./support.mjs";

/** A connection that sends when told and collects what comes. */
class Line {
  static async open(url) {
    const line = new Line();
    const { hostname, port, protocol } = new URL(url);
    line.got = "";
    line.socket = protocol === "https:" ? tls.connect({ host: hostname, port, rejectUnauthorized: false }) : net.connect(port, hostname);
    line.socket.setNoDelay(true);
    line.socket.on("data", (piece) => (line.got += piece));
    line.closed = new Promise((resolve) => line.socket.on("close", resolve));
    line.socket.on("error", () => {});
    await new Promise((resolve) => line.socket.once(protocol === "https:" ? "secureConnect" : "connect", resolve));
    return line;
  }
  write(bytes) { return new Promise((resolve) => this.socket.write(bytes, resolve)); }
  /** Waits for the end of an answer that says its length, and gives it. */
  async answer() {
    const at = this.got.length === 0 ? 0 : this.taken ?? 0;
    const rest = () => this.got.slice(at);
    const complete = () => {
      const head = rest().indexOf("\r\n\r\n");
      const length = Number(/content-length: (\d+)/i.exec(rest().slice(0, head))?.[1]);
      return head >= 0 && Buffer.byteLength(rest().slice(head + 4)) >= length;
    };
    await until(complete, "a whole answer");
    this.taken = this.got.length;
    return rest();
  }
  get certificate_name() { return this.socket.getPeerCertificate().subject.CN; }
}
const get = "GET /en/ HTTP/1.1\r\nHost: localhost\r\n\r\n";

test("TLS: 1.3 only, and a new certificate by SIGHUP without losing anybody", async () => {
  const at = folder();
  const first = make_certificate(at, "first");
  const second = make_certificate(at, "second");
  const used = { certificate: join(at, "used.pem"), key: join(at, "used-key.pem") };
  const use = ({ certificate, key }) => {
    copyFileSync(certificate, used.certificate);
    copyFileSync(key, used.key);
  };
  use(first);
  const place = await Place.found({ tls: { public: used, console: used } });
  const server = await place.serve();
  assert.equal((await curl(`${server.public}/en/`, "--tls-max", "1.2")).failed, 35, "TLS 1.2 is refused");
  assert.match((await curl(`${server.public}/en/`)).headers["strict-transport-security"], /max-age=\d{8}/);
  assert.notEqual((await curl(server.public.replace("https:", "http:"))).status, 200, "plain HTTP to a TLS port gives nothing");
  const text = "through TLS";
  await server.tell(text);
  await server.case_of(text);
  // The command line does not speak with a certificate that it cannot trust.
  assert.match(await place.refuse(1, "case", "list", "--server", server.console, "--member", "demo", "--passphrase-file", place.passphrase_file), /certificate/);

  const idle = await Line.open(server.public);
  assert.equal(idle.certificate_name, "first");
  await idle.write(get);
  await idle.answer();
  const body = "q_story=begun+with+the+first+certificate";
  const busy = await Line.open(server.public);
  await busy.write(`POST /en/tell HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: ${body.length}\r\n\r\n${body.slice(0, 10)}`);

  use(second);
  server.child.kill("SIGHUP");
  const newcomer = await until(async () => {
    const line = await Line.open(server.public);
    if (line.certificate_name === "second") return line;
    line.socket.destroy();
    return undefined;
  }, "the second certificate");
  await newcomer.write(get);
  assert.match(await newcomer.answer(), /^HTTP\/1.1 200/);
  await idle.write(get);
  assert.match(await idle.answer(), /^HTTP\/1.1 200/, "the open connection goes on");
  await busy.write(body.slice(10));
  assert.match(await busy.answer(), /^HTTP\/1.1 200/, "what was being sent is taken");
  await server.case_of("begun with the first certificate");

  // A certificate that cannot be used does not stop the server; the one before stays, and the operator is told.
  writeFileSync(used.certificate, "not a certificate\n");
  server.child.kill("SIGHUP");
  await until(() => /used\.pem.*stays in use/.test(server.errors), "the operator to be told");
  const after = await Line.open(server.public);
  assert.equal(after.certificate_name, "second");
  for (const line of [idle, busy, newcomer, after]) line.socket.destroy();
  await server.stop();
});

test("a Unix socket needs no network", async () => {
  const path = join(folder(), "public.sock");
  const place = await Place.found({ unix: path });
  const server = await place.serve();
  await until(() => /listening public unix:/.test(server.output), "the socket to be named");
  assert.ok(statSync(path).isSocket());
  const by_socket = ["--unix-socket", path];
  const shown = await curl("http://localhost/en/tell", by_socket);
  assert.equal(shown.status, 200);
  const sent = await post_multipart("http://localhost/en/tell", { q_story: "through a Unix socket" }, [], by_socket);
  code_on(sent.text);
  await server.case_of("through a Unix socket");
  assert.equal((await post_form("http://localhost/en/answers", { code: code_on(sent.text) }, by_socket)).status, 200);
  await server.stop();
  assert.ok(!existsSync(path), "the socket goes with the server");
  // One that a killed server left behind is no obstacle.
  const killed = await place.serve();
  killed.child.kill("SIGKILL");
  await killed.ended;
  assert.ok(existsSync(path));
  const next = await place.serve();
  assert.equal((await curl("http://localhost/healthz", by_socket)).status, 200);
  // But one that is in use is not taken away, whatever database is to be served there.
  const other = await Place.found({ unix: path });
  assert.match(await other.refuse(1, "serve", "--config", other.config), /another program listens/);
  assert.equal((await curl("http://localhost/healthz", by_socket)).status, 200);
  await next.stop();
});

test("told to stop, it finishes an upload that is under way, and ends", async () => {
  const place = await Place.found();
  const server = await place.serve();
  const boundary = "b";
  const file = Buffer.alloc(400_000, "a photo, in pieces. ");
  const body = Buffer.concat([Buffer.from(`--b\r\nContent-Disposition: form-data; name="q_story"\r\n\r\nsent while it stops\r\n--b\r\n` +
    `Content-Disposition: form-data; name="file"; filename="photo.jpg"\r\nContent-Type: image/jpeg\r\n\r\n`), file, Buffer.from("\r\n--b--\r\n")]);
  const upload = await Line.open(server.public);
  await upload.write(`POST /en/tell HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=${boundary}\r\nContent-Length: ${body.length}\r\n\r\n`);
  await upload.write(body.subarray(0, 100_000));
  const idle = await Line.open(server.public);
  await idle.write(get);
  await idle.answer();
  server.child.kill("SIGTERM");
  await idle.closed;  // those who only wait are sent away
  await until(async () => (await curl(`${server.public}/healthz`)).failed === 7, "nobody new to be let in");
  await upload.write(body.subarray(100_000));
  const answer = await upload.answer();
  assert.match(answer, /^HTTP\/1.1 200/);
  code_on(answer);
  assert.match(answer, /\r\nConnection: close\r\n/);
  assert.deepEqual(await server.ended, { status: 0, signal: null });

  const again = await place.serve();
  const { id } = await again.case_of("sent while it stops");
  await place.succeed("case", "export", id, "--output", place.path("export"), ...again.as());
  const { attachments } = (await again.show(id)).timeline[0].content;
  assert.deepEqual(readFileSync(place.path(`export/${attachments[0].id}.jpg`)), file);
  // Ctrl-C is the same as SIGTERM.
  again.child.kill("SIGINT");
  assert.deepEqual(await again.ended, { status: 0, signal: null });
});

test("the process gives up what it does not need", async () => {
  const place = await Place.found();
  const server = await place.serve();
  const status = readFileSync(`/proc/${server.pid}/status`, "utf8");
  assert.match(status, /^NoNewPrivs:\s+1$/m);
  assert.match(readFileSync(`/proc/${server.pid}/limits`, "utf8"), /^Max core file size\s+0\s+0/m);
  // Nothing of the settings' secrets is on the command line or in the environment.
  assert.doesNotMatch(readFileSync(`/proc/${server.pid}/cmdline`, "utf8"), /demo-token|passphrase/);
  const listening = await run("sh", ["-c", `ls /proc/${server.pid}/fd | wc -l`]);
  assert.ok(Number(listening.stdout.toString()) < 100);
  await server.stop();
  // Without the right to lock memory it says so; nothing else went wrong, and nothing else is said to have.
  assert.doesNotMatch(server.errors.replace(/^warning memory_not_locked\n/m, ""), /^(error|warning)/m);
});
