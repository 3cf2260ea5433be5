/** Reads the PyTorch fixtures of the found network; see test/reference/README.md. */
import { readdirSync, readFileSync } from 'node:fs';
import type * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';

import type { Architecture } from '../../lib/architecture/architecture.js';
import { fillImage, fillVariable, type FillSpec } from '../helpers/fill.js';

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

export interface Fixture {
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
    readonly cells: readonly (readonly number[])[];
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

export const fixtures = readdirSync(folder).map(
  (file) => JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Fixture,
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
