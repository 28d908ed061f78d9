// Bundles src into CommonJS chunks in dist: what a command does not need is in a chunk that it does not load.
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const root = fileURLToPath(new URL('..', import.meta.url));
const { version } = JSON.parse(readFileSync(root + 'package.json', 'utf8'));

/** Built-in modules that a library loads at start for features that dashctl does not use; each costs milliseconds. */
const unused = [
  { module: /^(node:)?http2$/, of: /[\\/]undici[\\/]/ },
  { module: /^(node:)?child_process$/, of: /[\\/]commander[\\/]/ },
  { module: /\/client-h2\.js$/, of: /[\\/]undici[\\/]/ },
  // Bodies are text, so nothing needs FormData, Blob and what fetch makes of them.
  { module: /\/web\/fetch\/body\.js$/, of: /[\\/]undici[\\/]/ },
];

const leaveOutUnused = {
  name: 'leave-out-unused',
  resolveId: (source, importer) =>
    unused.some(({ module, of }) => module.test(source) && importer !== undefined && of.test(importer))
      ? '\0unused'
      : null,
  load: (id) => (id === '\0unused' ? 'module.exports = { constants: {} };' : null),
};

const bundle = await rolldown({
  plugins: [leaveOutUnused],
  preserveEntrySignatures: 'allow-extension',
  input: { main: root + 'src/main.ts' },
  platform: 'node',
  // jsonc-parser's CommonJS form hides its parts from a bundler.
  resolve: { mainFields: ['module', 'main'] },
  // Optional native parts of libraries, absent here and guarded by the libraries themselves.
  external: [/^@napi-rs\/keyring/],
  transform: { target: 'node20', define: { __DASHCTL_VERSION__: JSON.stringify(version) } },
  onLog(level, log, handle) {
    if (log.code === 'EVAL' || log.code === 'COMMONJS_VARIABLE_IN_ESM') return;
    handle(level, log);
  },
});
const { output } = await bundle.write({
  dir: root + 'dist',
  format: 'cjs',
  minify: true,
  entryFileNames: '[name].cjs',
  chunkFileNames: '[name]-[hash].cjs',
  // Every file that is read costs time at start, so what is always needed together is one file: what help needs, what
  // every command needs, what every request needs.
  codeSplitting: {
    includeDependenciesRecursively: false,
    groups: [
      {
        name: 'core',
        test: /unused$|rolldown.runtime|\/src\/(errors|cli\/(run|locate|nouns|help|help-page|topic-names|definition|options|global-options)|model\/(?!json-)[\w-]+|providers\/(registry|offers)|providers\/\w+\/(descriptor|ids)|output\/(renderer|terminal|escape|value|sink|pager|progress))\.ts$/,
      },
      {
        name: 'command',
        test: /\/commander\/|\/src\/(cli\/(run-command|create-context|parse|context)|config\/[\w-]+|commands\/[\w-]+|files\/(failure|index|lock|private-file)|output\/(prompts|json-filter)|http\/(address|clock))\.ts$/,
      },
      {
        name: 'http',
        test: /\/src\/http\/(?!proxy-dispatcher|address|clock)|undici\/lib\/(?!dispatcher\/(proxy|socks))/,
      },
    ],
  },
});
await bundle.close();

// Chunks that need each other at load time would see each other half loaded.
const needs = new Map(output.map((chunk) => [chunk.fileName, chunk.imports ?? []]));
const cycleFrom = (file, path = []) =>
  path.includes(file)
    ? [...path, file]
    : (needs.get(file) ?? [])
        .map((next) => cycleFrom(next, [...path, file]))
        .find((cycle) => cycle !== undefined);
const cycle = [...needs.keys()].map((file) => cycleFrom(file)).find((found) => found !== undefined);
if (cycle !== undefined) throw new Error(`Chunks import each other: ${cycle.join(' -> ')}`);

// What is bundled keeps its licence.
const packages = new Set(
  output
    .flatMap((chunk) => Object.keys(chunk.modules ?? {}))
    .map((id) => /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(id.replace(/^\0/, ''))?.[0])
    .filter((folder) => folder !== undefined && existsSync(folder + '/package.json')),
);
const notices = [...packages].sort().map((folder) => {
  const { name, version: its, license } = JSON.parse(readFileSync(folder + '/package.json', 'utf8'));
  const file = readdirSync(folder).find((one) => /^(licen[cs]e|copying)/i.test(one));
  const text = file === undefined ? '' : readFileSync(`${folder}/${file}`, 'utf8').trim();
  return `${name} ${its} (${license})\n\n${text}`.trim();
});
writeFileSync(root + 'dist/THIRD-PARTY-LICENSES.txt', notices.join(`\n\n${'-'.repeat(80)}\n\n`) + '\n');

// Old chunks go last, so that a dashctl that is running meanwhile still finds its own.
const written = new Set(['THIRD-PARTY-LICENSES.txt', ...output.map((chunk) => chunk.fileName)]);
for (const file of readdirSync(root + 'dist')) if (!written.has(file)) rmSync(root + 'dist/' + file);
