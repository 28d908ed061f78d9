import { defineCommand } from '../../cli/definition.ts';
import { count, parsed, text } from '../../cli/options.ts';
import { parseTimeSpan } from '../../cli/global-options.ts';
import { DashctlError } from '../../errors.ts';
import { parseJsonText } from '../../model/json-text.ts';
import { parseSwitches, startSandbox } from '../../sandbox/index.ts';
import { sandboxFolder } from './rooms.ts';
import type { Context } from '../../cli/context.ts';
import type { Sandbox, Switches } from '../../sandbox/index.ts';

export const startCommand = defineCommand({
  noun: 'sandbox',
  verb: 'start',
  summary: 'Serve the sandbox to any client until Ctrl-C',
  description: [
    'Prints the address and the credentials of each room as environment lines (one JSON object with --json). The built-in profiles (sandbox-datadog, sandbox-grafana …) need no running server: they start their room inside the command.',
  ],
  options: {
    port: count('N', 'Port on 127.0.0.1; any free one without it', 0),
    latency: parsed('SPAN', 'Let every answer wait, such as 200ms', parseTimeSpan),
    rateLimit: parsed('N/SECONDS', 'Requests per room and window, such as 60/60', parseRateLimit),
    switches: text('FILE', 'Latency, rate limits and faults as JSON; see docs/sandbox.md', 'file'),
  },
  examples: [
    { note: 'On a port of your own', command: 'dashctl sandbox start --port 4400' },
    { note: 'Slow, for scripts that must cope', command: 'dashctl sandbox start --latency 300ms --json' },
  ],
  accounts: 'none',
  async run(context, input) {
    const sandbox = await startSandbox({
      folder: sandboxFolder(context.folders),
      host: '127.0.0.1',
      port: input.port ?? 0,
      clock: context.clock,
      switches: await readSwitches(context, input),
    });
    try {
      await context.renderer.text(
        context.renderer.format === 'json' ? JSON.stringify(describe(sandbox)) : environmentLines(sandbox),
      );
      context.renderer.note(`Serving ${sandbox.url} until Ctrl-C.`);
      await ended(context.signal);
    } finally {
      await sandbox.close();
    }
  },
});

function describe(sandbox: Sandbox): object {
  const rooms = sandbox.rooms.map(({ name, apiUrl, env }) => [name, { baseUrl: apiUrl, env }] as const);
  return { url: sandbox.url, providers: Object.fromEntries(rooms) };
}

function environmentLines(sandbox: Sandbox): string {
  return sandbox.rooms
    .map(({ name, apiUrl, env }) =>
      [`# ${name}: ${apiUrl}`, ...Object.entries(env).map(([key, value]) => `${key}=${value}`)].join('\n'),
    )
    .join('\n\n');
}

/** @throws DashctlError `usage` */
function parseRateLimit(raw: string): { requests: number; seconds: number } {
  const match = /^([1-9]\d{0,8})\/([1-9]\d{0,5})s?$/.exec(raw);
  if (match === null) throw new DashctlError('usage', `"${raw}" is no rate limit such as 60/60.`);
  return { requests: Number(match[1]), seconds: Number(match[2]) };
}

async function readSwitches(
  context: Context,
  input: {
    readonly latency: number | null;
    readonly rateLimit: { requests: number; seconds: number } | null;
    readonly switches: string | null;
  },
): Promise<Switches> {
  const named =
    input.switches === null
      ? {}
      : await parseSwitches(parseJsonText(await context.read(input.switches), input.switches));
  return {
    ...named,
    ...(input.latency === null ? {} : { latency: { ms: input.latency } }),
    ...(input.rateLimit === null ? {} : { rateLimit: input.rateLimit }),
  };
}

function ended(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else
      signal.addEventListener(
        'abort',
        () => {
          resolve();
        },
        { once: true },
      );
  });
}
