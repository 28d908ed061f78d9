/**
 * What a provider is to the rest of dashctl: a descriptor (plain data, cheap to load) and, once an account is known, a
 * set of capabilities. A noun that a provider lacks is a capability that is not there.
 */
import type { Clock, HttpClient, HttpClientOptions, HttpRequest, HttpResponse } from '../http/http.ts';
import type { Dashboard, DashboardDraft, DashboardQuery } from '../model/dashboard.ts';
import type { Grant, GrantSpec } from '../model/grant.ts';
import type { Invitation } from '../model/invitation.ts';
import type { Image, ImageKind, ImageRef } from '../model/image.ts';
import type { LevelMapping } from '../model/level.ts';
import type { Principal, PrincipalSpec } from '../model/principal.ts';
import type {
  ActionSet,
  ActionSetChange,
  DefaultAccess,
  Permission,
  PermissionAction,
  PermissionChange,
  PermissionDraft,
} from '../model/permission.ts';
import type { ProviderName, Source } from '../model/profile.ts';
import type { Fetched, Json, Page } from '../model/shape.ts';
import type { Share, ShareDraft } from '../model/share.ts';
import type { SharePassword } from '../model/share-password.ts';
import type {
  WorkspaceFilter,
  WorkspacePermission,
  WorkspaceRowRef,
  WorkspaceTransfer,
} from '../model/workspace-permission.ts';
import type { WritePlan } from '../model/write-plan.ts';
import type { ProviderGuide } from './guide.ts';
import type { RawPage, RawReading } from './raw-paging.ts';

/** An account that requests can be made with: where, as whom, under which name. */
export interface Account {
  /** Profile name; the provider's name when environment or flags alone made the account. */
  readonly profile: string;
  readonly provider: ProviderName;
  /** API base URL without a final slash, `https://api.datadoghq.com`. */
  readonly baseUrl: string;
  /** Where people look at dashboards, without a final slash; null when unknown. */
  readonly webUrl: string | null;
  /** Non-secret settings by key of the descriptor: `site`, `orgId`, `api`. */
  readonly settings: Readonly<Record<string, string>>;
  /** Secrets by key of the descriptor: `apiKey`, `appKey`, `token`, `password`. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Where values came from, as far as it is known: what a flag said is not said again by a reference. */
  readonly sources?: {
    readonly provider: Source;
    readonly settings: Readonly<Record<string, Source>>;
  };
}

/** What a provider gets to work with. */
export interface ProviderWorld {
  readonly account: Account;
  readonly clock: Clock;
  /**
   * A client for the account's base URL; the provider adds headers, its error reader and its secrets.
   * @param basePath another path on the same host instead of the base URL's, such as `/api/v2`.
   */
  http(
    own: Pick<HttpClientOptions, 'headers' | 'readError' | 'secrets' | 'renews'>,
    basePath?: string,
  ): HttpClient;
  /** Tells the user something on stderr that is no error ("only defaults exist: they become explicit rows"). */
  warn(message: string): void;
}

/** Who the server says that we are. `profile test` prints it. */
export interface Identity {
  /** E-mail, login, or what the credential is called. */
  readonly name: string;
  readonly kind: 'user' | 'service-account' | 'api-key';
  /** Organization or project name. */
  readonly organization: string | null;
  /** Role or level of the identity, the provider's word. */
  readonly role: string | null;
  /** Server version and the API generation in use (Grafana); null elsewhere. */
  readonly server: string | null;
  /** Rights that dashctl's commands need and that are known to be missing. */
  readonly missing: readonly string[];
}

/** What a deletion takes along. */
export interface DeleteOptions {
  /** Also the parts that no other dashboard shows (PostHog's insights). */
  readonly insights?: boolean;
}

/** Fields of a draft that only some providers have. */
export type DraftExtra = 'template' | 'useDashboard' | 'pinned' | 'restriction';

