#!/usr/bin/env node
// The worker as it is built, outside of a browser, against a running server: what it seals is opened at the desk; lines drop, servers start
// again, and still there is one report with whole files.
import assert from "node:assert/strict";
import { File } from "node:buffer";
import { randomBytes, webcrypto } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import test, { before } from "node:test";
import vm from "node:vm";
import { Place, curl, post_form, sha256 } from "../integration/support.mjs";
import { built, part } from "./parts.mjs";

let place;
let server;
before(async () => {
  place = await Place.found({ settings: "[limits]\nfile_bytes_max = 4194304\nfiles_max = 3\n" });
  server = await place.serve();
});

/** The page's end of a worker of its own. `line` stands between it and the server: line(path, options, go) → Response. */
class Phone {
  waits = [];
  number = 0;
  asked = new Map();
  constructor({ line = (path, options, go) => go(), webassembly = true, patience = 120_000 } = {}) {
    const self = { postMessage: (message) => this.hear(message) };
    const fetching = async (path, options = {}) => {
      const url = new URL(path, server.public);
      return line(url.pathname, options, () => fetch(url, { ...options, cache: "no-store", referrerPolicy: undefined }));
    };
    const context = {
      self, fetch: fetching, crypto: webcrypto, TextEncoder, TextDecoder, ReadableStream, TransformStream, Response, URL, AbortController, FormData, Blob, DOMException,
      WebAssembly: webassembly ? WebAssembly : undefined, Uint8Array, ArrayBuffer, Error, TypeError, Promise, btoa, atob,
      // Pauses between tries pass at once; what gives a dead line up does not.
      setTimeout: (f, wait) => setTimeout(f, wait > 100_000 ? patience : 0), clearTimeout,
    };
    vm.runInContext(readFileSync(join(built, "worker.js"), "utf8"), vm.createContext(context), { filename: "worker.js" });
    this.send = (data) => self.onmessage({ data });
  }
  hear(message) {
    const { resolve, reject, progress } = this.asked.get(message.number);
    if (message.progress) return progress(message.progress);
    if (message.failed) reject(new Error(message.failed));
    else resolve(message.taken);
  }
  ask(call, given, progress = (what) => this.waits.push(what)) {
    return new Promise((resolve, reject) => {
      const number = ++this.number;
      this.asked.set(number, { resolve, reject, progress });
      this.send({ number, call, given });
    });
  }
  async start(token = "") {
    const page = (await curl(`${server.public}/en/tell`)).text;
    this.started = await this.ask("start", { questions: /data-questions="([^"]+)"/.exec(page)[1], token });
    return this;
  }
}

const newToken = () => randomBytes(32).toString("base64url");
const message = (fields, files = [], token = newToken()) => ({ fields: Object.entries(fields).flatMap(([name, values]) => [values].flat().map((value) => [name, value])), files, language: "es", token });
const file = (content, name = "foto.jpg", type = "image/jpeg") => new File([content], name, { type });
const exported = async (id) => {
  const to = place.path(`export-${id}`);
  await place.succeed("case", "export", id, "--output", to, ...server.as());
  return readdirSync(to).filter((name) => !name.endsWith(".age") && !name.endsWith(".json")).map((name) => sha256(readFileSync(join(to, name))));
};
const report_of = async (id) => (await server.show(id)).timeline.find((entry) => entry.kind === "report").content;

