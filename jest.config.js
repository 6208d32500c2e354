export default {
  testEnvironment: '<rootDir>/tools/runner/jest-environment.cjs',
  roots: ['<rootDir>/__tests__'],
  testMatch: ['**/*.test.ts'],
  // They have a configuration of their own: `npm run check:dist`.
  testPathIgnorePatterns: ['<rootDir>/__tests__/checks/'],
  extensionsToTreatAsEsm: ['.ts'],
  // swc only strips the types; `npm run types` checks them.
  transform: {
    '\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2024',
          parser: { syntax: 'typescript' },
          // Without them, Jest warns of every import of JSON.
          experimental: { keepImportAttributes: true },
        },
        module: { type: 'es6' },
      },
    ],
  },
  // The test authority's X.509 library wants it before anything of it is loaded.
  setupFiles: ['<rootDir>/tools/runner/reflect-metadata.ts'],
  testTimeout: 20_000,
  // Tests wait for processes, servers and deadlines: three test files at a time keep two cores busy.
  maxWorkers: 3,
  // Of one file, where tests are marked as concurrent because they wait.
  maxConcurrency: 8,
}
