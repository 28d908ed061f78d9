/** Every definition is complete, and every operation of the vendors' pages has a command. */
import { beforeAll, describe, expect, it } from 'vitest';
import { kebabCase } from '../../src/cli/global-options.ts';
import { locate } from '../../src/cli/locate.ts';
import { allCommands } from '../../src/cli/nouns.ts';
import { allOptions } from '../../src/cli/parse.ts';
import { descriptors } from '../../src/providers/registry.ts';
import type { CommandDefinition } from '../../src/cli/definition.ts';

let commands: readonly CommandDefinition[] = [];
beforeAll(async () => {
  commands = await allCommands();
});

describe('definitions', () => {
  it('stand once each and read like sentences', () => {
    const names = commands.map(({ noun, verb }) => `${noun} ${verb}`);
    expect(new Set(names).size).toBe(names.length);
    for (const { summary, description } of commands) {
      expect(summary).toMatch(/^[A-Z].*[^.]$/);
      for (const paragraph of description) expect(paragraph).toMatch(/^[A-Z].*\.$/s);
    }
  });

  it('have two examples of the very command', async () => {
    for (const { noun, verb, examples } of commands) {
      expect(examples.length).toBeGreaterThanOrEqual(2);
      expect(new Set(examples.map((example) => example.command)).size).toBe(examples.length);
      const shown = await Promise.all(
        examples.flatMap(({ command }) =>
          command
            .split(' | ')
            .filter((part) => part.startsWith('dashctl '))
            .map(async (part) => (await locate(part.split(' ').slice(1))).command),
        ),
      );
      expect(shown.map((one) => (one === null ? null : `${one.noun} ${one.verb}`))).toContain(
        `${noun} ${verb}`,
      );
      for (const { note } of examples) expect(note).toMatch(/^[A-Z0-9-].*[^.]$/);
    }
  });

  it('give every write a dry run and every question a flag', () => {
    for (const command of commands) {
      const names = Object.keys(allOptions(command)).map((name) => `--${kebabCase(name)}`);
      const asks = command.accounts === 'one' || command.accounts === 'several';
      for (const name of ['--dry-run', '--yes']) expect(names.includes(name)).toBe(command.writes);
      expect(names.includes('--confirm')).toBe(command.writes && asks);
      expect(names.includes('--profile')).toBe(asks);
      for (const name of ['--no-input', '--json', '--debug']) expect(names).toContain(name);
    }
  });

  it('take no secret on the command line', () => {
    for (const command of commands) {
      for (const name of Object.keys(allOptions(command)))
        expect(name).not.toMatch(/password|token|secret$|key$|credentials?$/i);
    }
  });

  it('are exactly the verbs that the providers offer', () => {
    const offered = new Set(
      descriptors.flatMap(({ offers }) =>
        Object.entries(offers).flatMap(([noun, verbs]) => verbs.map((verb) => `${noun} ${verb}`)),
      ),
    );
    const defined = commands.map(({ noun, verb }) => `${noun} ${verb}`);
    expect(
      defined.filter((name) => !/^(?:profile|sandbox|completion|api|history|undo) /.test(name)).sort(),
    ).toEqual([...offered].sort());
  });
});

describe('operations', () => {
  const dashboards = '/api/v1/dashboard';
  const share = `${dashboards}/public/{token}`;

  it.each([
    ['datadog', `GET ${dashboards}`, ['dashboards list']],
    ['datadog', `POST ${dashboards}`, ['dashboards create', 'dashboards clone', 'dashboards import']],
    ['datadog', `DELETE ${dashboards}`, ['dashboards delete']],
    ['datadog', `PATCH ${dashboards}`, ['dashboards restore']],
    ['datadog', `GET ${dashboards}/{dashboard_id}`, ['dashboards get', 'dashboards export']],
    ['datadog', `PUT ${dashboards}/{dashboard_id}`, ['dashboards update']],
    ['datadog', `DELETE ${dashboards}/{dashboard_id}`, ['dashboards delete']],
    ['datadog', `POST ${dashboards}/public`, ['share create']],
    ['datadog', `GET ${share}`, ['share get']],
    ['datadog', `PUT ${share}`, ['share update']],
    ['datadog', `DELETE ${share}`, ['share revoke']],
    ['datadog', `GET ${share}/invitation`, ['invite list']],
    ['datadog', `POST ${share}/invitation`, ['invite send']],
    ['datadog', `DELETE ${share}/invitation`, ['invite revoke']],
    ['grafana', 'GET /api/dashboards/id/{dashboardId}/acl', ['acl list']],
    ['grafana', 'POST /api/dashboards/id/{dashboardId}/acl', ['acl grant', 'acl set']],
    ['grafana', 'DELETE /api/dashboards/id/{dashboardId}/acl/{aclId}', ['acl revoke']],
    ['datadog', 'GET /api/v2/restriction_policy/{resource_id}', ['acl list']],
    ['datadog', 'POST /api/v2/restriction_policy/{resource_id}', ['acl grant', 'acl revoke', 'acl set']],
  ])('%s %s', (provider, request, expected) => {
    const ways = commands.filter(({ operations }) =>
      operations.some((operation) => operation.provider === provider && operation.request === request),
    );
    expect(ways.map(({ noun, verb }) => `${noun} ${verb}`).sort()).toEqual([...expected].sort());
  });

  it('belong to providers that offer the verb', () => {
    for (const { noun, verb, operations } of commands) {
      for (const { provider, request } of operations) {
        const offers = descriptors.find((one) => one.name === provider)?.offers;
        expect([provider, request, offers?.[noun]]).toEqual([
          provider,
          request,
          expect.arrayContaining([verb]),
        ]);
        expect(request).toMatch(/^(?:GET|POST|PUT|PATCH|DELETE) \/[^ ]+$/);
      }
    }
  });
});