test("a report sealed by the worker is opened at the desk, and its code reads the answer", async () => {
  const phone = await new Phone().start();
  assert.deepEqual({ ...phone.started }, { assisted: false, files_max: 3, file_bytes_max: 4194304, body_bytes_max: phone.started.body_bytes_max });
  const content = randomBytes(700_001);
  const given = message({ q_safe_now: "no", q_needs: ["shelter", "talk"], q_police: "yes", q_share: ["iom"], q_story: "sellado\r\naquí \u0007ñ 🙂", q_want: " \n", unknown: "x" }, [file(content), file("")]);
  const code = await phone.ask("tell", given);
  assert.match(code, /^[0-9A-Z]{4}(-[0-9A-Z]{4}){3}$/);
  const { id, urgency, channel } = await server.case_of("sellado\naquí ñ 🙂");
  assert.equal(urgency, 1);
  assert.equal(channel, "sealed");
  const report = await report_of(id);
  assert.deepEqual(report.answers, { q_safe_now: "no", q_needs: ["shelter", "talk"], q_police: "yes", q_story: "sellado\naquí ñ 🙂" });
  assert.deepEqual([...report.consents].sort(), ["iom", "police"]);
  assert.equal(report.language, "es");
  assert.deepEqual(report.attachments.map(({ name, media_type, bytes, sha256: hash }) => [name, media_type, bytes, hash]),
    [["foto.jpg", "image/jpeg", 700_001, sha256(content)], ["foto.jpg", "image/jpeg", 0, sha256("")]]);
  assert.deepEqual((await exported(id)).sort(), [sha256(content), sha256("")].sort());

  // Another phone, another day: the code alone.
  const later = await new Phone().start();
  const bare = code.replaceAll("-", "");
  assert.deepEqual([...await later.ask("open", { code: bare })], []);
  const long = `${"Una respuesta larga. ".repeat(400)}Fin.`;
  await place.succeed("case", "reply", id, "--text", "Lo leímos.", ...server.as());
  await place.succeed("case", "reply", id, "--text", long, ...server.as());
  assert.deepEqual([...await later.ask("open", { code: bare })].map((answer) => [answer.text, answer.partMissing]), [["Lo leímos.", false], [long, false]]);
  // A code that nobody has looks the same.
  assert.deepEqual([...await later.ask("open", { code: "1A8D3PXW3JZW6PCJ" })], []);
  await later.ask("open", { code: bare });
  assert.equal(await later.ask("write", message({ message: "y otra cosa" }, [file("more", "a.txt", "text/plain")])), null);
  assert.equal(await later.ask("write", message({ consents: "1", q_share: ["statistics"] })), null);
  assert.equal(await later.ask("write", message({ delete: "1" })), null);
  const { timeline } = await server.show(id);
  const followups = timeline.filter((entry) => entry.content?.type === "followup").map((entry) => entry.content);
  assert.deepEqual(followups.map(({ text, wish, consents, attachments }) => [text, wish, consents, attachments.length]),
    [["y otra cosa", undefined, undefined, 1], ["", "consents", ["statistics"], 0], ["", "delete", undefined, 0]]);
  await assert.rejects(later.ask("write", message({ message: "  \n" })), /problem.message_empty/);
});

test("nothing to send is named, and nothing goes out", async () => {
  const paths = [];
  const phone = await new Phone({ line: (path, options, go) => (paths.push(path), go()) }).start();
  const before_it = (await server.cases()).length;
  paths.length = 0;
  await assert.rejects(phone.ask("tell", message({ q_want: " \n", q_safe_now: "" })), /problem.nothing/);
  assert.deepEqual(paths.filter((path) => path !== "/api/v1/work"), []);
  assert.equal((await server.cases()).length, before_it);
});

test("a file is given up while something else is still waited for", async () => {
  const gone = [];
  const phone = await new Phone({
    webassembly: false,
    line: async (path, options, go) => {
      gone.push(path);
      if (path === "/api/v1/return-code") await phone.ask("cancel", { file: 0 });
      return go();
    },
  }).start();
  const code = await phone.ask("tell", message({ q_story: "given up in time" }, [file(randomBytes(1000), "no.jpg"), file(randomBytes(1000), "yes.jpg")]));
  assert.match(code, /^[0-9A-Z-]{19}$/);
  const { id } = await server.case_of("given up in time");
  assert.deepEqual((await report_of(id)).attachments.map(({ name }) => name), ["yes.jpg"]);
  assert.equal(gone.filter((path) => path === "/api/v1/uploads").length, 1);
});

test("a lost answer, a double tap: one report", async () => {
  let lost = 0;
  const phone = await new Phone({
    line: async (path, options, go) => {
      const answer = await go();
      if (path === "/api/v1/reports" && lost++ < 2) throw new TypeError("the line dropped after the server had stored it");
      return answer;
    },
  }).start();
  const given = message({ q_story: "stored once" });
  const code = await phone.ask("tell", given);
  assert.equal(await phone.ask("tell", given), code);
  assert.ok(lost >= 3);
  assert.ok(phone.waits.some((what) => what.wait === "offline"));
  assert.equal((await server.case_of("stored once")).reports, 1);
  // Other words with the same token are a report of their own, with the same code.
  assert.equal(await phone.ask("tell", { ...given, fields: [["q_story", "stored once more"]] }), code);
});

