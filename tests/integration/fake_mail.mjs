// A mail server (RFC 5321) with STARTTLS and AUTH, and two web servers that take calls: each keeps what it was given, and can refuse, drip
// and hang up.
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer as create_web } from "node:http";
import { createServer } from "node:net";
import { createSecureContext, TLSSocket } from "node:tls";

export class FakeMail {
  mails = [];             // what was taken: { from, to, text, secure, user }
  heard = [];             // every line of every client, from the first byte on, but for the mails
  answers = {};           // by verb (greeting, EHLO, AUTH, MAIL, RCPT, DATA, end): what to answer instead; "drop" and "drip" too
  connections = 0;
  sockets = new Set();

  /** `tls`: as of make_certificate; `offer`: whether STARTTLS is offered; `implicit`: TLS from the first byte; `user`, `password`: asked for. */
  static async start({ tls, offer = true, implicit = false, user, password, port = 0 } = {}) {
    const mail = new FakeMail();
    Object.assign(mail, { offer, implicit, user, password });
    if (tls) mail.context = createSecureContext({ cert: readFileSync(tls.certificate), key: readFileSync(tls.key) });
    mail.server = createServer((socket) => mail.take(socket));
    mail.server.listen(port, "127.0.0.1");
    await once(mail.server, "listening");
    mail.port = mail.server.address().port;
    return mail;
  }
  async stop() {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, "close");
  }
  secure(socket) { return new TLSSocket(socket, { isServer: true, secureContext: this.context }); }
  take(socket) {
    this.connections += 1;
    this.sockets.add(socket);
    socket.on("close", () => this.sockets.delete(socket));
    socket.on("error", () => {});
    this.talk(this.implicit ? this.secure(socket) : socket, { secure: this.implicit, greet: true });
  }
  say(socket, verb, usual) {
    const answer = this.answers[verb] ?? usual;
    if (answer === "drop") return socket.destroy();
    // One byte, and never the rest.
    if (answer === "drip") return socket.write("2");
    socket.write(`${answer}\r\n`);
  }
  talk(socket, state) {
    socket.on("error", () => {});
    if (state.greet) this.say(socket, "greeting", "220 mail ready");
    let text = "";
    let letter = null;
    let login = null;
    const listener = (piece) => {
      text += piece.toString("latin1");
      for (let end = text.indexOf("\r\n"); end >= 0; end = text.indexOf("\r\n")) {
        const line = text.slice(0, end);
        text = text.slice(end + 2);
        if (letter) {
          if (line !== ".") {
            letter.push(line.startsWith(".") ? line.slice(1) : line);
            continue;
          }
          const mail = { from: state.from, to: state.to, text: letter.join("\r\n"), secure: state.secure, user: state.user };
          letter = null;
          if ((this.answers.end ?? "250").startsWith("2")) this.mails.push(mail);
          this.cut = (this.cut ?? 0) + 1;
          this.say(socket, "end", "250 taken");
          continue;
        }
        this.heard.push(line);
        if (login) {
          login.push(Buffer.from(line, "base64").toString());
          if (login.plain) this.finish_login(socket, state, ...login[0].split("\0").slice(1));
          else if (login.length === 1) socket.write("334 UGFzc3dvcmQ6\r\n");
          else this.finish_login(socket, state, ...login);
          if (login.plain || login.length === 2) login = null;
          continue;
        }
        const verb = line.split(" ")[0].toUpperCase();
        if (verb === "EHLO") {
          const offers = [...(this.context && this.offer && !state.secure ? ["STARTTLS"] : []), ...(this.user && (state.secure || !this.context) ? [`AUTH ${this.methods ?? "PLAIN LOGIN"}`] : []), "8BITMIME"];
          this.say(socket, "EHLO", ["mail", ...offers].map((offer, i, all) => `250${i === all.length - 1 ? " " : "-"}${offer}`).join("\r\n"));
        } else if (verb === "STARTTLS") {
          socket.removeListener("data", listener);
          socket.write("220 go on\r\n", () => this.talk(this.secure(socket), { secure: true }));
          return;
        } else if (verb === "AUTH") {
          const [, method, initial] = line.split(" ");
          if (method === "PLAIN" && initial) {
            this.finish_login(socket, state, ...Buffer.from(initial, "base64").toString().split("\0").slice(1));
          } else {
            login = Object.assign(initial ? [Buffer.from(initial, "base64").toString()] : [], { plain: method === "PLAIN" });
            socket.write(login.plain ? "334 \r\n" : initial ? "334 UGFzc3dvcmQ6\r\n" : "334 VXNlcm5hbWU6\r\n");
          }
        } else if (verb === "MAIL" || verb === "RCPT") {
          if (this.user && !state.user) {
            socket.write("530 sign in first\r\n");
            continue;
          }
          state[verb === "MAIL" ? "from" : "to"] = /<(.*)>/.exec(line)[1];
          this.say(socket, verb, "250 ok");
        } else if (verb === "DATA") {
          if (!(this.answers.DATA ?? "354").startsWith("354")) {
            this.say(socket, "DATA");
            continue;
          }
          letter = [];
          socket.write("354 go on\r\n");
        } else if (verb === "QUIT") {
          socket.end("221 bye\r\n");
        } else {
          socket.write("250 ok\r\n");
        }
      }
    };
    socket.on("data", listener);
  }
  finish_login(socket, state, user, password) {
    const right = user === this.user && password === this.password;
    if (right) state.user = user;
    this.say(socket, "AUTH", right ? "235 welcome" : "535 wrong");
  }
}

/** A web server that takes calls: { method, path, headers, body } each. */
export class FakeWeb {
  calls = [];
  answers = [];           // what to answer next, each once: a status, { status, headers }, or "drop"

  static async start() {
    const web = new FakeWeb();
    web.server = create_web((request, response) => {
      const pieces = [];
      request.on("data", (piece) => pieces.push(piece));
      request.on("end", () => {
        const answer = web.answers.shift() ?? 200;
        web.calls.push({ method: request.method, path: request.url, headers: request.headers, body: Buffer.concat(pieces).toString(), answer });
        if (answer === "drop") return request.socket.destroy();
        response.writeHead(answer.status ?? answer, { connection: "close", ...answer.headers });
        response.end("{}");
      });
    });
    web.server.listen(0, "127.0.0.1");
    await once(web.server, "listening");
    web.port = web.server.address().port;
    web.origin = `http://127.0.0.1:${web.port}`;
    return web;
  }
  async stop() {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, "close");
  }
  get taken() { return this.calls.filter((call) => call.answer === 200); }
}

/** A port at which nothing listens. */
export async function closed_port() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}
