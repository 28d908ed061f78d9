/** Where requests go: which project a dashboard belongs to, which organization its people. Each is asked for once. */
import { DashctlError } from '../../errors.ts';
import type { HttpClient } from '../../http/http.ts';
import { path } from '../../http/path.ts';
import type { Account } from '../provider.ts';
import { readDashboardId } from './ids.ts';
import { projectWire, readAs } from './wire.ts';

/** A dashboard with its project. */
export interface Place {
  readonly project: number;
  readonly id: number;
  /** What follows the profile in a reference: the number, with its project where that is not the account's. */
  readonly key: string;
}

export interface Places {
  /** The project of the account. @throws DashctlError `missing-input` when none is named */
  home(): Promise<number>;
  /** @throws DashctlError `invalid-input` */
  dashboard(text: string): Promise<Place>;
  /** A dashboard that an answer names. */
  at(project: number, id: number): Place;
  /** The organization of a project, or the one of the settings; `@current` when the key may not read the project. */
  organization(project: number): Promise<string>;
  /** What stands after `/api/`: older servers know projects as environments. */
  readonly prefix: string;
}

export function placesOf(account: Account, client: HttpClient, warn: (message: string) => void): Places {
  const { project: setting = '', organization: wanted = '', apiPrefix = 'projects' } = account.settings;
  let current: Promise<number> | null = null;
  const organizations = new Map<number, Promise<string>>();

  function home(): Promise<number> {
    if (setting === '@current') return (current ??= resolveCurrent(client, warn));
    if (setting !== '') return Promise.resolve(Number(setting));
    return Promise.reject(
      new DashctlError('missing-input', 'Which PostHog project? None is named.', {
        hint: 'Give --project ID (or POSTHOG_PROJECT_ID), the number in the address of the project; --project @current takes the one that is open in your browser.',
        provider: 'posthog',
        profile: account.profile,
      }),
    );
  }

  function at(project: number, id: number): Place {
    const own = String(project) === setting && isLasting(account);
    return { project, id, key: own ? String(id) : `${project}-${id}` };
  }

  return {
    home,
    async dashboard(text) {
      const { project, id } = readDashboardId(text);
      return at(project ?? (await home()), id);
    },
    at,
    organization(project) {
      if (wanted !== '') return Promise.resolve(wanted);
      const found = organizations.get(project) ?? organizationOf(client, project);
      organizations.set(project, found);
      return found;
    },
    prefix: apiPrefix,
  };
}

/**
 * Whether the account names its project on its own. A reference is read again later, without the flags of this run, and
 * without the variables that stood above a profile.
 */
function isLasting({ sources }: Account): boolean {
  const kind = sources?.settings['project']?.kind;
  return kind !== 'flag' && !(kind === 'environment' && sources?.provider.kind === 'profile');
}

/** The current project changes with what is open in the browser: it is looked up once, and said. */
async function resolveCurrent(client: HttpClient, warn: (message: string) => void): Promise<number> {
  const answer = await client.send({ method: 'GET', path: path`/api/projects/@current/` });
  const { id, name } = readAs(projectWire, answer);
  warn(`--project @current is project ${id}${name === null ? '' : ` (${name})`} now.`);
  return id;
}

async function organizationOf(client: HttpClient, project: number): Promise<string> {
  const answer = await client.send({
    method: 'GET',
    path: path`/api/projects/${project}/`,
    accept: [403],
  });
  if (answer.status === 403) return '@current';
  return readAs(projectWire, answer).organization ?? '@current';
}
