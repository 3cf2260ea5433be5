import { describe, expect, it } from 'vitest';

import { publishedArchitecture } from '../../lib/architecture/published.js';
import { ConfigError } from '../../lib/errors.js';
import { segmentationNetwork } from '../../lib/segmentation/network.js';
import {
  backboneNorm,
  headNorm,
  resolveSegmentationOptions,
  type SegmentationOptions,
} from '../../lib/segmentation/options.js';
import { FOUR } from '../helpers/operation-lists.js';

const { path, genotype } = publishedArchitecture;
const options = { architecture: publishedArchitecture, filterMultiplier: 20, classes: 19 };

describe('options of the derived network', () => {
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

  it('refuses an operation that is not known, saying what to do', () => {
    const [first, ...rest] = genotype.blocks;
    const withOperation = (operation: string) => () => {
      const blocks = [{ ...first, left: { input: 0, operation } }, ...rest];
      return segmentationNetwork({ ...options, architecture: { path, genotype: { blocks } } });
    };
    expect(withOperation('conv_9x9')).toThrow(ConfigError);
    expect(withOperation('conv_9x9')).toThrow(
      /^blocks\[0\]\.left\.operation: expected one of none, .*; define it with defineOperation/,
    );
    for (const operation of FOUR) {
      expect(withOperation(operation)).not.toThrow();
    }
  });

  it('have the values of the authors’ code by default', () => {
    expect(resolveSegmentationOptions(options)).toEqual({
      ...options,
      imagePoolingNorm: 'batch',
      stemWidths: [64, 128],
      headFilters: 256,
      batchNormMomentum: 0.9997,
      fineTuneBatchNorm: true,
      dropPathKeepProbability: 1,
      dropoutKeepProbability: 0.9,
    });
  });

  it('take the end of every range that is closed', () => {
    const ends = { batchNormMomentum: 0, dropPathKeepProbability: 1, dropoutKeepProbability: 1 };
    const least = { ...options, ...ends, filterMultiplier: 1, classes: 1 };
    expect(resolveSegmentationOptions(least)).toMatchObject(least);
  });

  it('give backbone and head batch norms of their own ε', () => {
    const given = { batchNormMomentum: 0.99, fineTuneBatchNorm: false };
    const resolved = resolveSegmentationOptions({ ...options, ...given });
    expect(backboneNorm(resolved)).toEqual({ epsilon: 1e-3, momentum: 0.99, tuned: false });
    expect(headNorm(resolved)).toEqual({ epsilon: 1e-5, momentum: 0.99, tuned: false });
  });
});
