const FastGlobals = require('../runner/jest-environment.cjs')

/** The mutant of the last failed test of this process. */
let found

/**
 * Skips what is left of the tests once one has found the mutant: Stryker's runner for Jest has no way to stop, and every
 * mutant would meet all the tests that reach it.
 */
module.exports = class MutantEnvironment extends FastGlobals {
  /** @param {{ name: string; test?: { errors: unknown[]; mode: string } }} event of jest-circus */
  handleTestEvent({ name, test }) {
    const mutant = process.env['__STRYKER_ACTIVE_MUTANT__']
    if (mutant === undefined) return
    if (name === 'test_done' && test.errors.length > 0) found = mutant
    if (name === 'test_start' && found === mutant) test.mode = 'skip'
  }
}
