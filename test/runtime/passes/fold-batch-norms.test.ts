import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { conv2d } from '../../../lib/ops/conv2d.js';
import { depthwiseConv2d } from '../../../lib/ops/depthwise-conv2d.js';
import { dropReshapes } from '../../../lib/runtime/passes/drop-reshapes.js';
import { countBatchNorms, foldBatchNorms } from '../../../lib/runtime/passes/fold-batch-norms.js';
import type { TracedStep, TraceValue } from '../../../lib/runtime/trace-graph.js';
import { traceStep } from '../../../lib/runtime/trace-step.js';
import { useBackend } from '../../helpers/backends.js';
import { kernelsOf } from '../../helpers/runtime/traced.js';

type Build = (x: tf.Tensor4D, rate: tf.Tensor1D) => Record<string, tf.Tensor>;

/** A step on an image of two channels, folded. */
function folded(build: Build): TracedStep {
  const step = traceStep(
    {
      step: (_, { x, rate }) => ({ outputs: build(x as tf.Tensor4D, rate as tf.Tensor1D) }),
      inputs: { x: { shape: [1, 3, 3, 2] }, rate: { shape: [2] } },
    },
    {},
  );
  return foldBatchNorms(dropReshapes(step));
}

/** A batch norm; μ = (1, −1), σ² = (3, 0), ε = 1. */
function norm(x: tf.Tensor4D, offset?: tf.Tensor1D, scale?: tf.Tensor1D): tf.Tensor4D {
  return tf.batchNorm4d(x, tf.tensor1d([1, -1]), tf.tensor1d([3, 0]), offset, scale, 1);
}

const FILTER = [1, 2, 3, 4] as const;
const filter = () => tf.tensor4d([...FILTER], [1, 1, 2, 2]);

function numbers(value: TraceValue): number[] {
  expect(value.source.kind).toBe('constant');
  return value.source.kind === 'constant' ? [...value.source.data] : [];
}

describe('foldBatchNorms', () => {
  beforeAll(() => useBackend('wasm'));

  it('multiplies the output channels of the filter and leaves one sum', () => {
    const step = folded((x) => ({
      y: norm(conv2d(x, filter()), tf.tensor1d([10, 20]), tf.tensor1d([4, 5])),
    }));
    expect(kernelsOf(step)).toEqual(['AdlConv2D', 'Add']);
    const [convolution, sum] = step.nodes;
    // γ/√(σ² + ε) = (4/2, 5/1); β − μ · that = (10 − 2, 20 + 5)
    expect(numbers(convolution.inputs.filter)).toEqual([1 * 2, 2 * 5, 3 * 2, 4 * 5]);
    expect(convolution.inputs.filter.shape).toEqual([1, 1, 2, 2]);
    expect(numbers(sum.inputs.b)).toEqual([8, 25]);
    expect(sum.inputs.a.source).toMatchObject({ kind: 'node', node: convolution });
    expect(step.outputs[0][1]).toMatchObject({ source: { node: sum }, shape: [1, 3, 3, 2] });
    expect(countBatchNorms(step)).toBe(0);
  });

  it('takes 1 and 0 for a scale and an offset that are not there, also of depthwise convolutions', () => {
    const step = folded((x) => ({
      y: norm(depthwiseConv2d(x, tf.neg(tf.tensor4d([7, 8], [1, 1, 2, 1])))),
      z: norm(depthwiseConv2d(x, tf.tensor4d([7, 8], [1, 1, 2, 1]))),
    }));
    // A filter that is computed is no constant: its norm stays.
    expect(kernelsOf(step).slice(-3)).toEqual(['FusedBatchNorm', 'AdlDepthwiseConv2D', 'Add']);
    const [convolution, sum] = step.nodes.slice(-2);
    expect(numbers(convolution.inputs.filter)).toEqual([7 / 2, 8]);
    expect(numbers(sum.inputs.b)).toEqual([-1 / 2, 1]);
    expect(countBatchNorms(step)).toBe(1);
  });

  it('sees a norm behind which tfjs reshapes', () => {
    const build: Build = (x) => ({ y: norm(norm(conv2d(x, filter()))), z: tf.reshape(x, [18]) });
    const step = traceStep(
      {
        step: (_, { x }) => ({ outputs: build(x as tf.Tensor4D, tf.tensor1d([1, 1])) }),
        inputs: { x: { shape: [1, 3, 3, 2] } },
      },
      {},
    );
    expect(kernelsOf(step).filter((kernel) => kernel === 'Reshape')).toHaveLength(3);
    expect(kernelsOf(dropReshapes(step)).filter((kernel) => kernel === 'Reshape')).toHaveLength(1);
  });

  it('rounds once', () => {
    const third = tf.tensor1d([1 / 3, 1 / 3]);
    const step = folded((x) => ({ y: norm(conv2d(x, filter()), undefined, third) }));
    const [w] = numbers(step.nodes[0].inputs.filter);
    expect(w).toBe(Math.fround((FILTER[0] * Math.fround(1 / 3)) / 2));
    expect(numbers(step.nodes[1].inputs.b)[1]).toBe(Math.fround(Math.fround(1 / 3)));
  });

  it('leaves a norm whose convolution has another reader, or that has no constants, or no convolution', () => {
    const twice = folded((x) => {
      const convolved = conv2d(x, filter());
      return { y: norm(convolved), z: tf.exp(convolved) };
    });
    expect(countBatchNorms(twice)).toBe(1);
    const read = folded((x) => {
      const y = conv2d(x, filter());
      return { y, z: norm(y) };
    });
    expect(countBatchNorms(read)).toBe(1);
    expect(countBatchNorms(folded((x, rate) => ({ y: norm(conv2d(x, filter()), rate) })))).toBe(1);
    const scaled = folded((x, rate) => ({ y: norm(conv2d(x, filter()), undefined, rate) }));
    expect(countBatchNorms(scaled)).toBe(1);
    expect(kernelsOf(folded((x) => ({ y: norm(tf.exp(x)) })))).toEqual(['Exp', 'FusedBatchNorm']);
  });
});
