#!/usr/bin/env node
// The example of docs/reporting-api.md, run as it stands with curl and the age command.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { Place, root, run } from "./support.mjs";

test("a sealed photo goes up in pieces, and its report claims it", async () => {
  const place = await Place.found();
  const server = await place.serve();
  const [, example] = /```sh\n([\s\S]*?)```/.exec(readFileSync(join(root, "docs/reporting-api.md"), "utf8"));
  const photo = randomBytes(70_000);
  place.write("photo.jpg", photo);
  const done = await run("bash", ["-euc", example.replace("http://127.0.0.1:8080", server.public)],
    { cwd: place.folder, env: { PATH: `${join(root, "build/deps/age/usr/bin")}:${process.env.PATH}`, no_proxy: "*" } });
  assert.equal(done.status, 0, done.stderr);
  assert.match(done.stdout.toString(), /Upload-Offset: \d+/);
  assert.match(done.stdout.toString(), /\{"received":true\}/);
  const { id } = await server.case_of("With a photo.");
  const to = place.path("exported");
  await place.succeed("case", "export", id, "--output", to, ...server.as());
  const name = readdirSync(to).find((one) => one.endsWith(".jpg"));
  assert.deepEqual(readFileSync(join(to, name)), photo);
});
