/** The sandbox between commands: it keeps what was done, tells what it keeps, and starts over when asked. */
import { describe, expect, it } from 'vitest';
import { roomNames } from '../../src/sandbox/index.ts';
import { createCli } from '../support/cli.ts';
import { roomState } from '../support/room-state.ts';

describe('sandbox', () => {
  const cli = createCli();
  const titles = async (profile: string) =>
    (await cli(`dashboards list -p ${profile} --fields title`)).stdout.trimEnd().split('\n');

  it('is new until a command uses it, room by room', async () => {
    const states = async () => (await cli('sandbox status --fields room,state')).stdout.trimEnd().split('\n');
    expect(await states()).toEqual(roomNames.map((room) => `${room}\tnew`));
    await cli('dashboards list -p sandbox-datadog');
    expect(await states()).toEqual(
      roomNames.map((room) => `${room}\t${room === 'datadog' ? 'kept' : 'new'}`),
    );
  });

  it('keeps what commands leave behind, and gives it up one room at a time', async () => {
    const before = { datadog: await titles('sandbox-datadog'), grafana: await titles('sandbox-grafana') };
    for (const profile of ['sandbox-datadog', 'sandbox-grafana'])
      await cli(['dashboards', 'create', '-p', profile, '--title', 'Kept']);
    expect(await titles('sandbox-datadog')).toContain('Kept');
    expect(await cli('sandbox reset sandbox-grafana')).toMatchObject({
      code: 0,
      stdout: '',
      stderr: 'Reset grafana.\n',
    });
    expect(await titles('sandbox-grafana')).toEqual(before.grafana);
    expect(await titles('sandbox-datadog')).toContain('Kept');
    expect(await cli('sandbox reset')).toMatchObject({ code: 0 });
    expect(await titles('sandbox-datadog')).toEqual(before.datadog);
  });

  it('of one home is not that of another', async () => {
    const other = createCli();
    await cli(['dashboards', 'create', '-p', 'sandbox-datadog', '--title', 'Mine']);
    const { stdout } = await other('dashboards list -p sandbox-datadog --fields title');
    expect(stdout).not.toContain('Mine');
    expect(roomState(other, 'grafana')).toBeNull();
  });

  it('shows its profiles beside the saved ones', async () => {
    const { stdout } = await cli('profile list --fields name,credentials');
    for (const room of roomNames) expect(stdout).toContain(`sandbox-${room}\tbuilt-in\n`);
    expect((await cli('profile show sandbox-grafana --json')).json()).toContainEqual({
      key: 'password',
      value: 'set',
      source: 'built-in',
      from: expect.any(String) as string,
    });
  });
});
