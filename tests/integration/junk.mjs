// A flood, in a process of its own: node junk.mjs URL CONNECTIONS PER_MINUTE FROM ["unix:PATH"]
// Forms, wrong codes, and sealed reports that nobody can open, each on connections that stay open; PER_MINUTE 0: as fast as they can.
// Writes one JSON line a second with what was answered. Ends when its standard input does.
import { randomBytes } from "node:crypto";
import http from "node:http";

const root = process.env.HOTLINE_ROOT ?? new URL("../..", import.meta.url).pathname;
const { load } = await import(`${root}/build/npm/load.mjs`);
const age = await load("age-encryption");
const [url, connections, per_minute, from, unix] = process.argv.slice(2);
const { hostname, port } = new URL(url);
const to = unix ? { socketPath: unix.slice("unix:".length) } : { host: hostname, port, localAddress: from };

const symbols = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/** A code with a right check symbol (docs/formats.md) that nobody has. */
function wrong_code() {
  let interim = 0;
  const values = [...randomBytes(15)].map((byte) => byte % 32);
  for (const value of values) {
    interim = (interim ^ value) << 1;
    if (interim & 32) interim ^= 0b100101;
  }
  return [...values, interim].map((value) => symbols[value]).join("");
}
const get = (path) => new Promise((resolve, reject) => http.get({ ...to, path }, (answer) => {
  let text = "";
  answer.on("data", (piece) => (text += piece)).on("end", () => resolve(text));
}).on("error", reject));
const desk = JSON.parse(await get("/api/v1/desk"));
const encrypter = new age.Encrypter();
encrypter.addRecipient(desk.epoch.recipient);
const sealed = Buffer.from(await encrypter.encrypt(randomBytes(1024)));

const form = (path, text) => ({ path, type: "application/x-www-form-urlencoded", body: Buffer.from(text) });
const kinds = [
  () => form("/en/tell", `q_story=junk+${randomBytes(8).toString("hex")}`),
  () => form("/en/answers", `code=${wrong_code()}`),
  () => {
    const boundary = "b".repeat(20);
    randomBytes(16).copy(sealed, sealed.length - 16);   // another report, as far as the server can see
    return { path: "/api/v1/reports", type: `multipart/form-data; boundary=${boundary}`,
      body: Buffer.concat([Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="report"; filename="r"\r\n\r\n`), sealed, Buffer.from(`\r\n--${boundary}--\r\n`)]) };
  },
];
const answered = {};
const agent = new http.Agent({ keepAlive: true, maxSockets: Number(connections) });
let sent = 0;
const once = () => new Promise((resolve) => {
  const { path, type, body } = kinds[sent++ % kinds.length]();
  const request = http.request({ ...to, agent, path, method: "POST", headers: { "Content-Type": type, "Content-Length": body.length } }, (answer) => {
    answered[answer.statusCode] = (answered[answer.statusCode] ?? 0) + 1;
    answer.resume().on("end", resolve);
  });
  request.on("error", () => {
    answered.lost = (answered.lost ?? 0) + 1;
    resolve();
  });
  request.end(body);
});
process.stdin.on("end", () => process.exit(0)).resume();
setInterval(() => console.log(JSON.stringify({ sent, answered })), 1000);
if (Number(per_minute) > 0) {
  setInterval(once, 60_000 / Number(per_minute));
} else {
  for (let i = 0; i < Number(connections); ++i) (async () => { for (;;) await once(); })();
}
