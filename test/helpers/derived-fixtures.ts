/** Reads the PyTorch fixtures of the derived network; see test/reference/README.md. */
import { readdirSync, readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import type { Architecture } from '../../lib/architecture/architecture.js';
import { applyNetwork } from '../../lib/nn/apply.js';
import { declareNetwork } from '../../lib/nn/declare.js';
import type { Network } from '../../lib/nn/scope.js';
import { softmaxCrossEntropy } from '../../lib/ops/cross-entropy.js';
import { segmentationNetwork } from '../../lib/segmentation/network.js';
import { fillImage, fillInput, fillVariable, type FillSpec } from './fill.js';

/** Scores at 64 pixels. */
export interface LogitsSummary {
  readonly shape: readonly number[];
  readonly maximum: number;
  readonly positions: readonly number[];
  readonly logits: readonly number[];
}

/** Mean and biased variance of what enters a batch norm, by channel. */
export interface Statistics {
  readonly mean: readonly number[];
  readonly variance: readonly number[];
}

/** Norm, dot product with probe 1, dot product with probe 2; by variable. */
export type GradientSummary = Readonly<Record<string, readonly [number, number, number]>>;

/** A derived network that PyTorch computed. */
export interface DerivedFixture {
  readonly name: string;
  readonly architecture: Pick<Architecture, 'path' | 'genotype'>;
  readonly filterMultiplier: number;
  readonly classes: number;
  readonly image: FillSpec;
  readonly labels: FillSpec;
  readonly parameters: number;
  readonly lowLevelCell: number | null;
  readonly inference: {
    readonly logits: LogitsSummary;
    /** Height, width and channels of the map of each cell, and its norm over the batch. */
    readonly cells: readonly { readonly shape: readonly number[]; readonly norm: number }[];
  };
  readonly frozen?: { readonly loss: number };
  readonly frozenGradients?: GradientSummary;
  readonly training?: {
    readonly loss: number;
    readonly logits: LogitsSummary;
    readonly batchNorm: Readonly<Record<string, Statistics>>;
  };
  readonly trainingGradients?: GradientSummary;
}

const folder = new URL('../fixtures/segmentation/', import.meta.url);

/** All of them, by name. */
export const derivedFixtures = readdirSync(folder).map(
  (file) => JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as DerivedFixture,
);

/** The same values are asked for by many fixtures, and hashing millions of numbers takes its time. */
function remember(
  fill: (name: string, shape: readonly number[]) => Float32Array,
): (name: string, shape: readonly number[]) => Float32Array {
  const known = new Map<string, Float32Array>();
  return (name, shape) => {
    const key = `${name} ${shape.join(' ')}`;
    const values = known.get(key) ?? fill(name, shape);
    known.set(key, values);
    return values;
  };
}

/** Values of a variable by its name. */
export const variableValues = remember(fillVariable);
const probeValues = remember(fillImage);

/** Largest difference at the fixture's pixels, relative to the largest score. */
export function logitsError(actual: tf.Tensor, summary: LogitsSummary): number {
  expect(actual.shape).toEqual(summary.shape);
  const classes = summary.shape[3];
  const values = actual.dataSync();
  const differences = summary.positions.flatMap((position, row) =>
    Array.from({ length: classes }, (_, c) =>
      Math.abs(values[position * classes + c] - summary.logits[row * classes + c]),
    ),
  );
  return Math.max(...differences) / summary.maximum;
}

/** Gradients below a thousandth of the largest are small differences of large numbers. */
const GRADIENT_FLOOR = 1e-3;

/** The largest difference of norm and projections, relative to the norm, and whose it is. */
export function gradientError(
  gradients: Readonly<Record<string, tf.Tensor>>,
  expected: GradientSummary,
): { readonly name: string; readonly error: number } {
  expect(Object.keys(gradients).sort()).toEqual(Object.keys(expected).sort());
  const floor = GRADIENT_FLOOR * Math.max(...Object.values(expected).map(([norm]) => norm));
  let worst = { name: '', error: 0 };
  for (const [name, gradient] of Object.entries(gradients)) {
    const values = gradient.dataSync<'float32'>();
    const dot = (other: ArrayLike<number>) =>
      values.reduce((total, value, i) => total + value * other[i], 0);
    const probes = ['probe1', 'probe2'].map((probe) =>
      probeValues(`${probe}/${name}`, gradient.shape),
    );
    const actual = [Math.sqrt(dot(values)), ...probes.map(dot)];
    const [norm] = expected[name];
    const differences = actual.map((value, i) => Math.abs(value - expected[name][i]));
    const error = Math.max(...differences) / (norm + floor);
    worst = error > worst.error ? { name, error } : worst;
  }
  return worst;
}

/** Momentum of the batch norms of {@link prepareFixture}. */
export const FIXTURE_MOMENTUM = 0.9;

/** The network of a fixture, tuned and with frozen batch norm, its variables and inputs. */
export function prepareFixture(fixture: DerivedFixture) {
  const { architecture, filterMultiplier, classes, image, labels } = fixture;
  const options = { architecture, filterMultiplier, classes, batchNormMomentum: FIXTURE_MOMENTUM };
  const network = segmentationNetwork(options);
  const { variables: specs } = declareNetwork(network, image.shape);
  return {
    network,
    frozen: segmentationNetwork({ ...options, fineTuneBatchNorm: false }),
    specs,
    variables: Object.fromEntries<tf.Tensor>(
      specs.map(({ name, shape }) => [name, tf.tensor(variableValues(name, shape), [...shape])]),
    ),
    image: tf.tensor<tf.Rank.R4>(fillInput(image), image.shape as never),
    labels: tf.tensor<tf.Rank.R3>(fillInput(labels), labels.shape as never, 'int32'),
  };
}

/** Loss and gradients by name, zeros where none arrived. */
export function lossAndGradients(
  {
    specs,
    variables,
    image,
    labels,
  }: Pick<ReturnType<typeof prepareFixture>, 'specs' | 'variables' | 'image' | 'labels'>,
  network: Network,
) {
  const names = specs.filter(({ trainable }) => trainable).map(({ name }) => name);
  const { value, grads } = tf.engine().gradients(
    () => softmaxCrossEntropy(applyNetwork(network, variables, image, {}).output, labels),
    names.map((name) => variables[name]),
    undefined,
    true,
  );
  const gradients = names.map((name, i) => {
    const gradient = grads[i] as tf.Tensor | null;
    return [name, gradient ?? tf.zerosLike(variables[name])] as const;
  });
  return { loss: value.dataSync()[0], gradients: Object.fromEntries(gradients) };
}

/** Expects numbers to be close, relative to the largest. */
export function expectClose(
  actual: ArrayLike<number>,
  expected: readonly number[],
  tolerance: number,
) {
  expect(actual.length).toBe(expected.length);
  const scale = Math.max(...expected.map(Math.abs));
  const differences = expected.map((value, i) => Math.abs(actual[i] - value));
  expect(Math.max(...differences) / scale).toBeLessThan(tolerance);
}
