// A case by docs/formats.md section 9, worked out without Hotline's code: events one after the other, and what the case is after each of them.
const ana = "202122232425262728292a2b2c2d2e2f";
const luis = "404142434445464748494a4b4c4d4e4f";
const call = "303132333435363738393a3b3c3d3e3f";
const visit = "505152535455565758595a5b5c5d5e5f";
const [first, second, third] = ["2b0e5c4a7f8d91a3b4c5d6e7f8091a2b", "3b0e5c4a7f8d91a3b4c5d6e7f8091a2b", "4b0e5c4a7f8d91a3b4c5d6e7f8091a2b"];
const key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

const reports = [
  { id: first, number: 12, received_hour: 477141, urgency: 2, content: { v: 1, type: "report", language: "es", never: ["Police unit"],
    answers: { q_safe_now: "yes", q_story: "  Nos quitaron\nlos pasaportes.\tTrabajamos 14 horas en la finca, y dicen que a\u00fan debemos el pasaje; \u00bfa qui\u00e9n m\u00e1s podemos dec\u00edrselo? Ay\u00fadenos." },
    mailbox: { key, recipient: "age1pq1" } } },
  { id: second, number: 15, received_hour: 477150, urgency: 4, content: { v: 1, type: "followup", language: "es", text: "Gracias.", mailbox: { key, recipient: "age1pq1" } } },
  { id: third, number: 20, received_hour: 477170, urgency: 0, channel: "sms", content: { v: 1, type: "sms", text: "ayuda", sms: { gateway: "demo", from: "+5016000000", to: "+15005550006" } } },
];

const police = { trigger: "She says that she is 15", when: "2024-06-07 10:00", whom: "Sgt. Pech, Belmopan", what: "Age, place, the boss's name", by: "maria" };
const bodies = [
  ["link", { reports: [first], seen: 12 }, 477142],
  ["urgency", { from: 2, to: 3, reason: "They are out of there", by: "person", seen: 12 }, 477142],
  ["labels", { add: ["ilo:debt_bondage", "setting:bar"] }, 477142],
  ["task", { task: call, text: "Call the shelter", due_hour: 477160 }, 477143],
  ["view", { what: "case" }, 477144],
  ["assign", { to: luis, reason: "Speaks Kriol" }, 477145],
  ["link", { reports: [second], seen: 15 }, 477151],
  ["labels", { add: ["own:finca 7", "ilo:debt_bondage"], remove: ["setting:bar", "setting:hotel"] }, 477152],
  ["urgency", { from: 3, to: 1, reason: "A word for danger", by: "machine" }, 477152],
  ["urgency", { from: 1, to: 4, reason: "By the machine: never lower", by: "machine" }, 477152],
  ["task", { task: visit, text: "Visit", due_hour: 477158, for: ana }, 477153],
  ["task_done", { task: call }, 477154],
  ["close_ask", { type: "referred", reason: "With the shelter now" }, 477155],
  ["reply", { text: "Podemos verle el martes.", report: "2b0e5c4a7f8d91a3b4c5d6e7f8091a2b", tags_end: 1, seen: 15, language: "es" }, 477156],
  ["urgency", { from: 1, to: 2, reason: "The boss is away", by: "person", seen: 15 }, 477157],
  ["reopen", { reason: "She wrote again" }, 477158],
  ["labels", { add: ["child"] }, 477159],
  ["status", { status: "possible", decided_by: "ngo" }, 477159],
  ["task", { task: call, text: "Call the shelter again", due_hour: 477200 }, 477160],
  ["labels", { add: 7 }, 477160],
  ["from_the_future", { text: "?" }, 477160],
  ["link", { reports: [third], seen: 20 }, 477171],
  ["close", { type: "referred", reason: "With the shelter now", police }, 477172],
];
const events = bodies.map(([kind, body, hour], i) => ({ number: 100 + i, author: i % 2 ? luis : ana, hour, kind, body }));

const texts = (list) => (list === undefined ? [] : Array.isArray(list) && list.every((entry) => typeof entry === "string") ? list : undefined);

