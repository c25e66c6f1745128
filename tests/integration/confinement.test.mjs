// What the running server cannot do, whoever has taken it over: tried by processes that are confined in the same way, and seen in the server itself.
// Seen red: without the filter of system calls and without Landlock, each alone.
import assert from "node:assert/strict";
import { copyFileSync, readFileSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import test, { before } from "node:test";
import { Place, code_on, folder, make_certificate, post_form, until } from "./support.mjs";

/** The lines of `hotline confinement`: { "start a program": "refused", … } */
const tried = (output) => Object.fromEntries(output.trimEnd().split("\n").map((line) => /^(\w+) +(.*)$/.exec(line).slice(1, 3).reverse()));

/** The kernel's version of Landlock, as the server tells it: 0 without, from 4 on with ports. */
let landlock = 0;
before(async () => {
  const server = await (await Place.found()).serve();
  landlock = Number((await until(() => /serving .*landlock=(\d+)/.exec(server.errors), "the server to serve"))[1]);
  await server.stop();
});

test("what an intruder would do is refused, what the server needs works", async (t) => {
  if (landlock === 0) return t.skip("this kernel has no Landlock");
  const place = new Place();
  const all = tried(await place.succeed("confinement", "--config", place.config));
  assert.ok(Object.keys(all).length > 30);
  const works = Object.keys(all).filter((what) => all[what] === "works" && !(landlock < 4 && what === "listen on another port"));
  assert.deepEqual(works, ["make a file beside the database", "start a thread", "look up a name", "connect to others", "send datagrams to others"], "a gateway is set");
});

test("without gateways and calls nobody is reached, and nothing of /etc is read", async (t) => {
  if (landlock === 0) return t.skip("this kernel has no Landlock");
  const place = new Place();
  place.write("hotline.toml", readFileSync(place.config, "utf8").replace(/\[sms\.demo\][^[]*/, ""));
  const all = tried(await place.succeed("confinement", "--config", place.config));
  for (const what of ["connect to others", "send datagrams to others", "read /etc/passwd", "read /etc/shadow", "listen on another port"]) {
    if (landlock >= 4 || what !== "listen on another port") assert.equal(all[what], "refused", what);
  }
});

test("a unit that reaches this machine alone is named where a gateway is set", async () => {
  const place = await Place.found();
  const serving = async (env) => {
    const server = await place.serve({ env });
    await until(() => /serving /.test(server.errors), "the server to serve");
    await server.stop();
    return server.errors;
  };
  assert.match(await serving({ HOTLINE_NETWORK: "local" }), /network_of_this_machine_alone\n.*with-network\.conf/);
  assert.doesNotMatch(await serving({}), /network_of_this_machine_alone/);
  place.write("hotline.toml", readFileSync(place.config, "utf8").replace(/\[sms\.demo\][^[]*/, ""));
  assert.doesNotMatch(await serving({ HOTLINE_NETWORK: "local" }), /network_of_this_machine_alone/);
});

test("a server that reaches nobody serves on sockets that one before it left behind", async () => {
  const unix = join(folder(), "public.socket");
  const place = await Place.found({ unix });
  place.write("hotline.toml", readFileSync(place.config, "utf8").replace(/\[sms\.demo\][^[]*/, ""));
  const killed = await place.serve();
  killed.child.kill("SIGKILL");
  await killed.ended;
  const server = await place.serve();
  const sent = await post_form("http://here/en/tell", { q_story: "help" }, "--unix-socket", unix);
  assert.equal(sent.status, 200, sent.stderr);
  code_on(sent.text);
  await server.stop();
});

test("every thread of the server is confined", async () => {
  const place = await Place.found();
  const server = await place.serve();
  const told = await until(() => /serving .*landlock=(\d+) system_calls_filtered=(\d+)/.exec(server.errors), "the server to serve");
  assert.equal(told[2], "1", told[0]);
  const threads = readdirSync(`/proc/${server.pid}/task`);
  assert.ok(threads.length > 5);
  for (const thread of threads) {
    const status = readFileSync(`/proc/${server.pid}/task/${thread}/status`, "utf8");
    assert.match(status, /^Seccomp:\s+2$/m);
    assert.match(status, /^NoNewPrivs:\s+1$/m);
  }
  await server.stop();
});

test("a file outside of what the settings name is out of reach of the server itself", async (t) => {
  if (landlock === 0) return t.skip("this kernel has no Landlock");
  const at = folder();
  const first = make_certificate(at, "first");
  const elsewhere = make_certificate(folder(), "elsewhere");
  const place = await Place.found({ tls: { public: first } });
  const server = await place.serve();
  // Root, and the modes would let it: only the confinement stands between.
  for (const name of ["certificate", "key"]) {
    rmSync(first[name]);
    symlinkSync(elsewhere[name], first[name]);
  }
  server.child.kill("SIGHUP");
  await until(() => /first\.pem.*stays in use/.test(server.errors), "the certificate to be out of reach");
  rmSync(first.certificate);
  rmSync(first.key);
  copyFileSync(elsewhere.certificate, join(at, "first.pem"));
  copyFileSync(elsewhere.key, join(at, "first-key.pem"));
  server.child.kill("SIGHUP");
  await until(() => /tls_certificate_reloaded/.test(server.errors), "the copy inside to be taken");
  await server.stop();
});
