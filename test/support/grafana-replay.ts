/** Replays recorded Grafana exchanges against a room: ids, uids and keys are mapped, everything else must agree. */
import { readFileSync, readdirSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../../src/http/clock.ts';
import type { Clock } from '../../src/http/http.ts';
import { isRecord } from '../../src/sandbox/grafana/text.ts';
import { recordingsDir } from './recordings.ts';
import { testSandbox } from './sandbox.ts';

export interface GrafanaExchange {
  readonly note?: string;
  readonly as: string;
  readonly shortened?: string;
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly headers: Readonly<Record<string, string | number>>;
    readonly body?: unknown;
    readonly bodyIsRaw?: boolean;
  };
  readonly response: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string | readonly string[]>>;
    readonly bodyKind: 'json' | 'text' | 'empty';
    readonly body: unknown;
  };
}

export interface GrafanaRecording {
  readonly scenario: string;
  readonly exchanges: readonly GrafanaExchange[];
}

export interface Mismatch {
  /** `scenario#index`. */
  readonly exchange: string;
  readonly what: string;
}

/** All scenarios of a version; none when the recordings are absent. */
export function grafanaRecordings(version: string): GrafanaRecording[] {
  if (recordingsDir === null) {
    process.stderr.write(`No recordings beside the repository: Grafana ${version} is not compared.\n`);
    return [];
  }
  const folder = resolve(recordingsDir, 'grafana', version);
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return files.map((name) => JSON.parse(readFileSync(resolve(folder, name), 'utf8')) as GrafanaRecording);
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly text: string;
}

/** Sends a request whose path is not normalised. */
export function sendRaw(
  baseUrl: string,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  body?: Buffer,
): Promise<RawAnswer> {
  const { hostname, port, pathname } = new URL(baseUrl);
  return new Promise((settle, fail) => {
    const options = { method, hostname, port, path: `${pathname}${path}`, headers, agent: false };
    const sent = httpRequest(options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        settle({ status: response.statusCode ?? 0, headers: response.headers, text });
      });
    });
    sent.on('error', fail);
    sent.end(body);
  });
}

/** `Authorization` of a user. */
export function basic(login: string, password: string): string {
  return `Basic ${Buffer.from(`${login}:${password}`).toString('base64')}`;
}

const password = 'recorded-password';
const people = ['viewer', 'editor', 'orgadmin', 'editonly', 'dashadmin', 'teamadmin', 'doomed'];
const wordsOfSetup = ['admin', ...people.map((name) => `rec-${name}`), 'rec-team-a', 'rec-admins'];

/** Which table a number belongs to, by the key that it stands under; `id` depends on the path. */
const tables: Readonly<Record<string, string>> = {
  userId: 'user',
  teamId: 'team',
  dashboardId: 'dashboard',
  folderId: 'dashboard',
  orgId: 'org',
};

/** Texts that each server makes up. */
const madeUp = new Set(['uid', 'key', 'deleteKey', 'code', 'folderUid']);

const timePattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
const fixedTimes = new Set(['0001-01-01T00:00:00Z', '2017-06-20T00:00:00Z']);

/** Counts that depend on what else the server holds. */
const serverWide = new Set(['totalCount', 'lastSeenAtAge']);

/** Runs one scenario in a fresh sandbox and lists the exchanges that did not agree. */
export async function replay(
  roomName: string,
  version: string,
  recording: GrafanaRecording,
): Promise<Mismatch[]> {
  const clock = steppingClock();
  const sandbox = await testSandbox({ only: [roomName], clock });
  try {
    const replayer = new Replayer(sandbox.room(roomName).baseUrl, version, recording, clock);
    await replayer.prepare();
    return await replayer.run();
  } finally {
    await sandbox.close();
  }
}

/** Real time that a scenario may push forward. */
function steppingClock(): Clock & { skip(milliseconds: number): void } {
  let ahead = 0;
  return {
    now: () => Date.now() + ahead,
    sleep: async (milliseconds) => {
      await sleep(milliseconds);
    },
    random: () => Math.random(),
    alarm: (ms, ring) => systemClock.alarm(ms, ring),
    skip: (milliseconds) => {
      ahead += milliseconds;
    },
  };
}

