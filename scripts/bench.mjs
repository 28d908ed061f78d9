// Prints how long dashctl takes as ratios to an empty node process, measured in one run. Never a test: machines differ.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const dashctl = fileURLToPath(new URL('../bin/dashctl.js', import.meta.url));
const rounds = Number(process.env.BENCH_ROUNDS ?? 25);
const home = mkdtempSync(join(tmpdir(), 'dashctl-bench-'));

const dashboards = Array.from({ length: 100 }, (_one, index) => ({
  id: `abc-def-${String(index).padStart(3, '0')}`,
  title: `Dashboard ${index} of the benchmark`,
  description: null,
  layout_type: 'ordered',
  url: `/dashboard/abc-def-${String(index).padStart(3, '0')}/dashboard-${index}-of-the-benchmark`,
  created_at: '2026-01-02T03:04:05.000000+00:00',
  modified_at: '2026-11-02T03:04:05.000000+00:00',
  author_handle: 'ana@example.com',
  deleted_at: null,
}));
const body = JSON.stringify({ dashboards });
const server = createServer((_request, response) => {
  // One page of 100 would be followed by an empty one; the benchmark is about a single GET.
  response.writeHead(200, { 'content-type': 'application/json' }).end(body);
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const base = `http://127.0.0.1:${server.address().port}`;

const env = {
  PATH: process.env.PATH,
  HOME: home,
  DASHCTL_CONFIG_DIR: join(home, 'config'),
  DASHCTL_STATE_DIR: join(home, 'state'),
  DD_API_KEY: 'bench-api-key',
  DD_APP_KEY: 'bench-app-key',
};
const list = [dashctl, 'dashboards', 'list', '--provider', 'datadog', '--base-url', base, '--limit', '100'];

const contestants = [
  { name: 'node -e 0', args: ['-e', '0'] },
  // What any program pays for one GET on this machine, so that the rows below can be read.
  { name: 'a bare GET with node:http', args: ['-e', `require('http').get('${base}', (r) => r.resume())`] },
  { name: 'dashctl --version', args: [dashctl, '--version'], budget: 1.1 },
  { name: 'dashctl --help', args: [dashctl, '--help'], budget: 1.25 },
  { name: 'dashboards list --json (100, one GET)', args: [...list, '--json'], budget: 1.8 },
  { name: 'dashboards list as a table', args: [...list, '-o', 'table'], budget: 2.3 },
];

/** Runs node once. The server lives in this process, so the child must not block it. */
function once(args) {
  return new Promise((resolve, reject) => {
    const start = process.hrtime.bigint();
    const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let errors = '';
    child.stdout.resume();
    child.stderr.on('data', (chunk) => (errors += chunk));
    child.on('close', (code) => {
      if (code !== 0) reject(new Error(`${args.join(' ')} ended with ${code}: ${errors}`));
      else resolve(Number(process.hrtime.bigint() - start) / 1e6);
    });
  });
}

const times = contestants.map(() => []);
for (let round = 0; round < rounds + 2; round += 1) {
  // Interleaved, so that a slow moment of the machine meets all alike; the first two rounds warm up.
  for (const [index, contestant] of contestants.entries()) {
    const time = await once(contestant.args);
    if (round >= 2) times[index].push(time);
  }
}
server.close();
rmSync(home, { recursive: true, force: true });

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
const floor = median(times[0]);
console.log(`Node ${process.version}, ${rounds} rounds, medians\n`);
console.log('what                                     ms     ratio  budget');
for (const [index, contestant] of contestants.entries()) {
  const time = median(times[index]);
  const ratio = time / floor;
  const verdict =
    contestant.budget === undefined
      ? ''
      : `${contestant.budget.toFixed(2)}  ${ratio <= contestant.budget ? 'ok' : 'OVER'}`;
  console.log(
    `${contestant.name.padEnd(38)} ${time.toFixed(1).padStart(6)}  ${ratio.toFixed(2).padStart(6)}    ${verdict}`,
  );
}
