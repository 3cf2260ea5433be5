/** What nothing reads is neither built nor counted. */
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Branch } from '../../lib/architecture/genotype.js';
import { declareNetwork } from '../../lib/nn/declare.js';
import { constant } from '../../lib/nn/initializers.js';
import { convolution } from '../../lib/nn/layers.js';
import { conv2d } from '../../lib/ops/conv2d.js';
import { defineOperation } from '../../lib/search-space/operations/registry.js';
import { networkCost } from '../../lib/segmentation/cost/cost.js';
import { segmentationNetwork } from '../../lib/segmentation/network.js';
import { readInputs, readOutputs } from '../../lib/segmentation/reads.js';
import { backends, useBackend } from '../helpers/backends.js';
import { countByHand } from '../helpers/counted-by-hand.js';
import { block } from '../helpers/derived-cells.js';
import { architectures, small } from '../helpers/derived-networks.js';

const none: Branch = { input: 0, operation: 'none' };
const on = (input: number, operation = 'sep_conv_3x3'): Branch => ({ input, operation });

beforeAll(async () => {
  await useBackend(backends[0]);
});

describe('what is read', () => {
  it('are the inputs with a branch that is not zero', () => {
    expect(readInputs(block(on(0), on(1)))).toEqual([true, true]);
    expect(readInputs(block(on(1), on(1)))).toEqual([false, true]);
    expect(readInputs(block(on(0), on(1, 'none')))).toEqual([true, false]);
    expect(readInputs(block(none, none))).toEqual([false, false]);
  });

  it('are the outputs on the ways back from the last cell and the low-level cell', () => {
    expect(readOutputs(3, block(on(0), on(1)), 0)).toEqual({
      half: true,
      quarter: true,
      cells: [true, true, true],
    });
    // Every cell reads H^{l-2} only: the last one cell 1, which reads the stem's output at stride 4;
    // the low-level cell 0 reads the stem's output at stride 2; cell 2 leads nowhere.
    expect(readOutputs(4, block(on(0), none), 0)).toEqual({
      half: true,
      quarter: true,
      cells: [true, true, false, true],
    });
    expect(readOutputs(2, block(none, none), undefined)).toEqual({
      half: false,
      quarter: true,
      cells: [false, true],
    });
  });
});

describe('the cost of a network', () => {
  const size = { ...small, filterMultiplier: 2, height: 30, width: 41 };

  it('equals formulas for any architecture, and its parameters the variables that are built', () => {
    const property = fc.property(architectures, (architecture) => {
      const cost = networkCost({ ...size, architecture });
      const { parameters, multiplyAdds } = cost;
      expect({ parameters, multiplyAdds }).toEqual(countByHand(architecture, size));
      const { variables } = declareNetwork(
        segmentationNetwork({ ...size, architecture }),
        [2, 30, 41, 3],
        'training',
      );
      const built = variables.filter(({ trainable }) => trainable).map(({ shape }) => shape);
      const numbers = built.reduce((sum, shape) => sum + shape.reduce((a, b) => a * b, 1), 0);
      expect(parameters).toBe(numbers);
      for (const rows of [cost.layers, cost.sections]) {
        expect(rows.reduce((sum, row) => sum + row.parameters, 0)).toBe(parameters);
        expect(rows.reduce((sum, row) => sum + row.multiplyAdds, 0)).toBe(multiplyAdds);
      }
    });
    fc.assert(property, { numRuns: 25, seed: 3 });
  });

  it('leaves out an input without a branch, and cells that lead nowhere', () => {
    const path = [0, 0, 0];
    const names = (left: Branch) => {
      const architecture = { path, genotype: block(left, none) };
      const cost = networkCost({ ...size, architecture });
      return [cost.sections.map(({ name }) => name), cost.layers.map(({ name }) => name)];
    };
    const [sections, layers] = names(on(1));
    expect(sections).toEqual(['stem', 'cell0', 'cell1', 'cell2', 'aspp', 'decoder']);
    expect(layers.filter((name) => name.includes('previous_previous'))).toEqual([]);
    const [fewer] = names(on(0));
    expect(fewer).toEqual(['stem', 'cell0', 'cell2', 'aspp', 'decoder']);
  });

  it('counts shared weights once as parameters, computed filters and lone variables too', () => {
    defineOperation({
      name: 'shared_twice',
      label: 'shared twice',
      shortLabel: 'shared',
      color: '#123456',
      family: 'convolution',
      relaxed: (_, x) => x,
      derived: (scope, x) => {
        const scale = scope.variable('scale', [1], constant(1));
        const y = tf.mul<tf.Tensor4D>(x, scale);
        const filters = x.shape[3];
        const first = convolution(scope, y, { filters, kernel: 3 });
        const weights = scope.variable('weights', [3, 3, filters, filters], constant(1));
        return conv2d(first, tf.mul<tf.Tensor4D>(weights, scale)); // a computed filter
      },
      cost: () => ({ parameters: 0, multiplyAdds: 0 }),
    });
    const cost = (left: Branch) =>
      networkCost({
        ...size,
        architecture: { path: [0], genotype: block(left, on(1, 'skip_connect')) },
      });
    const [with_, without] = [cost(on(1, 'shared_twice')), cost(on(1, 'none'))];
    const pixels = 8 * 11;
    expect(with_.parameters - without.parameters).toBe(9 * 2 * 2 + 1);
    expect(with_.multiplyAdds - without.multiplyAdds).toBe(2 * pixels * 9 * 2 * 2);
    const twice = with_.layers.filter(({ name }) => name === 'cell0/block1/left/weights');
    expect(twice.map(({ parameters }) => parameters)).toEqual([9 * 2 * 2, 0]);
  });
});