class Replayer {
  private readonly numbers = new Map<string, number>();
  private readonly texts = new Map<string, string>();
  private readonly keys = new Map<string, string>();
  /** Names of what the scenario and its preparation made: rows of other names are not its own. */
  private readonly names = new Set(wordsOfSetup);
  private readonly admin = basic('admin', 'admin');
  private startingList: string | undefined;
  private listIsDirty = false;
  private readonly baseUrl: string;
  private readonly version: string;
  private readonly recording: GrafanaRecording;
  private readonly clock: { skip(milliseconds: number): void };

  constructor(
    baseUrl: string,
    version: string,
    recording: GrafanaRecording,
    clock: { skip(milliseconds: number): void },
  ) {
    this.baseUrl = baseUrl;
    this.version = version;
    this.recording = recording;
    this.clock = clock;
    this.texts.set('http://grafana.test', baseUrl);
  }

  /** Makes the people, teams and keys that earlier scenarios left, and learns their ids from those. */
  async prepare(): Promise<void> {
    const { scenario } = this.recording;
    this.numbers.set('user 1', 1).set('org 1', 1);
    if (!scenario.startsWith('01-users-setup')) await this.preparePeople();
    if (!scenario.startsWith('04-teams')) await this.prepareTeams();
    if (!scenario.startsWith('01-api-keys')) {
      for (const role of ['Viewer', 'Editor', 'Admin']) {
        await this.addKey(
          role,
          await this.ask('POST', '/api/auth/keys', { name: `rec-${role.toLowerCase()}`, role }),
        );
      }
    }
  }

  private async preparePeople(): Promise<void> {
    const recorded = this.creations('01-users-setup', '/api/admin/users');
    for (const [login, recordedId] of recorded) {
      const email = `${login}@example.test`;
      const name = `Rec ${login.slice('rec-'.length)}`;
      const answer = await this.ask('POST', '/api/admin/users', { login, email, name, password });
      const id = Number(answer.id);
      this.numbers.set(`user ${recordedId}`, id);
      this.names.add(login);
      const role = { 'rec-editor': 'Editor', 'rec-orgadmin': 'Admin' }[login];
      if (role !== undefined) await this.ask('PATCH', `/api/org/users/${id}`, { role });
    }
  }

  private async prepareTeams(): Promise<void> {
    const users = this.creations('01-users-setup', '/api/admin/users');
    for (const [name, recordedId] of this.creations('04-teams', '/api/teams')) {
      const email = name === 'rec-team-a' ? 'rec-new@example.test' : '';
      const id = Number((await this.ask('POST', '/api/teams', { name, email })).teamId);
      this.numbers.set(`team ${recordedId}`, id);
      // The first team kept a member that does not exist.
      const teamAdmin = this.numbers.get(`user ${users.get('rec-teamadmin') ?? 0}`);
      const member = name === 'rec-admins' ? teamAdmin : 99_999;
      if (member !== undefined) await this.ask('POST', `/api/teams/${id}/members`, { userId: member });
    }
  }

  /** Names and recorded ids of what a scenario created with `POST path`. */
  private creations(scenario: string, path: string): Map<string, number> {
    const found = new Map<string, number>();
    const recording = grafanaRecordings(this.version).find((one) => one.scenario.startsWith(scenario));
    for (const { request, response } of recording?.exchanges ?? []) {
      if (request.method !== 'POST' || request.path !== path || response.status !== 200) continue;
      if (!isRecord(request.body) || !isRecord(response.body)) continue;
      found.set(
        String(request.body.login ?? request.body.name),
        Number(response.body.id ?? response.body.teamId),
      );
    }
    return found;
  }

  private async ask(method: string, path: string, body: unknown): Promise<Record<string, unknown>> {
    const headers = { authorization: this.admin, 'content-type': 'application/json' };
    const answer = await sendRaw(this.baseUrl, method, path, headers, Buffer.from(JSON.stringify(body)));
    if (answer.status !== 200) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    const value: unknown = JSON.parse(answer.text);
    return isRecord(value) ? value : {};
  }

