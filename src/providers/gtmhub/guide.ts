/** Gtmhub as a reader of help has to know it. Facts: api/gtmhub.md §2, §5. */
import type { ProviderGuide } from '../guide.ts';

export const gtmhubGuide: ProviderGuide = {
  connect: [
    'An API token is made in Settings > Configuration > API tokens and acts as the user who made it; the account id stands on the same page.',
  ],
  examples: [
    {
      note: 'From a file with QUANTIVE_API_TOKEN=…',
      command:
        'dashctl profile add okr --provider gtmhub --region eu --account-id 5be26318e5274a000acc0001 --secrets token.env',
    },
  ],
  rights: [
    [
      'perms create, update, delete, principal-set',
      'What the account asks for; a token has the rights of its user',
    ],
    ['making a token', 'ManageApiTokens'],
  ],
  notes: [
    'A permission row ties an action to principals; perms principal-get and principal-set look from the side of a user or role.',
    'Grants have no level here, so acl has nothing to say about Gtmhub.',
    'A wrong token or host may be answered by a web page with status 200; it is named as such.',
  ],
};
