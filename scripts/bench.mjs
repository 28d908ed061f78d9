// Prints how long dashctl takes and how much memory it needs, beside an empty node process and beside what one would type
// instead. Everything is measured in one run, because machines differ; so this is never a test.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker, isMainThread, parentPort } from 'node:worker_threads';

const rounds = Number(process.env.BENCH_ROUNDS ?? 21);
const self = fileURLToPath(import.meta.url);
const dashctl = fileURLToPath(new URL('../bin/dashctl.js', import.meta.url));

/** A dashboard as Datadog lists it; `index` tells it from the others. */
function dashboard(index) {
  const id = `abc-${String(Math.floor(index / 1000)).padStart(3, '0')}-${String(index % 1000).padStart(3, '0')}`;
  return {
    id,
    title: `Dashboard ${index} of the benchmark`,
    description: null,
    layout_type: 'ordered',
    url: `/dashboard/${id}/dashboard-${index}-of-the-benchmark`,
    created_at: '2026-01-02T03:04:05.000000+00:00',
    modified_at: '2026-11-02T03:04:05.000000+00:00',
    author_handle: 'ana@example.com',
    deleted_at: null,
  };
}

/**
 * The server: below `/SIZE` it lists SIZE dashboards in pages; the shares of a dashboard take 50 ms. It has a thread of
 * its own, so that measuring does not hold up its answers.
 */
