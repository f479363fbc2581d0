import { defineConfig } from 'vitest/config';

const quick = ['test/unit/**/*.test.ts', 'test/contract/**/*.test.ts', 'test/house/**/*.test.ts'];
const slow = ['test/lab/**/*.test.ts', 'test/ssh/**/*.test.ts', 'test/**/*.lab.test.ts'];

/** The rings, with time enough for a busy machine: `unit` needs nothing but Node; `lab` needs root, podman and minutes, and runs one file at a time. */
export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: quick, exclude: slow, testTimeout: 60_000 } },
      {
        test: {
          name: 'lab',
          include: slow,
          fileParallelism: false,
          testTimeout: 15 * 60_000,
          hookTimeout: 40 * 60_000,
        },
      },
    ],
  },
});
