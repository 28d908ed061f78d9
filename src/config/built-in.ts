/** The profiles of the embedded sandbox, as data. Their base URLs and secrets exist only while it runs. */
import type { ProviderName } from '../model/profile.ts';

export interface BuiltInProfile {
  readonly name: string;
  readonly provider: ProviderName;
  /** Name of the room that serves it. */
  readonly room: string;
  /** Where its dashboards seem to be, so that addresses can be pasted. */
  readonly webUrl: string;
  /** Whether `sandbox` means it: older server generations are asked for by name. */
  readonly current: boolean;
}

/** All of them under one name. */
export const sandboxName = 'sandbox';

export const builtInProfiles: readonly BuiltInProfile[] = [
  builtIn('datadog', 'datadog', true),
  builtIn('grafana', 'grafana', true),
  builtIn('grafana', 'grafana-7', false),
  builtIn('grafana', 'grafana-5', false),
  builtIn('posthog', 'posthog', true),
  builtIn('gtmhub', 'gtmhub', true),
  builtIn('syntho', 'syntho', true),
];

function builtIn(provider: ProviderName, room: string, current: boolean): BuiltInProfile {
  const name = `${sandboxName}-${room}`;
  return { name, provider, room, webUrl: `https://${name}.example.com`, current };
}

/** The built-in profile of a name; null when it is none. */
export function builtInProfile(name: string): BuiltInProfile | null {
  return builtInProfiles.find((one) => one.name === name) ?? null;
}
