// What came of several runs, and the words that close the output.

export class Total {
  passed = 0;
  /** A line each. */
  #failures = [];

  get failed() {
    return this.#failures.length;
  }

  add({ passed, failures }) {
    this.passed += passed;
    this.#failures.push(...failures);
  }

  fail(why) {
    this.#failures.push(`failed ${why.split('\n', 1)[0]}`);
    console.error(why);
  }

  /** Every failure once more, since its report may be thousands of lines above; the last line is `N passed, N failed`. */
  close() {
    const lines = [...this.#failures, `${this.passed} passed, ${this.failed} failed`];
    process.stdout.write(`${lines.join('\n')}\n`);
    return this.failed === 0 ? 0 : 1;
  }
}
