/** The options from which a share is made or changed. */
import { DashctlError } from '../../errors.ts';
import { list, text, tristate } from '../../cli/options.ts';
import { parseEmail } from '../../model/email.ts';
import { parseFuture } from '../../model/span.ts';
import type { Context } from '../../cli/context.ts';
import type { ShareDraft } from '../../model/share.ts';
import type { Provider, ShareCapability, ShareExtra, ShareType } from '../../providers/provider.ts';
import { lacks } from '../capability.ts';

/** The types that some provider has; each one refuses those of others and names its own. */
export const shareTypes = ['invite', 'open', 'embed', 'public'] as const;

const audiences: Readonly<Record<ShareType, string>> = {
  invite: 'Invited people alone',
  open: 'Anyone with the link',
  embed: 'Viewers of any site that embeds it, or only of those named by --domain',
};

export const shareDraftOptions = {
  expires: text(
    'WHEN',
    'End of access: a time such as 2027-01-31, or a span such as 30d; never takes it away',
  ),
  liveSpan: text('SPAN', 'Time frame that viewers see: 15m, 1h, 4h, 1d, 2d, 1w, 1mo, 3mo'),
  invite: { ...list('EMAIL', 'Person who may see it; repeat for several', 'email'), parse: parseEmail },
  domain: list('URL', 'Site that may embed it; repeat for several'),
  title: text('TEXT', 'Title that viewers see'),
  file: text('FILE', "The provider's own JSON document; - reads stdin", 'file'),
  lock: tristate('Ask viewers for a password, or ask for none (PostHog)'),
  timeSelection: tristate('Let viewers choose the time frame, or do not (Grafana)'),
  annotations: tristate('Show annotations to viewers, or do not (Grafana)'),
} as const;

interface DraftInput {
  readonly type: string | null;
  readonly status?: 'active' | 'paused' | null;
  readonly expires: string | null;
  readonly liveSpan: string | null;
  readonly invite: readonly string[];
  readonly domain: readonly string[];
  readonly title: string | null;
  readonly file: string | null;
  readonly lock: boolean | null;
  readonly timeSelection: boolean | null;
  readonly annotations: boolean | null;
}

export async function readShareDraft(context: Context, input: DraftInput): Promise<ShareDraft> {
  return {
    type: input.type,
    status: input.status ?? null,
    title: input.title,
    expiresAt:
      input.expires === null || input.expires === 'never'
        ? input.expires
        : parseFuture(input.expires, context.clock.now()),
    liveSpan: input.liveSpan,
    invite: input.invite.length === 0 ? null : input.invite,
    domains: input.domain.length === 0 ? null : input.domain,
    body: input.file === null ? null : await context.read(input.file),
    passwordRequired: input.lock,
    timeSelection: input.timeSelection,
    annotations: input.annotations,
  };
}

/**
 * Asks who may see a new share. Null leaves it to the provider: where nobody can be asked, and where a document or
 * the list of people tells.
 * @throws DashctlError `cancelled`
 */
export async function askShareType(
  { prompter }: Context,
  { types }: ShareCapability,
  { body, invite }: ShareDraft,
): Promise<ShareType | null> {
  if (!prompter.available || body !== null || invite !== null) return null;
  return await prompter.select({
    message: 'Who may see it?',
    flag: '--type',
    choices: types.map((type) => ({ value: type, name: `${audiences[type]} (${type})` })),
  });
}

const extraFlags: Readonly<Record<ShareExtra, string>> = {
  timeSelection: '--time-selection',
  annotations: '--annotations',
};

/** @throws DashctlError `unsupported` for a lock or a switch that links of this provider do not have */
export function refuseExtras({ account }: Provider, shares: ShareCapability, draft: ShareDraft): void {
  if ((draft.passwordRequired ?? null) !== null && shares.passwords === undefined) {
    throw lacks(account, 'share', 'password-add');
  }
  for (const [name, flag] of Object.entries(extraFlags) as [ShareExtra, string][]) {
    if ((draft[name] ?? null) === null || shares.draftExtras?.includes(name) === true) continue;
    throw new DashctlError('unsupported', `Shares of ${account.profile} know no ${flag}.`, {
      hint: `Leave ${flag} out.`,
      provider: account.provider,
      profile: account.profile,
    });
  }
}
