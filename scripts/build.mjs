// Bundles src into CommonJS chunks in dist: what a command does not need is in a chunk that it does not load.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import vm from 'node:vm';
import { rolldown } from 'rolldown';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = root + 'dist/';
const require = createRequire(import.meta.url);
const { version } = JSON.parse(readFileSync(root + 'package.json', 'utf8'));

const undici = /[\\/]undici[\\/]/;

/** What libraries load at start for features that dashctl does not use, or use little of; each costs milliseconds. */
const replaced = [
  { module: /^node:http2$/, of: undici, code: 'module.exports = { constants: {} };' },
  { module: /\/client-h2\.js$/, of: undici, code: '' },
  // Bodies are text, so nothing needs FormData, Blob and what fetch makes of them.
  { module: /\/web\/fetch\/body\.js$/, of: undici, code: '' },
  // A class that no body is of, and a default that the transport overrides.
  {
    module: /^node:http$/,
    of: undici,
    code: 'module.exports = { IncomingMessage: class {}, maxHeaderSize: 16384 };',
  },
  {
    module: /^node:assert$/,
    of: undici,
    code: `module.exports = (value, message) => {
      if (!value) throw message instanceof Error ? message : new Error(message ?? 'undici: assertion failed');
    };`,
  },
  // Its tables and its segmenter take longer to set up than a table of plain ASCII takes to print.
  {
    module: /^string-width$/,
    of: /[\\/]src[\\/]output[\\/]/,
    code: `module.exports = (text) => require(${JSON.stringify(fileURLToPath(import.meta.resolve('string-width')))}).default(text);`,
  },
  { module: /^node:child_process$/, of: /[\\/]commander[\\/]/, code: '' },
  // dashctl writes its help itself.
  {
    module: /\/help\.js$/,
    of: /[\\/]commander[\\/]/,
    code: 'exports.Help = class {}; exports.stripColor = (text) => text;',
  },
  // A search tree for header names in lower case, which is filled at start; without it each name is put into lower case.
  { module: /\/tree(\.js)?$/, of: undici, code: 'exports.tree = { lookup: () => null };' },
  // Of the parser's tables the two that undici looks at; the others take a while to be computed.
  { module: /\/llhttp\/constants\.js$/, of: undici, code: parserConstants() },
  // The parser as it is, rather than as text that has to be compiled with the code and decoded.
  ...['llhttp', 'llhttp_simd'].map((name) => ({
    module: new RegExp(`/${name}-wasm\\.js$`),
    of: undici,
    code: `module.exports = require('node:fs').readFileSync(require('node:path').join(__dirname, '${name}.wasm'));`,
  })),
];

function parserConstants() {
  const { ERROR, TYPE } = require('undici/lib/llhttp/constants.js');
  return `module.exports = ${JSON.stringify({ ERROR, TYPE })};`;
}

const replaceUnused = {
  name: 'replace-unused',
  resolveId(source, importer) {
    const index = replaced.findIndex(
      ({ module, of }) => module.test(source) && importer !== undefined && of.test(importer),
    );
    return index < 0 ? null : `\0replaced:${index}:${source}`;
  },
  load: (id) => (id.startsWith('\0replaced:') ? replaced[Number.parseInt(id.slice(10), 10)].code : null),
};

/** Built-in modules that are not in Node's snapshot and that most commands do without: loaded when they are used. */
const lazyBuiltIns = new Set(
  ['child_process', 'crypto', 'fs/promises', 'http', 'os', 'timers/promises', 'tls', 'v8', 'zlib'].map(
    (name) => `node:${name}`,
  ),
);

const loadBuiltInsLazily = {
  name: 'load-built-ins-lazily',
  resolveId(source, importer) {
    if (importer === `\0lazy:${source}`) return { id: source, external: true };
    const ours = /[\\/]src[\\/](?!sandbox)/.test(importer ?? '') && !importer.includes('node_modules');
    return ours && lazyBuiltIns.has(source) ? `\0lazy:${source}` : null;
  },
  load(id) {
    if (!id.startsWith('\0lazy:')) return null;
    const module = id.slice(6);
    return `for (const name of ${JSON.stringify(Object.keys(require(module)))})
      Object.defineProperty(exports, name, { enumerable: true, get: () => require('${module}')[name] });`;
  },
};

const common = {
  plugins: [replaceUnused, loadBuiltInsLazily],
  platform: 'node',
  // jsonc-parser's CommonJS form hides its parts from a bundler.
  resolve: { mainFields: ['module', 'main'] },
  // Optional native parts of libraries, absent here and guarded by the libraries themselves.
  external: [/^@napi-rs\/keyring/],
  onLog(level, log, handle) {
    if (log.code === 'INEFFECTIVE_DYNAMIC_IMPORT' && log.message?.includes('lazy:')) return;
    if (log.code === 'EVAL' || log.code === 'COMMONJS_VARIABLE_IN_ESM') return;
    handle(level, log);
  },
};
const target = 'node20';

