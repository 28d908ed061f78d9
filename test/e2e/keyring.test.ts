/** Secrets in a real keyring, and what becomes of a command when the keyring is locked, silent, or not there. */
import { existsSync, readFileSync, rmSync, symlinkSync, cpSync, mkdirSync } from 'node:fs';
import net from 'node:net';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHome, temporaryFolder } from '../support/binary.ts';
import { missingForSecretService, startSecretService } from '../support/secret-service.ts';
import { testSandbox } from '../support/sandbox.ts';
import type { Home } from '../support/binary.ts';
import type { SecretService } from '../support/secret-service.ts';
import type { TestSandbox } from '../support/sandbox.ts';

let account: TestSandbox;
/** Lines NAME=VALUE as `--secrets -` reads them. */
let stdin = '';
let key = '';
beforeAll(async () => {
  account = await testSandbox({ only: ['datadog'] });
  const { env } = account.room('datadog');
  key = env['DD_API_KEY'] ?? '';
  stdin = Object.entries(env)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
});
afterAll(() => account.close());

const add = 'profile add prod --provider datadog --secrets -';
const choose = { DASHCTL_CREDENTIAL_STORE: '' };

function file(home: Home, name: string): string {
  const path = join(home.folder, '.config', 'dashctl', name);
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

// CI installs what this needs; there its absence is a failure.
describe.skipIf(missingForSecretService.length > 0 && process.env['CI'] === undefined)(
  `a real keyring${missingForSecretService.length > 0 ? ` (missing: ${missingForSecretService.join(', ')})` : ''}`,
  () => {
    const home = createHome();
    let service: SecretService;
    let env: Readonly<Record<string, string>>;
    beforeAll(async () => {
      service = await startSecretService();
      env = { ...service.env, ...choose };
    });
    afterAll(() => service.stop());

    it('holds the secrets, and the disk does not', async () => {
      const added = await home.run(add, { env, stdin });
      expect(added).toMatchObject({ code: 0, stderr: 'Saved prod. Its secrets are in the keyring.\n' });
      expect(file(home, 'config.json') + file(home, 'credentials.json')).not.toContain(key);
      expect((await home.run('dashboards list --limit 1 --fields profile', { env })).stdout).toBe('prod\n');
      expect((await home.run('profile list --fields name,credentials', { env })).stdout).toContain(
        'prod\tkeyring\n',
      );
      expect((await home.run('profile show prod', { env })).stdout).toContain(
        'credentials\tkeyring\tprofile\tprod\n',
      );
    });

    it('gives them to the file and takes them back', async () => {
      expect((await home.run('profile secrets-move prod --credential-store file', { env })).code).toBe(0);
      expect(file(home, 'credentials.json')).toContain(key);
      // Without the bus: the keyring is not needed for them.
      expect((await home.run('profile test prod')).code).toBe(0);
      expect((await home.run('profile secrets-move prod --credential-store keyring', { env })).code).toBe(0);
      expect(file(home, 'credentials.json')).not.toContain(key);
      expect((await home.run('profile test prod', { env })).code).toBe(0);
    });

    it('is not asked for the sandbox, nor where the environment brings all secrets', async () => {
      expect((await home.run('dashboards list -p sandbox-datadog --limit 1')).code).toBe(0);
      const shown = await home.run('profile show prod', { env: { DD_API_KEY: 'x', DD_APP_KEY: 'y' } });
      expect(shown.stderr).toBe('DD_API_KEY and DD_APP_KEY are used instead of the credentials of "prod".\n');
      expect(shown.stdout).toContain('credentials\tenvironment\t');
    });

    it('stops a command when it is out of reach, and no other place is looked in', async () => {
      const { code, stdout, stderr } = await home.run('dashboards list -p prod --json');
      expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
      expect(JSON.parse(stderr)).toMatchObject({
        error: { code: 'keyring', profile: 'prod', details: { store: 'keyring', reason: 'refused' } },
      });
      const shown = await home.run('profile show prod');
      expect(shown).toMatchObject({
        code: 0,
        stdout: expect.stringContaining('credentials\tkeyring') as string,
      });
      expect(shown.stderr).toContain('from the keyring');
      expect((await home.run('profile remove prod --yes')).code).toBe(3);
      expect((await home.run('profile list --fields name')).stdout).toMatch(/^prod$/m);
    });

    it('says that it is locked, and a new profile goes into the file then', async () => {
      await service.lock();
      const { code, stderr } = await home.run('profile test prod', { env });
      expect(code).toBe(3);
      expect(stderr).toContain('Unlock the keyring');
      const other = await home.run(`${add} --replace`.replace('prod', 'other'), { env, stdin });
      expect(other.code).toBe(0);
      expect(other.stderr).toMatch(
        /^Saved other\. Its secrets are in .*credentials\.json, readable by you alone\. .*keyring/m,
      );
      const wanted = await home.run(`${add} --credential-store keyring`.replace('prod', 'third'), {
        env,
        stdin,
      });
      expect(wanted.code).toBe(3);
      expect(file(home, 'config.json')).not.toContain('third');
    });
  },
);

describe('a bus that never answers', () => {
  const home = createHome();
  const sockets = new Set<net.Socket>();
  const bus = net.createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).resume();
  });
  const path = join(temporaryFolder(), 'bus');
  const env = { DBUS_SESSION_BUS_ADDRESS: `unix:path=${path}`, ...choose };
  beforeAll(() => new Promise<void>((done) => bus.listen(path, done)));
  afterAll(() => {
    for (const socket of sockets) socket.destroy();
    bus.close();
  });

  it('holds up saving for three seconds, and the secrets go into the file', async () => {
    const { code, stderr } = await home.run(add, { env, stdin });
    expect(code).toBe(0);
    expect(stderr).toMatch(/credentials\.json, readable by you alone\. .*it did not answer within 3 s\.\n/);
    expect(file(home, 'credentials.json')).toContain(key);
  });

  it('fails the command that asked for the keyring', async () => {
    const { code, stderr } = await home.run('profile secrets-move prod --credential-store keyring --json', {
      env,
    });
    expect(code).toBe(3);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'keyring', details: { reason: 'silent' } } });
    expect((await home.run('profile test prod', { env })).code).toBe(0);
  });
});

describe('an installation without the keyring library', () => {
  it('works, with secrets in the file', async () => {
    const root = resolve(import.meta.dirname, '../..');
    const folder = temporaryFolder();
    for (const part of ['bin', 'dist']) {
      mkdirSync(join(folder, part));
      cpSync(join(root, part), join(folder, part), { recursive: true });
    }
    const home = createHome();
    rmSync(join(home.folder, '.bin', 'dashctl'));
    symlinkSync(join(folder, 'bin/dashctl.js'), join(home.folder, '.bin', 'dashctl'));
    const { code, stderr } = await home.shell(`dashctl ${add}`, { env: choose, stdin });
    expect(code).toBe(0);
    expect(stderr).toContain('the optional package @napi-rs/keyring cannot be loaded');
    expect((await home.shell('dashctl profile test')).code).toBe(0);
    const wanted = await home.shell('dashctl profile secrets-move prod --credential-store keyring');
    expect(wanted.code).toBe(3);
  });
});
