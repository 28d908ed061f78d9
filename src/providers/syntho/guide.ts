/** Syntho as a reader of help has to know it. Facts: api/syntho.md §2, §3. */
import type { ProviderGuide } from '../guide.ts';

export const synthoGuide: ProviderGuide = {
  connect: [
    'E-mail and password log in for the run and out at its end. A session that is open already goes by its cookie, a login by OIDC by the whole Authorization header.',
  ],
  examples: [
    {
      note: 'From a file with SYNTHO_URL=…, SYNTHO_EMAIL=… and SYNTHO_PASSWORD=…',
      command: 'dashctl profile add synth --provider syntho --secrets login.env',
    },
  ],
  rights: [
    ['workspace list, get', 'None; a list shows what its caller may see, administrators see all'],
    [
      'workspace grant, update, revoke, transfer',
      'Owner of the workspace; on newer servers administrators may transfer',
    ],
  ],
  notes: [
    'Roles are READER, EDITOR and OWNER; a workspace has one owner, who changes by workspace transfer alone.',
    'A transfer cannot be taken back by the one who made it: the new owner, or an administrator, has to hand it back.',
  ],
};
