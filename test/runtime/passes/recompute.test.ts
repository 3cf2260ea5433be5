import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { conv2d } from '../../../lib/ops/conv2d.js';
import { lossAndGradients } from '../../../lib/optimizer/gradients.js';
import { sgd } from '../../../lib/optimizer/sgd.js';
import { compile } from '../../../lib/runtime/compile.js';
import { filterProducts } from '../../../lib/runtime/passes/filter-products.js';
import { recompute } from '../../../lib/runtime/passes/recompute.js';
import { recomputable } from '../../../lib/runtime/region.js';
import type { Step } from '../../../lib/runtime/program.js';
import { producerOf } from '../../../lib/runtime/trace-graph.js';
import { traceStep } from '../../../lib/runtime/trace-step.js';
import { backends, useBackend } from '../../helpers/backends.js';
import { kernelsOf } from '../../helpers/runtime/traced.js';
import {
  smallNetwork,
  train,
  trainingProblem,
  widerSupernet,
} from '../../helpers/runtime/training.js';

describe('recompute', () => {
  beforeAll(() => useBackend('wasm'));

  /** Σ exp(exp(w)) with both exponentials inside a part; 5000 numbers are not small. */
  const step: Step = ({ w }) => {
    const { loss, gradients } = lossAndGradients(
      (free) => tf.sum<tf.Scalar>(recomputable(() => tf.exp(tf.exp(free.w)))),
      { w },
    );
    return { outputs: { loss, slope: gradients.w } };
  };
  const traced = (size: number) => traceStep({ step, inputs: {} }, { w: tf.zeros([size]) });

  it('runs the inner kernel of a part again, after the gradient that enters it', () => {
    const again = recompute(traced(5000), 'all');
    const [inner, outer, copy, ...more] = again.nodes.filter(({ kernel }) => kernel === 'Exp');
    expect(more).toEqual([]); // the result of the outer one leaves the part and is kept
    expect([inner.forward, outer.forward, copy.forward]).toEqual([true, true, undefined]);
    expect(copy.after).toHaveLength(1);
    expect(copy.after![0].forward).toBeUndefined();
    const slope = again.outputs.find(([name]) => name === 'slope')![1];
    expect(Object.values(producerOf(slope)!.inputs).map(producerOf)).toContain(copy);
  });

  it('runs a part again whose values are first read by what only waits for a gradient', () => {
    const filter = { shape: [3, 3, 64, 64] };
    const definition = {
      step: (({ w }, { x }) => {
        const y = (free: tf.Tensor) =>
          recomputable(() => conv2d(tf.relu(x as tf.Tensor4D), free as tf.Tensor4D));
        return {
          outputs: lossAndGradients((free) => tf.sum(tf.square(y(free.w))), { w }).gradients,
        };
      }) satisfies Step,
      inputs: { x: { shape: [2, 9, 9, 64] } },
    };
    const step = filterProducts(traceStep(definition, { w: tf.zeros(filter.shape) }));
    const counted = (name: string) => kernelsOf(recompute(step, 'all')).filter((k) => k === name);
    expect(kernelsOf(step).filter((kernel) => kernel === 'Relu')).toHaveLength(1);
    expect(counted('Relu')).toHaveLength(2);
  });

  it('keeps small values, and everything under none', () => {
    expect(kernelsOf(recompute(traced(1000), 'all'))).toEqual(kernelsOf(traced(1000)));
    const plain = traced(5000);
    expect(recompute(plain, 'none')).toBe(plain);
  });
});

describe.runIf(backends.includes('tensorflow'))('a compiled step', () => {
  beforeAll(() => useBackend('tensorflow'));

  it.each([
    ['a supernet', widerSupernet, 97, 0.9],
    ['a network with dropout and drop path', smallNetwork(0.6), 193, 1],
  ] as const)('gives the same when parts are computed again: %s', (_, network, size, share) => {
    const { initial, steps } = trainingProblem(network, sgd({ weightDecay: 3e-4 }), size);
    const kept = compile(initial, steps, { mode: 'graph', recompute: 'none' });
    const expected = train(kept, 3, size);
    for (const recompute of ['cheap', 'all'] as const) {
      const again = compile(initial, steps, { mode: 'graph', recompute });
      expect(again.memory?.recompute).toBe(recompute);
      expect(again.memory!.step).toBeLessThan(share * kept.memory!.step);
      train(again, 3, size).forEach((loss, i) => {
        expect(Math.abs(loss - expected[i])).toBeLessThan(1e-4 * Math.abs(expected[i]));
      });
      again.dispose();
    }
    kept.dispose();
    tf.dispose(initial);
  });
});
