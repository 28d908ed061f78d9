/** The names of the help topics and what each is about; the texts are loaded when one is read. */
import { descriptors } from '../providers/registry.ts';

/** Topics that tell about dashctl itself. */
export const ownTopics = {
  references: 'Ids, PROFILE/ID, web addresses: how to name a dashboard or share',
  principals: 'Who holds a grant, and levels',
  formatting: 'Output formats, fields, colour',
  json: 'The keys of the JSON of every noun',
  environment: 'Variables that are read',
  'exit-codes': 'What a script can tell from the exit code',
} as const;

/** Every topic in the order of the root help: those of dashctl, and one per provider. */
export function topicNames(): Readonly<Record<string, string>> {
  return {
    ...ownTopics,
    ...Object.fromEntries(
      descriptors.map(({ name, title }) => [name, `Connect ${title}; what is special there`]),
    ),
  };
}
