// `npm run check:dist`: tests of the committed dist/ that take minutes, or programs that not every machine has.
import base from '../../jest.config.js'

export default {
  ...base,
  rootDir: '../..',
  roots: ['<rootDir>/__tests__/checks'],
  testPathIgnorePatterns: [],
  // The deadlines are waited for; the others work meanwhile.
  maxWorkers: 2,
  // All deadlines side by side.
  maxConcurrency: 20,
  testTimeout: 240_000,
}
