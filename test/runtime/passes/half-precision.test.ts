import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { batchNormTraining } from '../../../lib/ops/batch-norm.js';
import { conv2d } from '../../../lib/ops/conv2d.js';
import { depthwiseConv2d } from '../../../lib/ops/depthwise-conv2d.js';
import { lossAndGradients } from '../../../lib/optimizer/gradients.js';
import { sgd } from '../../../lib/optimizer/sgd.js';
import { compile, type CompileOptions } from '../../../lib/runtime/compile.js';
import { filterProducts } from '../../../lib/runtime/passes/filter-products.js';
import { halfPrecision } from '../../../lib/runtime/passes/half-precision.js';
import type { Step } from '../../../lib/runtime/program.js';
import { producerOf, resultsOf } from '../../../lib/runtime/trace-graph.js';
import { traceStep } from '../../../lib/runtime/trace-step.js';
import { mapTensors, type NamedTensors } from '../../../lib/tensors.js';
import { backends, useBackend } from '../../helpers/backends.js';
import { HALF_UNIT, roundedTo8Bits } from '../../helpers/bfloat16.js';
import { image, withoutOwnKernels } from '../../helpers/ops/compare.js';
import { smallNetwork, train, trainingProblem } from '../../helpers/runtime/training.js';

const HALF = { precision: 'bfloat16' } as const;

/** What a step gives, once, with all outputs as plain numbers. */
function run(
  step: Step,
  state: NamedTensors,
  inputs: NamedTensors,
  options: CompileOptions = {},
): Record<string, Float32Array> {
  const shapes = Object.entries(inputs).map(([name, { shape }]) => [name, { shape }] as const);
  const program = compile(state, { run: { step, inputs: Object.fromEntries(shapes) } }, options);
  const outputs = Object.entries(program.run('run', inputs));
  program.dispose();
  return Object.fromEntries(outputs.map(([name, value]) => [name, value.dataSync<'float32'>()]));
}

const as4d = (tensor: tf.Tensor) => tensor as tf.Tensor4D;

/** A filter of 1×1 that gives each channel itself. */
const identity = (channels: number) => tf.reshape(tf.eye(channels), [1, 1, channels, channels]);

/** Values that bfloat16 holds: multiples of 1/16 between −2 and 2. */
const exactImage = (name: string, shape: readonly number[]) =>
  tf.div(tf.round(tf.mul(image(name, shape), 32)), 16);

