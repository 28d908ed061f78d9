/** What differs between the generations of Grafana's permission API. */
import type { HttpRequest } from '../../http/http.ts';
import type { AclEntry } from './acl-entry.ts';
import type { AclGeneration } from './descriptor.ts';
import type { GrafanaObject } from './objects.ts';

export interface AclReading {
  /** In the server's order, own and inherited mixed. */
  readonly entries: readonly AclEntry[];
  readonly raw: Uint8Array;
}

/** Own entries before and after. `before` may hold a principal twice, `after` never. */
export interface AclChange {
  readonly before: readonly AclEntry[];
  readonly after: readonly AclEntry[];
}

export interface AclBackend {
  readonly generation: AclGeneration;
  /** A write replaces the whole own list; false where each principal is written by itself. */
  readonly replacesList: boolean;
  /** An own entry must be higher than an inherited one of the same principal (5 to 8: 400 otherwise). */
  readonly mustExceedInherited: boolean;
  /** The next save of a dashboard whose own list is empty brings the defaults back (5.0 beta). */
  readonly savingReopens: boolean;
  read(object: GrafanaObject): Promise<AclReading>;
  /** @throws DashctlError `refused` for entries that can't be written */
  steps(object: GrafanaObject, change: AclChange): readonly HttpRequest[];
  /** The own list after each step but the last; only where a change may take several. */
  stages?(change: AclChange): readonly (readonly AclEntry[])[];
}
