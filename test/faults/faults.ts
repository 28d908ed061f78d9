/** The faults, each with what it does to one operation and what must come of it. */
import { gzipSync } from 'node:zlib';
import type { ErrorCode } from '../../src/errors.ts';
import { issue } from '../http/certificate.ts';
import { altered, headOf } from './proxy.ts';
import type { Answer, Darkness, Exchange, FaultProxy } from './proxy.ts';
import type { Rehearsal } from './rehearsal.ts';
import { authority } from './world.ts';

/** What must come of it. */
export type Right =
  /** The same result as without the fault. */
  | 'right'
  /** As a whole, or not at all because what was read cannot be relied on. */
  | 'right or refused'
  | {
      readonly codes: readonly ErrorCode[];
      /** What the room holds. */
      readonly state: 'before' | 'after' | 'stands' | 'gone';
      /** What the message or its details say. */
      readonly says?: RegExp;
    };

/** One way in which a fault strikes. */
export interface Variant {
  readonly name: string;
  readonly meddle?: (exchange: Exchange) => Promise<void> | void;
  /** Puts a byte that is no UTF-8 into every answer to a read. */
  readonly spoils?: true;
  readonly dark?: Darkness;
  readonly unresolved?: 'EAI_AGAIN' | 'ENOTFOUND';
  readonly tls?: boolean;
  readonly words?: readonly string[];
  readonly waits?: (proxy: FaultProxy) => Promise<void>;
  readonly right: Right;
  /** How often the struck request is sent. */
  readonly asked?: number;
  /** How often the server behind may act on it. Default: once for writes. */
  readonly most?: number;
  /** Milliseconds that must be waited at least, and at most. */
  readonly waited?: readonly [least: number, most: number];
  /** Connections, or look-ups of the name, after the fault began. */
  readonly knocks?: number;
  /** More that must hold; says what does not. */
  readonly also?: (outcome: {
    readonly stdout: string;
    readonly stderr: string;
    readonly state: string;
  }) => string | null;
}

/** What a fault may ask of whoever carries it out. */
export interface Stage {
  readonly rehearsal: Rehearsal;
  readonly setState: (text: string) => void;
}

export interface Fault {
  readonly number: number;
  readonly name: string;
  /** Or why it cannot occur in this operation. */
  readonly variants: (stage: Stage) => readonly Variant[] | string;
}

const minute: readonly [number, number] = [0, 60_000];

const failed = (
  codes: ErrorCode | readonly ErrorCode[],
  state: 'before' | 'after' | 'gone' = 'before',
  says?: RegExp,
): Right => ({
  codes: typeof codes === 'string' ? [codes] : codes,
  state,
  ...(says === undefined ? {} : { says }),
});

/** Reading back confirms a write whose answer was lost; where more were to follow, they are not sent and that is said. */
const confirmed = ({ stands }: Rehearsal): Right =>
  stands === null
    ? 'right'
    : { codes: ['fate-unknown'], state: 'stands', says: /"sent": ?1,\s*"planned": ?2/ };

/** Strikes the first matching request only. */
function once(meddle: (exchange: Exchange) => Promise<void> | void): (exchange: Exchange) => Promise<void> {
  return async (exchange) => {
    if (exchange.nth === 1) await meddle(exchange);
    else exchange.answer(await exchange.forward());
  };
}

/** Breaks the way after the server has acted, or instead. */
function broken(
  act: (exchange: Exchange, answer: Answer | null) => void,
  commits: boolean,
): (exchange: Exchange) => Promise<void> {
  return async (exchange) => {
    act(exchange, commits ? await exchange.forward() : null);
  };
}

/** The four ways in which the answer to a request that went out may be lost. */
function lost(act: (exchange: Exchange) => void, rehearsal: Rehearsal): readonly Variant[] {
  if (rehearsal.read) return [{ name: 'once', meddle: once(act), right: 'right', waited: minute }];
  return [
    {
      name: 'after the server acted',
      meddle: once(broken(act, true)),
      right: confirmed(rehearsal),
      asked: 1,
    },
    {
      name: 'before the server acted',
      meddle: once(broken(act, false)),
      right: failed('fate-unknown', 'before', /not-applied|"fate":"unknown"/),
      asked: 1,
    },
  ];
}

