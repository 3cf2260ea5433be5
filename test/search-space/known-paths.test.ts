import { describe, expect, it } from 'vitest';
import { deepLabV3Path, KNOWN_PATHS } from '../../lib/search-space/known-paths.js';
import { pathArrows, pathProblem } from '../../lib/search-space/path.js';
import { createTrellis, levelStride } from '../../lib/search-space/trellis.js';

describe('known paths', () => {
  it('have the names of Fig. 2', () => {
    expect(Object.values(KNOWN_PATHS).map(({ name }) => name)).toEqual([
      'DeepLabv3',
      'Conv-Deconv',
      'Stacked Hourglass',
      'Auto-DeepLab',
    ]);
  });

  it.each(Object.values(KNOWN_PATHS))('$name is a path of the 12-layer trellis', ({ path }) => {
    expect(pathArrows(createTrellis({ layers: 12 }), path)).toHaveLength(12);
  });

  it('DeepLabv3 ends at output stride 16 and never goes up', () => {
    const { path } = KNOWN_PATHS.deepLabV3;
    expect(path.every((level, i) => i === 0 || level >= path[i - 1])).toBe(true);
    expect(levelStride(path[11])).toBe(16);
  });

  it('Conv-Deconv goes to stride 32 once and mirrors the way down', () => {
    const { path } = KNOWN_PATHS.convDeconv;
    expect([...path].reverse()).toEqual(path);
    expect(path[5]).toBe(3);
  });

  it('Stacked Hourglass goes from stride 4 to 32 and back twice', () => {
    const { path } = KNOWN_PATHS.stackedHourglass;
    expect(path.slice(6)).toEqual(path.slice(0, 6));
    expect([path[2], path[5]]).toEqual([3, 0]);
  });

  it('the published path has the strides of the official code', () => {
    expect(KNOWN_PATHS.published.path.map(levelStride)).toEqual([
      4, 4, 4, 8, 16, 8, 16, 16, 32, 32, 16, 8,
    ]);
  });
});

describe('deepLabV3Path', () => {
  it('is the known one at 12 layers', () => {
    expect(deepLabV3Path(12)).toEqual(KNOWN_PATHS.deepLabV3.path);
    expect(deepLabV3Path(8)).toEqual([0, 0, 1, 1, 2, 2, 2, 2]);
  });

  it('is a path at any number of layers', () => {
    for (let layers = 1; layers <= 40; layers++) {
      expect(deepLabV3Path(layers)).toHaveLength(layers);
      expect(pathProblem(deepLabV3Path(layers))).toBeUndefined();
    }
  });
});
