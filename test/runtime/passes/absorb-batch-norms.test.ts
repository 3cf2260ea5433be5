import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { conv2d } from '../../../lib/ops/conv2d.js';
import { depthwiseConv2d } from '../../../lib/ops/depthwise-conv2d.js';
import { absorbBatchNorms } from '../../../lib/runtime/passes/absorb-batch-norms.js';
import { dropReshapes } from '../../../lib/runtime/passes/drop-reshapes.js';
import { canPrepare, prepare } from '../../../lib/runtime/passes/prepare.js';
import type { Step } from '../../../lib/runtime/program.js';
import type { TracedStep } from '../../../lib/runtime/trace-graph.js';
import { traceStep } from '../../../lib/runtime/trace-step.js';
import type { NamedTensors } from '../../../lib/tensors.js';
import { useBackend } from '../../helpers/backends.js';
import { distance, image } from '../../helpers/ops/compare.js';
import { runTraced } from '../../helpers/runtime/run-traced.js';
import { kernelsOf } from '../../helpers/runtime/traced.js';

const CHANNELS = 3;

const state = (): NamedTensors => ({
  dense: image('dense', [3, 3, CHANNELS, CHANNELS]),
  depthwise: image('depthwise', [3, 3, CHANNELS, 1]),
  mean: tf.tensor1d([1, -1, 0.5]),
  variance: tf.tensor1d([3, 0, 0.25]),
  scale: tf.tensor1d([4, 5, -2]),
  offset: tf.tensor1d([10, 20, -1]),
});

const inputs = (): NamedTensors => ({ x: image('x', [2, 5, 5, CHANNELS]) });

type Build = (x: tf.Tensor4D, state: Record<string, tf.Tensor>) => NamedTensors;

function traced(build: Build): TracedStep {
  const step: Step = (held, { x }) => ({ outputs: build(x as tf.Tensor4D, { ...held }) });
  const shapes = { x: { shape: [2, 5, 5, CHANNELS] } };
  return dropReshapes(traceStep({ step, inputs: shapes }, state()));
}

const norm = (x: tf.Tensor4D, held: Record<string, tf.Tensor>, isAffine: boolean) =>
  tf.batchNorm4d(
    x,
    held.mean as tf.Tensor1D,
    held.variance as tf.Tensor1D,
    isAffine ? (held.offset as tf.Tensor1D) : undefined,
    isAffine ? (held.scale as tf.Tensor1D) : undefined,
    1,
  );

const dense: Build = (x, held) => ({
  y: tf.relu(norm(conv2d(x, held.dense as tf.Tensor4D), held, true)),
});
const depthwise: Build = (x, held) => ({
  y: norm(depthwiseConv2d(x, held.depthwise as tf.Tensor4D), held, false),
});

/** Largest difference from what the step gave before, in the unit of the largest number. */
function expectSame(before: TracedStep, run: (inputs: NamedTensors) => NamedTensors): void {
  tf.tidy(() => {
    const expected = runTraced(before, state(), inputs());
    const got = run(inputs());
    for (const [name, value] of Object.entries(expected)) {
      expect(distance(got[name], value)).toBeLessThan(2e-6);
    }
  });
}

describe('absorbBatchNorms', () => {
  beforeAll(() => useBackend('wasm'));

  it('multiplies the filter by hand-computed factors and adds a bias', () => {
    const step = absorbBatchNorms(traced(dense));
    expect(kernelsOf(step)).toEqual(
      'Add Rsqrt Multiply Multiply Sub Multiply AdlConv2D BiasAdd Relu'.split(' '),
    );
    const convolution = step.nodes.find(({ kernel }) => kernel === 'AdlConv2D')!;
    const bias = step.nodes.find(({ kernel }) => kernel === 'BiasAdd')!.inputs.b;
    tf.tidy(() => {
      const looking = {
        ...step,
        outputs: [
          ['w', convolution.inputs.filter],
          ['b', bias],
        ],
      } as const;
      const { w, b } = runTraced(looking, state(), inputs());
      // γ/√(σ² + 1) = (4/2, 5, −2/√1.25); β − μ · that
      const factor = [2, 5, -2 / Math.sqrt(1.25)];
      expect(distance(w, tf.mul(state().dense, factor))).toBeLessThan(1e-6);
      expect(distance(b, tf.tensor1d([10 - 2, 20 + 5, -1 + 1 / Math.sqrt(1.25)]))).toBeLessThan(
        1e-6,
      );
    });
  });

  it.each([
    ['dense', dense],
    ['depthwise', depthwise],
  ])('gives what a %s convolution and its norm give', (_, build) => {
    const before = traced(build);
    const after = absorbBatchNorms(before);
    expect(kernelsOf(after)).not.toContain('FusedBatchNorm');
    expectSame(before, (given) => runTraced(after, state(), given));
  });

  it('leaves norms of convolutions that others read, and norms of other values', () => {
    const twice = traced((x, held) => {
      const y = conv2d(x, held.dense as tf.Tensor4D);
      return { y: norm(y, held, true), z: tf.exp(y) };
    });
    expect(kernelsOf(absorbBatchNorms(twice))).toEqual(kernelsOf(twice));
    const read = traced((x, held) => {
      const y = conv2d(x, held.dense as tf.Tensor4D);
      return { y: norm(y, held, true), z: y };
    });
    expect(kernelsOf(absorbBatchNorms(read))).toContain('FusedBatchNorm');
    const other = traced((x, held) => ({ y: norm(x, held, true) }));
    expect(kernelsOf(absorbBatchNorms(other))).toEqual(['FusedBatchNorm']);
  });
});

describe('prepare', () => {
  beforeAll(() => useBackend('wasm'));

  it('takes out what follows from the state alone', () => {
    const before = absorbBatchNorms(traced(dense));
    const { preparation, step } = prepare(before, 'prepared');
    expect(kernelsOf(step)).toEqual(['AdlConv2D', 'BiasAdd', 'Relu']);
    expect(kernelsOf(preparation)).toEqual('Add Rsqrt Multiply Multiply Sub Multiply'.split(' '));
    expect(preparation.changes.map(([name]) => name)).toEqual(['prepared/0', 'prepared/1']);
    expect(preparation.changes.map(([, { shape }]) => shape)).toEqual([[3, 3, 3, 3], [3]]);
    expectSame(before, (given) => {
      const prepared = runTraced(preparation, state(), {});
      return runTraced(step, { ...state(), ...prepared }, given);
    });
  });

  it('leaves constants and what inputs reach, and outputs stay where they were', () => {
    const before = traced((x, held) => ({
      y: tf.add(x, tf.exp(tf.ones([1, 1, 1, CHANNELS]))),
      z: tf.exp(held.mean),
    }));
    const { preparation, step } = prepare(before, 'p');
    expect(kernelsOf(preparation)).toEqual(['Exp']);
    expect(kernelsOf(step)).toContain('Exp');
    expect(step.outputs[1][1].source).toEqual({ kind: 'state', name: 'p/0' });
    expectSame(before, (given) =>
      runTraced(step, { ...state(), ...runTraced(preparation, state(), {}) }, given),
    );
  });

  it('is for steps that leave the state as it is', () => {
    const definition = {
      inputs: { x: { shape: [CHANNELS] } },
      step: ({ mean }: NamedTensors, { x }: NamedTensors) => ({
        outputs: {},
        state: { mean: tf.add(mean, x) },
      }),
    };
    expect(canPrepare(traceStep(definition, state()))).toBe(false);
    expect(canPrepare(traced(dense))).toBe(true);
  });
});
