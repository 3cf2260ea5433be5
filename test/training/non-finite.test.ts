import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { declareNetwork, initializeVariables } from '../../lib/nn/declare.js';
import { convNormRelu } from '../../lib/nn/conv-norm.js';
import type { Network } from '../../lib/nn/scope.js';
import { Random } from '../../lib/random.js';
import { compile } from '../../lib/runtime/compile.js';
import { describeNonFinite, firstNonFiniteLayer } from '../../lib/training/non-finite.js';
import { mapTensors, withPrefix } from '../../lib/tensors.js';
import { backends, useBackend } from '../helpers/backends.js';

const norm = { epsilon: 1e-5, momentum: 0.9 };
const network: Network = (scope, image) =>
  ['a', 'b', 'c'].reduce(
    (x, name) => convNormRelu(scope.child(name), x, { filters: 2, norm }),
    image,
  );

describe.each(backends)('numbers that are not finite on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  /** The network as a program, with one of its variables filled with a number. */
  function trained(spoiled?: string, number = 1) {
    const { variables } = declareNetwork(network, [2, 3, 3, 3], 'training');
    const values = mapTensors(initializeVariables(variables, new Random(1)), (value, name) =>
      name === spoiled ? tf.fill(value.shape, number) : value,
    );
    const program = compile(withPrefix('variables', values), {});
    return { program, network, variables, compileOptions: {} };
  }
  const image = (value?: number) =>
    value === undefined
      ? tf.randomUniform([2, 3, 3, 3], -1, 1, 'float32', 1)
      : tf.fill([2, 3, 3, 3], value);

  it.each([
    ['no layer', undefined, 1, undefined, undefined],
    ['a convolution', 'b/weights', NaN, undefined, 'b'],
    ['a batch norm', 'b/bn/gamma', Infinity, undefined, 'b/bn'],
    ['a statistic whose variance overflows', 'c/weights', 1e30, undefined, 'c/bn/moving_variance'],
    ['the image', undefined, 1, NaN, 'the image'],
  ])('are found in %s', async (_, spoiled, number, pixel, expected) => {
    const before = tf.memory().numTensors;
    const input = image(pixel);
    const given = trained(spoiled, number);
    const found = await firstNonFiniteLayer(given, { image: input });
    expect(found).toBe(expected);
    given.program.dispose();
    input.dispose();
    expect(tf.memory().numTensors - before).toBeLessThan(30); // the first values, here
  });

  it('are named in the backward pass where it meets them first, nearest to the loss', async () => {
    const given = trained();
    const values = { loss: 1, gradientNorm: NaN, isFinite: false };
    const squares = (...numbers: number[]) => ({
      ...values,
      gradientSquares: Float32Array.from(numbers),
    });
    const names = ['a/weights', 'b/weights', 'c/weights'];
    const inputs = { image: image() };
    expect(await describeNonFinite(given, inputs, squares(NaN, Infinity, 1), names)).toBe(
      'a gradient of Infinity in b/weights, where it appears first',
    );
    expect(
      await describeNonFinite(given, inputs, { ...squares(NaN, NaN, NaN), loss: NaN }, names),
    ).toBe('a loss of NaN');
    const spoiled = trained('a/weights', NaN);
    expect(
      await describeNonFinite(spoiled, inputs, { ...squares(NaN, NaN, NaN), loss: NaN }, names),
    ).toBe('a loss of NaN; the first layer whose numbers are not finite is a');
  });
});
