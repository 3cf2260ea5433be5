import { describe, expect, it } from 'vitest';
import type { Architecture } from '../../lib/architecture/architecture.js';
import { randomArchitecture } from '../../lib/architecture/random.js';
import { ConfigError } from '../../lib/errors.js';
import { Random } from '../../lib/random.js';
import { completeShape } from '../../lib/search-space/shape.js';
import { matchArchitectures } from '../../lib/study/match.js';

describe('matchArchitectures', () => {
  const small = completeShape({
    layers: 2,
    blocks: 1,
    operations: ['skip_connect', 'max_pool_3x3'],
  });
  const request = {
    found: randomArchitecture(new Random(1), small),
    shape: small,
    tolerance: 0.05,
    random: new Random(2),
  };

  it('takes the nearest where none is near, and says so', () => {
    // Each architecture has the size of its path: 0 + 0 to 1 + 2.
    const sizeOf = ({ path }: Pick<Architecture, 'path'>) => 10 ** path.reduce((a, b) => a + b, 1);
    const first = { ...request.found, path: [0, 0] };
    const matched = matchArchitectures({
      ...request,
      found: first,
      count: 5,
      parametersOf: sizeOf,
    });
    // 3 other cells at the same path, then those of one level more.
    expect(matched.map(({ architecture }) => sizeOf(architecture))).toEqual([10, 10, 10, 100, 100]);
    expect(matched[2].note).toBeUndefined();
    expect(matched[3].note).toMatch(/none of 2000 .* within 5 % .* nearest, 900.0 % away/);
  });

  it('refuses to draw more than there are', () => {
    // 2 + 3 paths, 4 cells; one of the 20 was found.
    const all = { ...request, parametersOf: () => 1 };
    expect(matchArchitectures({ ...all, count: 19 })).toHaveLength(19);
    expect(() => matchArchitectures({ ...all, count: 20 })).toThrow(ConfigError);
    expect(() => matchArchitectures({ ...all, count: 20 })).toThrow(/at most the 19 .* got 20/);
  });
});
