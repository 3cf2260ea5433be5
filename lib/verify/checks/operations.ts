/** Every operation, forward and backward, against PyTorch. */
import * as tf from '@tensorflow/tfjs-core';
import { ShapeError } from '../../errors.js';
import { randomUniform } from '../../ops/random-uniform.js';
import type { Check, Row } from '../check.js';
import { differenceOf, rowOf, worst, type Difference } from '../difference.js';
import { OPERATIONS } from '../operations.js';
import { toleranceFor } from '../precision.js';
import { readReference, tensorFrom, type OperationCase } from '../reference.js';

/** The name of a row: the operations of the search space have one each. */
function rowName({ family, attrs }: OperationCase): string {
  return family === 'core'
    ? "gradients of tfjs's operations"
    : [family.replaceAll('-', ' '), attrs.operation].filter(Boolean).join(' ');
}

/** The largest difference of the output and of all gradients of a case. */
function differenceFrom(one: OperationCase): Difference {
  const { name, family, inputs, attrs, outputShape, expected } = one;
  const tensors = Object.fromEntries(
    Object.entries(inputs).map(([key, spec]) => [key, tensorFrom(spec)]),
  );
  const { dy } = tensors as { dy?: tf.Tensor };
  const names = Object.keys(tensors).filter((key) => `d${key}` in expected);
  const run = (values: readonly tf.Tensor[]) => {
    const given = Object.fromEntries(names.map((key, i) => [key, values[i]]));
    return OPERATIONS[family]({ ...tensors, ...given }, attrs);
  };
  const values = names.map((key) => tensors[key]);
  const y = run(values);
  if (String(y.shape) !== String(outputShape)) {
    throw new ShapeError(
      `${name}: expected the shape [${outputShape.join(', ')}], got [${y.shape.join(', ')}]`,
    );
  }
  const gradients = tf.grads((...moving: tf.Tensor[]) => {
    const result = run(moving);
    return dy ? tf.sum(tf.mul(result, dy)) : result;
  })(values);
  return worst([
    differenceOf(`${name}, output`, y.dataSync(), expected.y),
    ...names.map((key, i) =>
      differenceOf(`${name}, gradient in ${key}`, gradients[i].dataSync(), expected[`d${key}`]),
    ),
  ]);
}

/** How far the mean of n uniform numbers may be from 1/2: six of its standard deviations √(1/12n). */
const RANDOM_COUNT = 60_000;
const RANDOM_TOLERANCE = 2 * 6 * Math.sqrt(1 / (12 * RANDOM_COUNT));

/** Random numbers have no reference: what holds of all of them is looked at. */
function randomNumbers(): Difference {
  const draw = (seed: number) =>
    randomUniform([RANDOM_COUNT], tf.tensor1d([seed, 7], 'int32')).dataSync<'float32'>();
  const [first, again, other] = [draw(1), draw(1), draw(2)];
  const isEvery = (test: (value: number, i: number) => boolean) => first.every(test);
  if (!isEvery((value) => value >= 0 && value < 1)) {
    return { absolute: Infinity, relative: Infinity, at: 'a number outside of [0, 1)' };
  }
  if (!isEvery((value, i) => value === again[i]) || isEvery((value, i) => value === other[i])) {
    return { absolute: Infinity, relative: Infinity, at: 'the numbers of equal or other seeds' };
  }
  const mean = first.reduce((sum, value) => sum + value, 0) / RANDOM_COUNT;
  return differenceOf('their mean', [mean], [0.5]);
}

/** Rows by operation: the worst of its cases. */
async function* run(tolerance: number): AsyncGenerator<Row> {
  const { cases } = await readReference('operations');
  for (const what of new Set(cases.map(rowName))) {
    const own = cases.filter((one) => rowName(one) === what);
    const compare = () => worst(own.map(differenceFrom));
    yield await rowOf({ what, expectedFrom: 'PyTorch, float64', tolerance, compare });
  }
  yield await rowOf({
    what: 'random numbers',
    expectedFrom: 'range, repeatability, mean 1/2',
    tolerance: RANDOM_TOLERANCE,
    compare: randomNumbers,
  });
}

/** Every operation of the library and of the search space, with all gradients. */
export const operationsCheck: Check = {
  name: 'operations',
  compares: 'every operation of the networks and its gradients with PyTorch',
  run: ({ precision }) => run(toleranceFor('operation', precision)),
};