test("a file over a bad line and a server that starts again arrives whole", async () => {
  const content = randomBytes(3_000_000);
  let patches = 0;
  const phone = await new Phone({
    line: async (path, options, go) => {
      if (options.method !== "PATCH") return go();
      patches++;
      if (patches === 2) throw new TypeError("dropped before it left");
      if (patches === 4) {
        await go();
        throw new TypeError("dropped after it came");
      }
      if (patches === 5) {
        const address = server.public;
        await server.stop();
        place.write("hotline.toml", readFileSync(place.config, "utf8").replace('listen = ["127.0.0.1:0"]', `listen = ["${address.slice("http://".length)}"]`));
        server = await place.serve();
        assert.equal(server.public, address);
      }
      return go();
    },
  }).start();
  const seen = [];
  await phone.ask("tell", message({ q_story: "over a bad line" }, [file(content)]), (what) => seen.push(what));
  assert.ok(patches > 5);
  const sent = seen.filter((what) => "sent" in what);
  assert.ok(sent.length > 3 && sent.every((what, i) => i === 0 || what.sent > sent[i - 1].sent), "progress only grows");
  assert.equal(sent.at(-1).sent, sent.at(-1).all);
  const { id } = await server.case_of("over a bad line");
  assert.deepEqual(await exported(id), [sha256(content)]);
});

test("an upload that the server lost is begun again", async () => {
  let lost = false;
  const phone = await new Phone({
    line: async (path, options, go) => {
      if (options.method === "PATCH" && Number(options.headers["Upload-Offset"]) > 0 && !lost) {
        lost = true;
        await curl(`${server.public}${path}`, "--request", "DELETE", "--header", "Tus-Resumable: 1.0.0");
      }
      return go();
    },
  }).start();
  const content = randomBytes(1_000_000);
  await phone.ask("tell", message({ q_story: "begun again" }, [file(content)]));
  assert.ok(lost);
  assert.deepEqual(await exported((await server.case_of("begun again")).id), [sha256(content)]);
});

/** A phone whose uploads end before the report that names them comes, for so many times. */
const put_out = (times) => {
  const waiting = new Set();
  return new Phone({
    line: async (path, options, go) => {
      if (path.startsWith("/api/v1/uploads/")) waiting.add(path);
      if (path === "/api/v1/reports" && times-- > 0) {
        for (const upload of waiting) await curl(`${server.public}${upload}`, "--request", "DELETE", "--header", "Tus-Resumable: 1.0.0");
        waiting.clear();
      }
      return go();
    },
  }).start();
};

test("files that the server put out before their report came are sent anew, once; after that it is busy, not the lock broken", async () => {
  const content = randomBytes(90_000);
  const phone = await put_out(1);
  const code = await phone.ask("tell", message({ q_story: "put out once" }, [file(content)]));
  const { id } = await server.case_of("put out once");
  assert.deepEqual(await exported(id), [sha256(content)]);

  const writing = await put_out(1);
  await writing.ask("open", { code: code.replaceAll("-", "") });
  await writing.ask("write", message({ message: "put out while writing" }, [file(content)]));
  assert.equal((await server.show(id)).timeline.at(-1).content.attachments.length, 1);

  const crowded = await put_out(Infinity);
  await assert.rejects(crowded.ask("tell", message({ q_story: "put out always" }, [file(content)])), /busy/);
  // An upload that ends again and again on its way.
  const ending = await new Phone({
    line: async (path, options, go) => {
      if (options.method === "PATCH") await curl(`${server.public}${path}`, "--request", "DELETE", "--header", "Tus-Resumable: 1.0.0");
      return go();
    },
  }).start();
  await assert.rejects(ending.ask("tell", message({ q_story: "put out always" }, [file(content)])), /busy/);
  assert.ok((await server.cases()).every((entry) => entry.text !== "put out always"));
});

