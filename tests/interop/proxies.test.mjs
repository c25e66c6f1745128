#!/usr/bin/env node
// Debian's nginx and Caddy with the files of deploy/proxy, and Debian's tor with those of deploy/tor: a report with a file goes through each proxy
// to the server's Unix socket, nothing of it touches the proxy's disk, nobody's address gets into a log, TLS below 1.3 is refused.
// Seen red: with proxy_request_buffering on, nginx writes the report to a file; with http.log alone excluded, Caddy writes down who broke off.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { spawn } from "node:child_process";
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { createServer as createUpstream } from "node:http";
import { createServer } from "node:net";
import { join } from "node:path";
import { connect } from "node:tls";
import { after, before, test } from "node:test";
import { Place, code_on, curl, folder, make_certificate, post_multipart, root, run, sha256, until } from "../integration/support.mjs";

const host = "report.example.org";
const at = folder();
const socket = join(at, "public.sock");
const children = [];
let place;
let server;

const program = (...paths) => paths.find((path) => existsSync(path));
const nginx = program("/usr/sbin/nginx");
const caddy = program("/usr/bin/caddy");
const tor = program("/usr/sbin/tor", "/usr/bin/tor");
const sample = (path) => readFileSync(join(root, "deploy", path), "utf8");
const free_port = () => new Promise((resolve) => {
  const one = createServer().listen(0, "127.0.0.1", () => {
    const { port } = one.address();
    one.close(() => resolve(port));
  });
});
/** Replaces what must be there, once or more. */
const put = (text, from, to) => {
  assert.ok(text.includes(from), `the sample holds ${from}`);
  return text.replaceAll(from, to);
};
const start = (name, words, env = {}) => {
  const child = spawn(name, words, { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...env } });
  children.push(child);
  child.output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (piece) => (child.output += piece));
  return child;
};
const get = (port, path, ...words) => curl(`https://${host}:${port}${path}`, "--resolve", `${host}:${port}:127.0.0.1`, ...words);

before(async () => {
  place = await Place.found({ unix: socket });
  server = await place.serve();
});
after(async () => {
  for (const child of children) child.kill("SIGKILL");
});

async function report_through(port, text) {
  await until(async () => (await get(port, "/en/tell")).status === 200, "the proxy to lead to the form");
  assert.equal((await get(port, "/en/tell", "--tls-max", "1.2")).failed, 35, "TLS 1.2 is refused");
  const photo = randomBytes(3_000_000);
  const file = place.write("photo.jpg", photo);
  const sent = await post_multipart(`https://${host}:${port}/en/tell`, { q_story: text }, [`${file};type=image/jpeg`], "--resolve", `${host}:${port}:127.0.0.1`);
  assert.equal(sent.status, 200, sent.text);
  code_on(sent.text);
  const { id } = await server.case_of(text);
  await place.succeed("case", "export", id, "--output", place.path(`export-${port}`), ...server.as());
  const { attachments } = (await server.show(id)).timeline[0].content;
  assert.equal(sha256(readFileSync(place.path(`export-${port}/${attachments[0].id}.jpg`))), sha256(photo));
}

/** Somebody reads the beginning of an answer without end and resets the connection, while the proxy waits for them to take more. Gives their address. */
async function break_off(port) {
  const piece = Buffer.alloc(65_536);
  let sent = 0;
  let ended;
  const upstream = createUpstream((request, response) => {
    ended = once(response, "close");
    const more = () => {
      do sent += 1; while (response.write(piece));
    };
    response.on("drain", more);
    more();
  }).listen(socket);
  await once(upstream, "listening");
  const visitor = connect({ host: "127.0.0.1", port, servername: host, rejectUnauthorized: false });
  await once(visitor, "secureConnect");
  visitor.write(`GET /en/tell HTTP/1.1\r\nHost: ${host}:${port}\r\n\r\n`);
  await once(visitor, "readable");   // and takes no more of it
  let before_it;
  await until(() => {
    const stands_still = sent > 0 && sent === before_it;
    before_it = sent;
    return stands_still;
  }, "the answer to wait for its reader");
  const address = `127.0.0.1:${visitor.localPort}`;
  visitor.destroy();                 // with what arrived and was not read: the kernel resets the connection
  await ended;
  upstream.closeAllConnections();
  upstream.close();
  await once(upstream, "close");
  return address;
}

