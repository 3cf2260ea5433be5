/**
 * Operations with random shapes and attributes, forward and gradient: compiled against eager, which
 * is tfjs on TensorFlow itself.
 */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../../lib/random.js';
import { compile } from '../../../lib/runtime/compile.js';
import type { InputSpec, StepDefinition } from '../../../lib/runtime/program.js';
import { tracedKernels } from '../../../lib/runtime/kernels/kernels.js';
import { trace } from '../../../lib/runtime/trace.js';
import { anySizeKernels } from '../../../lib/runtime/kernels/any-size.js';
import { productKernels } from '../../../lib/runtime/kernels/products.js';
import { replicaKernels } from '../../../lib/runtime/kernels/replicas.js';
import { backends, useBackend } from '../../helpers/backends.js';
import { sweeps, type Sweep } from '../../helpers/runtime/operation-sweeps.js';

/** Value and gradients in all operands of Σ sin(f(x)). */
function differentiate({ compute }: Sweep, x: readonly tf.Tensor[]): Record<string, tf.Tensor> {
  const loss = (...given: tf.Tensor[]) => tf.sum(tf.sin(compute(...given)));
  const { grads } = tf.valueAndGrads(loss)([...x]);
  const named = grads.map((gradient, i) => [`gradient${i}`, gradient] as const);
  return { value: compute(...x), ...Object.fromEntries(named) };
}

const SEEDS = [1, 2, 3, 4, 5, 6];

describe.runIf(backends.includes('tensorflow'))('a compiled operation equals the eager one', () => {
  beforeAll(() => useBackend('tensorflow'));

  it('for every kernel that a step may use, with each attribute that it reads', () => {
    // A copy: a trace has none. Products and those of replicas are what passes write or replace
    // (test/runtime/passes), those of any size have no eager form (test/export).
    const none: readonly string[] = [];
    const unlike = { ...productKernels, ...replicaKernels, ...anySizeKernels };
    const alone = { Identity: { attributes: none }, BiasAdd: { attributes: none } };
    const elsewhere = Object.entries({ ...alone, ...unlike });
    const seen = new Map(elsewhere.map(([name, { attributes }]) => [name, new Set(attributes)]));
    for (const [name, draw] of Object.entries(sweeps)) {
      for (const seed of SEEDS) {
        const sweep = draw(new Random(seed).fork(name));
        const { graph } = trace(
          ({ input }) =>
            differentiate(
              sweep,
              sweep.shapes.map((shape, i) => input(`x${i}`, shape)),
            ),
          () => undefined,
        );
        for (const { kernel, attributes } of graph.nodes) {
          const given = Object.keys(attributes).filter((key) => attributes[key] !== undefined);
          seen.set(kernel, new Set([...(seen.get(kernel) ?? []), ...given]));
        }
      }
    }
    const missing = [...tracedKernels].flatMap(([name, { attributes }]) =>
      ['', ...attributes]
        .filter((key) =>
          key === '' ? !seen.has(name) : seen.has(name) && !seen.get(name)!.has(key),
        )
        .map((key) => `${name} ${key}`.trim()),
    );
    expect(missing).toEqual([]);
  });

  it.each(Object.entries(sweeps))('%s', (name, draw) => {
    const cases = SEEDS.map((seed) => draw(new Random(seed).fork(name)));
    const steps = cases.map((sweep, i): [string, StepDefinition] => [
      `case${i}`,
      {
        inputs: Object.fromEntries(
          sweep.shapes.map((shape, k): [string, InputSpec] => [`x${k}`, { shape }]),
        ),
        step: (_, inputs) => ({ outputs: differentiate(sweep, Object.values(inputs)) }),
      },
    ]);
    const program = compile({}, Object.fromEntries(steps), { mode: 'graph' });
    try {
      cases.forEach((sweep, i) => {
        tf.tidy(() => {
          const [low, high] = sweep.range ?? [-2, 2];
          const random = new Random(SEEDS[i]).fork('values');
          const values = sweep.shapes.map((shape) => {
            const length = shape.reduce((a, b) => a * b, 1);
            const data = Float32Array.from({ length }, () => random.uniform(low, high));
            return tf.tensor(data, [...shape]);
          });
          const expected = differentiate(sweep, values);
          const inputs = Object.fromEntries(values.map((tensor, k) => [`x${k}`, tensor]));
          const actual = program.run(`case${i}`, inputs);
          for (const [key, tensor] of Object.entries(expected)) {
            expect(actual[key].shape, `${name} ${i} ${key}`).toEqual(tensor.shape);
            const got = actual[key].dataSync();
            tensor.dataSync().forEach((value, at) => {
              const place = `${name}, case ${i}, ${key}[${at}]`;
              if (Number.isFinite(value)) {
                expect(got[at], place).toBeCloseTo(value, 4);
              } else {
                expect(got[at], place).toBe(value);
              }
            });
          }
        });
      });
    } finally {
      program.dispose();
    }
  });

  it('has the gradient of |x| on both sides of 0, and the maximum over one axis', () => {
    const program = compile(
      {},
      {
        step: {
          inputs: { x: { shape: [2, 2] } },
          step: (_, { x }) => ({
            outputs: { slope: tf.grad((y) => tf.sum(tf.abs(y)))(x), max: tf.max(x, 1) },
          }),
        },
      },
      { mode: 'graph' },
    );
    const { slope, max } = program.run('step', { x: tf.tensor2d([-3, 2, 5, -1], [2, 2]) });
    expect(Array.from(slope.dataSync())).toEqual([-1, 1, 1, -1]);
    expect(Array.from(max.dataSync())).toEqual([2, 5]);
    program.dispose();
  });
});
