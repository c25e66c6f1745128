// The console's pages without a browser: each has its own state and its own keys worker, and asks one desk's server (desk_server.mjs) over a line that can
// break. What a page waits for by the clock passes fifty times as fast.
import { createHash } from "node:crypto";
import { DeskServer } from "./desk_server.mjs";
import { part, together } from "./parts.mjs";

const passphrase = "cinco palabras sin conexion";
const hurry = 50;

const kept = () => {
  const all = new Map();
  return { getItem: (name) => all.get(name) ?? null, setItem: (name, value) => void all.set(name, value), removeItem: (name) => void all.delete(name) };
};
Object.assign(globalThis, {
  document: {
    documentElement: { lang: "", dataset: {} }, visibilityState: "visible", addEventListener() {}, removeEventListener() {},
    querySelector: () => ({ getAttribute: () => "/s/0123456789abcdef.js" }),
  },
  location: { hash: "", origin: "http://desk" }, history: { replaceState() {} }, addEventListener() {}, removeEventListener() {},
  localStorage: kept(), sessionStorage: kept(), quick_timeout: (run, milliseconds) => setTimeout(run, milliseconds / hurry),
  idle_interval: (run, milliseconds) => setInterval(run, milliseconds).unref(),
});
globalThis.navigator ??= { languages: ["en"] };

// All workers are in this process: a number of our own says which page an answer is for.
const waiting = new Map();
let last = 0;
globalThis.self = { postMessage: (reply) => waiting.get(reply.number)?.(reply) };
let loading = Promise.resolve();
globalThis.Worker = class {
  #ended = false;
  #calls;
  constructor() {
    this.#calls = loading = loading.then(async () => {
      await part("keys/worker");
      return globalThis.self.onmessage;
    });
  }
  async postMessage({ number, call, given }) {
    const ours = ++last;
    waiting.set(ours, (reply) => {
      if (!this.#ended) this.onmessage({ data: { ...reply, number } });
    });
    (await this.#calls)({ data: { number: ours, call, given: structuredClone(given) } });
  }
  terminate() { this.#ended = true; }
};

const parts = {
  session: "state/session", desk: "state/desk", keys: "keys/keys", files: "state/casework/case_file", opened: "state/casework/opened", membership: "state/membership",
  departures: "state/departures", rekey: "state/rekey", signing: "state/signing_in", lock: "state/before_lock", background: "state/casework/background", acts: "screens/casework/case_acts",
};
let pages = 0;

export class Page {
  /** Before a request: "cut" does not let it through, "lose" lets it through and not its answer. */
  line = () => undefined;

  static async open(server, more = {}) {
    const page = new Page();
    page.server = server;
    const name = `fetch_of_page_${++pages}`;
    globalThis[name] = (url, options) => page.#fetch(url, options);
    Object.assign(page, await together({ ...parts, ...more }, { fetch: `globalThis.${name}`, setTimeout: "globalThis.quick_timeout", setInterval: "globalThis.idle_interval" }));
    page.call = page.keys.keys;
    return page;
  }

  async #fetch(url, { method, body, signal }) {
    const fate = this.line(`${method} ${new URL(url, "http://desk").pathname}`, body && JSON.parse(body));
    if (fate === "cut") throw new TypeError("the line broke");
    const aborted = new Promise((_, fail) => signal.addEventListener("abort", () => fail(new DOMException("", "AbortError"))));
    aborted.catch(() => undefined);
    const answer = typeof fate === "object" ? fate : await Promise.race([this.server.answer(this.who, method, url, body && JSON.parse(body)), aborted]);
    if (fate === "lose") throw new TypeError("the line broke");
    return new Response(answer.status === 204 ? null : JSON.stringify(answer.body ?? {}), { status: answer.status });
  }

  /** With the keys that were enrolled here. */
  async enter(enrolment) {
    this.who = enrolment.member;
    await this.call.derive(passphrase, { salt: enrolment.salt, operations: 3, memory_bytes: 64 * 1024 * 1024 });
    await this.call.unlock({ id: this.who.id, wrapped_secret: enrolment.wrapped_secret });
    this.session.me.value = { id: this.who.id, name: this.who.name, role: this.who.role, desk: this.server.desk.id, demo: true };
    await this.desk.loadDesk();
    this.session.phase.value = "in";
    return this;
  }
  member(who) { return this.desk.memberOf(who.id ?? who); }
}

/** A desk with its first admin at work. */
export async function begin_desk(more) {
  const first = await Page.open(undefined, more);
  const founded = await first.call.found({ desk: "North", demo: true, name: "ana", passphrase });
  const server = new DeskServer(founded.desk);
  server.members.push({ ...founded.enrolment.member, voucher: founded.voucher });
  server.epochs.push(founded.epoch);
  server.grants.push(...founded.grants);
  first.server = server;
  return first.enter(founded.enrolment);
}

/** Somebody enrols; they are at work, and nobody let them in yet. */
export async function enrol(server, name, role, more) {
  const page = await Page.open(server, more);
  const { enrolment } = await page.call.enrol({ name, role, passphrase });
  server.members.push(enrolment.member);
  server.change();
  return page.enter(enrolment);
}

/** The same, let in by the admin, on a page that knows it. */
export async function join(admin, name, role, more) {
  const page = await enrol(admin.server, name, role, more);
  await admin.desk.loadDesk();
  await admin.membership.letIn(admin.member(page.who));
  await page.desk.loadDesk();
  return page;
}

const { base64url, blake, hex, join: joined } = await part("keys/bytes");
const { padJson, seal } = await part("keys/sealing");
/** A report arrives, sealed to the epoch that began last; its id. */
export async function tell(server, content, row = {}) {
  const epoch = server.epochs.at(-1);
  const sealed = await seal(padJson({ v: 1, type: "report", ...content }), base64url.decode(epoch.recipient));
  const id = hex(blake(joined("hotline/v1/report-id", sealed)).subarray(0, 16));
  server.tell({ id, epoch: epoch.id, sealed: base64url.encode(sealed), ...row });
  return id;
}
/** A mailbox of a reporter's, by which their messages are one conversation. */
export const mailbox = (name) => ({ key: createHash("sha256").update(name).digest("base64url"), recipient: `age1pq1${"q".repeat(20)}` });

/** Asks again until it is so. */
export async function until(condition, what, seconds = 60) {
  for (const end = Date.now() + 1000 * seconds; !(await condition());) {
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