describe.runIf(backends.includes('tensorflow'))('a step in bfloat16', () => {
  beforeAll(() => useBackend('tensorflow'));

  it('rounds what convolutions read to 8 bits, to even between two', () => {
    const x = tf.tensor4d([1, 1 + 2 ** -8, 1 + 3 * 2 ** -8, 0.1, -1 / 3], [1, 1, 5, 1]);
    const y = run(
      (_, { x: given }) => ({ outputs: { y: conv2d(as4d(given), as4d(identity(1))) } }),
      {},
      { x },
      HALF,
    );
    expect([...y.y]).toEqual([1, 1, 1 + 2 ** -6, 0.10009765625, -0.333984375]);
    const filter = 1 + 3 * 2 ** -8; // a constant of the graph, rounded by us
    const step: Step = (_, { x: given }) => ({
      outputs: { y: conv2d(as4d(given), tf.tensor4d([filter], [1, 1, 1, 1])) },
    });
    expect(run(step, {}, { x }, HALF).y[0]).toBe(1 + 2 ** -6);
  });

  it.each([
    ['dense', conv2d, [3, 3, 8, 8]],
    ['pointwise', conv2d, [1, 1, 8, 8]],
    ['depthwise', depthwiseConv2d, [3, 3, 8, 1]],
  ] as const)(
    'keeps a %s convolution and its gradients within the bound of rounding',
    (_, op, shape) => {
      const magnitude = (tensor: tf.Tensor) => as4d(tf.abs(tensor));
      const steps =
        (prepare: (tensor: tf.Tensor) => tf.Tensor4D): Step =>
        (_, { x, w, c }) => {
          const { gradients } = lossAndGradients(
            (free) => tf.sum(tf.mul(op(as4d(free.x), as4d(free.w)), prepare(c))),
            { x: prepare(x), w: prepare(w) },
          );
          return { outputs: { y: op(prepare(x), prepare(w)), ...gradients } };
        };
      const inputs = {
        x: image('half/x', [2, 9, 9, 8]),
        w: image('half/w', shape),
        c: image('half/c', [2, 9, 9, 8]),
      };
      const exact = run(steps(as4d), {}, inputs);
      const half = run(steps(as4d), {}, inputs, HALF);
      const sums = run(steps(magnitude), {}, inputs); // Σ |a| |b|
      for (const name of ['y', 'x', 'w']) {
        const errors = Array.from(half[name], (value, i) => {
          const s = sums[name][i];
          // Both factors are rounded, the sum has the errors of float32, and the result is rounded again.
          const inside = ((1 + HALF_UNIT) ** 2 - 1 + 200 * 2 ** -24) * s;
          const bound = inside + HALF_UNIT * (Math.abs(exact[name][i]) + inside);
          return Math.abs(value - exact[name][i]) / bound;
        });
        expect(Math.max(...errors)).toBeLessThan(1);
        // Gradients of filters over few channels are left in float32 where these are not pointwise.
        const isRounded = name !== 'w' || shape[0] === 1;
        expect(Math.max(...errors) > 0.05).toBe(isRounded);
      }
    },
  );

  it('keeps weights and what they move by in float32', () => {
    const step: Step = ({ w }, { x }) => {
      const { gradients } = lossAndGradients((free) => tf.sum(conv2d(as4d(x), as4d(free.w))), {
        w,
      });
      return { outputs: {}, state: { w: tf.sub(w, tf.mul(gradients.w, 2 ** -12)) } };
    };
    const x = tf.ones([1, 1, 1, 1]);
    const program = compile({ w: x }, { run: { step, inputs: { x: { shape: x.shape } } } }, HALF);
    program.run('run', { x });
    program.run('run', { x });
    expect(program.state().w.dataSync()[0]).toBe(1 - 2 * 2 ** -12); // between two of bfloat16
    program.dispose();
  });

  it('gives and changes float32 only, and keeps the statistics of norms in it', () => {
    const problem = trainingProblem(smallNetwork(0.8), sgd({ momentum: 0.9, weightDecay: 1e-4 }));
    const step = halfPrecision(filterProducts(traceStep(problem.steps.train, problem.initial)));
    expect(new Set(resultsOf(step).map(({ dtype }) => dtype))).toEqual(new Set(['float32']));
    const convolutions = step.nodes.filter(({ kernel }) => /^Adl(Depthwise)?Conv2D/.test(kernel));
    const operands = convolutions.flatMap((node) => Object.values(node.inputs));
    const floats = operands.filter(({ dtype }) => dtype === 'float32');
    expect(operands.length).toBeGreaterThan(60);
    // Gradients of dense 3×3 filters over few channels and of depthwise ones with a stride stay float32.
    expect(floats.length).toBeLessThan(operands.length / 5);
    for (const node of step.nodes) {
      const ofWeights = Object.values(node.inputs).filter(
        (value) =>
          value.dtype === 'bfloat16' &&
          ['AdlConv2DFilterGradient', 'SumOfProducts'].includes(producerOf(value)?.kernel ?? ''),
      );
      // The decay of the weights is added in float32.
      expect(ofWeights.length === 0 || node.kernel === 'Cast').toBe(true);
    }
    for (const { kernel, inputs, outputs } of step.nodes) {
      if (kernel === 'AdlGroupBatchNorm') {
        expect(outputs.map(({ dtype }) => dtype)).toEqual([
          'bfloat16',
          'float32',
          'float32',
          'float32',
        ]);
        expect([inputs.x, inputs.scale].map(({ dtype }) => dtype)).toEqual(['bfloat16', 'float32']);
      } else if (/Softmax|Log|Exp|Sum$|Mean/.test(kernel)) {
        Object.values(inputs).forEach(({ dtype }) => expect(dtype).not.toBe('bfloat16'));
      }
    }
    tf.dispose(problem.initial);
  });

  const normStep =
    (channels: number, groups: number): Step =>
    (_, { x, c, scale, offset }) => {
      const results: Record<string, tf.Tensor> = {};
      const { gradients } = lossAndGradients(
        (free) => {
          const inside = conv2d(as4d(free.x), as4d(identity(channels)));
          const affine = { scale: free.scale as tf.Tensor1D, offset: free.offset as tf.Tensor1D };
          const { y, mean, variance } = batchNormTraining(inside, 1e-3, affine, groups);
          const out = conv2d(y, as4d(identity(channels)));
          Object.assign(results, {
            y: tf.keep(out),
            mean: tf.keep(mean),
            variance: tf.keep(variance),
          });
          return tf.sum(tf.mul(out, c));
        },
        { x, scale, offset },
      );
      const { x: dx, scale: dscale, offset: doffset } = gradients;
      return { outputs: { ...results, dx, dscale, doffset } };
    };

  it.each([
    [16, 1],
    [19, 2],
    [3, 3],
  ])('normalises %d channels in %d groups by statistics in float32', (channels, groups) => {
    const inputs = {
      x: exactImage('norm/x', [6, 5, 3, channels]),
      c: exactImage('norm/c', [6, 5, 3, channels]),
      scale: tf.add(tf.mul(tf.range(0, channels), 0.1), 0.5),
      offset: tf.sub(tf.mul(tf.range(0, channels), 0.2), 1),
    };
    const exact = run(normStep(channels, groups), {}, inputs);
    const half = run(normStep(channels, groups), {}, inputs, HALF);
    const largest = (name: string) => Math.max(...exact[name].map(Math.abs));
    for (const name of ['mean', 'variance', 'dscale', 'doffset']) {
      // Were they rounded to bfloat16, errors would be 2⁻⁸. dscale has the rounding of nothing but dy and x.
      const errors = half[name].map((value, i) => Math.abs(value - exact[name][i]));
      expect(Math.max(...errors) / largest(name)).toBeLessThan(2e-6);
    }
    for (const name of ['y', 'dx']) {
      // Operands are exact, sums float32: what is left is the rounding of the result.
      const wrong = half[name].filter(
        (value, i) =>
          Math.abs(value - exact[name][i]) >
          HALF_UNIT * Math.abs(exact[name][i]) + 1e-5 * largest(name),
      );
      expect(wrong).toHaveLength(0);
      expect([...half[name]]).toEqual([...half[name]].map(roundedTo8Bits));
    }
  });

  it("does the same by TensorFlow's batch norm, where our kernels are missing", () => {
    const inputs = {
      x: exactImage('norm/x', [4, 5, 3, 8]),
      c: exactImage('norm/c', [4, 5, 3, 8]),
      scale: tf.add(tf.mul(tf.range(0, 8), 0.1), 0.5),
      offset: tf.range(0, 8),
    };
    const half = run(normStep(8, 1), {}, inputs, HALF);
    const theirs = withoutOwnKernels(() => run(normStep(8, 1), {}, inputs, HALF));
    for (const [name, values] of Object.entries(half)) {
      const size = Math.max(...values.map(Math.abs));
      const errors = values.map((value, i) => Math.abs(value - theirs[name][i]));
      expect(Math.max(...errors) / size).toBeLessThan(2 * HALF_UNIT);
    }
  });

  it('sums the filter gradient of depthwise convolutions in float32', () => {
    const step: Step = (_, { x, c, w }) => ({
      outputs: lossAndGradients(
        (free) => tf.sum(tf.mul(depthwiseConv2d(as4d(x), as4d(free.w)), c)),
        { w },
      ).gradients,
    });
    const inputs = {
      x: exactImage('depthwise/x', [2, 9, 11, 21]),
      c: exactImage('depthwise/c', [2, 9, 11, 21]),
      w: tf.ones([5, 5, 21, 1]),
    };
    const exact = run(step, {}, inputs).w;
    const half = run(step, {}, inputs, HALF).w;
    const size = Math.max(...exact.map(Math.abs));
    expect(Math.max(...half.map((value, i) => Math.abs(value - exact[i]))) / size).toBeLessThan(
      1e-6,
    );
  });

  it('gives gradients of a network that err as if its weights had been rounded', () => {
    const { initial, steps } = trainingProblem(smallNetwork(1), sgd());
    const names = Object.keys(initial).filter((name) => !/moving|optimizer/.test(name));
    const move = (state: NamedTensors, options: CompileOptions) => {
      const program = compile(state, steps, options);
      train(program, 1);
      const after = program.state();
      program.dispose();
      return names.flatMap((name) => [...tf.sub(after[name], state[name]).dataSync()]);
    };
    const rounded = mapTensors(initial, (tensor) =>
      tensor.rank === 4 ? tf.tensor(tensor.dataSync().map(roundedTo8Bits), tensor.shape) : tensor,
    );
    const dot = (a: readonly number[], b: readonly number[]) =>
      a.reduce((sum, value, i) => sum + value * b[i], 0);
    const exact = move(initial, {});
    const compare = (other: readonly number[]) => {
      const difference = other.map((value, i) => value - exact[i]);
      return {
        cosine: dot(exact, other) / Math.sqrt(dot(exact, exact) * dot(other, other)),
        relative: Math.sqrt(dot(difference, difference) / dot(exact, exact)),
      };
    };
    const half = compare(move(initial, HALF));
    const weights = compare(move(rounded, {}));
    // Weights are one of the four roundings of a convolution: of both factors, of the result, of its gradient.
    expect(half.relative).toBeGreaterThan(weights.relative / 4);
    expect(half.relative).toBeLessThan(4 * weights.relative);
    expect(half.cosine).toBeGreaterThan(0.8);
    tf.dispose(initial);
  });

  it('gives the same bits again, whatever is computed again in the backward pass', () => {
    const { initial, steps } = trainingProblem(smallNetwork(0.8), sgd({ momentum: 0.9 }));
    const losses = (options: CompileOptions) => {
      const program = compile(initial, steps, { ...HALF, ...options });
      const result = train(program, 4);
      program.dispose();
      return result;
    };
    const first = losses({ recompute: 'none' });
    expect(losses({ recompute: 'none' })).toEqual(first);
    expect(losses({ recompute: 'cheap' })).toEqual(first);
    expect(losses({ recompute: 'all' })).toEqual(first);
    tf.dispose(initial);
  });

  it('needs less memory', () => {
    const { initial, steps } = trainingProblem(smallNetwork(1), sgd(), 129);
    const [whole, half] = [{}, HALF].map((options) => {
      const program = compile(initial, steps, { recompute: 'none', ...options });
      const { memory } = program;
      program.dispose();
      return memory!;
    });
    expect(half.state).toBe(whole.state);
    expect(half.step).toBeLessThan(0.9 * whole.step);
    tf.dispose(initial);
  });
});