  private async addKey(name: string, answer: Record<string, unknown>): Promise<void> {
    this.keys.set(name, String(answer.key));
    await Promise.resolve();
  }

  async run(): Promise<Mismatch[]> {
    const mismatches: Mismatch[] = [];
    for (const [index, exchange] of this.recording.exchanges.entries()) {
      const what = await this.exchange(exchange);
      if (what !== undefined) mismatches.push({ exchange: `${this.recording.scenario}#${index}`, what });
    }
    return mismatches;
  }

  private async exchange(exchange: GrafanaExchange): Promise<string | undefined> {
    const note = exchange.note ?? '';
    if (/expire|after 2 s/.test(note)) this.clock.skip(2_000);
    await this.putBackStartingList(exchange);

    const { method } = exchange.request;
    const path = this.mapPath(exchange.request.path);
    const body = this.bodyOf(exchange);
    const answer = await sendRaw(this.baseUrl, method, path, this.headersOf(exchange), body);
    this.noteList(exchange, path, body, answer);
    this.noteNames(exchange);
    if (exchange.request.path === '/api/auth/keys' && method === 'POST' && answer.status === 200) {
      const made = JSON.parse(answer.text) as Record<string, unknown>;
      await this.addKey(String(made.name), made);
    }
    return this.compare(exchange, answer);
  }

  /** In the invalid and encoding scenarios each probe starts from the same list; that POST was not recorded. */
  private async putBackStartingList(exchange: GrafanaExchange): Promise<void> {
    if (!/invalid|encoding/.test(this.recording.scenario) || exchange.request.method !== 'POST') return;
    const path = this.mapPath(exchange.request.path);
    if (!/\/(acl|permissions)$/.test(path) || (exchange.note ?? '').startsWith('starting list')) return;
    if (this.recording.scenario.includes('encoding')) {
      if (this.startingList === undefined || this.listIsDirty) {
        this.startingList = path;
        await this.ask('POST', path, { items: [{ role: 'Viewer', permission: 1 }] });
      }
    } else if (path === this.startingList && this.listIsDirty) {
      await this.ask('POST', path, { items: [{ role: 'Editor', permission: 2 }] });
    }
    this.listIsDirty = false;
  }

  private noteList(
    exchange: GrafanaExchange,
    path: string,
    _body: Buffer | undefined,
    answer: RawAnswer,
  ): void {
    if (exchange.request.method !== 'POST' || !/\/(acl|permissions)$/.test(path)) return;
    if ((exchange.note ?? '').startsWith('starting list')) this.startingList = path;
    else if (answer.status === 200) this.listIsDirty = true;
  }

  private noteNames(exchange: GrafanaExchange): void {
    const { body } = exchange.request;
    if (!isRecord(body)) return;
    const inner = isRecord(body.dashboard) ? body.dashboard : {};
    for (const name of [body.login, body.title, body.name, body.loginOrEmail, inner.title]) {
      if (typeof name === 'string' && name !== '') this.names.add(name);
    }
  }

  private headersOf(exchange: GrafanaExchange): Record<string, string> {
    const headers: Record<string, string> = {};
    for (const [name, value] of Object.entries(exchange.request.headers)) {
      if (name === 'content-length' || name === 'authorization') continue;
      headers[name] = name === 'x-grafana-org-id' ? this.mapOrgHeader(String(value)) : String(value);
    }
    const authorization = this.authorizationOf(exchange);
    return authorization === undefined ? headers : { ...headers, authorization };
  }

  private mapOrgHeader(value: string): string {
    return String(this.numbers.get(`org ${value}`) ?? value);
  }

