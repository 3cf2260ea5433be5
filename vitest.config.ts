import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/helpers/longest-first.js';

/**
 * Test files that need a process of their own: they look at what a process does for the first time
 * (loads a backend, reads its threads, registers kernels), replace modules, measure memory, or add to
 * the operations and datasets of the process.
 */
const OWN_PROCESS = [
  'test/backend/*.test.ts',
  'test/dataset/open-dataset.test.ts',
  'test/interrupt.test.ts',
  'test/notebook/kernel-memory.test.ts',
  'test/operation-lists.test.ts',
  'test/ops/core-gradients.test.ts',
  'test/ops/register.test.ts',
  'test/plot/search-space/cell-figure.test.ts',
  'test/plot/show/render-memory.test.ts',
  'test/runtime/memory.test.ts',
  'test/search-space/operations/registry.test.ts',
  'test/segmentation/{cell,reads,single-value}.test.ts',
  'test/training/predictor.test.ts',
];

/** They take half a minute and more each, and run in continuous integration. */
const IN_CI = 'test/**/*.ci.test.ts';

export default defineConfig({
  // Programs that are compiled for themselves, such as the fuzzer, take the built library.
  resolve: { alias: { '#lib': fileURLToPath(new URL('lib', import.meta.url)) } },
  test: {
    pool: 'forks',
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    // Two test files share two cores: one thread a kernel is enough.
    env: {
      TF_NUM_INTRAOP_THREADS: '1',
      TF_NUM_INTEROP_THREADS: '2',
      AUTODEEPLAB_GRAPHS: 'none', // each step is traced, and no test finds what another one left
    },
    testTimeout: 180_000,
    hookTimeout: 180_000,
    projects: [
      {
        extends: true,
        test: { name: 'own process', include: OWN_PROCESS, isolate: true },
      },
      {
        extends: true,
        test: {
          // The modules, tfjs and its backends are loaded once for all files of a process.
          name: 'shared process',
          include: ['test/**/*.test.ts'],
          exclude: [...OWN_PROCESS, IN_CI],
          isolate: false,
        },
      },
      {
        extends: true,
        // Browsers, rings and killed processes beside notebooks: `.ci/run` names those that needed it.
        test: { name: 'in ci', include: [IN_CI], retry: 1 },
      },
    ],
  },
});
