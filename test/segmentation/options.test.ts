import { describe, expect, it } from 'vitest';

import { publishedArchitecture } from '../../lib/architecture/published.js';
import { ConfigError, ShapeError } from '../../lib/errors.js';
import { lowLevelCell } from '../../lib/segmentation/deeplab-decoder.js';
import { checkImageSize } from '../../lib/segmentation/image-size.js';
import { segmentationNetwork } from '../../lib/segmentation/network.js';
import type { SegmentationOptions } from '../../lib/segmentation/options.js';

const { path, genotype } = publishedArchitecture;
const options = { architecture: publishedArchitecture, filterMultiplier: 20, classes: 19 };

describe('options of the found network', () => {
  const refused: [Partial<SegmentationOptions>, string][] = [
    [{ filterMultiplier: 0 }, 'filterMultiplier: expected a whole number ≥ 1, got 0'],
    [{ filterMultiplier: 1.5 }, 'filterMultiplier: expected a whole number ≥ 1, got 1.5'],
    [{ classes: NaN }, 'classes: expected a whole number ≥ 1, got NaN'],
    [{ dropPathKeepProbability: 0 }, 'dropPathKeepProbability: expected a probability in (0, 1]'],
    [{ dropoutKeepProbability: 1.1 }, 'dropoutKeepProbability: expected a probability in (0, 1]'],
    [{ batchNormMomentum: 1 }, 'batchNormMomentum: expected a number in [0, 1), got 1'],
    [{ architecture: { path: [], genotype } }, 'path[0]: expected at least one level, got none'],
    [{ architecture: { path: [0, 2], genotype } }, 'path[1]: expected a level at most one step'],
    [{ architecture: { path: [0, 4], genotype } }, 'path[1]: expected a level from 0 to 3, got 4'],
    [{ architecture: { path, genotype: { blocks: [] } } }, 'blocks: expected at least one block'],
  ];

  it.each(refused)('refuses %j', (change, message) => {
    const build = () => segmentationNetwork({ ...options, ...change });
    expect(build).toThrow(ConfigError);
    expect(build).toThrow(message);
  });

  it('refuses a branch that reads a later block, naming the field', () => {
    const [first, ...rest] = genotype.blocks;
    const blocks = [{ ...first, right: { ...first.right, input: 2 } }, ...rest];
    const build = () =>
      segmentationNetwork({ ...options, architecture: { path, genotype: { blocks } } });
    expect(build).toThrow('blocks[0].right.input: expected a hidden state from 0 to 1');
  });
});

describe('image sizes', () => {
  it.each([
    { level: 3, height: 0, width: 64.5, nearest: '33 × 65' },
    { level: 3, height: -5, width: 321, nearest: '33 × 321' },
    { level: 1, height: 16, width: NaN, nearest: '17 × NaN' },
  ])('of $height × $width are refused with the nearest that fits', ({ level, ...size }) => {
    const check = () => {
      checkImageSize([0, level], size);
    };
    expect(check).toThrow(ShapeError);
    expect(check).toThrow(size.nearest);
  });
});

describe('the low-level feature', () => {
  it.each([
    { path: [...path], cell: 2 },
    { path: [0], cell: 0 },
    { path: [0, 0, 0], cell: 2 },
    { path: [1, 0, 0, 1, 0], cell: 2 },
    { path: [0, 1, 0, 0], cell: 0 },
    { path: [1, 2, 1], cell: undefined },
  ])('of the path $path is the output of cell $cell (none: the stem)', ({ path, cell }) => {
    expect(lowLevelCell(path)).toBe(cell);
  });
});
