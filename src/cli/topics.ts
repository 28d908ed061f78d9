/** The texts of `dashctl help TOPIC`, made of the same data as the code they tell about. */
import { exitCodes } from '../errors.ts';
import { dashboardShape } from '../model/dashboard.ts';
import { grantShape } from '../model/grant.ts';
import { invitationShape } from '../model/invitation.ts';
import { levels } from '../model/level.ts';
import { permissionShape } from '../model/permission.ts';
import { shareShape } from '../model/share.ts';
import { workspacePermissionShape } from '../model/workspace-permission.ts';
import { descriptors } from '../providers/registry.ts';
import type { HelpPage, HelpRow, HelpSection } from './help-page.ts';
import type { ProviderDescriptor } from '../providers/provider.ts';
import type { ownTopics } from './topic-names.ts';

/** The page of a topic; null when there is none of that name. */
export async function topicPage(name: string): Promise<HelpPage | null> {
  if (isOwn(name)) return own[name]();
  const descriptor = descriptors.find((one) => one.name === name);
  return descriptor === undefined ? null : await providerPage(descriptor);
}

function isOwn(name: string): name is keyof typeof own {
  return Object.hasOwn(own, name);
}

const own: Readonly<Record<keyof typeof ownTopics, () => HelpPage>> = {
  references: () => ({
    ...page('A reference says which dashboard, in which account.'),
    sections: [
      {
        title: 'Forms',
        rows: [
          ['abc-def-ghi', 'An id, in the profile in use'],
          ['sandbox-datadog/abc-def-ghi', 'PROFILE/ID, as lists print it'],
          [
            'https://app.datadoghq.com/dashboard/abc-def-ghi',
            'The address from the browser; the host picks the profile',
          ],
        ],
      },
      {
        title: 'Notes',
        lines: [
          'A SHARE is its token, its address, or a dashboard that has exactly one share.',
          'Where several are taken, - reads them from stdin, one per line; of a line with tabs the first column counts, so whole lists can be piped:',
          '  dashctl dashboards list --shared --fields ref -o tsv | dashctl share list -',
          'With --failed-to FILE, what failed or was not started is written there as it was given, for the next try with - < FILE.',
          'Pages on another host than the API belong to a profile by profile add --web-url URL.',
          'An id that starts with a dash goes behind --.',
        ],
      },
    ],
  }),
  principals: () => ({
    ...page('A principal is who holds a grant; a grant is PRINCIPAL=LEVEL, such as team:sre=edit.'),
    sections: [
      {
        title: 'Principals',
        rows: [
          ['user:ana@example.com', 'By e-mail or login, matched exactly'],
          ['team:sre', 'By name or handle'],
          ['role:Viewer', 'By name'],
          ['org', 'Everybody in the organization'],
          ['user#11', 'By the native id'],
        ],
      },
      {
        title: 'Levels',
        lines: [
          `${levels.join(' < ')}; dashctl acl levels shows what each provider calls them.`,
          'native:WORD takes a word of the provider as it is. Nothing is ever rounded.',
        ],
      },
    ],
  }),
  formatting: () => ({
    ...page('Results go to stdout, everything else to stderr.'),
    sections: [
      {
        title: 'Formats',
        rows: [
          ['-o table', 'For people; the default on a terminal'],
          ['-o tsv', 'One row per line, no header, \\t \\n \\r \\\\ escaped; the default on a pipe'],
          ['-o json', 'One array (or object), the same keys for every provider; --json for short'],
          ['-o ndjson', 'One object per line, printed while later pages are still read'],
          [
            '-o csv',
            'With a header; cells that a spreadsheet would run get a leading apostrophe (--csv-raw: not)',
          ],
          ['-o yaml', 'The same as json'],
        ],
      },
      {
        title: 'What of it',
        rows: [
          ['--fields a,b', 'Picks fields in any format; an unknown one is an error that lists them'],
          ['--raw', "Prints the provider's own answer, byte for byte on a pipe"],
          [
            "--jq '.[] | select(.shared) | .ref'",
            'Filters the JSON and prints what comes out, strings bare; jq need not be installed. With -o ndjson it gets one row at a time, with --raw the own answer of the provider. $ENV is empty. A wrong expression is exit 2 before anything is asked for',
          ],
          ['--color WHEN', 'auto, always or never; auto looks at each stream by itself'],
        ],
      },
    ],
  }),
  json: () => ({
    ...page('JSON (-o json, ndjson, yaml) has the same keys for every provider.'),
    paragraphs: [
      'A key that a provider has nothing for is null. Keys may join in later versions, none leaves. Times are ISO 8601 UTC. The folder schemas of the package holds a JSON Schema of each.',
    ],
    sections: [
      ...[
        dashboardShape,
        shareShape,
        invitationShape,
        grantShape,
        permissionShape,
        workspacePermissionShape,
      ].map((shape): HelpSection => ({
        title: shape.noun,
        rows: shape.fields.map(({ key, summary }): HelpRow => [key, summary]),
      })),
      {
        title: 'error',
        lines: ['{"error": {code message hint provider profile status requestId details}} on stderr'],
      },
    ],
  }),
  environment: () => ({
    ...page('Environment variables that dashctl reads. Order: flag, environment, profile.'),
    sections: [
      { title: 'dashctl', rows: variables },
      ...descriptors.map((descriptor): HelpSection => ({
        title: descriptor.title,
        rows: accountVariables(descriptor),
      })),
    ],
  }),
  'exit-codes': () => ({
    ...page('Exit codes, the same for every command.'),
    sections: [{ title: 'Codes', rows: Object.entries(exitCodes) }],
  }),
};