/** The answer of the server with something done to it, every time. */
const changed =
  (change: (answer: Answer, exchange: Exchange) => Answer) =>
  async (exchange: Exchange): Promise<void> => {
    exchange.answer(change(await exchange.forward(), exchange));
  };

/** Reads fail with the code after so many attempts; writes stand, since their status counts. */
function unreadable(
  meddle: (exchange: Exchange) => Promise<void> | void,
  { read }: Rehearsal,
  code: ErrorCode,
  more: Partial<Variant> = {},
): readonly Variant[] {
  return read
    ? [{ name: 'each time', meddle, right: failed(code), waited: minute, ...more }]
    : [{ name: 'once', meddle: once(meddle), right: 'right', asked: 1 }];
}

const json = { 'content-type': 'application/json' };
const page = '<!DOCTYPE html><html><head><title>Main\u0007tenance of \u202ethings</title></head></html>';
const loginPage = '<html><head><title>Sign in</title></head><form><input type="password"></form></html>';

const ok = (
  body: string | Buffer,
  headers: Readonly<Record<string, string>> = json,
  status = 200,
): Answer => {
  const bytes = Buffer.from(body);
  return {
    status,
    headers: [...Object.entries(headers), ['content-length', String(bytes.length)]],
    body: bytes,
  };
};

const deep = Buffer.from('['.repeat(100_000) + ']'.repeat(100_000));
let bomb: Buffer | null = null;
const theBomb = (): Buffer => (bomb ??= gzipSync(Buffer.alloc(30 * 1024 * 1024, ' '), { level: 9 }));

const expired = issue({
  name: 'run-out.example.com',
  addresses: ['127.0.0.1'],
  notAfter: new Date(Date.UTC(2021, 4, 6)),
  issuer: authority,
});
const elsewhere = issue({ name: 'else', hosts: ['elsewhere.example.com'], issuer: authority });

/** Streams white space until nobody listens, at most 200 MiB. */
function flood({ socket }: Exchange): void {
  const chunk = Buffer.alloc(1024 * 1024, ' ');
  socket.write(
    headOf({
      status: 200,
      headers: [
        ['content-type', 'application/json'],
        ['connection', 'close'],
      ],
    }),
  );
  let left = 200;
  const more = (): void => {
    while (left > 0 && !socket.destroyed) {
      left -= 1;
      if (!socket.write(chunk)) {
        socket.once('drain', more);
        return;
      }
    }
    socket.end();
  };
  more();
}

const half = (body: Buffer): Buffer => body.subarray(0, Math.floor(body.length / 2));

/** The server's own answer up to the middle of its body. */
const torn = ({ write }: Exchange, { status, headers, body }: Answer): void => {
  write(Buffer.concat([Buffer.from(headOf({ status, headers })), half(body)]));
};

const noBody = (rehearsal: Rehearsal): boolean =>
  rehearsal.answer.status === 204 || rehearsal.answer.body.length < 4;
const withoutBody = 'The answer has no body.';

const redirected = (location: string, status: number): Answer => ok('', { location }, status);

