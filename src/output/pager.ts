/** Results that are longer than the screen go through a pager; shorter ones are printed as if there were none. */
import type { ChildProcess } from 'node:child_process';
import { createSink, type Sink } from './sink.ts';
import type { PagerChoice, StreamFacts } from './terminal.ts';

/** Where results go. */
export interface ResultSink extends Sink {
  /** Results wait, or a pager shows them: nothing else may be written to the terminal now. */
  readonly busy: boolean;
  /** A pager has the terminal. */
  readonly paging: boolean;
  /** Resolves once the pager was left; never without one. */
  readonly left: Promise<void>;
  /** Shows what waits, and resolves when the person has left the pager. */
  settle(): Promise<void>;
  /** Ends the pager, which gives the terminal back. */
  end(): void;
}

/** Results that go straight to their stream. */
export function directSink(sink: Sink): ResultSink {
  return {
    get closed() {
      return sink.closed;
    },
    write: (chunk) => sink.write(chunk),
    busy: false,
    paging: false,
    left: new Promise(() => undefined),
    settle: () => Promise.resolve(),
    end: () => undefined,
  };
}

/**
 * Results that wait until they are known to fit the screen, or else go to the pager. Leaving the pager closes the sink
 * as a reader does who goes away.
 * @param complain gets one line when the pager cannot be started; the results are then printed.
 */
export function pagedSink(
  screen: Sink,
  { columns, rows }: StreamFacts,
  choice: PagerChoice,
  complain: (line: string) => void,
): ResultSink {
  let waiting = '';
  let child: ChildProcess | null = null;
  let input: Sink | null = null;
  let refused = false;
  let gone = false;
  let leave: () => void = () => undefined;
  const nextLeaving = (): Promise<void> =>
    new Promise<void>((resolve) => {
      leave = resolve;
    });
  let left = nextLeaving();

  async function exceedsScreen(): Promise<boolean> {
    const { displayWidth } = await import('./width.ts');
    let lines = 0;
    for (const line of waiting.split('\n', rows + 1)) {
      lines += Math.max(1, Math.ceil(displayWidth(line) / columns));
    }
    // The text after the last newline is no line; the prompt of the shell takes its place.
    return lines > rows;
  }

  async function open(): Promise<void> {
    const started = await (await import('./pager-process.ts')).startPager(choice);
    if (typeof started === 'string') {
      refused = true;
      // Nobody asked for the default one by name.
      if (choice.variable !== null) complain(started);
      return;
    }
    child = started;
    child.once('exit', () => {
      gone = true;
      leave();
    });
    input = child.stdin === null ? null : createSink(child.stdin, 'the pager');
  }

  async function release(): Promise<void> {
    const text = waiting;
    waiting = '';
    await (input ?? screen).write(text);
  }

  return {
    get closed() {
      return screen.closed || gone || input?.closed === true;
    },
    get busy() {
      return waiting !== '' || (child !== null && !gone);
    },
    get paging() {
      return child !== null && !gone;
    },
    get left() {
      return left;
    },
    async write(chunk) {
      if (gone) return;
      if (input !== null || refused) {
        await (input ?? screen).write(chunk);
        return;
      }
      waiting += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8');
      if (!(await exceedsScreen())) return;
      await open();
      await release();
    },
    async settle() {
      if (waiting !== '') await release();
      if (child === null || gone) return;
      child.stdin?.end();
      await left;
      if (input?.closed === true) return;
      // It got everything: what comes next is judged anew.
      child = null;
      input = null;
      gone = false;
      left = nextLeaving();
    },
    end() {
      child?.kill();
    },
  };
}
