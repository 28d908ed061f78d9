/** What help says of a system beyond what its descriptor tells. */
export interface ProviderGuide {
  /** Where the credential comes from, in sentences. */
  readonly connect: readonly string[];
  readonly examples: readonly { readonly note: string; readonly command: string }[];
  /** What one wants to do, and the right or scope that it takes. */
  readonly rights: readonly (readonly [task: string, right: string])[];
  /** One line each. */
  readonly notes: readonly string[];
}
