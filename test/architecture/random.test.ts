import { describe, expect, it } from 'vitest';
import { genotypeProblem } from '../../lib/architecture/genotype.js';
import { randomArchitecture } from '../../lib/architecture/random.js';
import { Random } from '../../lib/random.js';
import { pathProblem } from '../../lib/search-space/path.js';

describe('randomArchitecture', () => {
  it('draws valid architectures without zero, with two distinct inputs a block', () => {
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
});
