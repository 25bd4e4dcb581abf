// npm run mutation: how many faults put into the rules of a room of identity its tests find. See
// docs/security/mutation.md.
const room = process.env.MUTATION_ROOM ?? '*';
const NO_RULES = '{index,routes,pages,messages,access}.{ts,tsx}';

export default {
  testRunner: 'vitest',
  vitest: { configFile: 'vitest.mutation.config.ts', related: false },
  mutate: [`src/identity/*/${room}/*.ts`, '!src/identity/**/*.test.ts', `!src/identity/**/${NO_RULES}`],
  coverageAnalysis: 'perTest',
  concurrency: 2,
  timeoutMS: 60_000,
  dryRunTimeoutMinutes: 15,
  // Stryker reads a tsconfig by TypeScript's JavaScript API, which TypeScript 7 has no more. Vitest needs none of it.
  tsconfigFile: 'none',
  disableTypeChecks: false,
  reporters: ['progress-append-only', 'clear-text', 'html', 'json'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  htmlReporter: { fileName: `.stryker-tmp/reports/${room}.html` },
  jsonReporter: { fileName: `.stryker-tmp/reports/${room}.json` },
  // dist/looks stays: the tests that ask for pages need what the browser is sent.
  ignorePatterns: ['.portico', 'bench', 'e2e', 'docs', 'test-results', '.ci', '.cache'],
  tempDirName: '.stryker-tmp/sandboxes',
  allowEmpty: true,
  thresholds: { high: 95, low: 85, break: null },
};
