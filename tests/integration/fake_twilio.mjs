// Twilio's side of sending, written after its documentation: POST /2010-04-01/Accounts/{sid}/Messages.json, Basic, a form.
import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { once } from "node:events";
import { after } from "node:test";

const servers = new Set();
after(() => {
  for (const server of servers) server.close();
});

export class FakeTwilio {
  static async start({ account, secret, from, port = 0 }) {
    const fake = new FakeTwilio();
    Object.assign(fake, { account, secret, from });
    fake.accepted = [];      // { sid, fields }
    fake.requests = 0;
    fake.answers = new Map();   // number → what is answered, in order: { status, body, headers } or "drop", "hold", "page", "redirect", "flood", "drip"
    fake.held = [];
    fake.server = createServer((request, response) => fake.take(request, response));
    servers.add(fake.server);
    fake.server.listen(port, "127.0.0.1");
    await once(fake.server, "listening");
    fake.origin = `http://127.0.0.1:${fake.server.address().port}`;
    return fake;
  }
  get port() { return this.server.address().port; }
  async stop() {
    servers.delete(this.server);
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, "close");
  }

  async take(request, response) {
    const pieces = [];
    for await (const piece of request) pieces.push(piece);
    const body = Buffer.concat(pieces).toString();
    ++this.requests;
    const say = (status, value, headers = {}) => {
      response.writeHead(status, { "Content-Type": "application/json", ...headers });
      response.end(JSON.stringify(value));
    };
    const refuse = (status, code, headers) => say(status, { code, message: "fake", more_info: "", status }, headers);
    if (request.method === "GET" && request.url === `/2010-04-01/Accounts/${this.account}.json`) {
      const mine = `Basic ${Buffer.from(`${this.account}:${this.secret}`).toString("base64")}`;
      return request.headers.authorization === mine ? say(200, { sid: this.account, status: "active" }) : refuse(401, 20003);
    }
    if (request.method !== "POST" || request.url !== `/2010-04-01/Accounts/${this.account}/Messages.json`) return refuse(404, 20404);
    const login = `Basic ${Buffer.from(`${this.account}:${this.secret}`).toString("base64")}`;
    if (request.headers.authorization !== login) return refuse(401, 20003);
    if (request.headers["content-type"] !== "application/x-www-form-urlencoded") return refuse(400, 20001);
    const fields = Object.fromEntries(new URLSearchParams(body));
    if (!/^\+[1-9]\d{6,14}$/.test(fields.To ?? "")) return refuse(400, 21211);
    if (fields.From !== this.from) return refuse(400, 21606);
    if (!fields.Body) return refuse(400, 21602);
    if (fields.Body.length > 1600) return refuse(400, 21617);
    const next = this.answers.get(fields.To)?.shift();
    if (next === "drop") return request.socket.destroy();
    const accept = () => {
      const sid = `SM${randomBytes(16).toString("hex")}`;
      this.accepted.push({ sid, fields });
      say(201, { sid, status: "queued", to: fields.To, from: fields.From, body: fields.Body, error_code: null });
    };
    if (next === "hold") return void this.held.push({ fields, socket: request.socket, accept });
    if (next === "page") return void response.writeHead(200, { "Content-Type": "text/html" }).end("<html>Welcome</html>");
    if (next === "redirect") return void response.writeHead(307, { Location: `${this.origin}/elsewhere` }).end();
    if (next === "flood") return void response.writeHead(201, { "Content-Type": "application/json" }).end(`{"sid":"SM1","x":"${"y".repeat(1 << 20)}"}`);
    if (next === "drip") {
      // Never an answer, and never silence.
      const timer = setInterval(() => request.socket.write("HTTP/1.1 102 Processing\r\n\r\n"), 100);
      return void request.socket.on("close", () => clearInterval(timer));
    }
    if (next) return refuse(next.status, next.code, next.headers);
    accept();
  }
}
