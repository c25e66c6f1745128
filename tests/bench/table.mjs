// The table and the JSON of tests/bench/run: node table.mjs RESULTS TO
import { readFileSync, writeFileSync } from 'node:fs';

const [from, to] = process.argv.slice(2);
const lines = readFileSync(from, 'utf8').trim().split('\n').map((line) => JSON.parse(line));
const found = Object.fromEntries(lines.map((line) => [line.name, line]));
const result = (name) => found[name].result;
const loads = lines.filter((line) => line.result?.right !== undefined && line.name !== 'warm');

// The machine may have other work: of several measurements of a bound, the best is the machine's own.
const bounds = lines.filter((line) => line.name.startsWith('bounds_')).map((line) => line.result);
const least = (name) => Math.min(...bounds.map((bound) => bound[name]));
const most = (name) => Math.max(...bounds.map((bound) => bound[name]));
// Measured just before and just after the form path.
const beside = (result('bounds_before_form').argon2id_per_second + result('bounds_after_form').argon2id_per_second) / 2;

const figure = (value) => (value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3));
const mib = (kib) => kib / 1024;
const peak = Math.max(...loads.map((line) => line.result.resident_kib_max ?? 0));
const acknowledged = loads.filter((line) => ['fill', 'form', 'sealed', 'sms', 'telnyx', 'android'].includes(line.name)).reduce((sum, line) => sum + line.result.right, 1);   // and one text that came many times
const stored = Number(/reports (\d+)/.exec(result('stored'))?.[1] ?? 0);
const fsync = `one fsync of 4 KiB ${figure(least('fsync_p50_ms'))} ms (p99 ${figure(least('fsync_p99_ms'))}), of 64 reports ${figure(least('fsync_batch_p50_ms'))} ms`;
const processors = bounds[0].processors;
const shared = (name) => {
  const { server_cpu_us: server, generator_cpu_us: generator } = result(name);
  return `processors: server ${figure(server)} µs and generator ${figure(generator)} µs a request, so ${figure((processors * 1e6) / (server + generator))}/s on ${processors} that do nothing else`;
};

const rows = [];
const row = (path, aim, value, unit, met, load, bound) => rows.push({ path, aim, value, unit, met, p50_ms: load?.p50_ms, p99_ms: load?.p99_ms, max_ms: load?.max_ms, errors: load?.errors ?? {}, bound });
const rate = (path, name, aim, met, bound) => {
  const load = result(name);
  row(path, aim, load.per_second, '/s', met(load), load, bound);
};
const fast = (rate_min, p99_max = Infinity) => (load) => load.per_second >= rate_min && load.p99_ms <= p99_max;
const reports = result('fill').right;

rate(`sealed report by API, durable, 0 to ${reports.toLocaleString('en')} stored`, 'fill', '≥ 3,000/s, p99 ≤ 60 ms', fast(3000, 60), `${fsync}; ${shared('fill')}`);
rate(`the same on top of ${reports.toLocaleString('en')}`, 'sealed', '≥ 3,000/s, p99 ≤ 60 ms', fast(3000, 60), `${shared('sealed')}; a commit alone (GET /healthz) ${figure(result('health').per_second)}/s`);
const prompt = (load) => load.per_second >= 2500 && load.p50_ms <= 20 && load.p99_ms <= 200 && load.max_ms < 2000;
for (const [name, who] of [['sms', 'Twilio (HMAC-SHA1)'], ['telnyx', 'Telnyx (Ed25519)'], ['android', 'SMS Gateway for Android (HMAC-SHA256)']]) {
  rate(`SMS webhook of ${who}, verified, sealed, durable`, name, '≥ 2,500/s, p50 ≤ 20 ms, p99 ≤ 200 ms, slowest < 2 s', prompt,
    `X-Wing ${figure(least('xwing_us'))} µs, one seal of 1 KiB ${figure(least('seal_1kib_us'))} µs; slowest ${figure(result(name).max_ms)} ms; ${shared(name)}`);
}
const rows_of_one = result('repeated_rows');
rate('one text of Twilio, always again', 'repeated', '≥ 5,000/s, all answered alike, 1 stored', (load) => load.per_second >= 5000 && rows_of_one === 1 && Object.keys(load.errors).length === 0,
  `${result('repeated').right.toLocaleString('en')} answered, ${rows_of_one} stored; ${shared('repeated')}`);