  private authorizationOf(exchange: GrafanaExchange): string | undefined {
    const { as } = exchange;
    const note = exchange.note ?? '';
    if (as === 'admin') return this.admin;
    if (as.startsWith('key:')) {
      const role = as.slice('key:'.length);
      return `Bearer ${this.keys.get(role) ?? this.keys.get(`rec-${role.toLowerCase()}`) ?? ''}`;
    }
    if (people.includes(as)) return basic(`rec-${as}`, password);
    if (as === 'locked') return basic(this.lockedLogin(), password);
    const key = this.keys.get('rec-viewer') ?? this.keys.get('Viewer') ?? '';
    if (note.startsWith('lower-case')) return `bearer ${key}`;
    if (note.startsWith('lock-out')) return basic(this.lockedLogin(), 'wrong');
    if (note.startsWith('key created')) return `Bearer ${this.keys.get('rec-short') ?? ''}`;
    const unknownKey = Buffer.from(JSON.stringify({ k: 'x'.repeat(32), n: 'none', id: 1 })).toString(
      'base64',
    );
    const others: Readonly<Record<string, string>> = {
      'wrong password': basic('rec-viewer', 'wrong'),
      'unknown user': basic('rec-nobody', 'wrong'),
      'empty password': basic('rec-viewer', ''),
      'Basic with invalid base64': 'Basic %%%',
      'Bearer, not a key at all': 'Bearer nonsense',
      'Bearer, well-formed but unknown key': `Bearer ${unknownKey}`,
      'unknown scheme': 'Token abc',
      'Basic api_key:<key>': basic('api_key', key),
    };
    return others[note];
  }

  private lockedLogin(): string {
    return [...this.names].find((name) => name.startsWith('rec-locked')) ?? '';
  }

  private bodyOf(exchange: GrafanaExchange): Buffer | undefined {
    const { request } = exchange;
    if (request.body === undefined) return undefined;
    if (request.bodyIsRaw === true && typeof request.body === 'string') {
      const text = request.body;
      if (text.startsWith('<base64>')) return Buffer.from(text.slice('<base64>'.length), 'base64');
      return Buffer.from(this.mapJsonText(text), 'utf8');
    }
    return Buffer.from(this.mapJsonText(JSON.stringify(this.lengthened(exchange))), 'utf8');
  }

  /** A shortened list of items runs from user 20001 upward, with Edit for the even ones. */
  private lengthened(exchange: GrafanaExchange): unknown {
    const count = Number(/^request\.body\.items:.* of (\d+)$/.exec(exchange.shortened ?? '')?.[1] ?? 0);
    if (count === 0) return exchange.request.body;
    const items = Array.from({ length: Math.min(count, 200) }, (_, index) => ({
      userId: 20_001 + index,
      permission: index % 2 === 0 ? 1 : 2,
    }));
    return { items: count > 200 ? [...items, items[199]] : items };
  }

