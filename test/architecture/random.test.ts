import { describe, expect, it } from 'vitest';
import { genotypeProblem } from '../../lib/architecture/genotype.js';
import { randomArchitecture } from '../../lib/architecture/random.js';
import { Random } from '../../lib/random.js';
import { resolveOperations } from '../../lib/search-space/operations/registry.js';
import { pathProblem } from '../../lib/search-space/path.js';
import { operationLists } from '../helpers/operation-lists.js';

describe('randomArchitecture', () => {
  it('draws valid architectures without zero, with two distinct inputs per block', () => {
    for (let seed = 1; seed <= 100; seed++) {
      const { path, genotype } = randomArchitecture(new Random(seed), { layers: 1 + (seed % 14) });
      expect(path).toHaveLength(1 + (seed % 14));
      expect(pathProblem(path)).toBeUndefined();
      expect(genotypeProblem(genotype)).toBeUndefined();
      for (const { left, right } of genotype.blocks) {
        expect(left.input).toBeLessThan(right.input);
        expect([left.operation, right.operation]).not.toContain('none');
      }
    }
  });

  it('draws each of the 13 paths of three layers equally often', () => {
    const counts = new Map<string, number>();
    for (let seed = 1; seed <= 2600; seed++) {
      const key = randomArchitecture(new Random(seed), { layers: 3, blocks: 1 }).path.join('');
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    expect(counts.size).toBe(13);
    const chiSquare = [...counts.values()].reduce((sum, n) => sum + (n - 200) ** 2 / 200, 0);
    expect(chiSquare).toBeLessThan(32.9); // 0.1 % of samples of a uniform draw exceed this
  });

  it('draws the same from the same seed', () => {
    expect(randomArchitecture(new Random(5))).toEqual(randomArchitecture(new Random(5)));
    expect(randomArchitecture(new Random(5))).not.toEqual(randomArchitecture(new Random(6)));
  });

  it.each(operationLists)('draws each but zero equally often: %s', (_, operations) => {
    const names = resolveOperations(operations)
      .filter(({ family }) => family !== 'none')
      .map(({ name }) => name);
    const counts = new Map(names.map((name) => [name, 0]));
    for (let seed = 1; seed <= 400; seed++) {
      const architecture = randomArchitecture(new Random(seed), { layers: 2, operations });
      expect(architecture.operations).toEqual(operations);
      expect(genotypeProblem(architecture.genotype, names)).toBeUndefined();
      for (const { left, right } of architecture.genotype.blocks) {
        for (const { operation } of [left, right]) {
          counts.set(operation, (counts.get(operation) ?? 0) + 1);
        }
      }
    }
    const expected = 4000 / names.length; // 400 cells of 5 blocks with two branches each
    const drawn = [...counts.values()];
    const chiSquare = drawn.reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0);
    expect(drawn).toHaveLength(names.length);
    expect(chiSquare).toBeLessThan(24.3); // 0.1 % of samples exceed this with 8 operations, fewer with 4
  });

  it('refuses more levels than an architecture has strides', () => {
    expect(() => randomArchitecture(new Random(1), { levels: 5 })).toThrow(
      'levels: expected at most 4, the strides of a document, got 5',
    );
  });

  it('draws paths of the trellis that the shape describes', () => {
    const starts = new Set<number>();
    const deepest = new Set<number>();
    for (let seed = 1; seed <= 60; seed++) {
      const shape = { layers: 4, levels: 2, firstLayer: 'stride-4' } as const;
      const { path } = randomArchitecture(new Random(seed), shape);
      starts.add(path[0]);
      deepest.add(Math.max(...path));
    }
    expect(starts).toEqual(new Set([0]));
    expect(deepest).toEqual(new Set([0, 1]));
  });
});
