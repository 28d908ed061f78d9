import { describe, expect, it } from 'vitest';
import { toErrorJson } from '../../src/errors.ts';
import { allCommands } from '../../src/cli/nouns.ts';
import { errorSchema, schemaOf } from '../../src/model/json-schema.ts';
import type { Json, Shape } from '../../src/model/shape.ts';

const commands = await allCommands();
const shapes = new Map<string, Shape>();
for (const { shape } of commands) if (shape !== null) shapes.set(shape.noun, shape);

const asFile = (schema: Json): string => `${JSON.stringify(schema, null, 2)}\n`;

describe('the schemas in the package', () => {
  it.each([...shapes])('hold %s as the commands print it', async (noun, shape) => {
    await expect(asFile(schemaOf(shape))).toMatchFileSnapshot(
      `../../schemas/${noun.replaceAll(' ', '-')}.schema.json`,
    );
  });

  it('hold the error', async () => {
    await expect(asFile(errorSchema)).toMatchFileSnapshot('../../schemas/error.schema.json');
  });

  it('describe one shape per noun', () => {
    for (const { shape } of commands) if (shape !== null) expect(shapes.get(shape.noun)).toBe(shape);
  });

  it('name every key of an error', () => {
    const { error } = toErrorJson(new Error('x'));
    const described = errorSchema as { properties: { error: { required: string[] } } };
    expect(Object.keys(error).sort()).toEqual([...described.properties.error.required].sort());
  });
});
