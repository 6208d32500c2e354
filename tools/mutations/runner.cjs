const { default: TestRunner } = require('jest-runner')

/**
 * Leaves out the test files that are left once a test has found the mutant: each would be loaded only for its tests to be
 * skipped. Jest's own `bail` would end Stryker's process.
 */
module.exports = class MutantRunner extends TestRunner {
  async runTests(tests, watcher, options) {
    const stop = this.on('test-file-success', ([, result]) => {
      const isMutant = process.env['__STRYKER_ACTIVE_MUTANT__'] !== undefined
      if (isMutant && result.numFailingTests > 0) watcher.setState({ interrupted: true })
    })
    try {
      await super.runTests(tests, watcher, options)
    } finally {
      stop()
    }
  }
}
