/** Recorded exchanges of real services; they live beside the repository and are never copied into it. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';

const folder = resolve(import.meta.dirname, '../../../shared/recordings');

/** The folder of recordings; null when this checkout has none. */
export const recordingsDir: string | null = existsSync(folder) ? folder : null;

export interface Exchange {
  readonly request: { readonly method: string; readonly path: string; readonly body: unknown };
  readonly response: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: unknown;
  };
}

export interface Recording {
  readonly file: string;
  readonly scenario: string;
  readonly exchanges: readonly Exchange[];
}

/** All recordings of one service; none, and one line saying so, when the folder is absent. */
export function recordingsOf(service: string): readonly Recording[] {
  if (recordingsDir === null) {
    process.stderr.write(
      `No recordings beside the repository: the ${service} conformance tests do not run.\n`,
    );
    return [];
  }
  const place = resolve(recordingsDir, service);
  return readdirSync(place)
    .filter((name) => name.endsWith('.json'))
    .map((file) => {
      const text = readFileSync(resolve(place, file), 'utf8');
      return { file, ...(JSON.parse(text) as Omit<Recording, 'file'>) };
    });
}
