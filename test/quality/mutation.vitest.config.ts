import { defineConfig } from 'vitest/config';
import { MirrorFirst } from './mirror-first.js';
import { UnloadableFiles } from './unloadable.js';

/** The tests that mutants meet: those of the rooms that are mutated. */
export default defineConfig({
  test: {
    include: ['test/{architecture,decoder,metrics,optimizer,search-space}/**/*.test.ts'],
    // 6, 13 and 21 s of computing time, which each mutant that survives would take. What they hold
    // against PyTorch is held for single cells, operations and steps by the others.
    exclude: [
      'test/optimizer/bilevel-supernet.test.ts',
      'test/search-space/supernet/{against-pytorch,two-forms}.test.ts',
    ],
    sequence: { sequencer: MirrorFirst },
    reporters: [new UnloadableFiles()],
    // The modules are loaded once for all files of a mutant's run.
    isolate: false,
    env: { TF_NUM_INTRAOP_THREADS: '1', TF_NUM_INTEROP_THREADS: '2' },
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