async function serve() {
  const json = { 'content-type': 'application/json' };
  const page = (start, count) =>
    JSON.stringify({ dashboards: Array.from({ length: count }, (_, index) => dashboard(start + index)) });
  const small = page(0, 100);
  const server = createServer((request, response) => {
    const url = new URL(request.url, 'http://127.0.0.1');
    if (url.pathname.endsWith('/shared')) {
      setTimeout(() => response.writeHead(200, json).end('{"data":[]}'), 50);
      return;
    }
    const size = Number(url.pathname.split('/')[1]);
    const start = Number(url.searchParams.get('start') ?? 0);
    const count = Math.max(0, Math.min(Number(url.searchParams.get('count') ?? 100), size - start));
    response.writeHead(200, json).end(start === 0 && count === 100 ? small : page(start, count));
  });
  server.keepAliveTimeout = 60_000;
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  parentPort.postMessage(server.address().port);
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

async function bench() {
  const home = mkdtempSync(join(tmpdir(), 'dashctl-bench-'));
  const server = new Worker(self);
  const base = `http://127.0.0.1:${await new Promise((resolve) => server.once('message', resolve))}`;
  try {
    await measure(home, base);
  } finally {
    await server.terminate();
    rmSync(home, { recursive: true, force: true });
  }
}

async function measure(home, base) {
  // Nothing of our own environment: NODE_OPTIONS or further certificate authorities would be measured too.
  const env = {
    PATH: process.env.PATH,
    HOME: home,
    DD_API_KEY: 'bench-api-key',
    DD_APP_KEY: 'bench-app-key',
  };
  const memoryFile = join(home, 'memory');
  const tellMemory = join(home, 'tell-memory.cjs');
  writeFileSync(
    tellMemory,
    `process.on('exit', () => require('node:fs').writeFileSync(${JSON.stringify(memoryFile)}, String(process.resourceUsage().maxRSS / 1024)));`,
  );

  /** Runs a program to its end. @returns milliseconds, and for node with `memory` the most MiB that it held */
  function once(file, args, { stdin = '', memory = false } = {}) {
    return new Promise((resolve, reject) => {
      const all = memory ? ['--require', tellMemory, ...args] : args;
      const start = process.hrtime.bigint();
      const child = spawn(file, all, { env, stdio: [stdin === '' ? 'ignore' : 'pipe', 'pipe', 'pipe'] });
      let errors = '';
      child.stdin?.on('error', () => {}).end(stdin);
      child.stdout.resume();
      child.stderr.on('data', (chunk) => (errors += chunk));
      child.on('error', reject);
      child.on('close', (code) => {
        const ms = Number(process.hrtime.bigint() - start) / 1e6;
        if (code === 0) resolve({ ms, mib: memory ? Number(readFileSync(memoryFile, 'utf8')) : 0 });
        else reject(new Error(`${file} ${args.join(' ')} ended with ${code}: ${errors}`));
      });
    });
  }
  const node = (args, options) => once(process.execPath, args, options);
  const account = (size) => ['--provider', 'datadog', '--base-url', `${base}/${size}`];
  const list = (size, ...more) => [dashctl, 'dashboards', 'list', ...account(size), ...more];
  const one = ['--limit', '100'];

  const rows = [];
  const row = (what, measured, unit, ratio = null, budget = null, digits = 2) => {
    const value = ratio ?? measured;
    rows.push({
      what,
      measured: `${measured.toFixed(unit === 'ms' ? 1 : 0)} ${unit}`,
      ratio,
      budget,
      digits,
      value,
    });
  };

  // Start-up: many short runs, interleaved, so that a slow moment of the machine meets all alike.
  const bareGet = join(home, 'bare-get.cjs');
  writeFileSync(bareGet, `require('node:http').get('${base}/100/api/v1/dashboard', (r) => r.resume());`);
  const short = [
    { what: 'node -e 0', run: () => node(['-e', '0']) },
    // What any program pays for one GET on this machine, so that the rows below can be read.
    { what: 'node:http, one GET and nothing else', run: () => node([bareGet]) },
    { what: 'dashctl --version', run: () => node([dashctl, '--version']), budget: 1.05 },
    { what: 'dashctl --help', run: () => node([dashctl, '--help']), budget: 1.15 },
    {
      what: 'dashboards list --json (100, one GET)',
      run: () => node(list(100, ...one, '--json')),
      budget: 1.5,
    },
    { what: 'the same as a table', run: () => node(list(100, ...one, '-o', 'table')), budget: 1.9 },
  ];
  if (has('curl') && has('jq')) {
    const script = `curl -s '${base}/100/api/v1/dashboard' | jq -c '.dashboards[]'`;
    short.push({ what: "curl | jq '.dashboards[]'", run: () => once('sh', ['-c', script]) });
  }
  const times = await interleaved(short, rounds);
  for (const [index, { what, budget }] of short.entries()) {
    row(what, times[index], 'ms', times[index] / times[0], budget ?? null);
  }

  // Peak memory.
  const memoryOf = async (args, times_ = 5) => {
    const found = [];
    for (let round = 0; round < times_; round += 1) found.push((await node(args, { memory: true })).mib);
    return median(found);
  };
  const emptyMemory = await memoryOf(['-e', '0']);
  row('peak memory: node -e 0', emptyMemory, 'MiB', 1);
  const listMemory = await memoryOf(list(100, ...one, '--json'));
  row('peak memory: dashboards list --json', listMemory, 'MiB', listMemory / emptyMemory, 1.35);

  // A thousand requests of 50 ms, 16 at a time.
  const ids = Array.from({ length: 1000 }, (_, index) => dashboard(index).id);
  const shares = [dashctl, 'share', 'list', '-', ...account(1000), '-o', 'ndjson', '--concurrency', '16'];
  const bulk = [
    { what: '1000 GETs: dashctl share list -', run: () => node(shares, { stdin: ids.join('\n') }) },
  ];
  const addresses = ids.map((id) => `${base}/1000/api/v2/dashboard/${id}/shared`);
  if (has('curl')) {
    const options = ['-s', '--parallel', '--parallel-max', '16', '-K', '-'];
    const config = addresses.map((address) => `url = "${address}"\noutput = "/dev/null"`).join('\n');
    bulk.push({
      what: 'curl --parallel-max 16',
      budget: 1.06,
      run: () => once('curl', options, { stdin: config }),
    });
    if (has('xargs')) {
      const each = ['-P16', '-n1', 'curl', '-s', '-o', '/dev/null'];
      bulk.push({
        what: 'xargs -P16 curl',
        budget: 0.8,
        run: () => once('xargs', each, { stdin: addresses.join('\n') }),
      });
    }
  }
  const [ours, ...others] = await interleaved(bulk, 3);
  row('1000 GETs at 50 ms, 16 at a time', ours, 'ms', null, null);
  for (const [index, { what, budget }] of bulk.slice(1).entries()) {
    row(`the same beside ${what}`, others[index], 'ms', ours / others[index], budget);
  }

  // Lists too long to be held.
  const ndjson = (size) => list(size, '--page-size', '1000', '-o', 'ndjson');
  const few = await memoryOf(ndjson(10_000), 3);
  const many = await memoryOf(ndjson(100_000), 3);
  row('peak memory: 10 000 rows as NDJSON', few, 'MiB');
  row('peak memory: 100 000 rows as NDJSON', many, 'MiB', null, 80, 0);
  row('the same beside 10 000 rows', many, 'MiB', many / few, 1.1);

  // A long table: the time beyond that of the same rows as NDJSON is the layout; cli-table3 lays out the same cells.
  const libraryTable = join(home, 'cli-table3.cjs');
  writeFileSync(
    libraryTable,
    `const Table = require(${JSON.stringify(fileURLToPath(import.meta.resolve('cli-table3')))});
    const table = new Table({ head: ['REF', 'TITLE', 'OWNER', 'UPDATED AT'] });
    for (let index = 0; index < 10000; index += 1)
      table.push(['prod/abc-000-' + index, 'Dashboard ' + index + ' of the benchmark', 'ana@example.com', '20 days ago']);
    process.stdout.write(table.toString());`,
  );
  const long = [
    { run: () => node(list(10_000, '--page-size', '1000', '-o', 'table')) },
    { run: () => node(ndjson(10_000)) },
  ];
  const [table, lines] = await interleaved(long, 3);
  const library = (await node([libraryTable])).ms - times[0];
  row('10 000 rows as a table', table, 'ms');
  row('its layout beside one cli-table3 table', library, 'ms', Math.max(0, table - lines) / library, 0.05, 3);

  print(rows);
}

/** The medians of several contestants, each run `count` times in turn after one turn that warms up. */
async function interleaved(contestants, count) {
  const times = contestants.map(() => []);
  for (let round = 0; round <= count; round += 1) {
    for (const [index, { run }] of contestants.entries()) {
      const { ms } = await run();
      if (round > 0) times[index].push(ms);
    }
  }
  return times.map(median);
}

function has(program) {
  return spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined;
}

function print(rows) {
  console.log(`Node ${process.version}, medians, ${rounds} rounds of the short ones\n`);
  console.log(`${'what'.padEnd(44)}${'measured'.padStart(12)}${'ratio'.padStart(9)}${'budget'.padStart(9)}`);
  for (const { what, measured, ratio, budget, digits, value } of rows) {
    const verdict = budget === null ? '' : `   ${value <= budget ? 'ok' : 'OVER'}`;
    const shown = [
      ratio === null ? '' : ratio.toFixed(digits),
      budget === null ? '' : budget.toFixed(digits),
    ];
    console.log(
      `${what.padEnd(44)}${measured.padStart(12)}${shown.map((one) => one.padStart(9)).join('')}${verdict}`,
    );
  }
}

if (isMainThread) await bench();
else await serve();
