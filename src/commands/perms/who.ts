/** A WHO argument: a principal by name in the account of the run, or the reference of an id. */
import type { Context } from '../../cli/context.ts';
import type { Provider } from '../../providers/provider.ts';

export interface WhoTarget {
  readonly provider: Provider;
  /** An id, or a principal by name. */
  readonly who: string;
}

export async function whoTarget(context: Context, text: string): Promise<WhoTarget> {
  // A name may hold slashes; what starts like a principal is never a reference.
  if (/^(?:user|role|team|org|everyone)(?:[:#]|$)/.test(text)) {
    return { provider: await context.connect(await context.account()), who: text };
  }
  const { provider, id } = await context.target(text, 'object');
  return { provider, who: id };
}
