// Mutates each area, prints every mutant that nothing noticed and the score of each group of files.
// `npm run test:mutation -- journal` takes one area alone, `--report` prints the last results again; below `MUTATION_MIN`
// (90) it fails.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { areas, reportOf } from './areas.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const stryker = `${here}node_modules/@stryker-mutator/core/bin/stryker.js`;
const least = Number(process.env.MUTATION_MIN ?? 90);
const again = process.argv.includes('--report');
const asked = process.argv.slice(2).filter((word) => word !== '--report');
const names = asked.length === 0 ? Object.keys(areas) : asked;

const unknown = names.find((name) => !(name in areas));
if (unknown !== undefined) {
  console.error(`There is no area "${unknown}". Areas: ${Object.keys(areas).join(', ')}.`);
  process.exit(2);
}

// Stryker and what it needs stand beside, so that nobody else has to install them.
if (!again && !existsSync(stryker)) run('npm', ['ci', '--prefix', here]);

/** Runs a program to its end; its failure is ours. */
function run(program, args, env = {}) {
  const { status, error } = spawnSync(program, args, {
    stdio: 'inherit',
    env: { ...process.env, ...env },
    shell: process.platform === 'win32',
  });
  if (error !== undefined) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

/** What became of the mutants of an area. Those that run for ever are noticed; those that no test reaches are not. */
function countsOf(name) {
  const { files } = JSON.parse(readFileSync(`${reportOf(name)}.json`, 'utf8'));
  const counts = { detected: 0, missed: 0, left: [] };
  for (const [file, { source, mutants }] of Object.entries(files)) {
    const lines = source.split('\n');
    for (const { status, location, replacement } of mutants) {
      if (['Killed', 'Timeout', 'RuntimeError'].includes(status)) counts.detected += 1;
      else if (['Survived', 'NoCoverage'].includes(status)) {
        counts.missed += 1;
        const { start, end } = location;
        const last = start.line === end.line ? end.column - 1 : undefined;
        const original = lines[start.line - 1].slice(start.column - 1, last);
        const changed = replacement.replaceAll(/\s+/g, ' ');
        counts.left.push({ file, line: start.line, text: `${short(original)}  →  ${short(changed)}` });
      }
    }
  }
  return counts;
}

function short(text) {
  return text.length > 90 ? `${text.slice(0, 89)}…` : text;
}

function row(name, detected, missed) {
  const score = ((100 * detected) / (detected + missed)).toFixed(1);
  const cells = [detected + missed, detected, missed, `${score} %`].map((cell) => String(cell).padStart(8));
  console.log(`${name.padEnd(24)}${cells.join('')}`);
}

for (const name of again ? [] : names) {
  console.log(`\n${name}`);
  run(process.execPath, [stryker, 'run', `${here}stryker.config.mjs`], {
    MUTATION_AREA: name,
    // Laws are tried a few times for each mutant, which is often enough for a rule that is broken.
    DASHCTL_LAW_FACTOR: process.env.DASHCTL_LAW_FACTOR ?? '0.05',
  });
}

const results = names.map((name) => ({ name, ...countsOf(name) }));
for (const { name, left } of results) {
  if (left.length === 0) continue;
  console.log(`\n${name}: not noticed`);
  for (const { file, line, text } of left.sort((a, b) => a.file.localeCompare(b.file) || a.line - b.line)) {
    console.log(`  ${file}:${line}  ${text}`);
  }
}
console.log(
  `\n${''.padEnd(24)}${['mutants', 'noticed', 'missed', 'score'].map((word) => word.padStart(8)).join('')}`,
);
for (const { name, detected, missed } of results) row(name, detected, missed);
const detected = results.reduce((sum, one) => sum + one.detected, 0);
const missed = results.reduce((sum, one) => sum + one.missed, 0);
row('all', detected, missed);
if ((100 * detected) / (detected + missed) < least) process.exitCode = 1;
