import { readdirSync, readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';

import type { Architecture } from '../../lib/decoder/architecture.js';
import { applyNetwork } from '../../lib/nn/apply.js';
import { countParameters, declareNetwork } from '../../lib/nn/declare.js';
import type { Network } from '../../lib/nn/scope.js';
import { softmaxCrossEntropy } from '../../lib/ops/cross-entropy.js';
import { networkCost } from '../../lib/segmentation/cost.js';
import { segmentationNetwork } from '../../lib/segmentation/network.js';
import { backends, useBackend } from '../helpers/backends.js';
import { fillImage, fillInput, fillVariable, type FillSpec } from '../helpers/fill.js';

interface Logits {
  readonly shape: readonly number[];
  readonly maximum: number;
  readonly positions: readonly number[];
  readonly logits: readonly number[];
}

interface Statistics {
  readonly mean: readonly number[];
  readonly variance: readonly number[];
}

/** Norm, dot product with probe 1, with probe 2. */
type GradientSummary = readonly [number, number, number];

interface Fixture {
  readonly name: string;
  readonly architecture: Pick<Architecture, 'path' | 'genotype'>;
  readonly filterMultiplier: number;
  readonly classes: number;
  readonly image: FillSpec;
  readonly labels: FillSpec;
  readonly parameters: number;
  readonly inference: {
    readonly logits: Logits;
    readonly cells: readonly (readonly number[])[];
  };
  readonly frozen?: { readonly loss: number };
  readonly frozenGradients?: Readonly<Record<string, GradientSummary>>;
  readonly training?: {
    readonly loss: number;
    readonly logits: Logits;
    readonly batchNorm: Readonly<Record<string, Statistics>>;
  };
  readonly trainingGradients?: Readonly<Record<string, GradientSummary>>;
}

const folder = new URL('../fixtures/segmentation/', import.meta.url);
const fixtures = readdirSync(folder).map(
  (file) => JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Fixture,
);
// wasm runs the small ones: a published network down and up again, and every operation.
const onWasm = /published-f4-33x33|random-starts|random-ends-at-32|random-even/;

/** Moving statistics after one step move by a tenth, so that the batch's can be read from them. */
const MOMENTUM = 0.9;

/** Gradients below a thousandth of the largest are small differences of large numbers. */
const GRADIENT_FLOOR = 1e-3;

function prepare({ architecture, filterMultiplier, classes, image, labels }: Fixture) {
  const options = { architecture, filterMultiplier, classes, batchNormMomentum: MOMENTUM };
  const network = segmentationNetwork(options);
  const frozen = segmentationNetwork({ ...options, fineTuneBatchNorm: false });
  const { variables: specs } = declareNetwork(network, image.shape);
  const variables = Object.fromEntries(
    specs.map(({ name, shape }) => [name, tf.tensor(fillVariable(name, shape), [...shape])]),
  );
  return {
    network,
    frozen,
    specs,
    variables,
    image: tf.tensor4d(fillInput(image) as Float32Array, image.shape as never),
    labels: tf.tensor3d(fillInput(labels) as Int32Array, labels.shape as never, 'int32'),
  };
}

type Prepared = ReturnType<typeof prepare>;

/** Largest difference at the fixture's pixels, relative to the largest logit. */
function logitsError(actual: tf.Tensor4D, { shape, positions, logits, maximum }: Logits): number {
  expect(actual.shape).toEqual(shape);
  const classes = shape[3];
  const values = actual.dataSync<'float32'>();
  const differences = positions.flatMap((position, row) =>
    Array.from({ length: classes }, (_, c) =>
      Math.abs(values[position * classes + c] - logits[row * classes + c]),
    ),
  );
  return Math.max(...differences) / maximum;
}

/** Loss, gradients by name (zeros where none arrived) and new moving statistics of one step. */
function step({ specs, variables, image, labels }: Prepared, network: Network) {
  const names = specs.filter(({ trainable }) => trainable).map(({ name }) => name);
  const updates: Record<string, tf.Tensor> = {};
  const { value, grads } = tf.engine().gradients(
    () => {
      const result = applyNetwork(network, variables, image, {});
      Object.assign(updates, result.updates);
      return softmaxCrossEntropy(result.output, labels);
    },
    names.map((name) => variables[name]),
    undefined,
    true,
  );
  const gradients = names.map((name, i) => {
    const gradient = grads[i] as tf.Tensor | null;
    return [name, gradient ?? tf.zerosLike(variables[name])] as const;
  });
  return { loss: value.dataSync()[0], gradients, updates };
}

/** The largest difference of norm and projections, relative to the norm, and its name. */
function gradientErrors(
  gradients: readonly (readonly [string, tf.Tensor])[],
  expected: Readonly<Record<string, GradientSummary>>,
): { name: string; error: number } {
  expect(gradients.map(([name]) => name).sort()).toEqual(Object.keys(expected).sort());
  const floor = GRADIENT_FLOOR * Math.max(...Object.values(expected).map(([norm]) => norm));
  const errors = gradients.map(([name, gradient]) => {
    const values = gradient.dataSync();
    const dot = (other: ArrayLike<number>) =>
      values.reduce((total, value, i) => total + value * other[i], 0);
    const [norm, ...projections] = expected[name];
    const actual = [Math.sqrt(dot(values))];
    for (const probe of ['probe1', 'probe2']) {
      actual.push(dot(fillImage(`${probe}/${name}`, gradient.shape)));
    }
    const differences = [norm, ...projections].map((value, i) => Math.abs(value - actual[i]));
    return { name, error: Math.max(...differences) / (norm + floor) };
  });
  return errors.reduce((worst, next) => (next.error > worst.error ? next : worst));
}

describe.each(backends)('the found network on %s', (backend) => {
  beforeAll(async () => {
    await useBackend(backend);
  });
  const chosen = fixtures.filter(({ name }) => backend !== 'wasm' || onWasm.test(name));

  it.each(chosen)('equals PyTorch: $name', (fixture) => {
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      const prepared = prepare(fixture);
      const { network, variables, image, specs } = prepared;
      expect(countParameters(specs)).toBe(fixture.parameters);
      const { output } = applyNetwork(network, variables, image);
      const error = logitsError(output, fixture.inference.logits);
      console.log(fixture.name, 'inference', error.toExponential(1));
      expect(error).toBeLessThan(1e-4);
      if (fixture.frozen && fixture.frozenGradients) {
        const { loss, gradients, updates } = step(prepared, prepared.frozen);
        expect(Math.abs(loss / fixture.frozen.loss - 1)).toBeLessThan(1e-5);
        expect(Object.keys(updates)).toEqual([]);
        const e = gradientErrors(gradients, fixture.frozenGradients);
        console.log(fixture.name, 'frozen', e);
      }
      if (fixture.training && fixture.trainingGradients) {
        const { loss, gradients, updates } = step(prepared, network);
        expect(Math.abs(loss / fixture.training.loss - 1)).toBeLessThan(1e-5);
        const e = gradientErrors(gradients, fixture.trainingGradients);
        console.log(fixture.name, 'training', e, Object.keys(updates).length);
      }
    });
    expect(tf.memory().numTensors).toBe(before);
  });
});
