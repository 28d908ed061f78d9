/** One sandbox room behind a faulty proxy, and a command line that reaches it in no time. */
import dns from 'node:dns';
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { roomFile, startSandbox } from '../../src/sandbox/index.ts';
import type { RunningRoom, Sandbox } from '../../src/sandbox/index.ts';
import { createCli } from '../support/cli.ts';
import type { Cli, CliResult } from '../support/cli.ts';
import { realClock } from '../support/sandbox.ts';
import { issue } from '../http/certificate.ts';
import { startProxy } from './proxy.ts';
import type { Asked, FaultProxy, ProxyOptions } from './proxy.ts';
import type { System } from './operations.ts';
import { realTime, VirtualTime } from './virtual-time.ts';

/** How a command reaches the room. */
export interface Way {
  readonly proxy: Pick<ProxyOptions, 'matches' | 'meddle' | 'dark'>;
  readonly tls: boolean;
  /** Reaches it by a name, which is resolved with this error as soon as the proxy is dark. */
  readonly unresolved: 'EAI_AGAIN' | 'ENOTFOUND' | null;
  readonly words: readonly string[];
  /** Called before each wait of the client. */
  readonly waits?: (proxy: FaultProxy) => Promise<void>;
  /** The built program, in real time, instead of the command line in this process. */
  readonly program?: Program;
}

/** Runs dashctl in a process of its own. */
export type Program = (
  words: readonly string[],
  env: Readonly<Record<string, string>>,
) => Promise<CommandResult>;

type CommandResult = Pick<CliResult, 'code' | 'stdout' | 'stderr'>;

export interface Trip {
  readonly result: CommandResult;
  readonly asked: readonly Asked[];
  /** Milliseconds that the client would have waited; null where it really waited. */
  readonly waited: number | null;
  readonly knocks: number;
  /** Names that were looked up after the proxy went dark. */
  readonly lookups: number;
  /** What is left on the disk of the client: journal, locks, caches. */
  readonly files: string;
  /** What the room holds afterwards. */
  readonly state: string;
}

export const authority = issue({ name: 'Authority of the faults' });
export const certificate = issue({
  name: 'sandbox',
  addresses: ['127.0.0.1'],
  hosts: ['localhost'],
  issuer: authority,
});

const canary = 'canary-of-the-administrator';

export class World {
  readonly system: System;
  readonly cli: Cli = createCli();
  readonly room: RunningRoom;
  readonly seed: string;
  readonly env: Readonly<Record<string, string>>;
  readonly #sandbox: Sandbox;
  readonly #folder: string;

  private constructor(
    system: System,
    sandbox: Sandbox,
    room: RunningRoom,
    folder: string,
    seed: string | undefined,
  ) {
    this.system = system;
    this.#sandbox = sandbox;
    this.room = room;
    this.#folder = folder;
    // A secret that nothing else contains.
    this.seed = seed ?? this.state().replace('"password":"admin"', `"password":"${canary}"`);
    this.env = { ...room.env, ...(room.env['GRAFANA_PASSWORD'] === 'admin' && { GRAFANA_PASSWORD: canary }) };
  }

  /** @param seed what it holds at first, as another world does; else sample content of its own. */
  static async open(system: System, seed?: string): Promise<World> {
    const folder = mkdtempSync(join(tmpdir(), 'dashctl-faults-'));
    const sandbox = await startSandbox({ folder, host: '127.0.0.1', clock: realClock, only: [system.room] });
    const [room] = sandbox.rooms;
    if (room === undefined) throw new Error(`There is no room ${system.room}.`);
    return new World(system, sandbox, room, folder, seed);
  }

  /** The secrets that no stream and no file of the client may show. */
  secrets(): readonly string[] {
    return Object.entries(this.env)
      .filter(([name]) => /KEY|TOKEN|PASSWORD/.test(name))
      .map(([, value]) => value);
  }

