import { describe, expect, it } from 'vitest';
import type { Loader } from '../../lib/dataset/loading/loader.js';
import { resolveSearchConfig } from '../../lib/search/options.js';
import { searchTask } from '../../lib/search/task.js';
import type { TrainedProgram } from '../../lib/training/run-work.js';

describe('the batches of a search', () => {
  it('of half B are prepared for the first epoch that trains the architecture', () => {
    const prepared: string[] = [];
    const config = resolveSearchConfig({ epochs: 4, architectureStart: 2 }, 'tiny');
    const loader = (_: unknown, name: string) => {
      const prepare = (epoch: number) => prepared.push(`${name} ${epoch}`);
      return { stepsPerEpoch: 1, prepare } as unknown as Loader;
    };
    const task = searchTask(
      config,
      { a: [], b: [] },
      {
        trained: {} as TrainedProgram,
        loader,
        replicasHere: 1,
      },
    );
    for (const nextEpoch of [1, 2, 3, undefined]) {
      task.batches((nextEpoch ?? 4) - 1, { nextEpoch });
    }
    expect(prepared).toEqual(['batches/b 2']);
  });
});