  private mapJsonText(text: string): string {
    const ids = text.replace(
      /"(userId|teamId|folderId|dashboardId|id)":("?)(\d+)/gi,
      (all, key: string, quote: string, id: string) => {
        const table =
          Object.entries(tables).find(([name]) => name.toLowerCase() === key.toLowerCase())?.[1] ??
          'dashboard';
        const mapped = this.numbers.get(`${table} ${id}`);
        return mapped === undefined ? all : `"${key}":${quote}${mapped}`;
      },
    );
    return this.mapTexts(ids).replaceAll('<redacted>', password);
  }

  private mapTexts(text: string): string {
    let mapped = text;
    for (const [recorded, ours] of this.texts) mapped = mapped.replaceAll(recorded, ours);
    return mapped;
  }

  private mapPath(path: string): string {
    const places: readonly (readonly [RegExp, string])[] = [
      [/(?<=\/(?:dashboards|folders)\/id\/(?:x\/\.\.\/|\+|0)?)\d+/, 'dashboard'],
      [/(?<=\/acl\/)\d+/, 'acl'],
      [/(?<=\/teams\/)\d+/, 'team'],
      [/(?<=\/(?:members|users)\/)\d+/, 'user'],
      [/(?<=\/auth\/keys\/)\d+/, 'key'],
      [/(?<=\/orgs\/)\d+/, 'org'],
      [/(?<=\/stars\/dashboard\/)\d+/, 'dashboard'],
      [/(?<=(?:dashboardIds|folderIds)=(?:\d+,)?)\d+/g, 'dashboard'],
    ];
    let mapped = path;
    for (const [pattern, table] of places) {
      mapped = mapped.replace(pattern, (id) => String(this.numbers.get(`${table} ${Number(id)}`) ?? id));
    }
    return this.mapTexts(mapped);
  }

  private compare(exchange: GrafanaExchange, answer: RawAnswer): string | undefined {
    const { response, request } = exchange;
    if (answer.status !== response.status)
      return `status ${answer.status}, recorded ${response.status}: ${answer.text}`;
    const cookies = [response.headers['set-cookie'] ?? []].flat();
    const ours = [answer.headers['set-cookie'] ?? []].flat().map((cookie) => cookie.split('=')[0]);
    if (cookies.some((name) => !ours.includes(name))) return `no cookie ${cookies.join()}`;
    if (response.bodyKind === 'text')
      return answer.text === response.body ? undefined : `text ${answer.text}`;
    // The empty string as JSON was recorded as an empty body.
    if (response.bodyKind === 'empty')
      return ['', '""'].includes(answer.text) ? undefined : `body ${answer.text}`;
    const actual: unknown = JSON.parse(answer.text);
    const table = tableOfPath(request.path);
    const [expected, found] = this.ownRows(exchange, response.body, actual);
    this.learn(expected, found, table);
    return this.difference(expected, found, table, '');
  }

  /** Leaves out the rows of lists that other scenarios, or the sandbox's own content, put there. */
  private ownRows(exchange: GrafanaExchange, recorded: unknown, actual: unknown): [unknown, unknown] {
    const cut = /of \d+ rows$/.test(exchange.shortened ?? '');
    if (cut && isList(actual)) return [recorded, [...actual.slice(0, 2), ...actual.slice(-2)]];
    const { path } = exchange.request;
    if (
      !/^\/api\/(search|folders|dashboards\/folders|org\/users|users|teams\/search|auth\/keys|org\/invites|orgs)/.test(
        path,
      )
    ) {
      return [recorded, actual];
    }
    if (Array.isArray(recorded) && Array.isArray(actual)) return this.commonRows(exchange, recorded, actual);
    if (!isRecord(recorded) || !isRecord(actual)) return [recorded, actual];
    const key = ['users', 'teams'].find((name) => Array.isArray(recorded[name]));
    if (key === undefined) return [recorded, actual];
    const [left, right] = this.commonRows(exchange, recorded[key] as unknown[], actual[key] as unknown[]);
    return [
      { ...recorded, [key]: left },
      { ...actual, [key]: right },
    ];
  }

  private commonRows(
    exchange: GrafanaExchange,
    recorded: unknown[],
    actual: unknown[],
  ): [unknown[], unknown[]] {
    // Permissions of a folder are no list of named things.
    if (exchange.request.path.includes('/permissions')) return [recorded, actual];
    const isOwn = (row: unknown): boolean =>
      isRecord(row) &&
      [row.title, row.login, row.name, row.email].some(
        (name) => typeof name === 'string' && this.names.has(name),
      );
    const own = [recorded.filter(isOwn), actual.filter(isOwn)] as const;
    // A page or a limit cuts among rows that are not the scenario's: the rows cannot be compared.
    const isCut = /[?&](limit=[1-9]\d?\b|perpage=)/.test(exchange.request.path);
    const isForeign = own[0].length < recorded.length || own[1].length < actual.length;
    if (isCut && isForeign) return [[], []];
    return [own[0], own[1]];
  }

  private learn(recorded: unknown, actual: unknown, table: string): void {
    if (Array.isArray(recorded) && Array.isArray(actual)) {
      recorded.forEach((item, index) => {
        this.learn(item, actual[index], table);
      });
    }
    if (!isRecord(recorded) || !isRecord(actual)) return;
    for (const [key, value] of Object.entries(recorded)) {
      const ours = actual[key];
      const place = `${tables[key] ?? tableOfRow(recorded, table)} ${String(value)}`;
      if (typeof value === 'number' && typeof ours === 'number' && isId(key) && value > 0 && ours > 0) {
        if (!this.numbers.has(place)) this.numbers.set(place, ours);
      } else if (typeof value === 'string' && typeof ours === 'string' && madeUp.has(key)) {
        if (value.length > 5 && !value.startsWith('<redacted')) this.texts.set(value, ours);
      } else {
        this.learn(value, ours, key === 'dashboard' ? 'dashboard' : table);
      }
    }
  }

  private difference(recorded: unknown, actual: unknown, table: string, path: string): string | undefined {
    if (Array.isArray(recorded)) {
      if (!Array.isArray(actual)) return `${path}: no list`;
      if (recorded.length !== actual.length)
        return `${path}: ${actual.length} rows, recorded ${recorded.length}`;
      return first(
        recorded.map((item, index) => this.difference(item, actual[index], table, `${path}[${index}]`)),
      );
    }
    if (isRecord(recorded)) {
      if (!isRecord(actual)) return `${path}: ${JSON.stringify(actual)}, recorded an object`;
      const keys = [...new Set([...Object.keys(recorded), ...Object.keys(actual)])];
      return first(
        keys.map((key) => {
          const place = `${path}.${key}`;
          if (!(key in recorded)) return `${place}: not recorded`;
          if (!(key in actual)) return `${place}: missing`;
          if (isId(key)) return this.idDifference(recorded, actual, key, table, place);
          if (serverWide.has(key) || table === 'statistics') {
            return typeof recorded[key] === typeof actual[key] ? undefined : `${place}: another type`;
          }
          return this.difference(
            recorded[key],
            actual[key],
            key === 'dashboard' ? 'dashboard' : table,
            place,
          );
        }),
      );
    }
    if (typeof recorded !== 'string' || typeof actual !== 'string') {
      return recorded === actual
        ? undefined
        : `${path}: ${JSON.stringify(actual)}, recorded ${JSON.stringify(recorded)}`;
    }
    if (recorded.startsWith('<redacted')) return actual.length > 0 ? undefined : `${path}: empty`;
    if (timePattern.test(recorded) && !fixedTimes.has(recorded)) {
      return timePattern.test(actual) && !fixedTimes.has(actual)
        ? undefined
        : `${path}: ${actual} is no time`;
    }
    // The room lives below a path, the recorded server at the root.
    const mapped = this.mapTexts(recorded);
    const same = mapped === actual || path === '.appSubUrl';
    return same ? undefined : `${path}: ${JSON.stringify(actual)}, recorded ${JSON.stringify(recorded)}`;
  }

  private idDifference(
    recorded: Record<string, unknown>,
    actual: Record<string, unknown>,
    key: string,
    table: string,
    place: string,
  ): string | undefined {
    const value = recorded[key];
    const name = `${tables[key] ?? tableOfRow(recorded, table)} ${String(value)}`;
    const expected = this.numbers.get(name) ?? value;
    return expected === actual[key]
      ? undefined
      : `${place}: ${String(actual[key])}, expected ${String(expected)}`;
  }
}

function isList(value: unknown): value is unknown[] {
  return Array.isArray(value);
}

function isId(key: string): boolean {
  return key === 'id' || key in tables;
}

/** Which table the `id`s of an answer to this path belong to. */
function tableOfPath(path: string): string {
  const patterns: readonly (readonly [RegExp, string])[] = [
    [/^\/api\/admin\/stats/, 'statistics'],
    [/^\/api\/(?:user|users|admin\/users)(?:\/|\?|$)/, 'user'],
    [/^\/api\/teams/, 'team'],
    [/^\/api\/auth\/keys/, 'key'],
    [/^\/api\/org\/invites/, 'invite'],
    [/^\/api\/orgs?(?:\/|\?|#|$)/, 'org'],
    [/snapshot/, 'snapshot'],
    [/\/versions/, 'version'],
    [/\/acl\/?$/, 'acl'],
  ];
  return patterns.find(([pattern]) => pattern.test(path))?.[1] ?? 'dashboard';
}

/** Rows of grants and versions have ids of their own. */
function tableOfRow(row: Record<string, unknown>, table: string): string {
  if ('permissionName' in row) return 'acl';
  return 'parentVersion' in row ? 'version' : table;
}

function first(list: readonly (string | undefined)[]): string | undefined {
  return list.find((item) => item !== undefined);
}