describe.runIf(backends.includes('tensorflow'))('a prediction in bfloat16', () => {
  beforeAll(() => useBackend('tensorflow'));

  it('follows the weights when others are loaded', () => {
    const step: Step = (state, { x }) => {
      const { mean, variance } = state as Record<string, tf.Tensor1D>;
      return { outputs: { y: tf.batchNorm4d(conv2d(as4d(x), as4d(state.w)), mean, variance) } };
    };
    const state = (scale: number): NamedTensors => ({
      w: tf.mul(image('follow/w', [3, 3, 4, 4]), scale),
      mean: tf.fill([4], 0.25 * scale),
      variance: tf.fill([4], 4 * scale),
    });
    const x = image('follow/x', [1, 7, 7, 4]);
    const definition = { run: { step, inputs: { x: { shape: x.shape } } } };
    const options = { ...HALF, rewrite: true };
    const program = compile(state(1), definition, options);
    const outputOf = () => [...program.run('run', { x }).y.dataSync()];
    const before = outputOf();
    program.load(state(3));
    const after = outputOf();
    expect(after).not.toEqual(before);
    expect(after).toEqual([...run(step, state(3), { x }, options).y]);
    program.load({ w: state(1).w });
    expect(outputOf()).toEqual([...run(step, { ...state(3), w: state(1).w }, { x }, options).y]);
    expect(Object.keys(program.state())).toEqual(['w', 'mean', 'variance']);
    const exact = run(step, state(3), { x }).y;
    const largest = Math.max(...exact.map(Math.abs));
    // 36 products: hardly more than one rounding of each factor, one of the result.
    expect(Math.max(...exact.map((value, i) => Math.abs(value - after[i]))) / largest).toBeLessThan(
      8 * HALF_UNIT,
    );
    program.dispose();
  });
});