/** A visitor breaks off, and the server ends under the proxy's hands: whoever asks is told so, and nobody's address is written down. */
async function fails_quietly(port, output) {
  await server.stop();
  const visitor = await break_off(port);
  assert.ok([502, 503].includes((await get(port, "/en/tell")).status));
  assert.doesNotMatch(output(), /client: |remote_ip|remote_addr|\/en\/tell/);
  assert.ok(!output().includes(visitor), "who broke off stands in no log");
  server = await place.serve();
}

test("nginx", { skip: nginx ? false : "needs nginx: apt-get install nginx-light" }, async () => {
  const port = await free_port();
  const { certificate, key } = make_certificate(at, "nginx");
  const temporary = ["body", "proxy"].map((name) => join(at, name));
  for (const path of temporary) mkdirSync(path, { mode: 0o777 });
  let site = sample("proxy/nginx.conf");
  site = put(site, "/run/hotline/public.sock", socket);
  site = put(site, "  listen 443 ssl http2;\n  listen [::]:443 ssl http2;\n", `  listen 127.0.0.1:${port} ssl http2;\n`);
  const clear = await free_port();
  site = put(site, "  listen 80;\n  listen [::]:80;\n", `  listen 127.0.0.1:${clear};\n`);
  site = put(site, `/etc/letsencrypt/live/${host}/fullchain.pem`, certificate);
  site = put(site, `/etc/letsencrypt/live/${host}/privkey.pem`, key);
  writeFileSync(join(at, "site.conf"), site);
  writeFileSync(join(at, "nginx.conf"), `daemon off;\nmaster_process off;\npid ${at}/nginx.pid;\nerror_log ${at}/error.log;\nevents {}\nhttp {
    access_log ${at}/access.log;\n    client_body_temp_path ${temporary[0]};\n    proxy_temp_path ${temporary[1]};\n    include ${at}/site.conf;\n}\n`);
  const words = ["-p", at, "-e", join(at, "error.log"), "-c", join(at, "nginx.conf")];
  const checked = await run(nginx, ["-t", ...words]);
  assert.equal(checked.status, 0, checked.stderr);
  start(nginx, words);
  await until(async () => (await get(port, "/en/tell")).status === 200, "nginx");
  // Without TLS there is nothing but the way to it, whatever name was asked for, and no line of it in a log.
  for (const name of [host, "elsewhere.test"]) {
    const led = await curl(`http://${name}:${clear}/en/tell?t=a`, "--resolve", `${name}:${clear}:127.0.0.1`);
    assert.deepEqual([led.status, led.headers.location], [301, `https://${host}/en/tell?t=a`]);
  }
  // A gateway that sends by GET: the line passes, as long as it is one that Hotline takes.
  assert.equal((await get(port, `/en/tell?text=${"a".repeat(15_000)}`)).status, 200);
  const changed = () => temporary.map((path) => statSync(path).mtimeMs);
  const before_it = changed();
  await report_through(port, "through nginx");
  assert.deepEqual(changed(), before_it, "nothing was written to files on the way");
  const logs = () => ["error.log", "access.log"].map((name) => (existsSync(join(at, name)) ? readFileSync(join(at, name), "utf8") : "")).join("");
  await fails_quietly(port, logs);
});

test("Caddy", { skip: caddy ? false : "needs Caddy: apt-get install caddy" }, async () => {
  const port = await free_port();
  const { certificate, key } = make_certificate(at, "caddy");
  let text = sample("proxy/Caddyfile");
  text = put(text, "unix//run/hotline/public.sock", `unix/${socket}`);
  text = put(text, `\n${host} {`, `\nhttps://${host}:${port} {\n\tbind 127.0.0.1`);
  text = put(text, "\ttls {\n", `\ttls ${certificate} ${key} {\n`);
  text = put(text, "\tadmin off\n", "\tadmin off\n\tauto_https off\n");
  writeFileSync(join(at, "Caddyfile"), text);
  const home = { HOME: at, XDG_DATA_HOME: at, XDG_CONFIG_HOME: at };
  const words = ["--config", join(at, "Caddyfile"), "--adapter", "caddyfile"];
  const checked = await run(caddy, ["validate", ...words], { env: home });
  assert.equal(checked.status, 0, checked.stderr);
  const child = start(caddy, ["run", ...words], home);
  await report_through(port, "through Caddy");
  await fails_quietly(port, () => child.output);
});

