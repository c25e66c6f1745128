// How long an honest form takes while one address sends junk: node crowd.mjs URL BENCH_LOAD COUNT
// First 1,000 forms, wrong codes and sealed reports a minute, then all that bench_load can send: forms and sealed reports, over 64
// connections each, and as much of the former as node can. The honest ones come from other addresses. Prints one JSON object.
import { spawn } from 'node:child_process';
import http from 'node:http';

const [url, bench_load, count] = process.argv.slice(2);
const { hostname, port } = new URL(url);
const junk = new URL('../integration/junk.mjs', import.meta.url).pathname;

let people = 0;
/** Seconds until the page with the code is there, for somebody from an address of their own. */
const honest = () => new Promise((resolve, reject) => {
  const localAddress = `127.0.1.${2 + (people++ % 250)}`;
  const begin = process.hrtime.bigint();
  const request = http.request({ host: hostname, port, localAddress, agent: false, path: '/en/tell', method: 'POST',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' } }, (answer) => {
    let text = '';
    answer.on('data', (piece) => (text += piece)).on('end', () => {
      const right = answer.statusCode === 200 && text.includes('id="code"');
      resolve({ right, seconds: Number(process.hrtime.bigint() - begin) / 1e9 });
    });
  });
  request.on('error', reject);
  request.end('q_story=help');
});
async function measure(floods) {
  const children = floods.map(([program, ...words]) => spawn(program, words, { stdio: ['pipe', 'pipe', 'inherit'] }));
  const ends = children.map((child) => new Promise((resolve) => child.on('close', resolve)));
  for (const child of children) child.stdout.resume();
  const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
  await pause(3000);   // until it is under way
  const times = [];
  let wrong = 0;
  for (let i = 0; i < Number(count); ++i) {
    const { right, seconds } = await honest();
    if (right) times.push(seconds);
    else ++wrong;
    await pause(250);
  }
  const alive = children.filter((child) => child.exitCode === null).length;
  for (const child of children) child.kill('SIGKILL');
  await Promise.all(ends);
  times.sort((a, b) => a - b);
  return { right: times.length, wrong, p50_seconds: times[times.length >> 1] ?? null, max_seconds: times.at(-1) ?? null, floods_to_the_end: alive };
}

const load = (path, requests) => [bench_load, path, '--port', port, '--requests', requests, '--seconds', '600'];
const quiet = await measure([]);
const thousand = await measure([[process.execPath, junk, url, '64', '1000', '127.0.0.1']]);
const full = await measure([load('form', 20_000), load('sealed', 300_000), [process.execPath, junk, url, '64', '0', '127.0.0.1']]);
console.log(JSON.stringify({ quiet, thousand, full }));
process.exit(0);
