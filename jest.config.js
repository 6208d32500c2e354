export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/__tests__'],
  testMatch: ['**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  // swc only strips the types; `npm run types` checks them.
  transform: {
    '\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2024', parser: { syntax: 'typescript' } }, module: { type: 'es6' } },
    ],
  },
  // The test authority's X.509 library wants it before anything of it is loaded.
  setupFiles: ['<rootDir>/__tests__/support/reflect-metadata.ts'],
  testTimeout: 20_000,
}