const bundle = await rolldown({
  ...common,
  preserveEntrySignatures: 'allow-extension',
  input: { run: root + 'src/cli/run.ts' },
  transform: { target },
});
const { output } = await bundle.generate({
  format: 'cjs',
  minify: true,
  // V8 forgets what `import()` needs when it takes code from a cache.
  dynamicImportInCjs: false,
  entryFileNames: '[name]-[hash].cjs',
  chunkFileNames: '[name]-[hash].cjs',
  // Every file that is read costs time at start, so what is always needed together is one file: what every
  // command needs, what every request needs.
  codeSplitting: {
    includeDependenciesRecursively: false,
    groups: [
      {
        name: 'core',
        test: /replaced:(?!.*string-width)|lazy:|rolldown.runtime|\/commander\/|\/src\/(errors|cli\/(?!(topics|ask|candidates|choose-profile|help|help-page)\.)[\w-]+|model\/(?!json-)[\w-]+|providers\/(registry|offers)|providers\/\w+\/(descriptor|ids)|output\/(?!(table|width|yaml|diff|failure|jq|pager-process|command-words|browser|loading-list)\.)[\w-]+|config\/(address|built-in|index|layers|paths|resolve)|commands\/(?!(bulk|perform|pool|share-target|targets)\.)[\w-]+|files\/(failure|index)|http\/(address|clock))\.ts$/,
      },
      { name: 'help', test: /\/src\/cli\/(help|help-page)\.ts$/ },
      {
        name: 'store',
        test: /\/src\/(config\/(credential-store|keyring|profile-store|settings-file)|files\/(lock|private-file))\.ts$/,
      },
      { name: 'writing', test: /\/src\/commands\/(bulk|perform|pool|share-target|targets)\.ts$/ },
      {
        name: 'http',
        test: /\/src\/http\/(?!proxy-dispatcher|address|clock)|undici\/lib\/(?!dispatcher\/(proxy|socks))/,
      },
    ],
  },
});
await bundle.close();

/** Chunks that are imported for what most commands never do: they are loaded when something of theirs is used. */
const isLazy = (file) => /^(help|store|writing)-/.test(file);

// Chunks that need each other at load time would see each other half loaded.
const needs = new Map(
  output.map((chunk) => [chunk.fileName, (chunk.imports ?? []).filter((file) => !isLazy(file))]),
);
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
const files = new Map([
  ['THIRD-PARTY-LICENSES.txt', notices.join(`\n\n${'-'.repeat(80)}\n\n`) + '\n'],
  ...output.map((chunk) => [chunk.fileName, wrapped(chunk)]),
  ...['llhttp', 'llhttp_simd'].map((name) => [`${name}.wasm`, require(`undici/lib/llhttp/${name}-wasm.js`)]),
]);
mkdirSync(dist, { recursive: true });
for (const [name, content] of files) writeFileSync(dist + name, content);

/** A chunk as `src/bundle.ts` loads it: a function as Node's own loader makes one, in ASCII. */
function wrapped({ fileName, code }) {
  if (/\\[^\0-\x7f]/.test(code)) throw new Error(`${fileName} escapes a character that is not ASCII.`);
  const ascii = code.replace(/[^\0-\x7f]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);
  const lazy = ascii.replace(/\brequire\((["'`])\.\/([\w.-]+)\1\)/g, (call, _, file) =>
    isLazy(file) ? `require.lazily("./${file}")` : call,
  );
  const text = `(function (exports, require, module, __filename, __dirname) {${lazy}\n})`;
  new vm.Script(text, { filename: fileName });
  if (/(?<![\w.])import\(/.test(code)) throw new Error(`${fileName} holds an import() that cannot work.`);
  return text;
}

const chunk = output.find((one) => one.isEntry).fileName;
/** The door, written last: from then on new commands use the new chunks. */
async function writeMain(help) {
  const door = await rolldown({
    ...common,
    input: { main: root + 'src/main.ts' },
    transform: {
      target,
      define: {
        __DASHCTL_VERSION__: JSON.stringify(version),
        __DASHCTL_CHUNK__: JSON.stringify(chunk),
        __DASHCTL_HELP__: JSON.stringify(help),
      },
    },
  });
  await door.write({ dir: dist, format: 'cjs', minify: true, entryFileNames: '[name].cjs' });
  await door.close();
}
await writeMain('');
const env = { ...process.env, NODE_DISABLE_COMPILE_CACHE: '1' };
await writeMain(
  execFileSync(process.execPath, [root + 'bin/dashctl.js', '--help'], { encoding: 'utf8', env }),
);

// Old chunks go last, so that a dashctl that is running meanwhile still finds its own.
for (const file of readdirSync(dist)) if (file !== 'main.cjs' && !files.has(file)) rmSync(dist + file);
