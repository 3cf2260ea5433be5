import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { applyNetwork } from '../../lib/nn/apply.js';
import { declareNetwork, initializeVariables } from '../../lib/nn/declare.js';
import { softmaxCrossEntropy } from '../../lib/ops/cross-entropy.js';
import { adam } from '../../lib/optimizer/adam.js';
import {
  architectureStep,
  bilevelState,
  weightStep,
  type BilevelProblem,
} from '../../lib/optimizer/bilevel.js';
import { globalNorm } from '../../lib/optimizer/clip.js';
import { sgd } from '../../lib/optimizer/sgd.js';
import { Random } from '../../lib/random.js';
import { compile } from '../../lib/runtime/compile.js';
import { trace } from '../../lib/runtime/trace.js';
import { resolveSearchSpace } from '../../lib/search-space/options.js';
import {
  ALPHA,
  BETA,
  isArchitectureVariable,
  supernet,
} from '../../lib/search-space/supernet/supernet.js';
import type { NamedTensors } from '../../lib/tensors.js';
import { backends, useBackend } from '../helpers/backends.js';

const plain = () => sgd({ momentum: 0 });

const options = resolveSearchSpace({ layers: 2, filterMultiplier: 1, blocks: 2, classes: 3 });
const network = supernet(options);
const shape = [2, 33, 33, 3];

function searchProblem(changes: Partial<BilevelProblem> = {}): BilevelProblem {
  return {
    loss: (variables, { image, labels }) =>
      softmaxCrossEntropy(
        applyNetwork(network, variables, image as tf.Tensor4D, {}).output,
        labels as tf.Tensor3D,
      ),
    isArchitecture: isArchitectureVariable,
    weightOptimizer: plain(),
    architectureOptimizer: plain(),
    ...changes,
  };
}

function batch(seed: number) {
  const random = new Random(seed);
  const pixels = Float32Array.from({ length: 2 * 33 * 33 * 3 }, () => random.uniform(-1, 1));
  const classes = Int32Array.from({ length: 2 * 33 * 33 }, () => random.integer(3));
  return {
    image: tf.tensor(pixels, shape),
    labels: tf.tensor(classes, [2, 33, 33], 'int32'),
  };
}

function searchState(problem: BilevelProblem): Record<string, tf.Tensor> {
  const { variables } = declareNetwork(network, shape);
  const first = initializeVariables(variables, new Random(7));
  const spread = (name: string) =>
    tf.tensor(
      Float32Array.from(first[name].dataSync(), (_, i) => Math.sin(3 * i)),
      first[name].shape,
    );
  return bilevelState(problem, { ...first, [ALPHA]: spread(ALPHA), [BETA]: spread(BETA) });
}

describe.each(backends)('the bilevel steps of a supernet on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  it.each([
    ['weights', weightStep, 'learningRate', 1e-3],
    ['architecture', architectureStep, 'architectureLearningRate', 1e-2],
  ] as const)(
    'follow the slope of the supernet loss that finite differences find: %s',
    (player, make, rate, distance) => {
      tf.tidy(() => {
        const problem = searchProblem();
        const state = searchState(problem);
        const data = batch(1);
        const { state: after } = make(problem)(state, { ...data, [rate]: tf.scalar(1) });
        const gradients: NamedTensors = Object.fromEntries(
          Object.entries(after!)
            .filter(([name]) => name.startsWith('variables/'))
            .map(([name, tensor]) => [name, tf.sub<tf.Tensor>(state[name], tensor)]), // rate 1, no momentum
        );
        const names = Object.keys(gradients);
        expect(
          names.every((name) => name.includes('architecture') === (player !== 'weights')),
        ).toBe(true);
        const norm = globalNorm(gradients).dataSync()[0];
        const lossAt = (shift: number) => {
          const variables = Object.fromEntries(
            Object.entries(state)
              .filter(([name]) => name.startsWith('variables/'))
              .map(([name, tensor]) => [
                name.slice('variables/'.length),
                names.includes(name)
                  ? tf.add(tensor, tf.mul(gradients[name], shift / norm))
                  : tensor,
              ]),
          );
          return problem.loss(variables, data).dataSync()[0];
        };
        const slope = (lossAt(distance) - lossAt(-distance)) / (2 * distance);
        expect(norm).toBeGreaterThan(0.01);
        expect(slope / norm).toBeGreaterThan(0.97);
        expect(slope / norm).toBeLessThan(1.03);
      });
    },
  );

  it('run as a program without leaving tensors behind', () => {
    const problem = searchProblem({
      weightOptimizer: sgd({ weightDecay: 3e-4, clipNorm: 5 }),
      architectureOptimizer: adam({ weightDecay: 1e-3, betas: [0.5, 0.999] }),
    });
    const initial = tf.tidy(() => searchState(problem));
    const images = { image: { shape }, labels: { shape: [2, 33, 33], dtype: 'int32' } } as const;
    const program = compile(initial, {
      weights: { step: weightStep(problem), inputs: { ...images, learningRate: { shape: [] } } },
      architecture: {
        step: architectureStep(problem),
        inputs: { ...images, architectureLearningRate: { shape: [] } },
      },
    });
    tf.dispose(initial);
    const counts: number[] = [];
    for (let i = 0; i < 3; i++) {
      const data = batch(i);
      const rates = { learningRate: tf.scalar(0.1), architectureLearningRate: tf.scalar(0.003) };
      tf.dispose(program.run('weights', { ...data, ...rates }));
      tf.dispose(program.run('architecture', { ...data, ...rates }));
      tf.dispose([data, rates]);
      counts.push(tf.memory().numTensors);
    }
    expect(counts[1]).toBe(counts[0]);
    expect(counts[2]).toBe(counts[0]);
    program.dispose();
  });
});

describe('the bilevel steps of a supernet', () => {
  const kernelsOf = (make: typeof weightStep): string[] => {
    const problem = searchProblem();
    const { variables } = declareNetwork(network, shape);
    const { graph } = trace(
      (placeholders) => {
        const state = Object.fromEntries(
          variables.map(({ name, shape: size }) => [
            `variables/${name}`,
            placeholders.state(name, size),
          ]),
        );
        const inputs = {
          image: placeholders.input('image', shape),
          labels: placeholders.input('labels', [2, 33, 33], 'int32'),
          learningRate: placeholders.input('rate', []),
          architectureLearningRate: placeholders.input('architecture rate', []),
        };
        return make(problem)(state, inputs);
      },
      () => undefined,
    );
    return graph.nodes.map(({ kernel }) => kernel);
  };
  const count = (kernels: string[], name: string) => kernels.filter((k) => k === name).length;

  it('compute no gradient of filters for the architecture', () => {
    const name = kernelsOf(weightStep).find((kernel) => /Depthwise.*FilterGradient/.test(kernel));
    expect(name).toBeDefined();
    expect(count(kernelsOf(architectureStep), name!)).toBe(0);
  });
});