const share = (100 * result('form').per_second) / beside;
rate('form report without script, with return code', 'form', `≥ 90 % of Argon2id alone (${figure(0.9 * beside)}/s)`, () => share >= 90, `${figure(share)} % of the ${figure(beside)} Argon2id calls/s measured just before and after; ${figure(most('argon2id_per_second'))}/s at best, one alone ${figure(least('argon2id_ms'))} ms`);
rate('first page', 'page', '≥ 15,000/s', fast(15000), shared('page'));
const crowded = (name, what) => {
  const { right, wrong, floods_to_the_end, ...seconds } = result('crowd')[name];
  const [p50_seconds, max_seconds] = [seconds.p50_seconds ?? Infinity, seconds.max_seconds ?? Infinity];   // none came through
  const met = wrong === 0 && max_seconds < 3 && (name === 'quiet' || floods_to_the_end > 0);
  row(`honest form ${what}, slowest of ${right + wrong}`, '< 3 s, none refused', max_seconds, 's', met, null, `half of them within ${figure(p50_seconds)} s; ${wrong} refused`);
};
crowded('quiet', 'alone, from another address');
crowded('thousand', 'while one address sends 1,000 junk requests a minute');
crowded('full', 'while one address sends all it can over 192 connections');
row('resident memory, idle, fresh desk', '≤ 40 MiB', mib(result('idle_fresh')), 'MiB', mib(result('idle_fresh')) <= 40, null, '');
row(`resident memory, idle, ${reports.toLocaleString('en')} reports`, '≤ 40 MiB', mib(result('idle')), 'MiB', mib(result('idle')) <= 40, null, `${figure(mib(result('idle_after')))} MiB two seconds after the load`);
row('resident memory, largest under any load', '≤ 120 MiB', mib(peak), 'MiB', mib(peak) <= 120, null, `of it 19 MiB for each Argon2id call at work (${processors})`);
row(`start until a write is answered, ${reports.toLocaleString('en')} reports`, '≤ 0.3 s', result('start').p50_ms / 1000, 's', result('start').p50_ms <= 300, null, `${result('start').starts} starts, slowest ${figure(result('start').max_ms / 1000)} s`);
row('database bytes for a 1 KiB report', '≤ 5,000', result('bytes_sealed'), 'B', result('bytes_sealed') <= 5000, null, 'sealed: 1 KiB, 1.6 KB of post-quantum header, 32 B; the rest is the page it fills and indexes');
row('database bytes for a form report', '', result('bytes_form'), 'B', null, null, 'its mailbox recipient of 1,959 characters makes 4 KiB of it');
const queue = result('queue');
const slowest = Math.max(...Object.entries(queue).filter(([name]) => name.endsWith('_ms')).map(([, value]) => value));
row('a page of 50 of the console\'s queue, slowest view', '≤ 5 ms', slowest, 'ms', slowest <= 5, null, `of all ${figure(queue.all_ms)} ms, its tenth page ${figure(queue.all_tenth_ms)} ms, counts ${figure(queue.counts_ms)} ms`);
row('pages of 20 of the queue, all readers', '≥ 2,000/s', queue.pages_of_20_per_second, '/s', queue.pages_of_20_per_second >= 2000, null, '');
row('acknowledged / stored', 'equal', stored, 'reports', stored >= acknowledged, null, `${acknowledged.toLocaleString('en')} acknowledged; hotline check: ${/sound/.test(result('stored')) ? 'sound' : 'NOT SOUND'}`);

const load_averages = lines.map((line) => line.load_average);
const summary = { date: new Date().toISOString(), load_average_min: Math.min(...load_averages), load_average_max: Math.max(...load_averages), rows, bounds, raw: lines };
writeFileSync(to, JSON.stringify(summary, null, 1) + '\n');

for (const { path, aim, value, unit, met, p50_ms, p99_ms, errors, bound } of rows) {
  const verdict = met === null ? '      ' : met ? 'met   ' : 'MISSED';
  const times = p50_ms === undefined ? '' : `  p50 ${figure(p50_ms)} ms, p99 ${figure(p99_ms)} ms`;
  const wrong = Object.keys(errors).length ? `  errors ${JSON.stringify(errors)}` : '';
  console.log(`${verdict}  ${path}\n          ${figure(value)} ${unit}${aim ? `   aim ${aim}` : ''}${times}${wrong}${bound ? `\n          bound: ${bound}` : ''}`);
}
console.log(`\nload average of the machine ${summary.load_average_min}–${summary.load_average_max}, load generator on the same ${processors} processors; all in ${to}`);
