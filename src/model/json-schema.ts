/** A JSON Schema for each shape, so that scripts can check what dashctl prints. `schemas/` holds them as files. */
import { levels } from './level.ts';
import type { Field, Json, Shape } from './shape.ts';

const principalSchema: Json = {
  type: 'object',
  required: ['kind', 'id', 'name', 'email'],
  properties: {
    kind: { enum: ['user', 'team', 'role', 'org', 'everyone'] },
    id: { type: ['string', 'null'] },
    name: { type: ['string', 'null'] },
    email: { type: ['string', 'null'] },
  },
};

/** What a value of each kind looks like in JSON, `null` apart. */
const schemaOfKind: Readonly<Record<Field['kind'], Json>> = {
  text: { type: 'string' },
  id: { type: 'string' },
  url: { type: 'string', format: 'uri' },
  time: { type: 'string', format: 'date-time' },
  boolean: { type: 'boolean' },
  number: { type: 'number' },
  list: { type: 'array', items: { type: 'string' } },
  principal: principalSchema,
  level: { enum: levels },
  object: { type: ['object', 'array'] },
};

/**
 * The schema of one row (JSON Schema 2020-12). Every key is required and may be `null` where a provider has nothing; more
 * keys may join in later versions, none leaves.
 */
export function schemaOf(shape: Shape): Json {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: shape.noun,
    type: 'object',
    required: shape.fields.map(({ key }) => key),
    properties: Object.fromEntries(
      shape.fields.map(({ key, kind, summary }) => [
        key,
        { description: summary, anyOf: [schemaOfKind[kind], { type: 'null' }] },
      ]),
    ),
  };
}

/** The schema of the one error object (`src/errors.ts`). */
export const errorSchema: Json = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'error',
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['code', 'message', 'hint', 'provider', 'profile', 'status', 'requestId', 'details'],
      properties: {
        code: { type: 'string', description: 'Stable code; dashctl help exit-codes lists the exit codes' },
        message: { type: 'string', description: 'What failed and why' },
        hint: { type: ['string', 'null'], description: 'What to do' },
        provider: { type: ['string', 'null'] },
        profile: { type: ['string', 'null'] },
        status: { type: ['integer', 'null'], description: 'HTTP status' },
        requestId: { type: ['string', 'null'], description: "The server's id of the request" },
        details: { description: 'Machine-readable extras; never a secret' },
      },
    },
  },
};
