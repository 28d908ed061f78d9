import { builtInProfiles } from '../../config/built-in.ts';
import { defineCommand } from '../../cli/definition.ts';
import { descriptors } from '../../providers/registry.ts';
import { profileShape } from './shapes.ts';

export const listCommand = defineCommand({
  noun: 'profile',
  verb: 'list',
  summary: 'List saved and built-in profiles',
  examples: [
    { note: 'All', command: 'dashctl profile list' },
    { note: 'Names alone', command: 'dashctl profile list --fields name -o tsv' },
  ],
  shape: profileShape,
  accounts: 'none',
  async run(context) {
    const saved = await context.profiles().list();
    const rows = [
      ...saved.map((profile) => ({
        name: profile.name,
        provider: profile.provider,
        address:
          profile.baseUrl ??
          descriptors.find((one) => one.name === profile.provider)?.defaultBaseUrl(profile.settings) ??
          null,
        default: profile.isDefault,
        credentials: profile.secretStore,
      })),
      ...builtInProfiles.map(({ name, provider }) => ({
        name,
        provider,
        address: null,
        default: false,
        credentials: 'built-in',
      })),
    ];
    await context.renderer.records(profileShape, rows);
  },
});