test("tor takes the file, and a caseworker's key", { skip: tor ? false : "needs tor: apt-get install tor" }, async () => {
  const home = join(at, "tor");
  const keys = join(home, "hotline-console/authorized_clients");
  mkdirSync(keys, { recursive: true, mode: 0o700 });
  for (const path of [home, join(home, "hotline-console"), keys]) chmodSync(path, 0o700);
  const made = (await run(join(root, "deploy/tor/client-key"), ["maria", `${"a".repeat(55)}d.onion`])).stdout.toString();
  const [, line] = /^(descriptor:x25519:[A-Z2-7]{52})$/m.exec(made);
  writeFileSync(join(keys, "maria.auth"), `${line}\n`);
  writeFileSync(join(at, "torrc"), `${put(sample("tor/torrc"), "/var/lib/tor", home)}\nDataDirectory ${home}\nDisableNetwork 1\nSocksPort 0\nLog info stdout\n`);
  const checked = await run(tor, ["--verify-config", "-f", join(at, "torrc")]);
  assert.equal(checked.status, 0, checked.stdout.toString());
  const child = start(tor, ["-f", join(at, "torrc")]);
  await until(() => /Loaded a client authorization key file maria\.auth/.test(child.output), "the key to be taken");
  child.kill("SIGTERM");
  assert.match((await run(join(root, "deploy/tor/client-key"), ["maria", "not-an-onion"])).stderr, /an onion address is/);
});

const tor_user = /^debian-tor:[^:]*:(\d+):(\d+):/m.exec(readFileSync("/etc/passwd", "utf8"));
const torless = !tor || !tor_user ? "needs Debian's tor: apt-get install tor" : process.getuid() !== 0 && "only root starts tor as debian-tor";

test("tor reaches a socket of its own group's, and by no other group", { skip: torless }, async () => {
  const [uid, gid] = tor_user.slice(1).map(Number);
  const apart = folder();
  chmodSync(apart, 0o755);
  mkdirSync(join(apart, "data"), { mode: 0o700 });
  chownSync(join(apart, "data"), uid, gid);
  writeFileSync(join(apart, "torrc"), `User debian-tor\nDataDirectory ${apart}/data\nDisableNetwork 1\nSocksPort 0\n`);
  // As if its user were in another group too.
  const child = start("setpriv", ["--groups", `${gid},65534`, tor, "-f", join(apart, "torrc")]);
  const status = await until(() => {
    const now = readFileSync(`/proc/${child.pid}/status`, "utf8");
    return new RegExp(`^Uid:\\t${uid}\\t`, "m").test(now) && now;
  }, "tor to have become debian-tor");
  child.kill("SIGTERM");
  assert.match(status, new RegExp(`^Groups:\\t${gid} *$`, "m"), "it gives the other one up");

  // The owner, group and mode that the torrc asks systemd for; the folder is open to all, as /run is.
  const drop_in = Object.fromEntries([...sample("tor/torrc").matchAll(/^# {3}(Socket\w+|ListenStream)=(.+)$/gm)].map(([, name, value]) => [name, value]));
  assert.ok(sample("tor/torrc").includes(`\nHiddenServicePort 80 unix:${drop_in.ListenStream}\n`));
  assert.deepEqual([drop_in.SocketUser, drop_in.SocketGroup], ["hotline", "debian-tor"]);
  const path = join(apart, "public.sock");
  const listening = createServer((one) => one.end()).listen(path);
  chownSync(path, 0, gid);
  chmodSync(path, parseInt(drop_in.SocketMode, 8));
  const no_connection = 7;
  const connects = async (...who) =>
    (await run("setpriv", [...who, "--clear-groups", "curl", "--silent", "--unix-socket", path, "http://localhost/"])).status !== no_connection;
  assert.ok(await connects("--reuid", String(uid), "--regid", String(gid)), "tor");
  assert.ok(!(await connects("--reuid", "65534", "--regid", "65534")), "and nobody else");
  listening.close();
});
