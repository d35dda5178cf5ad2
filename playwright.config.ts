import { defineConfig } from '@playwright/test';

const jsonReport = process.env['PLAYWRIGHT_JSON_OUTPUT_NAME'];
const chromium = process.env['WAYMARK_CHROMIUM'];

/** A test browser talks to the addresses of the test only, and starts on slim machines and as root. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // else the frame of another site is lost sight of now and then; cookies and storage behave the same
  '--disable-site-isolation-trials',
];

/**
 * `npm test` and `npm run pictures` call this, with a MongoDB in WAYMARK_TEST_MONGODB_URI and a browser in WAYMARK_CHROMIUM.
 * A retry would hide a race, so there is none.
 */
export default defineConfig({
  testDir: 'test/browser',
  outputDir: '.cache/browser',
  workers: 2,
  retries: 0,
  forbidOnly: Boolean(process.env['CI']),
  // what comes, comes within these on the busiest machine; quick ones are not slowed down by them
  timeout: 120_000,
  globalTimeout: 1_140_000,
  expect: { timeout: 30_000 },
  reporter: jsonReport ? [['list'], ['json', { outputFile: jsonReport }]] : [['list']],
  use: {
    headless: true,
    // a sixth of the step's CPU: `npm test -- --only browser -- --trace retain-on-failure <file>` for one that failed
    trace: 'off',
    screenshot: 'only-on-failure',
    launchOptions: { args: FLAGS, ...(chromium ? { executablePath: chromium } : {}) },
  },
  projects: [
    // one by one, not file by file: the longest file would be waited for alone
    {
      ...{ name: 'browser', testMatch: '**/*.spec.ts', testIgnore: '**/pictures.spec.ts' },
      fullyParallel: true,
    },
    { name: 'pictures', testMatch: '**/pictures.spec.ts' },
  ],
});
