/** Runs a part of a network on values that follow from names alone, and gives them as plain maps. */
import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import { applyNetwork, type TrainingInputs } from '../../lib/nn/apply.js';
import { declareNetwork } from '../../lib/nn/declare.js';
import type { Network } from '../../lib/nn/scope.js';
import type { NamedTensors } from '../../lib/tensors.js';
import { fillImage, fillVariable } from './fill.js';
import type { PlainMap, PlainNorm } from './plain-maps.js';

type Shape = PlainMap['shape'];

/** A network that ran once. */
export interface FilledRun {
  readonly image: PlainMap;
  readonly output: PlainMap;
  /** Values of the variables by name; those of filters as maps. */
  readonly filters: Readonly<Record<string, PlainMap>>;
  readonly variables: Readonly<Record<string, ArrayLike<number>>>;
  readonly updates: Readonly<Record<string, ArrayLike<number>>>;
}

/** The tensor of an image that follows from its name. */
export function imageTensor(shape: Shape, name = 'image'): tf.Tensor4D {
  return tf.tensor<tf.Rank.R4>(fillImage(name, shape), [...shape]);
}

/** Values of the variables of a network that reads an image of this shape. */
export function filledVariables(network: Network, shape: Shape): NamedTensors {
  return Object.fromEntries(
    declareNetwork(network, shape).variables.map((spec) => [
      spec.name,
      tf.tensor(fillVariable(spec.name, spec.shape), [...spec.shape]),
    ]),
  );
}

/** Runs a network on an image and variables that follow from their names. */
export function runFilled(network: Network, shape: Shape, training?: TrainingInputs): FilledRun {
  tf.engine().startScope();
  try {
    const variables = filledVariables(network, shape);
    const { output, updates } = applyNetwork(network, variables, imageTensor(shape), training);
    const filters = Object.entries(variables).filter(([, { rank }]) => rank === 4);
    return {
      image: { shape, values: fillImage('image', shape) },
      output: { shape: output.shape, values: output.dataSync() },
      filters: Object.fromEntries(
        filters.map(([name, t]) => [name, { shape: t.shape as never, values: t.dataSync() }]),
      ),
      variables: valuesOf(variables),
      updates: valuesOf(updates),
    };
  } finally {
    tf.engine().endScope();
  }
}

function valuesOf(tensors: NamedTensors): Record<string, ArrayLike<number>> {
  return Object.fromEntries(Object.entries(tensors).map(([name, t]) => [name, t.dataSync()]));
}

/** What the batch norm at a place holds; its moving statistics unless the batch's are asked for. */
export function normAt(
  { variables }: Pick<FilledRun, 'variables'>,
  place: string,
  epsilon: number,
  statistics: 'moving' | 'batch' = 'batch',
): PlainNorm {
  const of = (name: string) =>
    Object.hasOwn(variables, `${place}/${name}`) ? variables[`${place}/${name}`] : undefined;
  const moving = statistics === 'moving';
  return {
    epsilon,
    gamma: of('gamma'),
    beta: of('beta'),
    mean: moving ? of('moving_mean') : undefined,
    variance: moving ? of('moving_variance') : undefined,
  };
}

/** Expects two maps to be of one shape and to differ by rounding only. */
export function expectSameMap(actual: PlainMap, expected: PlainMap, tolerance = 1e-5): void {
  expect(actual.shape).toEqual(expected.shape);
  const scale = Math.max(...Array.from(expected.values, Math.abs), 1e-6);
  const largest = Array.from(expected.values).reduce(
    (most, value, i) => Math.max(most, Math.abs(actual.values[i] - value)),
    0,
  );
  expect(largest / scale).toBeLessThan(tolerance);
}
