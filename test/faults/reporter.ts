/** Names the cells that failed, counts the ones that cannot occur by their reason, and prints `cells N, passed N` at last. */
import type { Reporter, SerializedError, TestModule } from 'vitest/node';

export default class CellReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const say = (line: string): void => {
      process.stdout.write(`${line}\n`);
    };
    let cells = 0;
    let passed = 0;
    const reasons = new Map<string, number>();
    for (const module of modules) {
      const provider = module.relativeModuleId.replace(/^.*\/|\.matrix\.ts$/g, '');
      for (const error of module.errors()) say(`FAILED: ${provider}: ${error.message}`);
      for (const test of module.children.allTests()) {
        const result = test.result();
        if (result.state === 'skipped') {
          const why = result.note ?? 'Not asked for.';
          reasons.set(why, (reasons.get(why) ?? 0) + 1);
          continue;
        }
        cells += 1;
        if (result.state === 'passed') passed += 1;
        else {
          say(`FAILED: ${provider} ${test.name}`);
          for (const { message } of result.errors ?? []) say(message.slice(0, 2000).replace(/^/gm, '    '));
        }
      }
    }
    for (const { message } of unhandled) say(`FAILED: outside of the cells: ${message}`);
    for (const [why, count] of [...reasons].toSorted(([, a], [, b]) => b - a))
      say(`cannot occur: ${count} × ${why}`);
    say(`cells ${cells}, passed ${passed}`);
  }
}
