/** A real Secret Service (gnome-keyring) on a bus of its own: nothing of whoever runs the tests is touched. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { openKeyring } from '../../src/config/keyring.ts';
import { temporaryFolder } from './binary.ts';

export interface SecretService {
  /** What a process needs to reach it. */
  readonly env: Readonly<Record<string, string>>;
  /** Starts it anew with its keyring locked, as after a login without a password. */
  lock(): Promise<void>;
  stop(): Promise<void>;
}

/** The program that reaches a keyring. */
export const keyringCommand: readonly [string, ...string[]] = [
  process.execPath,
  resolve(import.meta.dirname, '../../bin/keyring-access.js'),
];

/** What is missing here to run one; empty when nothing is. */
export const missingForSecretService: readonly string[] = ['dbus-daemon', 'gnome-keyring-daemon'].filter(
  (program) => !isInstalled(program),
);

const busConfig = (
  folder: string,
) => `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir=${folder}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*"/>
    <allow receive_sender="*"/>
    <allow own="*"/>
  </policy>
</busconfig>
`;

/** Starts a bus and an unlocked keyring; resolves once it keeps secrets. */
export async function startSecretService(): Promise<SecretService> {
  const folder = temporaryFolder();
  const runtime = join(folder, 'run');
  mkdirSync(runtime, { mode: 0o700 });
  const config = join(folder, 'bus.conf');
  writeFileSync(config, busConfig(folder));
  const path = process.env['PATH'] ?? '';
  const own = { HOME: folder, PATH: path, XDG_RUNTIME_DIR: runtime, XDG_DATA_HOME: join(folder, 'data') };

  const bus = spawn('dbus-daemon', [`--config-file=${config}`, '--nofork', '--print-address=1'], {
    env: own,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [address] = (await once(createInterface(bus.stdout), 'line')) as [string];
  const env = { DBUS_SESSION_BUS_ADDRESS: address, XDG_RUNTIME_DIR: runtime };
  let daemon = await startDaemon({ ...own, ...env }, '--unlock');
  return {
    env,
    async lock() {
      await end(daemon);
      daemon = await startDaemon({ ...own, ...env });
    },
    async stop() {
      await end(daemon);
      await end(bus);
    },
  };
}

async function startDaemon(env: Readonly<Record<string, string>>, ...more: string[]): Promise<ChildProcess> {
  const daemon = spawn('gnome-keyring-daemon', ['--foreground', '--components=secrets', ...more], {
    env,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  daemon.stdin.end('password of the keyring');
  const keyring = openKeyring({
    command: keyringCommand,
    env: { PATH: env['PATH'], ...env },
    quiet: true,
    limit: 10_000,
  });
  // It has no other way to say that it listens than to answer.
  for (;;) {
    const answered = await keyring.read({ account: 'nothing', profile: 'nothing' }).then(
      () => true,
      (error: unknown) => !String(error).includes('ServiceUnknown'),
    );
    if (answered) return daemon;
    if (daemon.exitCode !== null) throw new Error('gnome-keyring-daemon ended at once.');
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

function isInstalled(program: string): boolean {
  return (process.env['PATH'] ?? '').split(':').some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
