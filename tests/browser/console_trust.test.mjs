#!/usr/bin/env node
// What the console's page lets nobody do: run a script that is not its own, make a script of a text, speak to another server; and a server
// that lies about the desk is found out before anything is opened.
import assert from "node:assert/strict";
import { createServer, request as ask } from "node:http";
import { after, test } from "node:test";
import { accessible, at_work, console_desk, console_page, curl, heading, hotline, passphrase, press, run, sign_in, until } from "./console.mjs";
import { join_desk, tell } from "./casework.mjs";

const { place, server } = await console_desk();
// A second desk lends its keys: real ones, signed by another desk key.
const other = await console_desk({ name: "Other desk" });

async function desk_of(one) {
  const { page, context } = await console_page(one.server);
  await sign_in(page);
  await at_work(page);
  const desk = await page.evaluate(async () => (await fetch("/api/v1/desk")).json());
  await context.close();
  return desk;
}
const stranger = await desk_of(other);

const liars = [];
after(() => liars.forEach((liar) => liar.closeAllConnections() ?? liar.close()));
/** A server in between that passes everything on, and changes the answers of GET paths: { path: (json) => json }. */
async function liar(changes) {
  const target = new URL(server.console);
  const between = createServer((from, to) => {
    const on = ask({ host: target.hostname, port: target.port, path: from.url, method: from.method, headers: { ...from.headers, host: target.host, "accept-encoding": "identity" } }, (answer) => {
      const pieces = [];
      answer.on("data", (piece) => pieces.push(piece));
      answer.on("end", () => {
        let body = Buffer.concat(pieces);
        const change = from.method === "GET" && answer.statusCode === 200 ? changes[from.url.split("?")[0]] : undefined;
        if (change) body = Buffer.from(JSON.stringify(change(JSON.parse(body.toString()))));
        const { "content-length": _, ...headers } = answer.headers;
        to.writeHead(answer.statusCode, { ...headers, ...(body.length > 0 && { "content-length": body.length }) });
        to.end(body);
      });
    });
    on.on("error", () => to.destroy());   // the page waits for changes while the server is taken away
    from.pipe(on);
  });
  await new Promise((resolve) => between.listen(0, "127.0.0.1", resolve));
  liars.push(between);
  return { console: `http://127.0.0.1:${between.address().port}` };
}

test("the page is sent with its policies; the worker may connect to nowhere", async () => {
  const page = await curl(`${server.console}/`);
  const policy = page.headers["content-security-policy"];
  const script = /<script src="(\/s\/[0-9a-f]{16}\.js)" integrity="(sha256-[\w+/=]+)"/.exec(page.text);
  assert.ok(script, page.text);
  assert.ok(policy.includes(`script-src '${script[2]}';`), policy);
  for (const word of ["default-src 'none'", "require-trusted-types-for 'script'", "trusted-types console", "worker-src 'self'", "connect-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'"]) assert.ok(policy.includes(word), word);
  assert.doesNotMatch(policy, /unsafe/);
  assert.equal(page.headers["cross-origin-opener-policy"], "same-origin");
  assert.equal(page.headers["cross-origin-embedder-policy"], "require-corp");
  assert.equal(page.headers["cross-origin-resource-policy"], "same-origin");
  assert.match(page.headers["permissions-policy"], /publickey-credentials-get=\(self\)/);
  assert.equal(page.headers["cache-control"], "no-store");
  const worker = await curl(`${server.console}${/<meta name="worker" content="([^"]+)"/.exec(page.text)[1]}`);
  assert.match(worker.headers["content-security-policy"], /^default-src 'none'; script-src 'wasm-unsafe-eval'; require/);
  assert.match(worker.headers["cache-control"], /immutable/);
  assert.doesNotMatch(page.text.replace(script[0], ""), /<script|<style| on\w+=/, "nothing inline");
});

test("the words of the bundle are those of hotline --version", async () => {
  const { stdout } = await run(hotline, ["--version"]);
  const words = /^Console ((?:[a-z]+-){7}[a-z]+)$/m.exec(stdout.toString())?.[1];
  const { page } = await console_page(server);
  assert.equal(await page.locator(".foot_words").innerText(), words);
});

