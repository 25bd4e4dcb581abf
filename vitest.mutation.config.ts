import { defineConfig } from 'vitest/config';
import base from './vitest.config.ts';

// The rooms of identity whose tests have to find the faults.
const rooms = (process.env['MUTATION_TESTS'] ?? '**').split(',');

/** The tests that `npm run mutation` may use: those beside the rules, which have to guard them without help. */
export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: rooms.map((room) =>
      room === '**' ? 'src/identity/**/*.test.ts' : `src/identity/*/${room}/*.test.ts`,
    ),
    // It runs at low priority, perhaps beside much else; Stryker has its own limit for faults that never end.
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
