/** Reading public dashboards, one link per dashboard, on servers from 10 on (api/grafana.md §2 and §8). */
import { DashctlError } from '../../errors.ts';
import { endlessList, mostPages, repeatedPage } from '../../http/paging.ts';
import type { HttpResponse } from '../../http/http.ts';
import { isMissingRoute } from './api.ts';
import type { GrafanaApi } from './api.ts';
import { majorVersion } from './generation.ts';
import { parseWire, publicDashboardsWire, publicDashboardWire } from './wire.ts';
import type { PublicDashboardRow, PublicDashboardWire } from './wire.ts';

/** Rows per request; what the server takes when it is not told. */
const fullPage = 1000;

/** A public link as the server shows it. */
export interface PublicLink {
  readonly wire: PublicDashboardWire;
  readonly answer: HttpResponse;
}

export interface PublicLinkPage {
  readonly rows: readonly PublicDashboardRow[];
  readonly raw: Uint8Array;
}

export interface PublicLinks {
  /** The link of a dashboard; null when it is not shared. */
  of(dashboardUid: string): Promise<PublicLink | null>;
  /** Every link of the organization, paused ones included. */
  pages(perPage?: number): AsyncGenerator<PublicLinkPage>;
}

/** Both functions throw `unsupported` on a server that has no public dashboards, with the reason. */
export function publicLinks(api: GrafanaApi): PublicLinks {
  async function of(dashboardUid: string): Promise<PublicLink | null> {
    const answer = await api.publicDashboard(dashboardUid);
    if (answer.status === 404) {
      if (isMissingRoute(answer)) throw await withoutLinks(api);
      return null;
    }
    // Some servers answer 200 with null where others answer 404.
    if (answer.json() === null) return null;
    return { wire: parseWire(publicDashboardWire, answer, 'the public dashboard'), answer };
  }

  async function* pages(perPage = fullPage): AsyncGenerator<PublicLinkPage> {
    const seen = new Set<string>();
    for (let page = 1; page <= mostPages; page += 1) {
      const answer = await api.publicDashboards(page, perPage);
      if (answer.status === 404) throw await withoutLinks(api);
      const { publicDashboards, totalCount } = parseWire(
        publicDashboardsWire,
        answer,
        'the public dashboards',
      );
      const rows = publicDashboards.filter((row) => !seen.has(row.uid));
      for (const row of rows) seen.add(row.uid);
      // Without a total it may be the last page, given again to whoever asks beyond it.
      if (rows.length === 0 && publicDashboards.length > 0 && seen.size < (totalCount ?? 0))
        throw repeatedPage(seen.size);
      yield { rows, raw: answer.body };
      // A server may give fewer rows per page than it was asked for, so a short page is not the last one.
      if (rows.length === 0 || seen.size >= (totalCount ?? Number.POSITIVE_INFINITY)) return;
    }
    throw endlessList(seen.size);
  }

  return { of, pages };
}

/** Why the routes are missing: an older server, or the feature is switched off. */
async function withoutLinks(api: GrafanaApi): Promise<DashctlError> {
  const version = await api.version();
  const major = majorVersion({ name: 'access-control', version });
  if (major !== null && major < 10) {
    return new DashctlError(
      'unsupported',
      `This server is Grafana ${version ?? ''}; public dashboards came with Grafana 10.`,
      { status: 404, hint: 'Update the server, or share a snapshot from its pages.' },
    );
  }
  return new DashctlError(
    'unsupported',
    `This server (Grafana ${version ?? 'of unknown version'}) has no public dashboards: they are switched off.`,
    {
      status: 404,
      hint: 'Its operator switches them on with enabled = true in the section [public_dashboards] of the configuration.',
    },
  );
}
