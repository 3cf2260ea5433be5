import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../lib/errors.js';
import { PRIMITIVES } from '../../lib/search-space/operations/paper.js';
import {
  FAITHFUL,
  operationFilters,
  PAPER_SIZE,
  resolveSearchSpace,
} from '../../lib/search-space/options.js';
import { FOUR } from '../helpers/operation-lists.js';

const size = { ...PAPER_SIZE, classes: 19 };

describe('resolveSearchSpace', () => {
  it('fills what is left out with the most faithful choice', () => {
    expect(resolveSearchSpace(size)).toEqual({
      layers: 12,
      filterMultiplier: 8,
      blocks: 5,
      classes: 19,
      operations: PRIMITIVES,
      missingInput: 'resize',
      cellWeights: 'shared',
      bnAffine: 'outside-cells',
      stemWidths: 'scaled',
      asppProjection: 'none',
      endNormalisation: 'valid',
      firstLayer: 'free',
    });
  });

  it('keeps every choice that is given', () => {
    const other = {
      operations: FOUR,
      missingInput: 'drop',
      cellWeights: 'separate',
      bnAffine: 'all',
      stemWidths: [6, 10],
      asppProjection: 'conv',
      endNormalisation: 'two-thirds',
      firstLayer: 'stride-4',
    } as const;
    expect(Object.keys(other).sort()).toEqual(Object.keys(FAITHFUL).sort());
    expect(resolveSearchSpace({ ...size, ...other })).toEqual({ ...size, ...other });
  });

  it.each([
    [{ layers: 1 }, 'layers: expected a whole number ≥ 2, got 1'],
    [{ filterMultiplier: 0.5 }, 'filterMultiplier: expected a whole number ≥ 1, got 0.5'],
    [{ blocks: 0 }, 'blocks: expected a whole number ≥ 1, got 0'],
    [{ classes: NaN }, 'classes: expected a whole number ≥ 2, got NaN'],
    [{ operations: ['none'] }, 'operations: expected at least one besides zero'],
    [
      { operations: ['conv_9x9'] },
      'got "conv_9x9"; define it with defineOperation before it is used',
    ],
  ])('refuses %j', (change, message) => {
    expect(() => resolveSearchSpace({ ...size, ...change })).toThrow(ConfigError);
    expect(() => resolveSearchSpace({ ...size, ...change })).toThrow(message);
  });

  it('takes the smallest search space', () => {
    const smallest = { layers: 2, filterMultiplier: 1, blocks: 1, classes: 2 };
    expect(resolveSearchSpace(smallest)).toMatchObject(smallest);
  });
});

describe('operationFilters', () => {
  it('gives F, 2F, 4F and 8F at strides 4, 8, 16 and 32', () => {
    expect([0, 1, 2, 3].map((level) => operationFilters(20, level))).toEqual([20, 40, 80, 160]);
  });
});
