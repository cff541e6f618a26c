import { defineConfig } from 'vitest/config';

/** Quick kinds first: a failure is seen before the slow ones begin. */
const kinds = ['unit', 'contract', 'e2e', 'browser'];

export default defineConfig({
  test: {
    // Node runs the sources itself, as in production; it also keeps one copy of graphql.
    experimental: { viteModuleRunner: false },
    // left alone, it keeps one core of two for itself
    maxWorkers: 2,
    projects: kinds.map((name, groupOrder) => ({
      extends: true,
      test: {
        name,
        include: [`test/${name}/**/*.test.ts`],
        sequence: { groupOrder },
        testTimeout: name === 'unit' ? 10_000 : 60_000,
        hookTimeout: 60_000,
        fileParallelism: name === 'unit' || name === 'contract',
      },
    })),
  },
});
