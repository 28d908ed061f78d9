/** The outside world as a command sees it: built once in main, replaced as a whole in tests. */
import type { Clock } from '../http/http.ts';
import type { ProfileStore } from '../config/profile-store.ts';
import type { ResolvedAccount, ResolvedAccounts } from '../config/resolve.ts';
import type { FileOperations } from '../files/operations.ts';
import type { Journal } from '../journal/journal.ts';
import type { Renderer } from '../output/output.ts';
import type { Prompter } from '../output/prompts.ts';
import type { Account, Provider } from '../providers/provider.ts';
import type { AskedValue } from './ask.ts';
import type { CommandDefinition, ValueKind } from './definition.ts';
import type { GlobalInput } from './global-options.ts';

/** What a reference on the command line leads to. */
export interface Target {
  readonly provider: Provider;
  readonly account: Account;
  /** What the reference means in that account; `object` is anything else that has an id. */
  readonly kind: 'dashboard' | 'share' | 'folder' | 'object';
  readonly id: string;
}

/** Files and folders of this user. */
export interface Folders {
  readonly config: string;
  readonly state: string;
}

export interface Context {
  readonly command: CommandDefinition;
  readonly globals: GlobalInput;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly clock: Clock;
  readonly renderer: Renderer;
  readonly prompter: Prompter;
  readonly folders: Folders;
  /** Aborts on Ctrl-C and on termination: nothing new starts. */
  readonly signal: AbortSignal;
  /** Runs a write that is being sent: after Ctrl-C its requests still have 10 s, while all others end at once. */
  seeThrough<T>(work: () => Promise<T>): Promise<T>;

  /** Saved profiles; nothing is read before the first operation. */
  profiles(): ProfileStore;
  /** The one account of this run, with the source of every value. */
  account(): Promise<ResolvedAccount>;
  /** The account of a profile named as an argument, or of this run for null. */
  accountNamed(name: string | null, allowIncomplete?: boolean): Promise<ResolvedAccount>;
  /** Every account that was asked for: one, or several where the command takes several. */
  accounts(): Promise<ResolvedAccounts>;
  /** Binds an account to its provider; the same account gives the same provider. */
  connect(account: Account): Promise<Provider>;
  /** The accounts that were connected so far. */
  connectedAccounts(): readonly Account[];
  /**
   * What a reference means: `ID`, `PROFILE/ID` or a web address. A bare id belongs to the account of this run.
   * @param kind what a bare id is.
   */
  target(reference: string, kind: Target['kind']): Promise<Target>;
  /** The text of a file, or of stdin for `-`. @throws DashctlError `file` */
  read(file: string): Promise<string>;
  /** The disk, as the journal uses it. */
  files(): Promise<FileOperations>;
  /** The journal of this run; null with `--no-journal`. Nothing is made before the first write. */
  journal(): Promise<Journal | null>;
  /** Asks for a value of a kind, from a list where there is one. @throws DashctlError `missing-input`, `cancelled` */
  ask(kind: ValueKind, question: AskedValue): Promise<string>;
  /** Arguments with each `-` replaced by the lines of stdin. */
  expand(words: readonly string[]): Promise<readonly string[]>;
}