function state_after(happened, now_hour) {
  const linked = new Set();
  let labels = [];
  let person;
  const machine = [];
  let assignee = null;
  const tasks = new Map();
  let state = "open";
  let closing = null;
  let status = null;
  for (const { kind, body, author, hour } of happened) {
    if (kind === "link") body.reports.forEach((id) => linked.add(id));
    if (kind === "labels" && texts(body.add) && texts(body.remove)) {
      labels = labels.filter((label) => !texts(body.remove).includes(label));
      for (const label of texts(body.add)) if (!labels.includes(label)) labels.push(label);
    }
    if (kind === "urgency" && body.by === "person") {
      person = body;
      machine.length = 0;
    }
    if (kind === "urgency" && body.by === "machine") machine.push(body.to);
    if (kind === "assign") assignee = body.to;
    if (kind === "task") tasks.set(body.task, { ...tasks.get(body.task), task: body.task, text: body.text, due_hour: body.due_hour, for: body.for ?? null, done: false });
    if (kind === "task_done" && tasks.has(body.task)) tasks.get(body.task).done = true;
    if (kind === "close" || (kind === "close_ask" && state === "open")) {
      state = kind === "close" ? "closed" : "close_asked";
      closing = { type: body.type, reason: body.reason, ...(body.police && { police: body.police }), author, hour };
    }
    if (kind === "reopen") [state, closing] = ["open", null];
    if (kind === "status") status = { status: body.status, decided_by: body.decided_by };
  }
  const own = reports.filter((report) => linked.has(report.id));
  const raised = own.filter((report) => report.number > (person?.seen ?? 0)).map((report) => report.urgency);
  const in_order = [...tasks.values()].map((task, i) => ({ task, i })).sort((a, b) => a.task.due_hour - b.task.due_hour || a.i - b.i).map(({ task }) => task);
  const open = in_order.filter((task) => !task.done);
  return {
    state, urgency: Math.min(person?.to ?? 4, ...raised, ...machine), labels,
    child: labels.includes("child") || own.some((report) => report.content.answers?.q_child === "yes"),
    assignee, tasks: in_order.map((task) => ({ ...task, overdue: !task.done && task.due_hour < now_hour })),
    closing, status, due_hour: state === "closed" || open.length === 0 ? null : open[0].due_hour, reports: own.map((report) => report.id),
  };
}

function cut(text) {
  const plain = text.replace(/[\s\p{Cc}]+/gu, " ").trim();
  if (Buffer.byteLength(plain) <= 120) return plain;
  let kept = "";
  for (const character of plain) {
    if (Buffer.byteLength(kept + character) > 120) break;
    kept += character;
  }
  return `${kept}\u2026`;
}

function summary_after(happened, now_hour) {
  const state = state_after(happened, now_hour);
  const own = reports.filter((report) => state.reports.includes(report.id));
  const ways = [];
  for (const { content, channel } of own) {
    const way = content.mailbox ? `mailbox:${content.mailbox.key}` : channel === "sms" ? `sms:${content.sms.gateway}:${content.sms.from}` : undefined;
    if (way && !ways.includes(way)) ways.push(way);
  }
  const reply = happened.filter(({ kind }) => kind === "reply").at(-1);
  const message = own.at(-1);
  return {
    title: cut(own[0].content.answers?.q_story ?? own[0].content.text), labels: state.labels.slice(0, 32), reports: state.reports.slice(-60), ways: ways.slice(-4),
    language: own.map(({ content }) => content.language).find(Boolean) ?? "", child: state.child, never: [...new Set(own.flatMap(({ content }) => content.never ?? []))].slice(0, 8),
    tasks: state.tasks.filter((task) => !task.done).slice(0, 8).map(({ task, text, due_hour }) => ({ task, text: cut(text), due_hour })),
    last: reply && reply.body.seen >= message.number ? { hour: reply.hour, from: "desk" } : { hour: message.received_hour, from: "reporter" },
    event: happened.at(-1).number,
  };
}

export const casework = {
  source: "tests/vectors/formats/casework.mjs; reports with a row's number, hour and urgency beside the content, events with a row's number, author and hour",
  now_hour: 477165, reports, events,
  after: events.map(({ number }, i) => ({ number, ...state_after(events.slice(0, i + 1), 477165) })),
  summaries: [1, 14, 22, 23].map((count) => summary_after(events.slice(0, count), 477165)),
};
