import type { Shape } from '../../model/shape.ts';

export const profileShape: Shape = {
  noun: 'profile',
  plural: 'profiles',
  fields: [
    { key: 'name', kind: 'id', table: 'yes', summary: 'Name' },
    { key: 'provider', kind: 'text', table: 'yes', summary: 'System' },
    { key: 'address', kind: 'url', table: 'yes', summary: 'API address' },
    { key: 'default', kind: 'boolean', table: 'yes', summary: 'Whether it is used when none is named' },
    {
      key: 'credentials',
      kind: 'text',
      table: 'yes',
      summary: 'Where its secrets are: keyring, file, none, built-in',
    },
  ],
};

export const identityShape: Shape = {
  noun: 'identity',
  plural: 'identities',
  fields: [
    { key: 'profile', kind: 'id', table: 'yes', summary: 'Profile that was asked' },
    { key: 'provider', kind: 'text', table: 'yes', summary: 'System' },
    { key: 'name', kind: 'text', table: 'yes', summary: 'Who the server says that we are' },
    { key: 'kind', kind: 'text', table: 'yes', summary: 'user, service-account or api-key' },
    { key: 'organization', kind: 'text', table: 'yes', summary: 'Organization or project' },
    { key: 'role', kind: 'text', table: 'yes', summary: "Role, the provider's word" },
    { key: 'server', kind: 'text', table: 'yes', summary: 'Server version and API generation' },
    { key: 'missing', kind: 'list', table: 'yes', summary: 'Rights that are known to be missing' },
  ],
};

export const sourceShape: Shape = {
  noun: 'value',
  plural: 'values',
  fields: [
    { key: 'key', kind: 'id', table: 'yes', summary: 'Name of the value' },
    { key: 'value', kind: 'text', table: 'yes', summary: 'The value; secrets only say that they are set' },
    {
      key: 'source',
      kind: 'text',
      table: 'yes',
      summary: 'Where it comes from: flag, environment, profile, built-in, default',
    },
    { key: 'from', kind: 'text', table: 'yes', summary: 'Which flag, variable or profile' },
  ],
};
