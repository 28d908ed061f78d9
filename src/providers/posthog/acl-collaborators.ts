/** Collaborators: the people who may change a restricted dashboard (api/posthog.md §7). They can only edit. */
import { array, literal, object, safeParse, string } from 'valibot';
import { DashctlError } from '../../errors.ts';
import type { HttpResponse } from '../../http/http.ts';
import type { Grant, GrantSpec } from '../../model/grant.ts';
import type { LevelSpec } from '../../model/level.ts';
import type { PrincipalSpec } from '../../model/principal.ts';
import type { Json } from '../../model/shape.ts';
import type { WritePlan } from '../../model/write-plan.ts';
import type { AclBackend } from './acl.ts';
import { addCollaboratorRequest, collaboratorsOf, removeCollaboratorRequest } from './api.ts';
import type { PosthogContext } from './context.ts';
import { checkUuid } from './ids.ts';
import { changed, collaboratorState, imageRef } from './image-state.ts';
import { everyone, invited, refOf } from './map.ts';
import { emailOf, nameOf, peopleOf } from './people.ts';
import type { Place } from './places.ts';
import type { CollaboratorWire, DashboardWire } from './wire.ts';

interface Seen {
  readonly rows: readonly CollaboratorWire[];
  readonly response: HttpResponse;
}

export function collaboratorBackend(
  context: PosthogContext,
  place: Place,
  dashboard: DashboardWire,
): AclBackend {
  const people = peopleOf(context, place.project);
  const ref = refOf(context.account, place);

  /** The dashboard is there, so a server that does not know the address lacks the whole endpoint. */
  async function read(): Promise<Seen> {
    try {
      const { wire, response } = await collaboratorsOf(context, place);
      return { rows: wire, response };
    } catch (error) {
      if (!(error instanceof DashctlError) || error.status !== 404) throw error;
      throw new DashctlError(
        'unsupported',
        'This server has neither access controls nor collaborators for dashboards.',
        { status: 404, hint: 'Community builds of PostHog let everyone in the project change everything.' },
      );
    }
  }

  /** The uuid of the user, which is not the id of the membership. */
  async function resolve(spec: PrincipalSpec): Promise<string> {
    if (spec.kind !== 'user') {
      throw new DashctlError('unsupported', 'Collaborators of a restricted dashboard are people.', {
        hint: `Name them: user:ana@example.com. Rules for roles and for everyone need dashctl dashboards update ${ref} --restriction everyone first.`,
      });
    }
    if ('id' in spec) return checkUuid(spec.id, 'user');
    return (await people.byEmail(emailOf(spec))).user.uuid.toLowerCase();
  }

  function toGrants({ rows }: Seen): readonly Grant[] {
    return rows.map((row) => ({
      profile: context.account.profile,
      provider: 'posthog',
      resource: ref,
      principal: { kind: 'user', id: row.user.uuid, name: nameOf(row.user), email: row.user.email },
      level: row.level === invited ? 'edit' : row.level === everyone ? 'view' : null,
      nativeLevel: String(row.level),
      inherited: false,
      inheritedFrom: null,
    }));
  }

  function refuseOpen(): void {
    if ((dashboard.effective_restriction_level ?? dashboard.restriction_level) === invited) return;
    const stored = dashboard.restriction_level === invited;
    throw new DashctlError(
      'unsupported',
      stored
        ? 'The restriction of this dashboard has no effect, and so would collaborators: the plan of the organization has no access control.'
        : 'Everyone in the project can change this dashboard: it takes no collaborators.',
      { hint: stored ? '' : `Restrict it first: dashctl dashboards update ${ref} --restriction invited.` },
    );
  }

  async function plan(
    change: (before: ReadonlySet<string>) => Promise<ReadonlySet<string>>,
    empties: boolean,
    verb = 'Change the collaborators of',
  ): Promise<WritePlan<readonly Grant[]>> {
    refuseOpen();
    const seen = await read();
    const before = editorsOf(seen);
    const after = await change(before);
    const added = [...after].filter((user) => !before.has(user));
    const removed = [...before].filter((user) => !after.has(user));
    const members = added.length === 0 ? [] : await people.known();
    const label = (user: string): string =>
      seen.rows.find((row) => row.user.uuid.toLowerCase() === user)?.user.email ??
      members.find((one) => one.user.uuid.toLowerCase() === user)?.user.email ??
      user;
    return {
      title: `${verb} dashboard "${dashboard.name ?? place.key}"`,
      resources: [ref],
      risk: empties ? 'severe' : removed.length > 0 ? 'destructive' : 'plain',
      confirm: empties ? (dashboard.name ?? place.key) : null,
      guards: empties
        ? [{ flag: '--empty', message: 'Only its author and admins could change the dashboard.' }]
        : [],
      notes: [
        'The dashboard is restricted: collaborators may change it, everyone in the project may see it.',
        ...leftoverNote(seen),
      ],
      before: [...before].map((user) => ({ principal: label(user), level: 'edit' })),
      after: [...after].map((user) => ({ principal: label(user), level: 'edit' })),
      steps: [
        ...added.map((user) => addCollaboratorRequest(context, place, user)),
        ...removed.map((user) => removeCollaboratorRequest(context, place, user)),
      ],
      undo: { kind: 'exact', why: null },
      images: [
        {
          ...changed(imageRef('acl', place), collaboratorState(before), collaboratorState(after)),
          between: stagesOf(before, added, removed).map(collaboratorState),
        },
      ],
      async unchanged() {
        if (same(editorsOf(await read()), before)) return;
        throw new DashctlError(
          'conflict',
          `The collaborators of dashboard ${place.key} were changed meanwhile.`,
          {
            hint: 'Repeat the command: it reads them anew.',
          },
        );
      },
      async finish() {
        const now = await read();
        if (!same(editorsOf(now), after)) {
          throw new DashctlError(
            'conflict',
            `The collaborators of dashboard ${place.key} are not as asked for.`,
            {
              hint: `Look at dashctl acl list ${ref}.`,
            },
          );
        }
        return { value: toGrants(now), raw: now.response.body, notes: [] };
      },
      async settle() {
        const now = editorsOf(await read());
        if (same(now, after)) return 'applied';
        return same(now, before) ? 'not-applied' : 'unknown';
      },
    };
  }

  const resolveAll = async (grants: readonly GrantSpec[]): Promise<readonly string[]> => {
    for (const { level } of grants) checkLevel(level);
    return Promise.all(grants.map(({ principal }) => resolve(principal)));
  };

  return {
    async list() {
      const seen = await read();
      return { items: toGrants(seen), raw: seen.response.body };
    },
    planGrant: (grants) => plan(async (before) => new Set([...before, ...(await resolveAll(grants))]), false),
    planRevoke: (principals) =>
      plan(async (before) => {
        const unwanted = await Promise.all(principals.map(resolve));
        return new Set([...before].filter((user) => !unwanted.includes(user)));
      }, false),
    planSet: (grants) => plan(async () => new Set(await resolveAll(grants)), grants.length === 0),
    image: async () => collaboratorState(editorsOf(await read())),
    planRestore: (image) =>
      plan(() => Promise.resolve(editorsIn(image)), false, 'Restore the collaborators of'),
  };
}

