/** Datadog as a reader of help has to know it. Facts: api/datadog.md §1, §2. */
import type { ProviderGuide } from '../guide.ts';

export const datadogGuide: ProviderGuide = {
  connect: [
    'An API key belongs to the organization, an application key to a user or service account; both are made in the organization settings. A bearer token (OAuth, personal or service access token) replaces the two.',
  ],
  examples: [
    {
      note: 'From a file with DD_API_KEY=… and DD_APP_KEY=…',
      command: 'dashctl profile add prod --provider datadog --site eu1 --secrets keys.env',
    },
    {
      note: 'From the environment alone',
      command: 'dashctl dashboards list --provider datadog --json',
    },
  ],
  rights: [
    ['dashboards list, get, export', 'dashboards_read'],
    ['dashboards create, update, delete, restore', 'dashboards_write'],
    ['share create, update, revoke', 'dashboards_public_share, _embed_share or _invite_share, by type'],
    ['invite', 'dashboards_invite_share'],
    ['acl with names', 'user_access_read for users and roles, teams_read for teams'],
  ],
  notes: [
    'The site decides where the data is: us1, us3, us5, eu1, ap1, ap2, …; a key of one site opens no other.',
    'A dashboard without a restriction policy is open to the organization; the first grant takes access from all others.',
    'Deleted dashboards go to the trash and come back under their id: dashctl dashboards restore.',
    'A share is by invitation unless --type open or embed says otherwise. Its token opens it, so it is treated as a secret.',
  ],
};
