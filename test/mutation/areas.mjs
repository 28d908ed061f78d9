// What is mutated, and the tests that each part is held up by: quick ones, that reach it through its own surface.
export const areas = {
  model: {
    // Without shapes, schemas and types: tables that say what is printed, which snapshots of help and reference hold.
    mutate: [
      'email',
      'grant-text',
      'json-text',
      'nearest',
      'principal-text',
      'profile-name',
      'ref',
      'span',
    ].map((name) => `src/model/${name}.ts`),
    tests: ['test/model/*.test.ts'],
  },
  'http policy': {
    mutate: ['clock', 'gate', 'pace', 'policy', 'wait'].map((name) => `src/http/${name}.ts`),
    tests: ['clock', 'gate', 'pace', 'policy', 'wait'].map((name) => `test/http/${name}.test.ts`),
  },
  journal: {
    mutate: ['src/journal/*.ts'],
    tests: ['test/journal/*.test.ts'],
    // Takes a command at every call of the disk: too slow to be tried a thousand times.
    without: ['test/journal/failing-disk.test.ts'],
  },
  'redaction and escaping': {
    mutate: ['src/http/redact.ts', 'src/output/escape.ts'],
    tests: ['test/http/redact.test.ts', 'test/output/escape.test.ts'],
  },
};

/** Where the report of an area goes, without the ending. */
export function reportOf(name) {
  return `coverage/mutation/${name.replaceAll(' ', '-')}`;
}

/** The area that this process is about: `run.mjs` names it. */
export function chosenArea() {
  const name = process.env.MUTATION_AREA ?? '';
  const area = areas[name];
  if (area === undefined) throw new Error(`MUTATION_AREA is none of ${Object.keys(areas).join(', ')}.`);
  return { name, ...area };
}
