import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../lib/errors.js';
import { pathArrows, pathProblem } from '../../lib/search-space/path.js';
import { createTrellis } from '../../lib/search-space/trellis.js';
import { allPaths } from '../helpers/brute-force-paths.js';

describe('paths', () => {
  it('are exactly the sequences that plain enumeration finds', () => {
    const found: string[] = [];
    for (let code = 0; code < 4 ** 5; code++) {
      const path = Array.from({ length: 5 }, (_, i) => Math.floor(code / 4 ** i) % 4);
      if (pathProblem(path) === undefined) {
        found.push(path.join(' '));
      }
    }
    expect(found.sort()).toEqual(
      allPaths(5)
        .map((path) => path.join(' '))
        .sort(),
    );
  });

  it('say what is wrong and where', () => {
    expect(pathProblem([])).toEqual({ index: 0, expected: 'at least one level' });
    expect(pathProblem([2, 1])).toEqual({
      index: 0,
      expected: 'a level at most one step from the stem, which is at 0',
    });
    expect(pathProblem([1, 2, 0])).toEqual({
      index: 2,
      expected: 'a level at most one step from the level before it, 2',
    });
    expect(pathProblem([1, 2], 2)).toEqual({ index: 1, expected: 'a level from 0 to 1' });
    expect(pathProblem([1, 2, 3, 4])).toEqual({ index: 3, expected: 'a level from 0 to 3' });
    expect(pathProblem([0, 0.5])).toMatchObject({ index: 1 });
    expect(pathProblem([0, -1])).toMatchObject({ index: 1 });
  });

  it('have at most 1000 levels', () => {
    expect(pathProblem(new Array<number>(1000).fill(0))).toBeUndefined();
    expect(pathProblem(new Array<number>(1001).fill(0))).toEqual({
      index: 1000,
      expected: 'nothing: a path has at most 1000 levels',
    });
  });

  it('give their arrows', () => {
    const trellis = createTrellis({ layers: 3 });
    const arrows = pathArrows(trellis, [1, 1, 0]).map((index) => trellis.arrows[index]);
    expect(arrows).toMatchObject([
      { layer: 1, from: 0, to: 1 },
      { layer: 2, from: 1, to: 1 },
      { layer: 3, from: 1, to: 0 },
    ]);
  });

  it('must fit the trellis', () => {
    const trellis = createTrellis({ layers: 3, levels: 2 });
    expect(() => pathArrows(trellis, [0, 1])).toThrow(
      'path: expected 3 levels, one per layer, got 2',
    );
    expect(() => pathArrows(trellis, [1, 2, 1])).toThrow(ConfigError);
    expect(() => pathArrows(trellis, [1, 2, 1])).toThrow(
      'path[1]: expected a level from 0 to 1, got 2',
    );
  });
});
