// Shared by the tests of casework: two desks on one server, reports and follow-ups by the form or sealed as the page's script seals them,
// and somebody in between a caseworker's client and the console's listener.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import http from "node:http";
import { join } from "node:path";
import { database_pages } from "./database_pages.mjs";
import { Place, answers_on, code_on, curl, post_form, post_multipart, problem_on, root } from "./support.mjs";

const { load } = await import(`${root}/build/npm/load.mjs`);
export const age = await load("age-encryption");

/** Test desk with demo, Labour with rosa. `server` may be started again: everything here asks the one of now. */
export class Casework {
  static async begin({ settings = "", serve = (work) => work.serve() } = {}) {
    const work = new Casework();
    work.place = await Place.found({ settings: `[[desk]]\nname = "Test desk"\n\n[[desk]]\nname = "Labour"\n\n${settings}` });
    work.files = { rosa: work.place.write("rosa.passphrase", "rosa's own long passphrase\n") };
    await work.place.succeed("desk", "create", "--config", work.place.config, "--name", "Labour", "--member", "rosa", "--passphrase-file", work.files.rosa);
    await serve(work);
    const { desks } = JSON.parse((await curl(`${work.server.public}/api/v1/desks`)).text);
    work.desks = Object.fromEntries(desks.map((desk) => [desk.name, desk]));
    return work;
  }
  async serve() { this.server = await this.place.serve(); }
  /** As by a power cut; then a server on the same database. */
  async kill() {
    this.server.child.kill("SIGKILL");
    await this.server.ended;
  }

  /** Somebody more at the Test desk, let in by demo. */
  async join(name, role) {
    this.files[name] = this.place.write(`${name}.passphrase`, `${name}'s own long passphrase\n`);
    const invited = await this.place.succeed("member", "invite", name, "--role", role, ...this.as());
    await this.place.succeed("member", "enrol", "--invitation", /^[A-Za-z0-9_-]{32}$/m.exec(invited)[0], "--server", this.server.console, "--passphrase-file", this.files[name]);
    await this.place.let_in(name, ...this.as());
  }
  file_of(name) { return this.files[name] ?? this.place.passphrase_file; }
  as(name = "demo") { return this.server.as(name, this.file_of(name)); }
  page(language = "en") { return `${this.server.public}/${language}/answers`; }
  async read(code, language) { return answers_on((await post_form(this.page(language), { code })).text); }
  async tell(text, { language = "en", ...more } = {}, attached = []) {
    const fields = { q_story: text, desk: this.desks["Test desk"].id, ...more };
    const answer = await post_multipart(`${this.server.public}/${language}/tell`, fields, attached);
    assert.equal(answer.status, 200, problem_on(answer.text));
    return code_on(answer.text);
  }
  /** Writes again by the form. */
  async again(code, fields) {
    const answer = await post_form(this.page(), { code, desk: this.desks["Test desk"].id, ...fields });
    assert.equal(answer.status, 200, problem_on(answer.text));
  }
  async listed(text, name = "demo") { return (await this.server.cases(name, this.file_of(name))).find((entry) => entry.text === text); }
  shown(id, name = "demo") { return this.place.succeed("case", "show", id, ...this.as(name)); }

  /** Sends a sealed document as the page's script does. */
  async send_sealed(document, desk = this.desks["Test desk"]) {
    const encrypter = new age.Encrypter();
    encrypter.addRecipient(desk.epoch.recipient);
    const json = JSON.stringify({ v: 1, desk: desk.id, channel: "web", language: "en", attachments: [], ...document });
    const file = this.place.write(`sealed-${randomBytes(4).toString("hex")}`, Buffer.from(await encrypter.encrypt(json.padEnd(4096))));
    const answer = await curl(`${this.server.public}/api/v1/reports`, "--form", `report=@${file}`, "--form", `epoch=${desk.epoch.id}`);
    assert.equal(answer.status, 201, answer.text);
  }
  /** The mailbox that travels in a report: what a script has from the code. */
  async mailbox_of(id, name = "demo") {
    const { timeline } = await this.server.show(id, name, this.file_of(name));
    return timeline.find((entry) => entry.content?.mailbox).content.mailbox;
  }