test("an injected script does not run, a text does not become one, and nothing goes to another server", async () => {
  const { page, book } = await console_page(server);
  await sign_in(page);
  await at_work(page);
  assert.deepEqual(book.violations, []);
  const tried = await page.evaluate(async () => {
    const found = {};
    const attempt = async (name, what) => {
      try {
        found[name] = (await what()) ?? "done";
      } catch (error) {
        found[name] = error.name;
      }
    };
    await attempt("inner_html", () => void (document.createElement("div").innerHTML = "<img src=x>"));
    // Later: while the browser's tools evaluate, they lift the ban.
    const later = (what) => new Promise((resolve, reject) => setTimeout(() => {
      try {
        resolve(what());
      } catch (error) {
        reject(error);
      }
    }));
    await attempt("eval", () => later(() => (0, eval)("1")));
    await attempt("function", () => later(() => new Function("return 1")()));
    await attempt("policy", () => void trustedTypes.createPolicy("other", {}));
    await attempt("same_policy", () => void trustedTypes.createPolicy("console", {}));
    await attempt("script_src", () => void (document.createElement("script").src = "/s/0.js"));
    await attempt("worker", () => void new Worker("/s/0.js"));
    await attempt("elsewhere", () => fetch("http://127.0.0.1:9/").then(() => undefined));
    const script = document.createElement("script");
    try {
      script.textContent = "globalThis.injected = true";
      document.body.append(script);
    } catch (error) {
      found.inline = error.name;
    }
    found.injected = globalThis.injected === true;
    return found;
  });
  assert.deepEqual(tried, { inner_html: "TypeError", eval: "EvalError", function: "EvalError", policy: "TypeError", same_policy: "TypeError", script_src: "TypeError", worker: "TypeError",
    elsewhere: "TypeError", inline: "TypeError", injected: false });
  await until(() => book.violations.length >= 5, "the violations to be told");
});

test("an inline script that a server in between writes into the page does not run", async () => {
  const target = new URL(server.console);
  const between = createServer((from, to) => {
    ask({ host: target.hostname, port: target.port, path: from.url, method: from.method, headers: { ...from.headers, host: target.host, "accept-encoding": "identity" } }, (answer) => {
      const pieces = [];
      answer.on("data", (piece) => pieces.push(piece));
      answer.on("end", () => {
        const body = Buffer.from(Buffer.concat(pieces).toString().replace("</body>", "<script>globalThis.injected = true</script><img src=x onerror='globalThis.injected = true'></body>"));
        to.writeHead(answer.statusCode, { ...answer.headers, "content-length": body.length });
        to.end(body);
      });
    }).on("error", () => to.destroy()).end();
  });
  await new Promise((resolve) => between.listen(0, "127.0.0.1", resolve));
  liars.push(between);
  const { page, book } = await console_page({ console: `http://127.0.0.1:${between.address().port}` });
  await heading(page, "Sign in");
  assert.equal(await page.evaluate(() => globalThis.injected), undefined);
  await until(() => book.violations.some((what) => what.startsWith("script-src")), "the violation to be told");
});

const lies = {
  "another desk key": { change: (said) => ({ ...said, desk: { ...said.desk, desk_key: stranger.desk.desk_key } }), says: "The desk key is not the one that you hold." },
  "a whole desk of another's making": { change: (said) => ({ ...stranger, desk: { ...stranger.desk, id: said.desk.id }, members: [] }), says: "The desk key is not the one that you hold." },
  "an epoch that the desk did not sign": { change: (said) => ({ ...said, epochs: [...said.epochs, ...stranger.epochs] }), says: "A key that reporters seal to is not signed by the desk key." },
  "an epoch with another recipient": { change: (said) => ({ ...said, epochs: said.epochs.map((epoch) => ({ ...epoch, recipient: stranger.epochs[0].recipient })) }), says: "A key that reporters seal to is not signed by the desk key." },
  "a member with other keys": { change: (said) => ({ ...said, members: said.members.map((member) => ({ ...member, sign_key: stranger.members[0].sign_key })) }), says: "The keys of a member are not those that an admin vouched for." },
};
for (const [what, { change, says }] of Object.entries(lies)) {
  test(`a server that says ${what} is found out`, async () => {
    const { page } = await console_page(await liar({ "/api/v1/desk": change }));
    await sign_in(page);
    await heading(page, "Do not go on");
    await page.getByText(says).waitFor();
    assert.equal(await page.getByRole("navigation").count(), 0, "nothing of the desk is shown");
    await press(page, "Sign out");
    await heading(page, "Sign in");
  });
}