/** The people of an image. @throws DashctlError `unsupported` for rights of the other kind */
function editorsIn(image: Json): ReadonlySet<string> {
  const read = safeParse(collaboratorImage, image);
  if (read.success) return new Set(read.output.editors);
  throw new DashctlError('unsupported', 'Access rules ruled the dashboard then; it has collaborators now.', {
    hint: 'Open it up again first: dashctl dashboards update ID --restriction everyone.',
  });
}

const collaboratorImage = object({ ruledBy: literal('collaborators'), editors: array(string()) });

/** Rows below the editing level are left over from older servers; they give nothing and cannot be made. */
function editorsOf({ rows }: Seen): ReadonlySet<string> {
  return new Set(rows.filter((row) => row.level === invited).map((row) => row.user.uuid.toLowerCase()));
}

/** Why people who are listed stay so: whoever revokes such a row would wonder. */
function leftoverNote({ rows }: Seen): readonly string[] {
  const leftover = rows.filter((row) => row.level !== invited).map((row) => row.user.email);
  if (leftover.length === 0) return [];
  return [`Listed without editing, which gives nothing here and is left alone: ${leftover.join(', ')}.`];
}

/** Who may edit after each request but the last: people are added one by one, then removed one by one. */
function stagesOf(
  before: ReadonlySet<string>,
  added: readonly string[],
  removed: readonly string[],
): readonly ReadonlySet<string>[] {
  return [...added, ...removed].slice(0, -1).map((_, last) => {
    const gone = removed.slice(0, Math.max(0, last + 1 - added.length));
    return new Set([...before, ...added.slice(0, last + 1)].filter((user) => !gone.includes(user)));
  });
}

function same(left: ReadonlySet<string>, right: ReadonlySet<string>): boolean {
  return left.size === right.size && [...left].every((user) => right.has(user));
}

function checkLevel(spec: LevelSpec): void {
  const asked = 'native' in spec ? spec.native : spec.level;
  if (asked === 'edit' || asked === String(invited)) return;
  throw new DashctlError('unsupported', `Collaborators can only edit; there is no level ${asked} for them.`, {
    hint: 'Everyone in the project may view a restricted dashboard. Other levels need access controls: dashctl dashboards update ID --restriction everyone.',
  });
}
