// Certificates that are replaced under load: by SIGHUP, and by nothing but new files. No request is lost, and no connection.
// Seen red: without Certificates::look() the last two are never taken.
import assert from "node:assert/strict";
import { renameSync, copyFileSync, writeFileSync } from "node:fs";
import https from "node:https";
import { join } from "node:path";
import test from "node:test";
import tls from "node:tls";
import { Place, folder, make_certificate, until } from "./support.mjs";

/** The name in the certificate that a new connection is shown. */
const shown_at = (port) => new Promise((resolve, reject) => {
  const socket = tls.connect({ port, host: "127.0.0.1", rejectUnauthorized: false }, () => {
    resolve(socket.getPeerCertificate().subject.CN);
    socket.destroy();
  });
  socket.on("error", reject);
});

/** Asks without a pause until told to stop; every request must be answered 200. */
class Visitor {
  constructor(port, keep) {
    this.answered = 0;
    this.agent = new https.Agent({ keepAlive: keep, maxSockets: 1, rejectUnauthorized: false });
    this.connections = new Set();
    this.done = this.run(port);
  }
  async run(port) {
    while (!this.stopped) {
      await new Promise((resolve, reject) => {
        const request = https.get({ port, host: "127.0.0.1", path: "/en/", agent: this.agent }, (answer) => {
          if (answer.statusCode !== 200) reject(new Error(`answered ${answer.statusCode}`));
          this.connections.add(answer.socket);
          answer.resume().on("end", resolve).on("error", reject);
        });
        request.on("error", reject);
      });
      ++this.answered;
    }
    this.agent.destroy();
  }
  async stop() {
    this.stopped = true;
    await this.done;
  }
}

test("certificates change under load, and nobody is lost", async () => {
  const at = folder();
  const used = { certificate: join(at, "used.pem"), key: join(at, "used-key.pem") };
  const use = (name) => {
    const made = make_certificate(at, name);
    // As a program for renewals does it: whole files, put in place one after the other.
    copyFileSync(made.key, `${used.key}.new`);
    copyFileSync(made.certificate, `${used.certificate}.new`);
    renameSync(`${used.key}.new`, used.key);
    renameSync(`${used.certificate}.new`, used.certificate);
  };
  use("number-0");
  const place = await Place.found({ tls: { public: used } });
  const server = await place.serve();
  const port = Number(new URL(server.public).port);
  const kept = [new Visitor(port, true), new Visitor(port, true)];
  const all = [...kept, new Visitor(port, false), new Visitor(port, false)];
  const failed = Promise.race(all.map((visitor) => visitor.done)).then(() => new Promise(() => {}));
  const progress = async () => {
    const before = all.map((visitor) => visitor.answered);
    await Promise.race([failed, until(() => all.every((visitor, i) => visitor.answered > before[i] + 1), "everyone to be answered again")]);
  };
  await progress();
  for (let turn = 1; turn <= 4; ++turn) {
    use(`number-${turn}`);
    if (turn <= 2) server.child.kill("SIGHUP");
    await Promise.race([failed, until(async () => (await shown_at(port)) === `number-${turn}`, `certificate ${turn}`)]);
    await progress();
  }
  // What does not fit together is not taken, by itself either.
  writeFileSync(used.certificate, "half a certificate");
  await until(() => /used\.pem.*stays in use/.test(server.errors), "the operator to be told");
  assert.equal(await shown_at(port), "number-4");
  await progress();
  for (const visitor of all) await visitor.stop();
  for (const visitor of kept) assert.equal(visitor.connections.size, 1, "an open connection goes on through every change");
  await server.stop();
});
