/** All providers, one line each. Descriptors are plain data; the code behind them is loaded on `connect`. */
import { DashctlError } from '../errors.ts';
import { datadogDescriptor } from './datadog/descriptor.ts';
import { grafanaDescriptor } from './grafana/descriptor.ts';
import { gtmhubDescriptor } from './gtmhub/descriptor.ts';
import { posthogDescriptor } from './posthog/descriptor.ts';
import { synthoDescriptor } from './syntho/descriptor.ts';
import type { ProviderName } from '../model/profile.ts';
import type { AccountField, ProviderDescriptor } from './provider.ts';

export const descriptors: readonly ProviderDescriptor[] = [
  datadogDescriptor,
  grafanaDescriptor,
  posthogDescriptor,
  gtmhubDescriptor,
  synthoDescriptor,
];

/** The descriptor of a provider. @throws DashctlError `unsupported` for one that is not built yet */
export function descriptorOf(name: ProviderName): ProviderDescriptor {
  const found = descriptors.find((descriptor) => descriptor.name === name);
  if (found !== undefined) return found;
  throw new DashctlError('unsupported', `The provider "${name}" is not available in this version.`, {
    hint: `Available: ${descriptors.map((descriptor) => descriptor.name).join(', ')}.`,
  });
}

/** Every setting that has a flag, each flag once. */
export function accountFields(): readonly AccountField[] {
  const fields = new Map<string, AccountField>();
  for (const descriptor of descriptors) {
    for (const field of descriptor.settings) {
      if (field.flag !== null && !fields.has(field.flag)) fields.set(field.flag, field);
    }
  }
  return [...fields.values()];
}
