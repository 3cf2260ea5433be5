import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';

import type { Branch, Genotype } from '../../lib/architecture/genotype.js';
import { applyNetwork, type TrainingInputs } from '../../lib/nn/apply.js';
import { declareNetwork, initializeVariables } from '../../lib/nn/declare.js';
import type { Network } from '../../lib/nn/scope.js';
import { Random } from '../../lib/random.js';
import { cell } from '../../lib/segmentation/cell.js';
import { dropPathKeep } from '../../lib/segmentation/drop-path.js';
import { backends, useBackend } from '../helpers/backends.js';
import { fillImage } from '../helpers/fill.js';

const FILTERS = 4;

function block(left: Branch, right: Branch): Genotype {
  return { blocks: [{ left, right }] };
}

/** A cell that reads the same map twice. */
function cellNetwork(genotype: Genotype, step: number, keepProbability = 1): Network {
  return (scope, image) =>
    cell(
      scope,
      { previousPrevious: image, previous: image },
      {
        genotype,
        filters: FILTERS,
        step,
        norm: { epsilon: 1e-3, momentum: 0.9 },
        dropPath: { keepProbability, cell: 11, cells: 12 },
      },
    );
}

function run(network: Network, [height, width]: number[], training?: TrainingInputs): tf.Tensor4D {
  const shape: [number, number, number, number] = [6, height, width, 2];
  const { variables } = declareNetwork(network, shape);
  const given = initializeVariables(variables, new Random(1));
  return applyNetwork(network, given, tf.tensor4d(fillImage('image', shape), shape), training)
    .output;
}

const none = { input: 0, operation: 'none' } as const;

beforeAll(async () => {
  await useBackend(backends[0]);
});

describe('the cell of the found network', () => {
  it.each([
    { step: 0, size: [5, 6], result: [5, 6] },
    { step: 1, size: [5, 6], result: [3, 3] },
    { step: -1, size: [5, 6], result: [9, 11] },
  ])('gives zeros of the right size where both branches are none, step $step', (row) => {
    tf.tidy(() => {
      const output = run(cellNetwork(block(none, none), row.step), row.size);
      expect(output.shape).toEqual([6, ...row.result, FILTERS]);
      expect(output.dataSync().every((value) => value === 0)).toBe(true);
    });
  });

  it('adds nothing for none: the block is its other branch', () => {
    tf.tidy(() => {
      const pool = { input: 1, operation: 'max_pool_3x3' } as const;
      const [left, right, both] = [block(pool, none), block(none, pool), block(pool, pool)].map(
        (genotype) => run(cellNetwork(genotype, 1), [7, 7]).dataSync(),
      );
      expect(left).toEqual(right);
      expect(both).toEqual(left.map((value) => 2 * value));
    });
  });

  it('joins all blocks in order, and passes a skipped state on untouched', () => {
    tf.tidy(() => {
      const skip = { input: 1, operation: 'skip_connect' } as const;
      const { blocks } = block(skip, none);
      const [twice] = block(skip, skip).blocks;
      const output = run(cellNetwork({ blocks: [...blocks, twice] }, 0), [5, 5]);
      expect(output.shape).toEqual([6, 5, 5, 2 * FILTERS]);
      const [first, second] = tf.split(output, 2, 3).map((part) => part.dataSync());
      expect(first.some((value) => value < 0)).toBe(true); // not activated
      expect(second).toEqual(first.map((value) => 2 * value));
    });
  });
});

describe('scheduled drop path', () => {
  it.each([
    { progress: 0, cell: 11, keep: 1 },
    { progress: 1, cell: 11, keep: 0.6 },
    { progress: 1, cell: 0, keep: 1 - 0.4 / 12 },
    { progress: 0.5, cell: 5, keep: 0.9 },
    { progress: 3, cell: 11, keep: 0.6 },
  ])('keeps $keep in cell $cell at progress $progress, for p = 0.6', (row) => {
    tf.tidy(() => {
      const place = { keepProbability: 0.6, cell: row.cell, cells: 12 };
      const keep = dropPathKeep(tf.scalar(row.progress), place);
      expect(keep.dataSync()[0]).toBeCloseTo(row.keep, 6);
    });
  });

  const pool = block({ input: 1, operation: 'max_pool_3x3' }, none);

  /** Per sample and seed: 0 if dropped, else the factor on the sample; NaN if it is neither. */
  function factors(genotype: Genotype, progress: number): number[] {
    return tf.tidy(() => {
      const size = [3, 3];
      const plain = tf.unstack(run(cellNetwork(genotype, 0), size, {}));
      return Array.from({ length: 20 }, (_, seed) => {
        const inputs = { progress: tf.scalar(progress), seed: tf.scalar(seed, 'int32') };
        return tf.unstack(run(cellNetwork(genotype, 0, 0.5), size, inputs)).map((sample, i) => {
          const [dropped, kept] = [sample.dataSync(), plain[i].dataSync()];
          const factor = dropped[0] / kept[0];
          const same = dropped.every((value, j) => Math.abs(value - factor * kept[j]) < 1e-5);
          return same ? factor : NaN;
        });
      }).flat();
    });
  }

  it('drops whole samples at random and scales the others by 1/keep', () => {
    const drawn = factors(pool, 0.8); // keep = 1 − 0.8 · 0.5 = 0.6
    const kept = drawn.filter((factor) => factor !== 0);
    for (const factor of kept) {
      expect(factor).toBeCloseTo(1 / 0.6, 4);
    }
    // 120 draws: the share kept is within four standard deviations of 0.6
    expect(Math.abs(kept.length / drawn.length - 0.6)).toBeLessThan(4 * Math.sqrt(0.24 / 120));
  });

  it('drops nothing at the start of the training, and never a skip connection', () => {
    const skip = block({ input: 1, operation: 'skip_connect' }, none);
    for (const drawn of [factors(pool, 0), factors(skip, 1)]) {
      expect(drawn.every((factor) => factor === 1)).toBe(true);
    }
  });
});