  /**
   * The console's listener with somebody in between: `meddle(request, answer)` is asked before a call goes on ({ request }) and after its
   * answer came ({ request, status, body }); "cut" ends the connection there, bytes take the place of the answer's.
   */
  async in_between(meddle) {
    const between = http.createServer((request, response) => {
      const pieces = [];
      request.on("data", (piece) => pieces.push(piece));
      request.on("end", async () => {
        if (await meddle({ request, sent: Buffer.concat(pieces).toString() }) === "cut") return request.socket.destroy();
        const { hostname, port } = new URL(this.server.console);
        const onward = http.request({ hostname, port, path: request.url, method: request.method, headers: { ...request.headers, host: `${hostname}:${port}` } }, (answer) => {
          const back = [];
          answer.on("data", (piece) => back.push(piece));
          answer.on("end", async () => {
            const body = Buffer.concat(back);
            const meant = await meddle({ request, status: answer.statusCode, headers: answer.headers, body });
            if (meant === "cut") return request.socket.destroy();
            const { "transfer-encoding": _, "content-length": __, ...headers } = answer.headers;
            const sent = Buffer.isBuffer(meant) ? meant : body;
            response.writeHead(answer.statusCode, { ...headers, ...(sent.length > 0 && { "content-length": sent.length }) });
            return response.end(sent);
          });
        });
        onward.on("error", () => request.socket.destroy());
        onward.end(Buffer.concat(pieces));
      });
    });
    await new Promise((resolve) => between.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${between.address().port}`;
    return {
      as: (name = "demo") => ["--server", url, "--member", name, "--passphrase-file", this.file_of(name)],
      close: () => { between.closeAllConnections(); between.close(); },
    };
  }

  /** Pieces of all that is stored sealed for a case, as `case export` and `case show` fetch it: where they lie in the pages they can be found. */
  async sealed_pieces(id) {
    const pieces = [];
    const take = (bytes) => { for (let at = 0; at + 32 <= bytes.length; at += 400) pieces.push(bytes.subarray(at, at + 32)); };
    const between = await this.in_between(({ request, body }) => {
      if (!body || request.method !== "GET") return;
      // Behind the beginning of the age header, which is alike everywhere.
      if (/\/files\//.test(request.url)) take(body.subarray(60));
      const of = (list) => (list ?? []).forEach((row) => take(Buffer.from(row.sealed, "base64url").subarray(60)));
      if (/^\/api\/v1\/reports\?/.test(request.url)) of(JSON.parse(body).reports.filter((row) => ids.has(row.id)));
      if (/\/events$/.test(request.url)) of(JSON.parse(body).events.filter((row) => row.case === file));
      if (/\/grants$/.test(request.url)) of(JSON.parse(body).grants.filter((row) => row.scope === file));
    });
    const whole = await this.server.show(id);
    const file = whole.case;
    const ids = new Set(whole.timeline.filter((entry) => entry.content).map((entry) => entry.id));
    await this.place.succeed("case", "export", id, "--output", this.place.path(`export-${id}`), ...between.as());
    between.close();
    return pieces;
  }
  /** How many of them are in the database's pages in clear, those in its log and the free ones. */
  found_in_pages(pieces) {
    const { folder } = this.place;
    const pages = database_pages(join(folder, "hotline.db"), readFileSync(join(folder, "hotline.key"), "latin1").trim());
    return pieces.filter((piece) => pages.includes(piece)).length;
  }
}

/** Whether a request asks for the deletion itself, the last step of all. */
export const is_deletion = (request) => request.method === "POST" && request.url === "/api/v1/deletions";