export interface DashboardCapability {
  /** Where people see the list of their dashboards; null when it is not known. */
  readonly page: string | null;
  /** The further fields of a draft that this provider has; the others are refused. */
  readonly draftExtras?: readonly DraftExtra[];
  /** Whether a deletion can take the parts along that nothing else shows. */
  readonly deletesInsights?: boolean;
  /** Pages of dashboards; stops asking as soon as the caller stops reading. */
  list(query: DashboardQuery): AsyncIterable<Page<Dashboard>>;
  get(id: string): Promise<Fetched<Dashboard>>;
  planCreate(draft: DashboardDraft): Promise<WritePlan<Fetched<Dashboard>>>;
  planUpdate(id: string, draft: DashboardDraft): Promise<WritePlan<Fetched<Dashboard>>>;
  /** How many dashboards one deletion or restore request takes; one without it. */
  readonly batch?: number;
  /** One id or several; several are one request where the server has one. */
  planDelete(ids: readonly string[], options?: DeleteOptions): Promise<WritePlan<readonly Dashboard[]>>;
  planRestore?(ids: readonly string[]): Promise<WritePlan<readonly Dashboard[]>>;
  planClone?(id: string, title: string): Promise<WritePlan<Fetched<Dashboard>>>;
  /** The whole document as the server keeps it, indented, otherwise unchanged (int64, key order, unknown keys). */
  exportText?(id: string): Promise<string>;
}

/** Fields of a share's draft that only some providers have. */
export type ShareExtra = 'timeSelection' | 'annotations';

/** Who may see a new share: invited people, anyone with its link, or viewers of the sites that embed it. */
export type ShareType = 'invite' | 'open' | 'embed';

export interface ShareCapability {
  /** The types that a new share may have, the usual one first. */
  readonly types: readonly ShareType[];
  /** The further fields of a draft that this provider has; the others are refused. */
  readonly draftExtras?: readonly ShareExtra[];
  /** Whether an id is a share token rather than the id of a dashboard. */
  isToken(id: string): boolean;
  /** The shares of one dashboard; an empty page when it has none. */
  list(dashboardId: string): Promise<Page<Share>>;
  /** Every share of the account, where the server lists them itself. */
  listAll?(): AsyncIterable<Page<Share>>;
  /** By token (or the provider's own share id). */
  get(token: string): Promise<Fetched<Share>>;
  planCreate(dashboardId: string, draft: ShareDraft): Promise<WritePlan<Fetched<Share>>>;
  planUpdate(token: string, draft: ShareDraft): Promise<WritePlan<Fetched<Share>>>;
  planRevoke(token: string): Promise<WritePlan<Share>>;
  /** Ids of every dashboard that may have a share, where the list's own filter is not to be trusted. */
  candidates?(): AsyncIterable<string>;
  /** A new address for the same share. */
  planRotate?(token: string): Promise<WritePlan<Fetched<Share>>>;
  /** Passwords that viewers have to know. */
  readonly passwords?: SharePasswordCapability;
}

export interface SharePasswordCapability {
  /** @param password null: the server makes one up. */
  planAdd(
    token: string,
    draft: { readonly password: string | null; readonly note: string | null },
  ): Promise<WritePlan<Fetched<SharePassword>>>;
  planRemove(token: string, passwords: readonly string[]): Promise<WritePlan<readonly SharePassword[]>>;
}

export interface InviteCapability {
  list(shareToken: string): AsyncIterable<Page<Invitation>>;
  /** Adds addresses to the share first when they are missing there; one mail per address that has no invitation. */
  planSend(shareToken: string, emails: readonly string[]): Promise<WritePlan<readonly Invitation[]>>;
  /** Ends invitation and session, and takes the address off the share unless `keepListed`. */
  planRevoke(
    shareToken: string,
    emails: readonly string[],
    options: { readonly keepListed: boolean },
  ): Promise<WritePlan<readonly Invitation[]>>;
}

/** What an ACL belongs to. */
export interface AclResource {
  readonly kind: 'dashboard' | 'folder';
  readonly id: string;
}

