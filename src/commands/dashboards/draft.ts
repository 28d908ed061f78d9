/** The options from which a dashboard is made or changed, and what they add up to. */
import { DashctlError } from '../../errors.ts';
import { list, text } from '../../cli/options.ts';
import type { Context } from '../../cli/context.ts';
import type { DashboardDraft } from '../../model/dashboard.ts';

export const draftOptions = {
  file: text('FILE', "The provider's own JSON document; - reads stdin", 'file'),
  title: text('TEXT', 'Title'),
  description: text('TEXT', 'Description'),
  tag: list('TAG', 'Tag; repeat for several, they replace the present ones'),
  folder: text('FOLDER', 'Folder, by uid or title (Grafana)'),
} as const;

interface DraftInput {
  readonly file: string | null;
  readonly title: string | null;
  readonly description: string | null;
  readonly tag: readonly string[];
  readonly folder: string | null;
  readonly layout?: string | null;
}

/** @throws DashctlError `usage` when nothing is asked for, or a file and single fields at once. */
export async function readDraft(context: Context, input: DraftInput): Promise<DashboardDraft> {
  const fields = {
    title: input.title,
    description: input.description,
    tags: input.tag.length === 0 ? null : input.tag,
    layout: input.layout ?? null,
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