test("a file given up on the way is left out, the rest goes", async () => {
  const phone = await new Phone().start();
  let cancelled = false;
  await phone.ask("tell", message({ q_story: "one of two" }, [file(randomBytes(2_000_000), "a"), file("kept", "b")]), (what) => {
    if (what.file === 0 && !cancelled) {
      cancelled = true;
      void phone.ask("cancel", { file: 0 });
    }
  });
  const { id } = await server.case_of("one of two");
  assert.deepEqual((await report_of(id)).attachments.map(({ name }) => name), ["b"]);
});

test("what went wrong is told apart: offline, busy, refused, a file that cannot be read", async () => {
  const failing = async (when, how, files = []) => {
    const phone = await new Phone({ line: (path, options, go) => (path.startsWith(when) ? how() : go()) }).start();
    return assert.rejects(phone.ask("tell", message({ q_story: "never stored" }, files)), (error) => (failing.reason = error.message) !== "");
  };
  await failing("/api/v1/reports", () => { throw new TypeError(); });
  assert.equal(failing.reason, "offline");
  await failing("/api/v1/reports", () => new Response("", { status: 503, headers: { "Retry-After": "1" } }));
  assert.equal(failing.reason, "busy");
  await failing("/api/v1/reports", () => new Response("", { status: 422 }));
  assert.equal(failing.reason, "refused");
  await failing("/api/v1/uploads", () => new Response("", { status: 413 }), [file("x")]);
  assert.equal(failing.reason, "large");
  await failing("/api/v1/uploads", () => Response.json({ title: "No room for files", status: 503 }, { status: 503 }), [file("x")]);
  assert.equal(failing.reason, "full");
  const gone = file("x".repeat(100));
  gone.slice = () => ({ arrayBuffer: () => Promise.reject(new DOMException("", "NotReadableError")) });
  await failing("/never", () => undefined, [gone]);
  assert.equal(failing.reason, "file");
  assert.ok((await server.cases()).every((entry) => entry.text !== "never stored"));
});

test("a line that is dead without saying so is given up, and tried again", async () => {
  let silent = true;
  const phone = await new Phone({
    patience: 1000,
    line: (path, options, go) => {
      if (path !== "/api/v1/reports" || !silent) return go();
      silent = false;
      return new Promise((resolve, reject) => options.signal.addEventListener("abort", () => reject(options.signal.reason)));
    },
  }).start();
  await phone.ask("tell", message({ q_story: "after a silence" }));
  assert.equal((await server.case_of("after a silence")).reports, 1);
});

test("an epoch that the desk did not sign is not used", async () => {
  const phone = new Phone({
    line: async (path, options, go) => {
      if (path !== "/api/v1/desks") return go();
      const desks = await (await go()).json();
      desks.desks[0].epoch.not_after += 1;
      return Response.json(desks);
    },
  });
  await assert.rejects(phone.start(), /broken/);
});

test("without WebAssembly the server makes the code, and no more", async () => {
  const bodies = [];
  const phone = await new Phone({ webassembly: false, line: (path, options, go) => (path === "/api/v1/return-code" && bodies.push(options.body), go()) }).start(newToken());
  assert.equal(phone.started.assisted, true);
  const code = await phone.ask("tell", message({ q_story: "without WebAssembly" }));
  assert.deepEqual(bodies, [JSON.stringify({ code: code.replaceAll("-", "") })]);
  const { id } = await server.case_of("without WebAssembly");
  await place.succeed("case", "reply", id, "--text", "answered", ...server.as());
  const other = await new Phone().start();
  assert.deepEqual([...await other.ask("open", { code: code.replaceAll("-", "") })].map(({ text }) => text), ["answered"]);
});