export const faults: readonly Fault[] = [
  {
    number: 1,
    name: 'DNS failure',
    variants: () => [
      {
        name: 'EAI_AGAIN',
        dark: 'unresolved',
        unresolved: 'EAI_AGAIN',
        right: failed('network', 'before', /\.invalid/),
        waited: [1, 60_000],
        knocks: 4,
        asked: 0,
      },
      {
        name: 'EAI_AGAIN once',
        dark: 'unresolved',
        unresolved: 'EAI_AGAIN',
        waits: (proxy) => proxy.recover(),
        right: 'right',
      },
      {
        name: 'ENOTFOUND',
        dark: 'unresolved',
        unresolved: 'ENOTFOUND',
        right: failed('network', 'before', /\.invalid/),
        waited: [0, 0],
        knocks: 1,
        asked: 0,
      },
    ],
  },
  {
    number: 2,
    name: 'refused',
    variants: () => [
      {
        name: 'for good',
        dark: 'refused',
        right: failed('network', 'before', /127\.0\.0\.1:\d+/),
        waited: [1, 60_000],
        asked: 0,
      },
      { name: 'once', dark: 'refused', waits: (proxy) => proxy.recover(), right: 'right' },
    ],
  },
  {
    number: 3,
    name: 'connect timeout',
    variants: () => [
      {
        name: 'for good',
        tls: true,
        dark: 'silent',
        right: failed('timeout'),
        knocks: 4,
        asked: 0,
      },
    ],
  },
  {
    number: 4,
    name: 'TLS expired',
    variants: () => [
      {
        name: 'from now on',
        tls: true,
        dark: { certificate: expired },
        right: failed('tls', 'before', /run-out\.example\.com.*2021/),
        knocks: 1,
        waited: [0, 0],
        asked: 0,
      },
    ],
  },
  {
    number: 5,
    name: 'TLS wrong host',
    variants: () => [
      {
        name: 'from now on',
        tls: true,
        dark: { certificate: elsewhere },
        right: failed('tls', 'before', /elsewhere\.example\.com/),
        knocks: 1,
        waited: [0, 0],
        asked: 0,
      },
    ],
  },
  {
    number: 6,
    name: 'reset before headers',
    variants: ({ rehearsal }) =>
      lost(({ reset }) => {
        reset();
      }, rehearsal),
  },
  {
    number: 7,
    name: 'reset inside headers',
    variants: ({ rehearsal }) =>
      lost(({ socket, write }) => {
        write('HTTP/1.1 200 OK\r\ncontent-ty');
        socket.end();
      }, rehearsal),
  },
  {
    number: 8,
    name: 'reset inside body',
    variants: ({ rehearsal }) =>
      noBody(rehearsal)
        ? withoutBody
        : [
            {
              name: 'once',
              meddle: once(async (exchange) => {
                torn(exchange, await exchange.forward());
                exchange.end();
              }),
              right: 'right',
              asked: rehearsal.read ? 2 : 1,
              most: 2,
            },
          ],
  },
  {
    number: 9,
    name: 'slow headers',
    variants: ({ rehearsal }) =>
      lost(({ stall }) => {
        stall();
      }, rehearsal),
  },
  {
    number: 10,
    name: 'slow body',
    variants: ({ rehearsal }) =>
      noBody(rehearsal)
        ? withoutBody
        : [
            {
              name: 'stalled',
              meddle: once(async (exchange) => {
                exchange.stallOnceRead();
                torn(exchange, await exchange.forward());
              }),
              right: 'right',
              ...(rehearsal.read ? {} : { asked: 1 }),
              most: 2,
            },
            {
              name: 'dripping',
              meddle: once(async (exchange) => {
                exchange.drip();
                torn(exchange, await exchange.forward());
              }),
              right: 'right',
              ...(rehearsal.read ? {} : { asked: 1 }),
              most: 2,
            },
          ],
  },
  {
    number: 11,
    name: 'empty 200',
    variants: ({ rehearsal }) =>
      unreadable(
        changed((answer) => altered(answer, { status: 200, body: Buffer.alloc(0) })),
        rehearsal,
        'bad-answer',
      ),
  },
  {
    number: 12,
    name: 'body where none belongs',
    variants: ({ rehearsal }) =>
      unreadable(
        async (exchange) => {
          const { body } = await exchange.forward();
          exchange.write(Buffer.concat([Buffer.from('HTTP/1.1 204 No Content\r\n\r\n{"surplus":'), body]));
          exchange.end();
        },
        rehearsal,
        'bad-answer',
      ),
  },
  {
    number: 13,
    name: 'none where one does',
    variants: ({ rehearsal }) =>
      ['', 'null', '{}'].flatMap((body) =>
        unreadable(
          changed((answer) =>
            altered(answer, { ...(body === '' && { status: 204 }), body: Buffer.from(body) }),
          ),
          rehearsal,
          'bad-answer',
        ).map((variant) => ({ ...variant, name: body === '' ? '204' : body })),
      ),
  },
  {
    number: 14,
    name: 'HTML',
    variants: ({ rehearsal }) => {
      const { read } = rehearsal;
      const html = { 'content-type': 'text/html; charset=utf-8' };
      const shown = (body: string) => (exchange: Exchange) => {
        exchange.answer(ok(body, html));
      };
      return [
        {
          name: 'a page',
          meddle: shown(page),
          right: failed(
            read ? 'bad-answer' : 'fate-unknown',
            'before',
            /Main\\+u0007tenance of \\+u202ethings/,
          ),
          asked: 1,
        },
        { name: 'a login page', meddle: shown(loginPage), right: failed('not-authenticated'), asked: 1 },
        ...(read
          ? []
          : [
              {
                name: 'a page after the server acted',
                meddle: once(changed(() => ok(page, html))),
                right: confirmed(rehearsal),
                asked: 1,
              },
            ]),
      ];
    },
  },
  {
    number: 15,
    name: 'truncated JSON',
    variants: ({ rehearsal }) => {
      if (noBody(rehearsal)) return withoutBody;
      const meddle = changed((answer) => altered(answer, { body: half(answer.body) }));
      return rehearsal.read
        ? [
            { name: 'once', meddle: once(meddle), right: 'right', asked: 2, most: 2 },
            { name: 'each time', meddle, right: failed('bad-answer'), asked: 2 },
          ]
        : unreadable(meddle, rehearsal, 'bad-answer');
    },
  },
  {
    number: 16,
    name: 'deep JSON',
    variants: ({ rehearsal }) =>
      unreadable(
        changed((answer) => altered(answer, { status: 200, headers: json, body: deep })),
        rehearsal,
        'answer-too-large',
      ),
  },
  {
    number: 17,
    name: 'oversized JSON',
    variants: ({ rehearsal }) =>
      unreadable(
        async (exchange) => {
          await exchange.forward();
          flood(exchange);
        },
        rehearsal,
        'answer-too-large',
        { asked: 1 },
      ),
  },
  {
    number: 18,
    name: 'gzip bomb',
    variants: ({ rehearsal }) =>
      unreadable(
        changed((answer) => ({
          ...altered(answer, {
            status: 200,
            headers: { ...json, 'content-encoding': 'gzip' },
            body: theBomb(),
          }),
        })),
        rehearsal,
        'answer-too-large',
        { asked: 1 },
      ),
  },
  {
    number: 19,
    name: 'wrong content type',
    variants: ({ rehearsal }) => [
      ...(noBody(rehearsal)
        ? []
        : [
            {
              name: 'JSON as HTML',
              meddle: changed((answer) => altered(answer, { headers: { 'content-type': 'text/html' } })),
              right: 'right' as const,
            },
          ]),
      ...unreadable(
        changed((answer) =>
          altered(answer, {
            status: 200,
            headers: { 'content-type': 'text/plain' },
            body: Buffer.from('OK'),
          }),
        ),
        rehearsal,
        'bad-answer',
      ),
    ],
  },
  {
    number: 20,
    name: 'byte order mark',
    variants: ({ rehearsal }) =>
      noBody(rehearsal)
        ? withoutBody
        : [
            {
              name: 'each time',
              meddle: changed((answer) =>
                altered(answer, { body: Buffer.concat([Buffer.from('\ufeff'), answer.body]) }),
              ),
              right: 'right',
            },
          ],
  },
  {
    number: 21,
    name: 'invalid UTF-8',
    variants: ({ rehearsal: { read } }) => [
      read
        ? { name: 'in what is read', spoils: true, right: 'right', also: shownAsReplaced }
        : { name: 'in what is read', spoils: true, right: 'right or refused' },
    ],
  },
  {
    number: 22,
    name: 'same-host redirect',
    variants: ({ rehearsal: { read } }) => [
      {
        name: 'once',
        meddle: once((exchange) => {
          exchange.answer(redirected(exchange.asked.url, 307));
        }),
        right: read ? 'right' : failed('redirect', 'before', /redirected to/),
        asked: read ? 2 : 1,
        most: 2,
      },
      {
        name: 'in a circle',
        meddle: (exchange) => {
          exchange.answer(redirected(exchange.asked.url, 302));
        },
        right: failed('redirect'),
        asked: read ? 4 : 1,
      },
      {
        name: 'to a login page',
        meddle: (exchange) => {
          exchange.answer(redirected('/login?next=x', 302));
        },
        right: failed('not-authenticated'),
        asked: 1,
      },
    ],
  },
  {
    number: 23,
    name: 'cross-host redirect',
    variants: () =>
      [301, 303, 307].map((status) => ({
        name: String(status),
        meddle: (exchange: Exchange) => {
          exchange.answer(redirected(`https://elsewhere.example.com${exchange.asked.url}`, status));
        },
        right: failed('redirect', 'before', /elsewhere\.example\.com/),
        asked: 1,
      })),
  },
  {
    number: 24,
    name: 'https to http',
    variants: () => [
      {
        name: '307',
        tls: true,
        meddle: (exchange) => {
          const { localPort = 0 } = exchange.socket;
          exchange.answer(redirected(`http://127.0.0.1:${localPort}${exchange.asked.url}`, 307));
        },
        right: failed('redirect', 'before', /plain http/),
        asked: 1,
      },
    ],
  },
  {
    number: 25,
    name: '401 mid-run',
    variants: ({ rehearsal: { read, ahead, renews } }) => {
      const meddle = (exchange: Exchange): void => {
        exchange.answer(ok('{"detail":"Unauthorized","errors":["Unauthorized"]}', json, 401));
      };
      // Another session, or a second look by whoever was let in before; a write is for the user to repeat.
      const again = renews || (read && ahead > 0);
      const asked = again ? 2 : 1;
      return [
        { name: 'for good', meddle, right: failed('not-authenticated'), asked },
        {
          name: 'once',
          meddle: once(meddle),
          right: again ? 'right' : failed('not-authenticated'),
          asked,
          ...(read ? { most: 2 } : {}),
        },
      ];
    },
  },
  {
    number: 26,
    name: '403',
    variants: () => [
      {
        name: 'for good',
        meddle: (exchange) => {
          exchange.answer(
            ok('{"detail":"Forbidden","message":"Access denied","errors":["Forbidden"]}', json, 403),
          );
        },
        right: failed(['not-allowed', 'not-authenticated']),
        asked: 1,
      },
    ],
  },
  {
    number: 27,
    name: '404 race',
    variants: ({ rehearsal, setState }) => {
      const { gone, name } = rehearsal;
      if (gone === null) return 'Nothing that it needs can be removed meanwhile.';
      return [
        {
          name: 'somebody else was quicker',
          meddle: once(async (exchange) => {
            setState(gone);
            exchange.answer(await exchange.forward());
          }),
          right: name === 'delete' ? 'right' : failed('not-found', 'gone'),
        },
      ];
    },
  },
  {
    number: 28,
    name: '409 or 412',
    variants: ({ rehearsal: { read, operation } }) =>
      read
        ? 'A read conflicts with nothing.'
        : [409, 412].flatMap((status) => {
            const meddle = (exchange: Exchange): void => {
              exchange.answer(ok('{"message":"Somebody changed it"}', json, status));
            };
            return [
              { name: `${status} each time`, meddle, right: failed('conflict') },
              ...(operation.merges === true
                ? [{ name: `${status} once`, meddle: once(meddle), right: 'right' as const, asked: 2 }]
                : []),
            ];
          }),
  },
  ...[
    [29, '429 with seconds', { 'retry-after': '7' }] as const,
    [
      30,
      '429 with a date',
      { date: 'Tue, 03 Feb 2026 10:00:00 GMT', 'retry-after': 'Tue, 03 Feb 2026 10:00:07 GMT' },
    ] as const,
  ].map(([number, name, headers]): Fault => ({
    number,
    name,
    variants: () => [
      {
        name: 'once',
        meddle: once((exchange) => {
          exchange.answer(
            ok('<html>Too many requests</html>', { 'content-type': 'text/html', ...headers }, 429),
          );
        }),
        right: 'right',
        asked: 2,
        most: 1,
        waited: [7000, 20_000],
      },
    ],
  })),
  {
    number: 31,
    name: '429 with junk',
    variants: () => {
      const meddle = (exchange: Exchange): void => {
        exchange.answer(ok('{}', { ...json, 'retry-after': 'junk 1', 'x-ratelimit-reset': '0x10' }, 429));
      };
      return [
        { name: 'once', meddle: once(meddle), right: 'right', asked: 2, most: 1, waited: [1, 20_000] },
        { name: 'each time', meddle, right: failed('rate-limited'), asked: 4, waited: [1, 60_000] },
      ];
    },
  },
  {
    number: 32,
    name: '500 after the commit',
    variants: ({ rehearsal }) =>
      rehearsal.read
        ? 'A read commits nothing.'
        : [
            {
              name: 'once',
              meddle: once(changed(() => ok('{"message":"Internal error"}', json, 500))),
              right: confirmed(rehearsal),
              asked: 1,
            },
          ],
  },
  {
    number: 33,
    name: 'repeated page',
    variants: ({ rehearsal: { operation } }) => {
      if (operation.paging === undefined) return 'It reads no pages.';
      const { words, unpaged } = operation.paging;
      const firsts = new Map<string, Promise<Answer>>();
      const meddle = async (exchange: Exchange): Promise<void> => {
        const key = withoutPage(exchange.asked.url);
        const first = firsts.get(key) ?? exchange.forward();
        firsts.set(key, first);
        exchange.answer(await first);
      };
      return [
        unpaged === true
          ? { name: 'the first page for ever', words, meddle, right: 'right' }
          : {
              name: 'the first page for ever',
              words: [...words, '-o', 'ndjson'],
              meddle,
              right: failed('bad-answer', 'before', /incomplete/),
              also: ({ stdout }) => repeatedRows(stdout, 1),
            },
      ];
    },
  },
  {
    number: 34,
    name: 'endless page',
    variants: ({ rehearsal: { operation } }) => {
      const { paging } = operation;
      if (paging === undefined) return 'It reads no pages.';
      let given: Answer | null = null;
      return [
        {
          name: 'new rows for ever',
          words: [...paging.words, '-o', 'ndjson', '--fields', 'id'],
          meddle: async (exchange) => {
            given ??= await exchange.forward();
            const rows = paging.page(JSON.parse(given.body.toString('utf8')), exchange.nth - 1);
            exchange.answer(altered(given, { body: Buffer.from(JSON.stringify(rows)) }));
          },
          right: failed('bad-answer'),
          asked: 10_000,
          also: ({ stdout }) => repeatedRows(stdout, 10_000),
        },
      ];
    },
  },
];

/** An address without what tells one page from another. */
function withoutPage(url: string): string {
  const { pathname, searchParams } = new URL(url, 'http://any');
  for (const name of ['page', 'start', 'offset']) searchParams.delete(name);
  searchParams.sort();
  return `${pathname}?${searchParams.toString()}`;
}

function shownAsReplaced({ stdout }: { readonly stdout: string }): string | null {
  return stdout.includes('\ufffd') ? null : 'the bytes that are no text do not show';
}

/** Whether rows come twice, or fewer than there must be. */
function repeatedRows(stdout: string, least: number): string | null {
  const ids = stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => String((JSON.parse(line) as { id?: unknown }).id));
  if (new Set(ids).size < ids.length) return 'rows were printed twice';
  return ids.length < least ? `only ${ids.length} rows were printed` : null;
}
