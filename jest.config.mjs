import { BUNDLED } from './test/support/packageBundles.mjs';

/** Jest runs TypeScript as ES modules through swc; tsc checks the types apart. */
const swc = [
  '@swc/jest',
  {
    jsc: {
      target: 'es2023',
      parser: { syntax: 'typescript', tsx: true },
      transform: { react: { runtime: 'automatic' } },
      experimental: { keepImportAttributes: true },
    },
    module: { type: 'es6' },
  },
];
const common = {
  testRunner: '<rootDir>/test/support/countOnce.mjs',
  transform: { '^.+\\.tsx?$': swc },
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  // what is left is counted by `npm test`: scripts/lib/coverage.mjs
  coveragePathIgnorePatterns: [
    '/node_modules/',
    ...['.cache', 'test', 'demo-lms', 'scripts'].map((name) => `<rootDir>/${name}/`),
  ],
};
/** Projects with the same id share a cache: what one has transformed and instrumented, the next need not. */
const onNode = { ...common, id: 'node' };
/** Sets up what test files share: a MongoDB, key pairs. */
const withDatabase = {
  setupFiles: ['<rootDir>/test/support/env.ts'],
  globalSetup: '<rootDir>/test/support/globalSetup.mjs',
  globalTeardown: '<rootDir>/test/support/globalTeardown.mjs',
};

export default {
  // on the busiest machine; quick tests are not slowed down by it
  testTimeout: 120_000,
  testSequencer: '<rootDir>/test/support/longestFirst.mjs',
  projects: [
    { ...onNode, displayName: 'unit', testMatch: ['<rootDir>/test/unit/**/*.test.ts'] },
    {
      ...onNode,
      ...withDatabase,
      displayName: 'server',
      testMatch: ['<rootDir>/test/server/**/*.test.ts'],
    },
    {
      ...onNode,
      ...withDatabase,
      displayName: 'certification',
      testMatch: ['<rootDir>/test/certification/**/*.test.ts'],
    },
    {
      ...common,
      displayName: 'client',
      testMatch: ['<rootDir>/test/client/**/*.test.{ts,tsx}'],
      testEnvironment: 'jest-fixed-jsdom',
      globalSetup: '<rootDir>/test/support/packageBundles.mjs',
      setupFilesAfterEnv: ['<rootDir>/test/support/client.ts'],
      moduleNameMapper: {
        '\\.css$': '<rootDir>/test/support/emptyStyle.ts',
        [`^(${BUNDLED.join('|')})$`]: '<rootDir>/.cache/test/packages/$1.mjs',
      },
    },
  ],
};
