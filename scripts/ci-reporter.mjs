/**
 * A vitest reporter for `.ci/run`: prints a line for each file when it ends, appends the tests that failed, and why, and
 * those that needed a second try, to the file in CI_SUMMARY, and writes "PASSED FAILED" to the file in CI_COUNTS.
 */
import { appendFileSync, writeFileSync } from 'node:fs';

export default class CiReporter {
  /** @param {import('vitest/node').TestModule} module */
  onTestModuleEnd(module) {
    const tests = [...module.children.allTests()];
    const passed = tests.filter((test) => test.result().state === 'passed').length;
    const seconds = (module.diagnostic().duration / 1000).toFixed(1);
    process.stdout.write(
      `${String(passed).padStart(5)} of ${tests.length} in ${seconds} s  ${module.relativeModuleId}\n`,
    );
  }

  /**
   * @param {readonly import('vitest/node').TestModule[]} modules
   * @param {readonly import('vitest').SerializedError[]} unhandled
   */
  onTestRunEnd(modules, unhandled) {
    let passed = 0;
    const lines = [];
    let failed = 0;
    const fail = (name, errors) => {
      failed += 1;
      lines.push(`FAILED: ${name}`, ...errors.map(indented));
    };
    for (const module of modules) {
      for (const error of module.errors()) fail(module.relativeModuleId, [error]);
      for (const suite of module.children.allSuites()) {
        if (suite.errors().length > 0) fail(`${module.relativeModuleId} > ${suite.fullName}`, suite.errors());
      }
      for (const test of module.children.allTests()) {
        const name = `${module.relativeModuleId} > ${test.fullName}`;
        const { state, errors } = test.result();
        if (state === 'passed') passed += 1;
        if (state === 'failed') fail(name, errors ?? []);
        if (state === 'pending') fail(name, [{ message: 'It did not run to its end.' }]);
        if (test.diagnostic()?.flaky) lines.push(`SECOND TRY: ${name}`, ...(errors ?? []).map(indented));
      }
    }
    for (const error of unhandled) fail('outside of the tests', [error]);
    if (lines.length > 0) appendFileSync(process.env.CI_SUMMARY, `${lines.join('\n')}\n`);
    writeFileSync(process.env.CI_COUNTS, `${passed} ${failed}`);
  }
}

function indented(error) {
  return [error.message, error.diff, error.stack]
    .filter((part) => part !== undefined)
    .join('\n')
    .split('\n')
    .slice(0, 16)
    .map((line) => `    ${line.slice(0, 300)}`)
    .join('\n');
}
