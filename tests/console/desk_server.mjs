// A desk's server as far as the console's state asks it: rows in memory, the rules by which it refuses, and a line that can break.

const refuse = (status, type = "about:blank") => ({ status, body: { type } });
const taken = (body, status = 200) => ({ status, body });

export class DeskServer {
  members = [];
  former = [];
  epochs = [];
  grants = [];
  reports = [];
  cases = [];
  events = [];
  views = [];
  activity = [];
  /** Sealed, by tag. */
  answers = new Map();
  /** What was asked, as "GET /api/v1/desk". */
  asked = [];
  number = 1000;
  #waits = [];

  constructor(desk) { this.desk = desk; }

  /** Tells whoever waits for a change. */
  change() {
    this.number += 1;
    for (const wake of this.#waits.splice(0)) wake();
  }
  act(act) { this.activity.unshift({ number: this.activity.length + 1, hour: Math.floor(Date.now() / 3_600_000), member: null, act, subject_kind: "none", subject: null }); }
  remove(id) {
    this.former.push(...this.members.filter((member) => member.id === id));
    this.members = this.members.filter((member) => member.id !== id);
    for (const { kind, scope, member } of this.grants) if (kind === "case" && member === id) this.cases.find((file) => file.id === scope).key_known_outside = true;
    this.grants = this.grants.filter((grant) => grant.member !== id);
    for (const file of this.cases) if (file.assignee === id) file.assignee = null;
    this.act("member-removed");
    this.change();
  }
  row_of(file, member) {
    const grant = this.grants.find((one) => one.kind === "case" && one.scope === file.id && one.member === member);
    return { ...file, last_event: Math.max(0, ...this.events.filter((event) => event.case === file.id).map((event) => event.number)), ...(grant && { grant: grant.sealed }) };
  }
  tell(report) {
    this.reports.push({ number: this.reports.length + 1, channel: "web", priority: 3, received_hour: 490_000, attachments: [], state: "new", due_hour: 490_010, ...report });
    this.change();
  }
  is_worker = (id) => this.members.some((member) => member.id === id && ["caseworker", "supervisor", "admin"].includes(member.role));

  #add_grants(grants) {
    if (grants.some((grant) => !this.is_worker(grant.member))) return false;
    for (const grant of grants) {
      if (!this.grants.some((one) => one.kind === grant.kind && one.scope === grant.scope && one.member === grant.member)) this.grants.push(grant);
    }
    return true;
  }
  #add_events(events, author) {
    for (const event of events) this.events.push({ ...event, number: this.events.length + 1, author, recorded_hour: Math.floor(Date.now() / 3_600_000) });
  }
  #file(ids, state = "filed") {
    if (ids.some((id) => this.reports.find((report) => report.id === id)?.state === "filed")) return false;
    for (const report of this.reports) if (ids.includes(report.id)) report.state = state;
    return true;
  }

  #open({ case: file, grants, events, files, assignee, due_hour, summary }, who) {
    if (assignee && !this.is_worker(assignee)) return refuse(422);
    if (grants.some((grant) => !this.is_worker(grant.member))) return refuse(422);
    if (!this.#file(files)) return refuse(409);
    this.#add_grants(grants);
    this.cases.push({ ...file, number: this.cases.length + 1, created_hour: 490_000, assignee, due_hour, summary: summary && { ...summary, author: who.id } });
    this.#add_events(events, who.id);
    this.change();
    return taken({}, 201);
  }
  #change_case(id, { events, after, set = {}, if: expected = {}, files = [], grants = [], about = [] }, who) {
    const file = this.cases.find((one) => one.id === id);
    if (!file) return refuse(404);
    if (set.assignee && !this.is_worker(set.assignee)) return refuse(422);
    if (grants.some((grant) => !this.is_worker(grant.member))) return refuse(422);
    if (who.role === "caseworker" && file.assignee && file.assignee !== who.id) return refuse(403);
    if (who.role === "caseworker" && set.state && (set.state === "closed") !== (file.state === "closed")) return refuse(403);
    const closes = set.state === "closed" && file.state !== "closed";
    if (about.length > 0 && !closes) return refuse(422);
    if (after !== undefined && this.row_of(file).last_event > after) return refuse(409);
    if ("assignee" in expected && expected.assignee !== file.assignee) return refuse(409);
    if (events.some((event) => this.events.some((known) => known.id === event.id))) return refuse(409);
    const is_closed = file.state === "closed" && (set.state ?? "closed") === "closed";
    if (!this.#file(files, is_closed ? "seen" : "filed")) return refuse(409);
    if (is_closed) file.waiting = [...(file.waiting ?? []), ...files];
    else this.#file((file.waiting ?? []).splice(0));
    if (set.recipient) {
      this.grants = this.grants.filter((grant) => grant.scope !== id);
      file.key_known_outside = false;
    }
    this.#add_grants(grants);
    this.#add_events(events, who.id);
    Object.assign(file, set, set.summary ? { summary: { ...set.summary, author: who.id } } : {});
    this.change();
    return taken({}, 201);
  }

  /** The answer to one request of a member. */
  async answer(who, method, url, body) {
    const { pathname, searchParams: query } = new URL(url, "http://desk");
    const [, , , what, id, more] = pathname.split("/");
    this.asked.push(`${method} ${pathname}`);
    const after = Number(query.get("after") ?? 0);
    const may_read = (file) => who.role !== "caseworker" || !file.assignee || file.assignee === who.id;
    const list = (rows) => rows.filter((row) => row.number > after);
    switch (`${method} ${what}${id ? " id" : ""}${more ? ` ${more}` : ""}`) {
      case "GET desk": return taken({ desk: this.desk, epochs: this.epochs, members: this.members, former: this.former });
      case "GET grants": return taken({ grants: this.grants.filter((grant) => grant.member === who.id && (query.get("kind") ?? grant.kind).split(",").includes(grant.kind)) });
      case "POST grants": return this.#add_grants(body.grants) ? (this.change(), taken({}, 201)) : refuse(422);
      case "POST epochs": {
        if (!this.#add_grants(body.grants)) return refuse(422);
        this.epochs.push(body.epoch);
        this.act("epoch-begun");
        this.change();
        return taken({}, 201);
      }
      case "PUT members id voucher": {
        this.members.find((member) => member.id === id).voucher = body.voucher;
        this.change();
        return { status: 204 };
      }
      case "DELETE members id": return this.members.some((member) => member.id === id) ? (this.remove(id), { status: 204 }) : refuse(404);
      case "DELETE session": return { status: 204 };
      case "GET changes": {
        if (query.get("after") === String(this.number)) await new Promise((wake) => this.#waits.push(wake));
        return taken({ number: this.number });
      }
      case "GET queue": return taken({ items: this.reports.filter(({ state }) => state !== "filed").map((report) => ({ kind: "report", report })), next: null });
      case "GET queue id": return taken({});
      case "GET questions": return taken({ questions: [], sections: {}, rules: [] });
      case "GET activity": return taken({ rows: this.activity.slice(0, 200), head: { count: this.activity.length, hash: "" } });
      case "GET reports": return taken({ reports: query.has("ids") ? this.reports.filter((report) => query.get("ids").split(",").includes(report.id)) : list(this.reports) });
      case "GET reports id": return taken(this.reports.find((report) => report.id === id));
      case "GET reports id views": return taken({ views: this.views.filter((view) => view.report === id) });
      case "POST reports id views": {
        this.views.push({ ...body, report: id, author: who.id, recorded_hour: 490_000 });
        const report = this.reports.find((one) => one.id === id);
        if (report.state === "new") report.state = "seen";
        return taken({}, 201);
      }
      case "GET cases": return taken({ cases: list(this.cases.filter((file) => may_read(file) && (!query.has("key_known_outside") || file.key_known_outside)).map((file) => this.row_of(file, who.id))) });
      case "GET cases id": {
        const file = this.cases.find((one) => one.id === id);
        if (file && !may_read(file)) return refuse(403);
        return file ? taken(this.row_of(file, who.id)) : refuse(404);
      }
      case "GET cases id events": return taken({ events: this.events.filter((event) => event.case === id) });
      case "POST answers": {
        if (this.answers.has(body.tag) && this.answers.get(body.tag) !== body.sealed) return refuse(409);
        this.answers.set(body.tag, body.sealed);
        return taken({}, 201);
      }
      case "POST cases": return this.#open(body, who);
      case "POST cases id events": return this.#change_case(id, body, who);
      default: throw new Error(`the desk knows no ${method} ${url}`);
    }
  }
}
