import { defineCommand } from '../../cli/definition.ts';
import { choice, flag, list, one, text } from '../../cli/options.ts';
import { DashctlError } from '../../errors.ts';
import { perform } from '../perform.ts';
import { readAddress } from './address.ts';
import { bodyOf, queryOf, textField, typedField } from './fields.ts';
import { readHeaders } from './headers.ts';
import { pagesOf } from './pages.ts';
import { rawPlan } from './plan.ts';
import { printAnswer, printArray } from './print.ts';
import type { Context } from '../../cli/context.ts';
import type { OptionInput } from '../../cli/definition.ts';
import type { HttpRequest, HttpResponse, Method } from '../../http/http.ts';
import type { Provider } from '../../providers/provider.ts';

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

const options = {
  method: {
    ...choice(methods, 'METHOD', 'GET, or POST with fields or a body; else PUT, PATCH, DELETE, HEAD'),
    short: 'X',
  },
  string: { ...list('K=TEXT', 'Field with a text; with GET a query parameter'), short: 'f' },
  typed: {
    ...list('K=VALUE', 'Field: true, false, null, a whole number, @FILE, - for stdin, or text'),
    short: 'F',
  },
  header: { ...list('NAME:VALUE', 'Further header'), short: 'H' },
  file: text('FILE', 'Body, sent as it is; - reads stdin. Fields become query parameters', 'file'),
  paginate: flag('Follow the pages of a list (GET only)'),
  slurp: flag('With --paginate: one array of the rows of all pages'),
  include: flag('Print status and headers before the body', 'i'),
  silent: flag('Print no body'),
} as const;

type ApiInput = OptionInput<typeof options> & { readonly path: string };

export const apiCommand = defineCommand({
  noun: 'api',
  verb: '',
  summary: 'Send a request of your own with the credentials of a profile',
  description: [
    'PATH stands below the address of the account (dashctl profile show tells it); a whole address must be of the same server. The limits, waits and repeats of every other command hold here too.',
    'The body is printed as it comes, byte for byte on a pipe; --jq filters it. A refusal prints its body too, then the error. Keys nest: -f data[type]=x, -F tags[]=y.',
    'DELETE asks, or needs --yes; other methods do what they are told. --dry-run shows any request and sends none.',
  ],
  args: { path: one('PATH', 'Path of the API with its query, such as /api/v1/dashboard') },
  options,
  examples: [
    { note: 'A list, filtered', command: "dashctl api /api/search -p sandbox-grafana --jq '.[].title'" },
    {
      note: 'All pages as one array',
      command:
        'dashctl api /api/v1/dashboard -X GET -F count=5 --paginate --slurp --jq length -p sandbox-datadog',
    },
    {
      note: 'A change with fields',
      command: 'dashctl api /api/projects/1/dashboards/ -f name=Checkout -F pinned=true -p sandbox-posthog',
    },
    {
      note: 'What a deletion would send',
      command: 'dashctl api /api/v1/dashboard/c4t-9kx-2mq -X DELETE --dry-run -p sandbox-datadog',
    },
  ],
  writes: true,
  accounts: 'one',
  async run(context, input) {
    checkOutput(context);
    const provider = await context.connect(await context.account());
    const secrets = Object.values(provider.account.secrets);
    const refusals: HttpResponse[] = [];
    const request = await requestOf(context, provider, input, (answer) => {
      refusals.push(answer);
    });
    checkPaging(input, request.method);
    try {
      await send(context, provider, request, input);
    } catch (error) {
      // Of several attempts the last one is what the error tells of.
      const refusal = refusals.at(-1);
      if (refusal !== undefined)
        await printAnswer(context.renderer, refusal, { ...input, filtered: false, secrets });
      throw error;
    }
  },
});

/** The body is the result: there are no fields to choose and no columns to lay out. */
function checkOutput({ globals }: Context): void {
  const { output, fields } = globals;
  if (fields !== null) {
    throw new DashctlError(
      'usage',
      'api prints bodies as they come: there is nothing for --fields to choose.',
      {
        hint: "Use --jq, such as --jq '.[].id'.",
      },
    );
  }
  if (output === null || output === 'json' || output === 'ndjson') return;
  throw new DashctlError('usage', `api prints bodies as they come, not as ${output}.`, {
    hint: 'Leave --output out.',
  });
}

function checkPaging({ paginate, slurp, include }: ApiInput, method: Method): void {
  if (slurp && !paginate)
    throw new DashctlError('usage', '--slurp belongs to --paginate.', { hint: 'Add --paginate.' });
  if (slurp && include)
    throw new DashctlError('usage', '--slurp makes one array of many answers: it has no headers.');
  if (!paginate || method === 'GET') return;
  throw new DashctlError('usage', `--paginate follows the pages of a GET, not of ${method}.`, {
    hint: 'With fields, add -X GET to make them query parameters.',
  });
}

async function requestOf(
  context: Context,
  provider: Provider,
  input: ApiInput,
  onRefusal: (answer: HttpResponse) => void,
): Promise<HttpRequest> {
  const { path, query } = readAddress(input.path, provider.account.baseUrl);
  const headers = readHeaders(input.header);
  const fields = [
    ...input.string.map(textField),
    ...(await Promise.all(input.typed.map((word) => typedField(word, (file) => context.read(file))))),
  ];
  const method = input.method ?? (fields.length > 0 || input.file !== null ? 'POST' : 'GET');
  const reads = method === 'GET' || method === 'HEAD';
  if (reads && input.file !== null) {
    throw new DashctlError('usage', `${method} has no body: --file belongs to a method that writes.`);
  }
  const file = input.file === null ? null : await context.read(input.file);
  const body = file ?? (reads || fields.length === 0 ? null : bodyOf(fields));
  const inQuery = reads || file !== null;
  return {
    method,
    path,
    query: [...query, ...(inQuery ? queryOf(fields) : [])],
    headers,
    onRefusal,
    ...(body !== null && { body }),
  };
}

async function send(
  context: Context,
  provider: Provider,
  request: HttpRequest,
  input: ApiInput,
): Promise<void> {
  const { renderer, globals } = context;
  const secrets = Object.values(provider.account.secrets);
  const reads = request.method === 'GET' || request.method === 'HEAD';
  if (!reads) {
    const performed = await perform(context, provider, rawPlan(request));
    if (performed?.value != null)
      await printAnswer(renderer, performed.value, { ...input, filtered: true, secrets });
    return;
  }
  if (globals.dryRun) {
    const { method } = request;
    await renderer.dryRun({
      title: `${method} ${request.path}`,
      before: null,
      after: null,
      requests: [{ method, url: provider.urlOf(request), body: null }],
    });
    return;
  }
  if (!input.paginate) {
    await printAnswer(renderer, await provider.send(request), { ...input, filtered: true, secrets });
    return;
  }
  const pages = pagesOf(provider, request, (warning) => {
    renderer.warn(warning);
  });
  if (input.slurp) {
    await printArray(renderer, pages, input.silent);
    return;
  }
  let open = false;
  for await (const { answer } of pages) {
    // Bodies come one after another, each on lines of its own.
    if (open) await renderer.verbatim(Buffer.from('\n'));
    await printAnswer(renderer, answer, { ...input, filtered: true, secrets });
    if (renderer.closed) return;
    open =
      globals.jq === null && !input.silent && !renderer.terminal.stdout.isTTY && answer.body.at(-1) !== 0x0a;
  }
}