test("a browser that knew the desk says so when its key is another, also to those who do not hold it", async () => {
  let lie = false;
  const between = await liar({
    "/api/v1/desk": (said) => (lie ? { ...stranger, desk: { ...stranger.desk, id: said.desk.id }, members: [] } : said),
    "/api/v1/grants": ({ grants }) => ({ grants: lie ? grants.filter(({ kind }) => kind !== "desk_key") : grants }),
  });
  const { page } = await console_page(between);
  await sign_in(page);
  await at_work(page);
  lie = true;
  await page.reload();
  await heading(page, "Locked");
  await page.getByLabel("Passphrase").fill(passphrase);
  await press(page, "Unlock");
  await heading(page, "Do not go on");
  await page.getByText("The desk key is not the one that this browser has seen before.").waitFor();
  await page.getByText("Words that this browser saw before").waitFor();
  await accessible(page, "the alarm");
});

test("a desk of another's making under an id that nobody knows is found out by those who were here before", async () => {
  let lie = false;
  const between = await liar({
    "/api/v1/desk": (said) => (lie ? { ...stranger, members: [] } : said),
    "/api/v1/grants": ({ grants }) => ({ grants: lie ? [] : grants }),
  });
  const { page } = await console_page(between);
  await sign_in(page);
  await at_work(page);
  lie = true;
  await page.reload();
  await heading(page, "Locked");
  await page.getByLabel("Passphrase").fill(passphrase);
  await press(page, "Unlock");
  await heading(page, "Do not go on");
  await page.getByText("The desk key is not the one that this browser has seen before.").waitFor();
  await page.getByText("Words that this browser saw before").waitFor();
});

test("a case of somebody whom the server has forgotten: nothing is deleted in it before one says that it belongs together", async () => {
  await join_desk({ place, server }, "luis", "caseworker");
  await tell(server, { q_story: "Luis took this up" });
  const { id } = await server.case_of("Luis took this up");
  await place.succeed("case", "claim", id, ...server.as("luis", place.path("luis.passphrase")));
  await place.succeed("member", "remove", "luis", ...server.as());
  await place.succeed("case", "note", id, "--text", "written when he had left", ...server.as());
  const { case: file } = await server.show(id);
  const { page, book } = await console_page(await liar({ "/api/v1/desk": (said) => ({ ...said, former: [] }) }));
  await sign_in(page);
  await at_work(page);
  await page.evaluate((case_) => { location.hash = `#/case/${case_}`; }, file);
  const notice = page.locator("section.unsure", { hasText: "Do these messages belong to this case?" });
  await notice.getByText("Luis took this up").waitFor();
  await accessible(page, "the question");
  await press(page, "Delete…");
  assert.equal(await page.getByRole("dialog").getByRole("button", { name: "Delete for good" }).isDisabled(), true);
  await page.getByRole("dialog").getByText("Until then nothing is decided, answered or deleted here.").waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
  await notice.getByRole("button", { name: "Put it to this case" }).click();
  await notice.waitFor({ state: "detached" });
  await page.locator(".timeline", { hasText: "Luis took this up" }).waitFor();
  const { timeline } = await server.show(id);
  assert.equal(timeline.filter(({ kind }) => kind === "link").at(-1).author, "demo");
  assert.deepEqual(book.violations, []);
});

test("nothing secret is in an address, in what is kept, or in what is sent", async () => {
  const { page, book } = await console_page(server);
  await sign_in(page);
  await at_work(page);
  const kept = await page.evaluate(() => ({ local: Object.entries(localStorage), session: Object.entries(sessionStorage), databases: indexedDB.databases?.() }));
  assert.deepEqual(kept.session, []);
  assert.deepEqual(kept.local.map(([name]) => name.replace(/[0-9a-f]{32}/, "ID")).sort(), ["desk ID", "desk of ID"]);
  for (const { url, body } of book.requests) {
    assert.ok(!url.includes("battery"), url);
    assert.ok(!(body ?? Buffer.alloc(0)).includes("battery"), `${url} carried the passphrase`);
  }
  assert.ok(place);
});