export interface AclCapability {
  /** The provider's words for levels, without asking the server. */
  readonly levels: readonly LevelMapping[];
  /** Who could be granted something there, as far as the server lists them. */
  principals?(resource: AclResource): AsyncIterable<readonly Principal[]>;
  /** Own and inherited grants, marked. */
  list(resource: AclResource): Promise<Page<Grant>>;
  /** Everybody who has access in the end, person by person, as the server works it out. */
  listEffective?(resource: AclResource): Promise<Page<Grant>>;
  /** Adds or changes entries, leaves all others. `steps` is empty when it is already so. */
  planGrant(resource: AclResource, grants: readonly GrantSpec[]): Promise<WritePlan<readonly Grant[]>>;
  /** Removes entries, leaves all others. */
  planRevoke(
    resource: AclResource,
    principals: readonly PrincipalSpec[],
  ): Promise<WritePlan<readonly Grant[]>>;
  /** Replaces the whole own list; an empty list needs the guard `--empty`. */
  planSet(resource: AclResource, grants: readonly GrantSpec[]): Promise<WritePlan<readonly Grant[]>>;
}

/** Account-wide permissions: which users and roles may do what. */
export interface PermissionCapability {
  /** The catalogue of actions. */
  actions(): Promise<Page<PermissionAction>>;
  /** What the caller may do with one target. */
  allowed(target: string, type: string): Promise<Page<PermissionAction>>;
  /** What the caller may do at all. */
  effective(): Promise<ActionSet>;
  defaultAccess(itemType: string, itemId: string | null): Promise<Fetched<DefaultAccess>>;
  get(id: string): Promise<Fetched<Permission>>;
  planCreate(
    draft: PermissionDraft | { readonly body: string; readonly validate: boolean },
  ): Promise<WritePlan<Fetched<Permission>>>;
  planUpdate(id: string, change: PermissionChange): Promise<WritePlan<Fetched<Permission>>>;
  planDelete(id: string): Promise<WritePlan<Permission>>;
  /** The actions of a user or role: an id, or `user:`, `role:` with a name. */
  ofPrincipal(who: string): Promise<ActionSet>;
  planSetPrincipal(who: string, change: ActionSetChange): Promise<WritePlan<ActionSet>>;
}

/** Access to workspaces. */
export interface WorkspaceCapability {
  /** Rows that the caller may see. */
  list(filter: WorkspaceFilter): AsyncIterable<Page<WorkspacePermission>>;
  get(id: string): Promise<Fetched<WorkspacePermission>>;
  /** Creates or changes a person's row. @param target `dataAccess` null: as it is, or none for a new row. */
  planGrant(target: {
    readonly workspace: string;
    readonly who: string;
    readonly role: string;
    readonly dataAccess: boolean | null;
  }): Promise<WritePlan<Fetched<WorkspacePermission>>>;
  planUpdate(
    id: string,
    change: { readonly role: string | null; readonly dataAccess: boolean | null },
  ): Promise<WritePlan<Fetched<WorkspacePermission>>>;
  /** Nothing to do when the person has no row. */
  planRevoke(ref: WorkspaceRowRef): Promise<WritePlan<readonly WorkspacePermission[]>>;
  planTransfer(transfer: WorkspaceTransfer): Promise<WritePlan<readonly WorkspacePermission[]>>;
}

/** Reading things as the journal keeps them, and bringing them back. */
export interface ImageCapability {
  /** The thing as it is now; a thing that is not there has the state null. */
  read(ref: ImageRef): Promise<Image>;
  /**
   * How a thing comes back to an earlier image. No steps: it is already so. The plan names its own images, so that
   * taking it back again is a redo.
   * @param image the state to come back to; its secrets are those that were kept.
   * @throws DashctlError `unsupported` where no request can do it, with what to do instead.
   */
  planRestore(ref: ImageRef, image: Image): Promise<WritePlan<unknown>>;
  /**
   * Things of a kind that look like what a creation with an unknown fate would have made.
   * @param expected the state that the creation was expected to make.
   * @param since when it was sent; older things are left out where the server tells.
   */
  find(kind: ImageKind, expected: Json, since: Date): Promise<readonly ImageRef[]>;
  /** Whether a state is what a plan knew of it beforehand; only where plans give a likeness. */
  resembles?(kind: ImageKind, state: Json, likeness: Json): boolean;
}