  state(): string {
    return readFileSync(roomFile(this.#folder, this.room.name), 'utf8');
  }

  setState(text: string): void {
    const file = roomFile(this.#folder, this.room.name);
    writeFileSync(`${file}.new`, text, { mode: 0o600 });
    renameSync(`${file}.new`, file);
  }

  /** Runs a command over a proxy, from the given state and without any history. */
  async run(command: readonly string[], way: Way, state = this.seed): Promise<Trip> {
    this.setState(state);
    rmSync(join(this.cli.home, 'state'), { recursive: true, force: true });
    const time = way.program === undefined ? new VirtualTime(() => way.waits?.(proxy)) : null;
    const proxy: FaultProxy = await startProxy({
      ...way.proxy,
      time: time ?? realTime,
      port: Number(new URL(this.room.baseUrl).port),
      certificate: way.tls ? certificate : null,
    });
    const host = way.unresolved !== null ? `${this.system.room}-${proxy.port}.invalid` : '127.0.0.1';
    const name = resolving(host, proxy, way.unresolved);
    const address = new URL(this.room.apiUrl);
    const scheme = way.tls ? 'https' : 'http';
    const baseUrl = `${scheme}://${host}:${proxy.port}${address.pathname}`;
    const caFile = join(this.cli.home, 'authority.pem');
    if (way.tls) writeFileSync(caFile, authority.cert);
    try {
      const argv = [
        ...command,
        ...['--provider', this.system.provider, '--base-url', baseUrl],
        ...(way.tls ? ['--ca-cert', caFile] : []),
        ...(way.unresolved !== null ? ['--allow-http'] : []),
        ...way.words,
      ];
      const own = join(this.cli.home, 'config');
      const folders = { DASHCTL_CONFIG_DIR: own, DASHCTL_STATE_DIR: join(this.cli.home, 'state') };
      const result =
        time === null
          ? await way.program?.(argv, { ...this.env, ...folders })
          : await this.cli(argv, { env: this.env, clock: time });
      if (result === undefined) throw new Error('There is no program.');
      const files = textBelow(join(this.cli.home, 'state'));
      const { asked } = proxy;
      return {
        result,
        asked,
        waited: time?.waited ?? null,
        knocks: proxy.knocks(),
        lookups: name.lookups(),
        files,
        state: this.state(),
      };
    } finally {
      name.forget();
      await proxy.close();
    }
  }

  async close(): Promise<void> {
    await this.#sandbox.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function textBelow(folder: string): string {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8', withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
      .join('\n');
  } catch {
    return '';
  }
}

type Lookup = typeof dns.lookup;
type Found = (error: NodeJS.ErrnoException | null, address: unknown, family?: number) => void;
const hosts = new Map<
  string,
  { readonly proxy: FaultProxy; readonly code: string | null; lookups: number }
>();
const systemLookup: Lookup = dns.lookup;

/** Node takes `dns.lookup` anew for each connection. */
dns.lookup = ((name: string, ...rest: unknown[]) => {
  const host = hosts.get(name);
  if (host === undefined) {
    (systemLookup as (...parameters: unknown[]) => void)(name, ...rest);
    return;
  }
  const found = rest.at(-1) as Found;
  if (host.proxy.dark()) {
    host.lookups += 1;
    const { code } = host;
    const error = new Error(`getaddrinfo ${String(code)} ${name}`);
    found(Object.assign(error, { code: String(code), syscall: 'getaddrinfo', hostname: name }), '');
  } else if ((rest[0] as { all?: boolean }).all === true) {
    found(null, [{ address: '127.0.0.1', family: 4 }]);
  } else found(null, '127.0.0.1', 4);
}) as Lookup;

function resolving(
  name: string,
  proxy: FaultProxy,
  code: string | null,
): { lookups(): number; forget(): void } {
  const host = { proxy, code, lookups: 0 };
  if (code !== null) hosts.set(name, host);
  return {
    lookups: () => host.lookups,
    forget: () => hosts.delete(name),
  };
}