test("the hint is the server's, for any answers", async () => {
  const { answersOf, priorityOf } = await part("document");
  const page = (await curl(`${server.public}/en/tell`)).text;
  const questions = JSON.parse((await curl(`${server.public}${/data-questions="([^"]+)"/.exec(page)[1]}`)).text);
  const options = new Map();
  for (const [, name, value] of page.matchAll(/name="(q_\w+)" value="([^"]+)"/g)) options.set(name, [...(options.get(name) ?? []), value]);
  // A generator of its own: the same answers in each run.
  let state = 7;
  const random = (below) => (state = (state * 48271) % 2147483647) % below;
  const wanted = new Map();
  for (let i = 0; i < 40; i++) {
    const fields = { q_where: `place ${i}` };
    if (i % 3 === 0) delete fields.q_where;
    for (const [name, values] of options) if (name !== "q_who" && random(i % 6 + 2) === 0) fields[name] = values[random(values.length)];
    fields.q_contact = i % 3 === 0 ? "" : `me ${i}`;
    if (Object.values(fields).every((value) => value === "")) continue;
    const answers = answersOf(Object.entries(fields), questions);
    wanted.set(JSON.stringify(answers), priorityOf(answers, 0, questions));
    assert.equal((await post_form(`${server.public}/en/tell`, fields)).status, 200);
  }
  const levels = new Set();
  let compared = 0;
  for (const { id, urgency } of await server.cases()) {
    const entry = (await server.show(id)).timeline.find((one) => one.kind === "report");
    if (entry.channel !== "form" && entry.channel !== "web") continue;
    const flat = Object.entries(entry.content.answers).flatMap(([name, values]) => [values].flat().map((value) => [name, value]));
    const consents = entry.content.consents.length > 0;
    const found = [...wanted].find(([answers]) => {
      const rest = JSON.parse(answers).filter(([name]) => name !== "q_share");
      return JSON.stringify(rest.sort()) === JSON.stringify([...flat].sort());
    });
    assert.ok(found || consents, JSON.stringify(flat));
    if (!found) continue;
    assert.equal(urgency, found[1], JSON.stringify(flat));
    levels.add(urgency);
    compared++;
  }
  assert.ok(compared > 20 && levels.size >= 4, `${compared} compared, levels ${[...levels]}`);
});

test("several desks: sealed to the one that was chosen, and those who must never know are named", async () => {
  for (const name of ["Labour", "Police"]) {
    await place.succeed("desk", "create", "--config", place.config, "--name", name, "--member", name.toLowerCase(), "--passphrase-file", place.passphrase_file);
  }
  const ids = (await curl(`${server.public}/api/v1/desks`)).text;
  await server.stop();
  place.write("hotline.toml", `${readFileSync(place.config, "utf8")}\n[[desk]]\nname = "Test desk"\n\n[[desk]]\nname = "Labour"\n\n[[desk]]\nname = "Police"\n`);
  server = await place.serve();
  const { house, desks } = JSON.parse((await curl(`${server.public}/api/v1/desks`)).text);
  assert.equal(house, JSON.parse(ids).house);
  const [, labour, police] = desks;
  const phone = await new Phone().start();
  const tell = (fields) => phone.ask("tell", message(fields));
  await assert.rejects(tell({ q_story: "x", desk: labour.id, never: [labour.id] }), /problem.desk_never/);
  await assert.rejects(tell({ q_story: "x", never: desks.map(({ id }) => id) }), /problem.desk_none/);
  await assert.rejects(tell({ q_story: "x", desk: "0".repeat(32) }), /problem.option/);
  const code = await tell({ q_story: "to Labour, never to the police", desk: labour.id, never: [police.id] });
  await tell({ q_story: "to whoever may know", never: [desks[0].id, police.id] });
  const texts = (await server.cases("labour")).map(({ text }) => text).sort();
  assert.deepEqual(texts, ["to Labour, never to the police", "to whoever may know"]);
  const found = await server.case_of("to Labour, never to the police", "labour");
  assert.deepEqual((await server.show(found.id, "labour")).timeline[0].content.never, ["Police"]);
  await place.succeed("case", "reply", found.id, "--text", "from Labour", ...server.as("labour"));
  const bare = code.replaceAll("-", "");
  assert.deepEqual([...await phone.ask("open", { code: bare })].map(({ text, desk }) => [text, desk]), [["from Labour", labour.id]]);
  await assert.rejects(phone.ask("write", message({ message: "again" })), /problem.desk_missing/);
  await phone.ask("write", message({ message: "again", desk: labour.id }));
  assert.equal((await server.show(found.id, "labour")).timeline.filter(({ content }) => content?.type === "followup").length, 1);
});
