import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { ConfigError } from '../../lib/errors.js';
import {
  checkVariables,
  countParameters,
  declareNetwork,
  initializeVariables,
} from '../../lib/nn/declare.js';
import { constant, fanInUniform } from '../../lib/nn/initializers.js';
import type { Network } from '../../lib/nn/scope.js';
import { Random } from '../../lib/random.js';
import { backends, useBackend } from '../helpers/backends.js';

/** image · w + b, with a moving statistic that nobody trains. */
const network: Network = (scope, image) => {
  const inner = scope.child('layer');
  const w = inner.variable('w', [3, 5], fanInUniform) as tf.Tensor2D;
  const b = inner.variable('b', [5], constant(1));
  inner.variable('w', [3, 5], fanInUniform); // once more: the same variable
  inner.variable('moving_mean', [5], constant(0), { trainable: false });
  const [batch, height, width] = image.shape;
  const rows = tf.reshape<tf.Rank.R2>(image, [-1, 3]);
  return tf.reshape(tf.add(tf.matMul(rows, w), b), [batch, height, width, 5]);
};

const declared = () => declareNetwork(network, [2, 4, 6, 3]);

describe('declareNetwork', () => {
  beforeAll(() => useBackend(backends[0]));

  it('lists each variable once, with the size of the output and the kernels', () => {
    const { variables, outputShape, graph } = declared();
    expect(variables.map(({ name, shape }) => [name, shape])).toEqual([
      ['layer/w', [3, 5]],
      ['layer/b', [5]],
      ['layer/moving_mean', [5]],
    ]);
    expect(outputShape).toEqual([2, 4, 6, 5]);
    expect(graph.nodes.map(({ kernel }) => kernel)).toContain('BatchMatMul');
  });

  it('refuses one name with two shapes', () => {
    const twice: Network = (scope, image) => {
      scope.variable('w', [3], constant(0));
      scope.variable('w', [4], constant(0));
      return image;
    };
    expect(() => declareNetwork(twice, [1, 2, 2, 3])).toThrow(
      'w: expected one shape, got [3] and [4]; give the second variable another name',
    );
  });
});

describe('variables', () => {
  beforeAll(() => useBackend(backends[0]));

  it('are initialised by seed and name, in whatever order and company', () => {
    const { variables } = declared();
    const first = initializeVariables(variables, new Random(7));
    const alone = initializeVariables([variables[0]], new Random(7));
    expect(alone['layer/w'].dataSync()).toEqual(first['layer/w'].dataSync());
    const other = initializeVariables(variables, new Random(8));
    expect(other['layer/w'].dataSync()).not.toEqual(first['layer/w'].dataSync());
    expect([...first['layer/b'].dataSync()]).toEqual([1, 1, 1, 1, 1]);
  });

  it('are counted without moving statistics', () => {
    expect(countParameters(declared().variables)).toBe(3 * 5 + 5);
  });

  it('are checked for names and shapes', () => {
    const { variables } = declared();
    const values = initializeVariables(variables, new Random(0));
    const check = (given: Record<string, tf.Tensor>) => () => {
      checkVariables(variables, given);
    };
    expect(check(values)).not.toThrow();
    expect(check({ ...values, 'layer/b': tf.zeros([6]) })).toThrow(ConfigError);
    expect(check({ ...values, 'layer/b': tf.zeros([6]) })).toThrow(
      'layer/b: expected a variable [5], got [6]; the checkpoint belongs to another network',
    );
    expect(check({})).toThrow('layer/w: expected a variable [3, 5], got none');
  });
});
