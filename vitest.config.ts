import { defineConfig } from 'vitest/config';

export default defineConfig({
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  test: {
    include: ['src/**/*.test.{ts,tsx}', 'scripts/**/*.test.ts', 'bench/lib/*.test.ts'],
    globalSetup: ['src/testing/global-setup.ts'],
    // For machines with much else to do; a test takes milliseconds.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    maxWorkers: 2,
    // No module keeps anything of its own, so files of one worker share what they import: that was a third of the time.
    isolate: false,
    expect: { poll: { timeout: 30_000 } },
  },
});