/** A provider bound to one account. */
export interface Provider {
  readonly account: Account;
  whoami(): Promise<Identity>;
  /** Sends one planned request. */
  send(request: HttpRequest): Promise<HttpResponse>;
  /** Absolute URL of a planned request, for dry runs. */
  urlOf(request: HttpRequest): string;
  close(): Promise<void>;
  readonly dashboards?: DashboardCapability;
  readonly share?: ShareCapability;
  readonly invite?: InviteCapability;
  readonly acl?: AclCapability;
  readonly perms?: PermissionCapability;
  readonly workspace?: WorkspaceCapability;
  /** Loads the code for undo and the journal's images. */
  images?(): Promise<ImageCapability>;
}

/** A setting or secret that makes up an account: flag, variables, question. */
export interface AccountField {
  readonly key: string;
  /** Long flag without dashes for settings; secrets have none, they never stand in argv. */
  readonly flag: string | null;
  /** Environment variables in order of precedence. */
  readonly env: readonly string[];
  /** What `profile add` asks. */
  readonly question: string;
  readonly summary: string;
  /** A setting that belongs to secrets (the user of a password): one source for both. */
  readonly ofSecrets?: true;
  /** Takes a raw value to its canonical form. @throws DashctlError `invalid-input` */
  readonly parse?: (raw: string) => string;
}

/** What a pasted web address means. */
export interface AddressTarget {
  readonly kind: 'dashboard' | 'share' | 'folder';
  readonly id: string;
}

/** A provider as plain data: cheap to load, before any account is known. */
export interface ProviderDescriptor {
  readonly name: ProviderName;
  /** `Datadog`. */
  readonly title: string;
  /** Nouns and verbs that it offers, for help and for "which providers have it". */
  readonly offers: Readonly<Record<string, readonly string[]>>;
  readonly settings: readonly AccountField[];
  readonly secrets: readonly AccountField[];
  /** Variables that hold a full base URL. */
  readonly baseUrlEnv: readonly string[];
  /** API base URL that follows from the settings; null when one must be given. */
  defaultBaseUrl(settings: Readonly<Record<string, string>>): string | null;
  /** Web address that follows from settings and base URL. */
  webUrl(settings: Readonly<Record<string, string>>, baseUrl: string): string | null;
  /** Other addresses of the same pages or of their links, which are read and never built. */
  furtherWebUrls?(settings: Readonly<Record<string, string>>, baseUrl: string): readonly string[];
  /**
   * What is missing in a set of secrets, as a sentence with the variables and the flag; null when complete.
   * @param settings those that come with them: a password needs its user.
   */
  missingSecrets(
    secrets: Readonly<Record<string, string>>,
    settings: Readonly<Record<string, string>>,
  ): string | null;
  /**
   * What a web address means, read from its path and query alone (the host was matched by the caller, or is a host
   * that belongs to this provider: see `ownsHost`). Null when it is none of this provider's.
   */
  readAddress(url: URL): AddressTarget | null;
  /** Whether a host name is one of the vendor's own (`app.datadoghq.com`), for addresses without a profile's host. */
  ownsHost(host: string): boolean;
  /** What a page of a raw GET holds and how the next one is asked for; null when its body is no list. */
  readRawPage(page: RawPage): Promise<RawReading | null>;
  /** What help says beyond this. */
  guide(): Promise<ProviderGuide>;
  /** Loads the code and binds it to an account. */
  connect(world: ProviderWorld): Promise<Provider>;
}
