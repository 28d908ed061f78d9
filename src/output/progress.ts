/** A spinner on stderr for waits that a person would notice. */
import { escapeLine } from './escape.ts';
import type { OutputStream, TerminalFacts } from './terminal.ts';

export interface Progress {
  /** Says what is going on, such as `Reading dashboards of prod (300)`; appears only if it lasts. */
  show(text: string): void;
  /** The work is over. */
  stop(): void;
  /** Takes the line away for a moment, before something else is written; it comes back with the next tick. */
  clear(): void;
}

/** Milliseconds before a wait is worth a word. */
const patience = 300;
/** Milliseconds between two frames. */
const tick = 100;
const frames = ['|', '/', '-', '\\'];

/**
 * A progress line on stderr; silent unless stderr is a terminal outside CI.
 * @param taken whether something else has the terminal at the moment.
 */
export function createProgress(
  stderr: OutputStream,
  terminal: TerminalFacts,
  taken: () => boolean = () => false,
): Progress {
  if (!terminal.stderr.isTTY || terminal.ci) return { show: nothing, stop: nothing, clear: nothing };

  let text = '';
  let timer: NodeJS.Timeout | null = null;
  let frame = 0;
  let visible = false;
  let cut = (line: string, width: number): string => line.slice(0, width);

  function draw(): void {
    if (taken()) return;
    const spinner = frames[frame++ % frames.length] ?? '';
    // One cell stays free: writing into the last one makes some terminals wrap.
    const line = cut(`${spinner} ${escapeLine(text)}`, terminal.stderr.columns - 1);
    stderr.write(`\r\u001b[K${line}`);
    visible = true;
  }

  function start(): void {
    // Short runs never pay for measuring text.
    void import('./width.ts').then(({ fit }) => {
      if (timer === null) return;
      cut = fit;
      draw();
      timer = setInterval(draw, tick);
      timer.unref();
    });
  }

  function clear(): void {
    if (visible) stderr.write('\r\u001b[K');
    visible = false;
  }

  return {
    clear,
    show(next) {
      text = next;
      if (timer !== null) return;
      timer = setTimeout(start, patience);
      // A wait that nothing else keeps alive must not hold the process.
      timer.unref();
    },
    stop() {
      if (timer !== null) clearTimeout(timer);
      timer = null;
      clear();
    },
  };
}

function nothing(): void {
  // There is nobody to watch.
}
