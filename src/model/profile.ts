/** The systems that dashctl speaks to, in the order in which they are listed everywhere. */
export const providerNames = ['datadog', 'grafana', 'posthog', 'gtmhub', 'syntho'] as const;

export type ProviderName = (typeof providerNames)[number];

/** Where a value came from; `profile show` prints it for every value. */
export interface Source {
  kind: 'flag' | 'environment' | 'profile' | 'built-in' | 'default';
  /** Flag name, variable name, profile name. Never the value. */
  name: string;
}

/** A value and where it came from. */
export interface Sourced<T> {
  value: T;
  source: Source;
}
