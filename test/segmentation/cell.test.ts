import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { applyNetwork } from '../../lib/nn/apply.js';
import { declareNetwork } from '../../lib/nn/declare.js';
import type { Scope } from '../../lib/nn/scope.js';
import type { Operation } from '../../lib/search-space/operations/operation.js';
import { defineOperation, operationNamed } from '../../lib/search-space/operations/registry.js';
import { buildSegmentation } from '../../lib/segmentation/network.js';
import { resolveSegmentationOptions } from '../../lib/segmentation/options.js';
import { backends, useBackend } from '../helpers/backends.js';
import { block, cellNetwork, dropFactors, FILTERS, run } from '../helpers/derived-cells.js';
import { derivedFixtures, prepareFixture } from '../helpers/derived-fixtures.js';
import { expectUniform } from '../helpers/initial-values.js';
import { FOUR, NINE } from '../helpers/operation-lists.js';

const none = { input: 0, operation: 'none' } as const;

beforeAll(async () => {
  await useBackend(backends[0]);
});

describe('the cell of the derived network', () => {
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

  it.each(derivedFixtures)('gives the maps of PyTorch, cell by cell: $name', (fixture) => {
    tf.tidy(() => {
      const maps: { shape: number[]; norm: number }[] = [];
      const network = buildSegmentation(resolveSegmentationOptions(fixture), ({ name }, map) => {
        if (name.startsWith('cell')) {
          maps.push({ shape: map.shape.slice(1), norm: tf.norm(map).dataSync()[0] });
        }
      });
      const { variables, image } = prepareFixture(fixture);
      applyNetwork(network, variables, image);
      expect(maps.map(({ shape }) => shape)).toEqual(
        fixture.inference.cells.map(({ shape }) => shape),
      );
      fixture.inference.cells.forEach(({ norm }, i) => {
        expect(maps[i].norm / norm).toBeCloseTo(1, 5);
      });
    });
  });

  it.each([...new Set([...NINE, ...FOUR])])('has %s in any branch, at any step', (operation) => {
    for (const step of [-1, 0, 1]) {
      tf.tidy(() => {
        const first = { left: { input: 0, operation }, right: { input: 1, operation } };
        const second = { left: { input: 2, operation }, right: none };
        const output = run(cellNetwork({ blocks: [first, second] }, step), [5, 6]);
        const size = { '-1': [9, 11], '0': [5, 6], '1': [3, 3] }[String(step)] ?? [];
        expect(output.shape).toEqual([6, ...size, 2 * FILTERS]);
        const isZero = tf.norm(output).dataSync()[0] === 0;
        expect(isZero).toBe(operationNamed(operation).family === 'none');
      });
    }
  });

  it('leaves an operation that is an object of a class its own fields', () => {
    class Scaled implements Operation {
      readonly name = 'scaled';
      readonly label = 'scaled';
      readonly shortLabel = 'scaled';
      readonly color = '#000000';
      readonly family = 'convolution';
      private readonly factor = 3;

      relaxed(_scope: Scope, x: tf.Tensor4D) {
        return tf.mul<tf.Tensor4D>(x, this.factor);
      }
      derived(scope: Scope, x: tf.Tensor4D) {
        return this.relaxed(scope, x);
      }
      cost() {
        return { parameters: 0, multiplyAdds: 0 };
      }
    }
    defineOperation(new Scaled());
    tf.tidy(() => {
      const [scaled, skip] = ['scaled', 'skip_connect'].map((operation) =>
        run(cellNetwork(block({ input: 1, operation }, none), 0), [4, 4]),
      );
      expect(scaled.dataSync()).toEqual(tf.mul(skip, 3).dataSync());
    });
  });

  it('drops branches in training, but never a skip connection', () => {
    const factors = (operation: string) =>
      dropFactors((keep) => cellNetwork(block({ input: 1, operation }, none), 0, keep), 1);
    expect(new Set(factors('max_pool_3x3').map((factor) => factor > 0)).size).toBe(2);
    expect(factors('skip_connect').every((factor) => factor === 1)).toBe(true);
  });

  it('starts uniformly in ±1/√(fan in)', () => {
    const skip = { input: 1, operation: 'skip_connect' } as const;
    const { variables } = declareNetwork(cellNetwork(block(skip, none), 0), [1, 9, 9, 5]);
    expectUniform(variables, 'previous/weights', 1 / Math.sqrt(5));
  });
});
