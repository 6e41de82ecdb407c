/** vitest's JSON report, and in it what no test was to blame for: errors of hooks, and those thrown between tests or after them. */
import { JsonReporter } from 'vitest/node';

export class Report extends JsonReporter {
  /** @type {string[]} */
  #errors = [];
  /** @type {{ file: string, suite: string, message: string }[]} */
  #hooks = [];

  /**
   * @override
   * @param {readonly import('vitest/node').TestModule[]} modules
   * @param {readonly { message: string }[]} [errors]
   */
  async onTestRunEnd(modules, errors = []) {
    this.#errors = errors.map(({ message }) => message);
    this.#hooks = modules.flatMap(({ moduleId, children }) =>
      [...children.allSuites()].flatMap(suite =>
        suite.errors().map(({ message }) => ({ file: moduleId, suite: suite.fullName, message })),
      ),
    );
    await super.onTestRunEnd(modules);
  }

  /** @override @param {string} report */
  async writeReport(report) {
    await super.writeReport(
      JSON.stringify({ ...JSON.parse(report), unhandledErrors: this.#errors, hookErrors: this.#hooks }),
    );
  }
}
