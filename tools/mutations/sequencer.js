import { basename } from 'node:path'

/** The unit tests of the files that are changed: quick, and they find most of it. */
const FIRST = [
  'verdict',
  'reasons',
  'evidence',
  'commit-decision',
  'record',
  'response',
  'build-list',
  'find-build',
]

/** Runs the quick tests first: the first failure ends a mutant. A slow test may have to wait for its time limit. */
export default class Sequencer {
  /** @param {readonly { path: string }[]} tests */
  sort(tests) {
    const rank = ({ path }) =>
      FIRST.includes(basename(path, '.test.ts')) ? 0 : path.includes('/unit/') ? 1 : 2
    return [...tests].sort((one, other) => rank(one) - rank(other) || one.path.localeCompare(other.path))
  }

  allFailedTests(tests) {
    return tests
  }

  shard(tests) {
    return tests
  }

  cacheResults() {
    // Nothing is kept from one mutant to the next.
  }
}
