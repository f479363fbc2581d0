import { defineConfig } from 'vitest/config';

const quick = ['test/unit/**/*.test.ts', 'test/contract/**/*.test.ts', 'test/house/**/*.test.ts'];
const slow = ['test/lab/**/*.test.ts', 'test/ssh/**/*.test.ts', 'test/**/*.lab.test.ts'];
const emulated = ['test/arm/**/*.test.ts'];

/** For rings of real machines: one file at a time, and minutes for each test. */
const patience = { fileParallelism: false, testTimeout: 15 * 60_000, hookTimeout: 40 * 60_000 };

/** The rings, with time enough for a busy machine: `unit` needs nothing but Node; `lab` needs root, podman and minutes; `arm` needs them and QEMU. */
export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: quick, exclude: slow, testTimeout: 60_000 } },
      { test: { name: 'lab', include: slow, ...patience } },
      { test: { name: 'arm', include: emulated, ...patience } },
    ],
  },
});
