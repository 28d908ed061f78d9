/** The options from which a dashboard is made or changed, and what they add up to. */
import { DashctlError } from '../../errors.ts';
import { choice, list, text, tristate } from '../../cli/options.ts';
import { lacksFlag } from '../capability.ts';
import type { Context } from '../../cli/context.ts';
import type { DashboardDraft } from '../../model/dashboard.ts';
import type { DashboardCapability, DraftExtra, Provider } from '../../providers/provider.ts';

export const draftOptions = {
  file: text('FILE', "The provider's own JSON document; - reads stdin", 'file'),
  title: text('TEXT', 'Title'),
  description: text('TEXT', 'Description'),
  tag: list('TAG', 'Tag; repeat for several, they replace the present ones'),
  folder: text('FOLDER', 'Folder, by uid or title (Grafana)'),
  pin: tristate('Pin it to the top of lists, or do not (PostHog)'),
  restriction: choice(
    ['everyone', 'invited'],
    'WHO',
    'Who may change it: everyone in the project, or invited people (PostHog)',
  ),
} as const;

interface DraftInput {
  readonly file: string | null;
  readonly title: string | null;
  readonly description: string | null;
  readonly tag: readonly string[];
  readonly folder: string | null;
  readonly layout?: string | null;
  readonly pin?: boolean | null;
  readonly restriction?: 'everyone' | 'invited' | null;
  readonly template?: string | null;
  readonly useDashboard?: string | null;
}

/** @throws DashctlError `usage` when nothing is asked for, or a file and single fields at once. */
export async function readDraft(context: Context, input: DraftInput): Promise<DashboardDraft> {
  const fields = {
    title: input.title,
    description: input.description,
    tags: input.tag.length === 0 ? null : input.tag,
    layout: input.layout ?? null,
    pinned: input.pin ?? null,
    restriction: input.restriction ?? null,
    template: input.template ?? null,
    useDashboard: input.useDashboard ?? null,
  };
  const given = Object.values(fields).some((value) => value !== null);
  if (input.file !== null && given) {
    throw new DashctlError(
      'usage',
      '--file holds the whole dashboard; it cannot be combined with single fields.',
      {
        hint: 'Use --file alone, or only flags such as --title.',
      },
    );
  }
  if (input.file === null && !given && input.folder === null) {
    throw new DashctlError('usage', 'Nothing was said about the dashboard.', {
      hint: 'Use --file FILE, or flags such as --title.',
    });
  }
  const body = input.file === null ? null : await context.read(input.file);
  return { ...fields, folder: input.folder, body };
}

const extraFlags: Readonly<Record<DraftExtra, string>> = {
  template: '--template',
  useDashboard: '--use-dashboard',
  pinned: '--pin',
  restriction: '--restriction',
};

/** @throws DashctlError `unsupported` for a field that dashboards of this provider do not have */
export function refuseExtras(
  { account }: Provider,
  { draftExtras = [] }: DashboardCapability,
  draft: DashboardDraft,
): void {
  for (const [name, flag] of Object.entries(extraFlags) as [DraftExtra, string][]) {
    if ((draft[name] ?? null) === null || draftExtras.includes(name)) continue;
    throw lacksFlag(account, flag, 'dashboards');
  }
}
