import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CASES, IMPLEMENTATIONS, type Work } from './cases.js';
import { estimateMiB, groupByMemory, memoryProblem } from './memory.js';

/** What is read of the recorded rows. */
type Recorded = Record<string, { readonly rows: readonly Peak[] }>;

interface Peak {
  readonly name: string;
  readonly backend: string;
  readonly mode: string;
  readonly precision: string;
  readonly peakMiB: number | null;
}

const recorded = JSON.parse(
  readFileSync(new URL('results/speed.json', import.meta.url), 'utf8'),
) as Recorded;

const workOf = (name: string): Work => CASES.find((entry) => entry.name === name)!.work;

const small = workOf('search-6-4-3-65');
const paper = workOf('search-12-8-5-321');

describe('the estimate of memory', () => {
  it('grows with the crop and the batch', () => {
    for (const implementation of IMPLEMENTATIONS) {
      const sizes = [65, 129, 193, 257].map((crop) =>
        estimateMiB(workOf(`growth-pixels-${crop}`), implementation),
      );
      expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
      const [one, two, four] = [1, 2, 4].map((batch) =>
        estimateMiB(workOf(`growth-batch-${batch}`), implementation),
      );
      expect(four - two).toBeCloseTo(2 * (two - one), 6);
    }
  });

  it('keeps wasm and eager steps from what they cannot hold', () => {
    expect(memoryProblem(paper, 'wasm', 1e6)).toMatch(/wasm holds 4\.0 GiB/);
    expect(memoryProblem(paper, 'eager', 20 * 1024)).toMatch(/there are 20\.0 GiB/);
    expect(memoryProblem(paper, 'compiled', 20 * 1024)).toBeUndefined();
    expect(memoryProblem(small, 'wasm', 20 * 1024)).toBeUndefined();
  });
});

describe.each(['compiled', 'compiled-bfloat16'] as const)('the estimate of %s', (by) => {
  const precision = by === 'compiled' ? 'float32' : 'bfloat16';
  const rows = Object.values(recorded).flatMap((group) => group.rows);
  const peaks = rows.filter(
    ({ backend, mode, precision: of, peakMiB }) =>
      backend === 'tensorflow' && mode === 'compiled' && of === precision && peakMiB !== null,
  );

  it('is near every recorded peak', () => {
    expect(peaks.length).toBeGreaterThan(4);
    for (const { name, peakMiB } of peaks) {
      const share = estimateMiB(workOf(name), by) / peakMiB!;
      expect(share, name).toBeGreaterThan(0.8);
      expect(share, name).toBeLessThan(1.6);
    }
  });
});

describe('groupByMemory', () => {
  const members = [3, 4, 2, 6].map((estimate) => ({ estimateMiB: estimate }));
  const sizes = (limit: number) =>
    groupByMemory(members, limit).map((group) => group.map((member) => member.estimateMiB));

  it('runs everything side by side where there is room', () => {
    expect(sizes(15)).toEqual([[3, 4, 2, 6]]);
  });

  it('splits where there is not, keeps the order and leaves nothing out', () => {
    expect(sizes(14)).toEqual([[3, 4, 2], [6]]);
    expect(sizes(8)).toEqual([
      [3, 4],
      [2, 6],
    ]);
  });

  it('puts what is too large by itself into a group of its own', () => {
    expect(sizes(1)).toEqual([[3], [4], [2], [6]]);
    expect(groupByMemory([], 1)).toEqual([]);
  });
});
