/** PostHog as a reader of help has to know it. Facts: api/posthog.md §2, §5, §7. */
import type { ProviderGuide } from '../guide.ts';

export const posthogGuide: ProviderGuide = {
  connect: [
    'A personal API key (phx_…) with the scopes below; a project token (phc_…) does not open this API. The project is named by its number.',
  ],
  examples: [
    {
      note: 'From a file with POSTHOG_PERSONAL_API_KEY=…',
      command: 'dashctl profile add web --provider posthog --project 1 --region eu --secrets key.env',
    },
  ],
  rights: [
    ['dashboards list, get', 'dashboard:read'],
    ['dashboards create, update, delete', 'dashboard:write'],
    ['share list, get', 'sharing_configuration:read'],
    ['share create, update, rotate, revoke', 'sharing_configuration:write'],
    ['acl list', 'access_control:read'],
    ['acl grant, revoke, set', 'access_control:write'],
    ['acl with names', 'organization_member:read; a key of single projects cannot look people up'],
  ],
  notes: [
    'A dashboard has one link; a rotated link works for some more minutes, so revoke it where it matters.',
    'Switching a link off and on gives a new address on newer servers, the old one on older servers; it is said which.',
    'Deleting a dashboard marks it as deleted; restoring brings it back with its link as it was.',
    'Levels are none, viewer, editor and manager; older dashboards have collaborators instead, who can only edit.',
  ],
};
