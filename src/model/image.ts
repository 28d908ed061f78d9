/**
 * The state of one thing as the journal keeps it and undo brings it back: taken before a write and after it, compared
 * by content.
 */
import type { Json } from './shape.ts';

/** What a thing is. One provider uses only some of them. */
export type ImageKind =
  | 'dashboard'
  | 'folder'
  | 'shares'
  | 'invitations'
  | 'acl'
  | 'permission'
  | 'principal-actions'
  | 'workspace-permissions';

/** A thing that outlives its changes. The id is never a secret: shares go by their dashboard, not by their token. */
export interface ImageRef {
  readonly kind: ImageKind;
  /** In the provider's own terms; what kind of folder or dashboard it is stands in it where ids alone do not tell. */
  readonly id: string;
}

/** A thing at one moment. */
export interface Image {
  /**
   * What can be brought back, normalised: fields that the server owns are dropped, sets are sorted, absent and null are
   * alike where the API says so. Null: the thing is not there. Holds no secret.
   */
  readonly state: Json;
  /** Secrets that belong to the state, by name (a share's token): the journal seals them or drops them. */
  readonly secrets?: Readonly<Record<string, string>>;
}

/** A thing that a plan changes. */
export interface PlannedImage {
  /** Null for a thing that does not exist yet: the outcome names it. */
  readonly ref: ImageRef | null;
  /** What kind of thing a creation makes; the ref's own otherwise. */
  readonly kind: ImageKind;
  /** The state before, where the plan has read it already; else it is read just before the write. */
  readonly before?: Image;
  /** The state that is expected afterwards, normalised like an image's; left out where only the server knows it. */
  readonly expected?: Json;
  /** What is known of the state afterwards where the server fills in the rest; `resembles` of the provider compares it. */
  readonly likeness?: Json;
  /** The states in between where several requests change it one after another: after each of them but the last. */
  readonly between?: readonly Json[];
}