/** Variables that are dashctl's own or common to many tools. */
const variables: readonly HelpRow[] = [
  ['DASHCTL_PROFILE', 'Profile to use, as --profile'],
  ['DASHCTL_PROVIDER', 'Provider whose variables to use, as --provider'],
  ['DASHCTL_CONFIG_DIR', 'Folder of profiles and credentials'],
  ['DASHCTL_CREDENTIAL_STORE', 'Where profile add keeps secrets: keyring or file, as --credential-store'],
  ['DASHCTL_STATE_DIR', 'Folder of the sandbox and other state'],
  ['DASHCTL_CACHE_DIR', 'Folder of what may be deleted at any time'],
  ['XDG_CONFIG_HOME, XDG_STATE_HOME, XDG_CACHE_HOME', 'Where those folders are otherwise'],
  ['HOME', 'Where they are without those'],
  ['APPDATA, LOCALAPPDATA', 'Where they are on Windows'],
  ['CI', 'Never ask questions, open a pager or show progress'],
  [
    'NO_COLOR, FORCE_COLOR, CLICOLOR, CLICOLOR_FORCE, COLORTERM, TERM',
    'Colour, unless --color says otherwise',
  ],
  ['COLUMNS', 'Width, where the terminal does not tell it'],
  ['DASHCTL_PAGER, PAGER, LESS, LV', 'What long results are read with; an empty pager means none'],
  ['BROWSER', 'What --web opens pages with; %s stands for the address'],
  ['DISPLAY, WAYLAND_DISPLAY, WSL_DISTRO_NAME', 'Whether there is a screen for --web; else it prints'],
  ['NODE_DISABLE_COMPILE_CACHE', 'Set: keep no compiled code in the cache folder'],
  ['HTTPS_PROXY, HTTP_PROXY, NO_PROXY', 'Proxies; lower-case names win'],
  ['NODE_EXTRA_CA_CERTS', 'File with further certificate authorities'],
];

function page(summary: string): HelpPage {
  return { summary, usage: null, paragraphs: [], sections: [], closing: null };
}

function accountVariables({ settings, secrets, baseUrlEnv }: ProviderDescriptor): HelpRow[] {
  return [
    ...[...settings, ...secrets]
      .filter((field) => field.env.length > 0)
      .map((field): HelpRow => [field.env.join(', '), field.summary]),
    ...(baseUrlEnv.length === 0
      ? []
      : [[baseUrlEnv.join(', '), 'API address, as --base-url'] satisfies HelpRow]),
  ];
}

/** How to connect a provider, what it offers, and what one has to know about it. */
async function providerPage(descriptor: ProviderDescriptor): Promise<HelpPage> {
  const { name, title, offers } = descriptor;
  const guide = await descriptor.guide();
  return {
    summary: `${title}: how to connect it, and what is special there.`,
    usage: null,
    paragraphs: guide.connect,
    sections: [
      { title: 'Connect', examples: guide.examples },
      { title: 'Variables', rows: accountVariables(descriptor) },
      { title: 'Commands', rows: Object.entries(offers).map(([noun, verbs]) => [noun, verbs.join(' ')]) },
      { title: 'Rights that the credential needs', rows: guide.rights },
      { title: 'Good to know', lines: guide.notes },
    ],
    closing: `Try it without an account: -p sandbox-${name}`,
  };
}
