import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { ConfigError } from '../../lib/errors.js';
import { applyNetwork } from '../../lib/nn/apply.js';
import type { Network } from '../../lib/nn/scope.js';
import { dropPathKeep, scheduledDropPath } from '../../lib/segmentation/drop-path.js';
import { backends, useBackend } from '../helpers/backends.js';
import { block, cellNetwork, dropFactors } from '../helpers/derived-cells.js';
import { imageTensor } from '../helpers/filled-network.js';

beforeAll(async () => {
  await useBackend(backends[0]);
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

  const none = { input: 0, operation: 'none' } as const;
  const branch = (operation: string) => (keep: number) =>
    cellNetwork(block({ input: 1, operation }, none), 0, keep);
  const alone =
    (keepProbability: number): Network =>
    (scope, x) =>
      scheduledDropPath(scope, x, { keepProbability, cell: 11, cells: 12 });

  it.each([
    ['a branch of a cell', branch('max_pool_3x3')],
    ['a map alone', alone],
  ])('drops whole samples at random and scales the others by 1/keep: %s', (_, network) => {
    const drawn = dropFactors(network, 0.8); // keep = 1 − 0.8 · 0.5 = 0.6
    const kept = drawn.filter((factor) => factor !== 0);
    for (const factor of kept) {
      expect(factor).toBeCloseTo(1 / 0.6, 4);
    }
    // 120 draws: the share kept is within four standard deviations of 0.6
    expect(Math.abs(kept.length / drawn.length - 0.6)).toBeLessThan(4 * Math.sqrt(0.24 / 120));
  });

  it('drops nothing at the start of the training, and never a skip connection', () => {
    for (const drawn of [
      dropFactors(branch('max_pool_3x3'), 0),
      dropFactors(branch('skip_connect'), 1),
    ]) {
      expect(drawn.every((factor) => factor === 1)).toBe(true);
    }
  });

  it('is off at inference, where nothing is to be dropped, and without a seed', () => {
    tf.tidy(() => {
      const x = imageTensor([2, 2, 2, 3]);
      const progress = tf.scalar(1);
      const seed = tf.scalar(1, 'int32');
      expect(applyNetwork(alone(0.5), {}, x).output).toBe(x);
      expect(applyNetwork(alone(1), {}, x, { progress, seed }).output).toBe(x);
      for (const training of [{ progress }, {}]) {
        expect(applyNetwork(alone(0.5), {}, x, training).output.dataSync()).toEqual(x.dataSync());
      }
    });
  });

  it('asks for the progress of the training where it is on', () => {
    tf.tidy(() => {
      const step = () =>
        applyNetwork(alone(0.5), {}, imageTensor([1, 2, 2, 3]), { seed: tf.scalar(1, 'int32') });
      expect(step).toThrow(ConfigError);
      expect(step).toThrow(
        'expected the progress of the training, from 0 to 1, got none; give it to the step or set ' +
          'dropPathKeepProbability to 1',
      );
    });
  });
});
