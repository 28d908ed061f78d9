/** Grafana as a reader of help has to know it. Facts: api/grafana.md §1, §3, §6. */
import type { ProviderGuide } from '../guide.ts';

export const grafanaGuide: ProviderGuide = {
  connect: [
    'A service account token (an API key on old servers) acts in its one organization; a user and password act in the organization of --org-id.',
  ],
  examples: [
    {
      note: 'From a file with GRAFANA_TOKEN=…, or GRAFANA_USER=… and GRAFANA_PASSWORD=…',
      command:
        'dashctl profile add graf --provider grafana --base-url https://grafana.example.com --secrets - < token.env',
    },
  ],
  rights: [
    ['dashboards list, get', 'Viewer'],
    ['dashboards create, update, delete', 'Editor, or edit on the folder'],
    ['acl', 'Admin on the dashboard or folder'],
    ['share', 'dashboards.public:write, which organization admins have; servers from 10 on'],
    ['acl with names of users', 'Organization admin, who may list the people'],
  ],
  notes: [
    'The generation of the permission API is found out once per server: acl (5.0 beta), permissions (by id), uid, access-control (9 and newer); --grafana-api NAME forces one.',
    'Servers before 9 replace the whole list, and answer 200 to lists that wipe it: dashctl reads, changes one entry, writes, reads back.',
    'A dashboard without own entries has the defaults (Editors edit, Viewers view); the first own entry ends them, and before 9 nothing brings them back.',
    'Entries of a folder are inherited and cannot be revoked on the dashboard; an own entry must be higher than the inherited one.',
    'A dashboard has one public link. It needs --type open said, as there is no narrower type.',
  ],
};
