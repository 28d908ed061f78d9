/** The built dashctl: raw requests and filters as a script meets them. */
import { describe, expect, it } from 'vitest';
import { createHome } from '../support/binary.ts';

describe('dashctl api', () => {
  const home = createHome();

  it('keeps body and message apart, and ends by the table', async () => {
    const found = await home.run('api /api/v1/dashboard/c4t-9kx-2mq -p sandbox-datadog');
    expect(found).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(found.stdout)).toMatchObject({ id: 'c4t-9kx-2mq' });
    const missing = await home.run('api /api/v1/dashboard/zzz-zzz-zzz -p sandbox-datadog');
    expect(missing).toMatchObject({ code: 6, stderr: expect.stringMatching(/^Error: .* 404/) as string });
    expect(JSON.parse(missing.stdout)).toHaveProperty('errors');
    expect(await home.run('api /api/v1/dashboard/c4t-9kx-2mq -X DELETE -p sandbox-datadog')).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('--yes') as string,
    });
    expect(await home.run('api https://other.example/x -p sandbox-datadog')).toMatchObject({
      code: 8,
      stdout: '',
    });
  });

  it('feeds a pipe that closes early', async () => {
    const line = "dashctl api /api/search -p sandbox-grafana --jq '.[].title' | head -1";
    expect(await home.shell(line)).toMatchObject({ code: 0, stdout: 'Finance\n', stderr: '' });
  });
});

describe('--jq', () => {
  const home = createHome();

  it('needs no jq, and tells a wrong expression before anything is asked for', async () => {
    expect(
      await home.run(['dashboards', 'list', '-p', 'sandbox-datadog', '--jq', '.[0].ref'], {
        env: { PATH: '' },
      }),
    ).toMatchObject({ code: 0, stdout: 'sandbox-datadog/c4t-9kx-2mq\n', stderr: '' });
    // No account is named: the expression is looked at first.
    expect(await home.run(['dashboards', 'list', '--jq', '.[0'])).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('The --jq expression is wrong at its end') as string,
    });
    expect(
      await home.run(['dashboards', 'list', '-p', 'sandbox-datadog', '--jq', '.[0].ref.x']),
    ).toMatchObject({
      code: 1,
      stdout: '',
    });
  });
});
