/** A stream that results go to: waits for slow readers, survives those that leave. */
import { DashctlError } from '../errors.ts';
import type { OutputStream } from './terminal.ts';

export interface Sink {
  /** The reader went away; what is written from now on is dropped. */
  readonly closed: boolean;
  /**
   * Hands the text on and resolves once the stream has taken it, so that at most one piece waits in memory.
   * @throws DashctlError `file` when the stream fails otherwise (disk full).
   */
  write(chunk: string | Uint8Array): Promise<void>;
}

/** Codes of a reader that went away: a closed pipe, on Windows also EOF, and a stream that was ended before. */
const gone = new Set(['EPIPE', 'EOF', 'ECONNRESET', 'ERR_STREAM_DESTROYED', 'ERR_STREAM_WRITE_AFTER_END']);

/** Wraps a stream. Errors reach the writer by its callback; the listener keeps Node from treating them as unhandled. */
export function createSink(stream: OutputStream, name: string): Sink {
  let closed = false;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (gone.has(error.code ?? '')) closed = true;
  });
  return {
    get closed() {
      return closed;
    },
    write(chunk) {
      if (closed || chunk.length === 0) return Promise.resolve();
      return new Promise((resolve, reject) => {
        stream.write(chunk, (error) => {
          if (error === null || error === undefined) {
            resolve();
          } else if (gone.has((error as NodeJS.ErrnoException).code ?? '')) {
            closed = true;
            resolve();
          } else {
            reject(new DashctlError('file', `Cannot write to ${name}: ${error.message}`, { cause: error }));
          }
        });
      });
    },
  };
}
