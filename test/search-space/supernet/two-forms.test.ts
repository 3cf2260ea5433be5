/** The fast form of the supernet against the plain one, path by path. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { applyNetwork } from '../../../lib/nn/apply.js';
import { declareNetwork, initializeVariables } from '../../../lib/nn/declare.js';
import { softmaxCrossEntropy } from '../../../lib/ops/cross-entropy.js';
import { Random } from '../../../lib/random.js';
import { resolveSearchSpace } from '../../../lib/search-space/options.js';
import { isArchitectureVariable, supernet } from '../../../lib/search-space/supernet/supernet.js';
import { backends, useBackend } from '../../helpers/backends.js';
import { NINE } from '../../helpers/operation-lists.js';

const CLASSES = 5;
const BATCH = 2;

type Options = Parameters<typeof resolveSearchSpace>[0];

// Sizes that leave enough pixels at stride 32: over few, batch norm magnifies rounding.
const cases: readonly [string, number, Options][] = [
  ['L 3, F 2, B 2', 33, { layers: 3, filterMultiplier: 2, blocks: 2, classes: CLASSES }],
  ['L 4, F 3, B 3', 97, { layers: 4, filterMultiplier: 3, blocks: 3, classes: CLASSES }],
  ['L 5, F 4, B 1', 65, { layers: 5, filterMultiplier: 4, blocks: 1, classes: CLASSES }],
  [
    'affine batch norms',
    97,
    { layers: 3, filterMultiplier: 4, blocks: 2, classes: CLASSES, bnAffine: 'all' },
  ],
  [
    'H^{l-2} dropped where its level is missing',
    33,
    { layers: 3, filterMultiplier: 2, blocks: 2, classes: CLASSES, missingInput: 'drop' },
  ],
];

/** Lists of operations other than the paper's. */
const lists: readonly [string, readonly string[]][] = [
  ['the eight and one without a fused form', NINE],
  ['four, in another order', ['sep_conv_3x3', 'none', 'max_pool_3x3', 'inverted_bottleneck']],
  ['no zero, nothing linear', ['dil_conv_3x3', 'sep_conv_5x5']],
  ['linear ones only', ['skip_connect', 'avg_pool_3x3']],
];

/** Random values, α and β large enough that the weights differ a lot. */
function randomVariables(options: Options, size: number, seed: number): Record<string, tf.Tensor> {
  const network = supernet(resolveSearchSpace(options));
  const { variables } = declareNetwork(network, [BATCH, size, size, 3]);
  const values = initializeVariables(variables, new Random(seed));
  return Object.fromEntries(
    Object.entries(values).map(([name, value], i) => [
      name,
      isArchitectureVariable(name)
        ? tf.randomNormal(value.shape, 0, 1, 'float32', seed + i)
        : value,
    ]),
  );
}

const norm = (x: tf.Tensor) => tf.norm(x).dataSync()[0];

describe.runIf(backends.includes('tensorflow'))('the two forms of the supernet', () => {
  beforeAll(async () => {
    await useBackend('tensorflow');
  });

  const listed = lists.flatMap(([name, operations]) =>
    (['none', 'all'] as const).map((bnAffine): (typeof cases)[number] => [
      `${name}, affine ${bnAffine}`,
      49,
      { layers: 2, filterMultiplier: 2, blocks: 2, classes: CLASSES, operations, bnAffine },
    ]),
  );

  it.each([...cases, ...listed])('give the same logits and gradients: %s', (_, size, options) => {
    tf.tidy(() => {
      const values = randomVariables(options, size, size);
      const names = Object.keys(values);
      const image = tf.randomUniform<tf.Rank.R4>([BATCH, size, size, 3], -1, 1, 'float32', 7);
      const labels = tf.randomUniform<tf.Rank.R3>([BATCH, size, size], 0, CLASSES, 'int32', 8);
      const evaluate = (evaluation: 'fused' | 'plain') => {
        const network = supernet(resolveSearchSpace(options), evaluation);
        const forward = (...tensors: tf.Tensor[]) =>
          applyNetwork(network, Object.fromEntries(names.map((n, i) => [n, tensors[i]])), image)
            .output;
        const tensors = names.map((name) => values[name]);
        let logits: tf.Tensor4D = image;
        const gradients = tf.grads((...given: tf.Tensor[]) => {
          logits = tf.keep(forward(...given));
          return softmaxCrossEntropy(logits, labels);
        })(tensors);
        return { logits, gradients };
      };
      const fast = evaluate('fused');
      const plain = evaluate('plain');
      expect(norm(tf.sub(fast.logits, plain.logits)) / norm(plain.logits)).toBeLessThan(1e-4);
      tf.dispose([fast.logits, plain.logits]); // kept beyond their function
      const norms = plain.gradients.map(norm);
      const largest = Math.max(...norms);
      names.forEach((name, i) => {
        const distance = norm(tf.sub(fast.gradients[i], plain.gradients[i]));
        // A gradient that vanishes, such as that of a weight before a batch norm, is all rounding.
        expect(distance / (norms[i] + 1e-4 * largest), name).toBeLessThan(1e-4);
      });
    });
  });
});
