/** A disk that fails at one of its calls, as a full or broken one does. */
import { diskOperations } from '../../src/files/operations.ts';
import type { FileOperations } from '../../src/files/operations.ts';

export interface FailingFiles extends FileOperations {
  /** How many calls could have failed so far. */
  readonly calls: () => number;
}

/** Counts from 1; 0 fails at none. An append that fails has written half of its text. */
export function failingFiles(failAt: number, code: 'ENOSPC' | 'EIO' | 'EROFS'): FailingFiles {
  let calls = 0;
  const step = (): void => {
    calls += 1;
    if (calls === failAt) throw Object.assign(new Error(code), { code });
  };
  const before =
    <A extends readonly unknown[], R>(act: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      step();
      return await act(...args);
    };
  return {
    calls: () => calls,
    makeFolder: before(diskOperations.makeFolder.bind(diskOperations)),
    narrow: before(diskOperations.narrow.bind(diskOperations)),
    facts: before(diskOperations.facts.bind(diskOperations)),
    syncFolder: before(diskOperations.syncFolder.bind(diskOperations)),
    read: before(diskOperations.read.bind(diskOperations)),
    names: before(diskOperations.names.bind(diskOperations)),
    remove: before(diskOperations.remove.bind(diskOperations)),
    touch: before(diskOperations.touch.bind(diskOperations)),
    async create(path) {
      step();
      const file = await diskOperations.create(path);
      return {
        async append(text) {
          calls += 1;
          if (calls === failAt) {
            await file.append(text.slice(0, text.length / 2));
            throw Object.assign(new Error(code), { code });
          }
          await file.append(text);
        },
        syncContent: before(() => file.syncContent()),
        sync: before(() => file.sync()),
        // As close(2): the descriptor is gone, whatever it answers.
        async close() {
          await file.close();
          step();
        },
      };
    },
  };
}
