// An operator's message centre, by the npm package smpp: takes binds, delivers texts, answers submits, sends receipts.
import { root, until } from "./support.mjs";

const { load } = await import(`${root}/build/npm/load.mjs`);
export const smpp = (await load("smpp")).default;

export const utf16be = (text) => Buffer.from(text, "utf16le").swap16();

export class FakeOperator {
  binds = [];
  submits = [];           // what we were given: { to, from, text, pdu, id }
  answers = new Map();    // by the last digits of the number: what to answer next, each once
  unbound = 0;
  sessions = [];
  refuse = 0;             // command_status for binds
  last_id = 4095;         // ids are hexadecimal in the answer, as some operators have it

  static async start({ system_id = "hotline", password, tls } = {}) {
    const operator = new FakeOperator();
    Object.assign(operator, { system_id, password });
    operator.server = smpp.createServer(tls ?? {}, (session) => operator.take(session));
    await operator.listen(0);
    return operator;
  }
  async listen(port = this.port) {
    await new Promise((listening) => this.server.listen(port, "127.0.0.1", listening));
    this.port = this.server.address().port;
  }
  take(session) {
    this.sessions.push(session);
    session.on("error", () => {});
    session.on("bind_transceiver", (pdu) => {
      this.binds.push(pdu);
      const right = pdu.system_id === this.system_id && pdu.password === this.password;
      const status = this.refuse || (right ? smpp.ESME_ROK : smpp.ESME_RINVPASWD);
      session.send(pdu.response({ command_status: status, system_id: "operator" }));
      session.is_bound = status === smpp.ESME_ROK;
    });
    session.on("enquire_link", (pdu) => session.send(pdu.response()));
    session.on("unbind", (pdu) => {
      this.unbound += 1;
      session.is_bound = false;
      session.send(pdu.response());
    });
    session.on("submit_sm", (pdu) => this.take_submit(session, pdu));
  }
  take_submit(session, pdu) {
    const queue = this.answers.get(pdu.destination_addr) ?? [];
    const answer = queue.shift() ?? {};
    this.seen = (this.seen ?? 0) + 1;
    if (answer === "drop") return session.destroy();
    if (answer.command_status) return session.send(pdu.response(answer));
    const id = ++this.last_id;
    const { message, udh } = pdu.short_message;
    this.submits.push({ to: pdu.destination_addr, from: pdu.source_addr, text: message, udh: udh && [...Buffer.concat(udh)], pdu, id });
    if (answer.early) this.receipt(id, answer.early);
    session.send(pdu.response({ message_id: id.toString(16).toUpperCase() }));
  }
  get session() {
    return this.sessions.filter((session) => session.is_bound && !session.socket.destroyed).at(-1);
  }
  bound() {
    return until(() => this.session, "a bind");
  }
  /** Delivers; gives the answer's command_status. */
  async deliver(number, fields) {
    await this.bound();
    return new Promise((answered) => this.session.deliver_sm({ source_addr: number, source_addr_ton: 1, source_addr_npi: 1, destination_addr: "555", ...fields },
      (answer) => answered(answer.command_status)));
  }
  /** What has become of a text; here the id is decimal, with zeros in front. */
  receipt(id, stat, err = "000") {
    const text = `id:${String(id).padStart(10, "0")} sub:001 dlvrd:001 submit date:2611240310 done date:2611240311 stat:${stat} err:${err} text:Hola`;
    return this.deliver("5016200000", { esm_class: 4, short_message: { message: Buffer.from(text) }, data_coding: 0 });
  }
  to(number) {
    return this.submits.filter((submit) => submit.to === number);
  }
  /** The line breaks, and nobody answers there. */
  async away() {
    for (const session of this.sessions) session.destroy();
    await new Promise((closed) => this.server.close(closed));
  }
}
