/** The nouns of the command line. What a noun does is loaded only when it is named. */
import type { CommandDefinition } from './definition.ts';

export interface Noun {
  readonly name: string;
  /** Other spellings that are understood. */
  readonly aliases: readonly string[];
  readonly summary: string;
  /** Heading under which the root help lists it. */
  readonly group: 'Dashboards and access' | 'Setting up';
  load(): Promise<readonly CommandDefinition[]>;
}

export const nouns: readonly Noun[] = [
  {
    name: 'dashboards',
    aliases: ['dashboard'],
    summary: 'List, create, change, delete, restore and copy dashboards',
    group: 'Dashboards and access',
    load: async () => (await import('../commands/dashboards/index.ts')).dashboardCommands,
  },
  {
    name: 'share',
    aliases: ['shares'],
    summary: 'Publish dashboards by link, invitation or embed, and take that back',
    group: 'Dashboards and access',
    load: async () => (await import('../commands/share/index.ts')).shareCommands,
  },
  {
    name: 'invite',
    aliases: ['invites', 'invitations'],
    summary: 'Invite people to a shared dashboard',
    group: 'Dashboards and access',
    load: async () => (await import('../commands/invite/index.ts')).inviteCommands,
  },
  {
    name: 'acl',
    aliases: ['acls'],
    summary: 'See and change who may view, edit and administer a dashboard or folder',
    group: 'Dashboards and access',
    load: async () => (await import('../commands/acl/index.ts')).aclCommands,
  },
  {
    name: 'perms',
    aliases: ['permissions'],
    summary: 'See and change which users and roles may do what in an account',
    group: 'Dashboards and access',
    load: async () => (await import('../commands/perms/index.ts')).permissionCommands,
  },
  {
    name: 'workspace',
    aliases: ['workspaces'],
    summary: 'See and change who has access to workspaces, and hand them over',
    group: 'Dashboards and access',
    load: async () => (await import('../commands/workspace/index.ts')).workspaceCommands,
  },
  {
    name: 'api',
    aliases: [],
    summary: 'Send a request of your own with the credentials of a profile',
    group: 'Dashboards and access',
    load: async () => (await import('../commands/api/index.ts')).apiCommands,
  },
  {
    name: 'history',
    aliases: [],
    summary: 'See what dashctl wrote on this machine, and find out about writes without an answer',
    group: 'Dashboards and access',
    load: async () => (await import('../commands/history/index.ts')).historyCommands,
  },
  {
    name: 'undo',
    aliases: [],
    summary: 'Take writes back: restore what was before them',
    group: 'Dashboards and access',
    load: async () => (await import('../commands/undo/index.ts')).undoCommands,
  },
  {
    name: 'profile',
    aliases: ['profiles'],
    summary: 'Save, inspect and test accounts',
    group: 'Setting up',
    load: async () => (await import('../commands/profile/index.ts')).profileCommands,
  },
  {
    name: 'sandbox',
    aliases: [],
    summary: 'Serve, inspect and reset the embedded servers to try things on',
    group: 'Setting up',
    load: async () => (await import('../commands/sandbox/index.ts')).sandboxCommands,
  },
  {
    name: 'completion',
    aliases: [],
    summary: 'Print the script that makes a shell complete with TAB',
    group: 'Setting up',
    load: async () => (await import('../commands/completion/index.ts')).completionCommands,
  },
];

/** The noun of that name or alias; null when there is none. */
export function findNoun(word: string): Noun | null {
  return nouns.find((noun) => noun.name === word || noun.aliases.includes(word)) ?? null;
}

/** Every command, noun by noun; loads all of them. */
export async function allCommands(): Promise<readonly CommandDefinition[]> {
  return (await Promise.all(nouns.map((noun) => noun.load()))).flat();
}
