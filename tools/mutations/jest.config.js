// The tests that mutants meet: all that run the sources in their own process.
import { join } from 'node:path'
import base from '../../jest.config.js'

// What main.ts asks for: `record`, or `find-newest,find-build`.
const unitTests = process.env.UNIT_TESTS?.split(',')

export default {
  ...base,
  rootDir: '../..',
  // Jest finds the tests of a file only where it knows the file.
  roots: ['<rootDir>/src', '<rootDir>/tools', '<rootDir>/__tests__'],
  testMatch: unitTests?.map(name => `<rootDir>/__tests__/unit/${name}.test.ts`) ?? [
    '<rootDir>/__tests__/{unit,integration}/**/*.test.ts',
  ],
  // Tests of the bundle cannot find a change of the sources.
  testNamePattern: '^(?!.*\\bdist/)',
  // Two run side by side.
  testTimeout: 60_000,
  runner: join(import.meta.dirname, 'runner.cjs'),
  testEnvironment: join(import.meta.dirname, 'environment.cjs'),
  testSequencer: '<rootDir>/tools/mutations/sequencer.js',
}
