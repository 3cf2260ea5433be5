import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { conv2d } from '../../../lib/ops/conv2d.js';
import { lossAndGradients } from '../../../lib/optimizer/gradients.js';
import { compile } from '../../../lib/runtime/compile.js';
import { filterProducts } from '../../../lib/runtime/passes/filter-products.js';
import type { Step } from '../../../lib/runtime/program.js';
import { recomputable } from '../../../lib/runtime/region.js';
import { workOf } from '../../../lib/runtime/step-work.js';
import { producerOf, type TracedStep } from '../../../lib/runtime/trace-graph.js';
import { traceStep } from '../../../lib/runtime/trace-step.js';
import { backends, useBackend } from '../../helpers/backends.js';
import { image } from '../../helpers/ops/compare.js';
import { runTraced } from '../../helpers/runtime/run-traced.js';
import { kernelsOf } from '../../helpers/runtime/traced.js';

/** A convolution whose filter's gradient is asked for. */
interface Case {
  readonly image: readonly [batch: number, height: number, width: number, channels: number];
  readonly filter: readonly [height: number, width: number, channels: number, filters: number];
  readonly stride?: number;
  readonly rate?: number;
  /** Whether the image has its absolute values. */
  readonly isPositive?: boolean;
}

const as4d = (tensor: tf.Tensor) => tensor as tf.Tensor4D;

/** −1, 0 and 1, with which sums are exact in bfloat16 up to 256. */
const signs = (name: string, shape: readonly number[]) => tf.round(image(name, shape));

const outputShape = ({ image: [batch, height, width], filter, stride = 1 }: Case) => [
  batch,
  Math.ceil(height / stride),
  Math.ceil(width / stride),
  filter[3],
];

/** dw of Σ y · dy. */
const gradientStep =
  (options: Case): Step =>
  (_, { x, w, dy }) => ({
    outputs: lossAndGradients(
      (free) => tf.sum(tf.mul(conv2d(as4d(x), as4d(free.w), options), dy)),
      { w },
    ).gradients,
  });

const inputsOf = (options: Case) => ({
  x: signs('products/x', options.image),
  w: signs('products/w', options.filter),
  dy: signs('products/dy', outputShape(options)),
});

function shapesOf(options: Case) {
  const { image: x, filter: w } = options;
  return { x: { shape: x }, w: { shape: w }, dy: { shape: outputShape(options) } };
}

const traced = (options: Case): TracedStep =>
  traceStep({ step: gradientStep(options), inputs: shapesOf(options) }, {});

/** dw[a, b, c, o] = Σ x[n, s·i + r·a − p, s·j + r·b − p, c] · dy[n, i, j, o], number by number. */
function byHand({ image: size, filter, stride = 1, rate = 1, ...options }: Case): number[] {
  const [batch, height, width, channels] = size;
  const [rows, columns, , filters] = filter;
  const all = { image: size, filter, stride, rate, ...options };
  const [, tall, broad] = outputShape(all);
  const { x, dy } = inputsOf(all);
  const pixels = x.dataSync().map((value) => (options.isPositive ? Math.abs(value) : value));
  const given = dy.dataSync();
  const pad = (rate * (rows - 1)) / 2;
  const sums = new Array<number>(rows * columns * channels * filters).fill(0);
  for (let i = 0; i < sums.length; i++) {
    const o = i % filters;
    const c = Math.floor(i / filters) % channels;
    const b = Math.floor(i / (filters * channels)) % columns;
    const a = Math.floor(i / (filters * channels * columns));
    for (let n = 0; n < batch; n++) {
      for (let v = 0; v < tall; v++) {
        for (let u = 0; u < broad; u++) {
          const [row, column] = [stride * v + rate * a - pad, stride * u + rate * b - pad];
          if (row >= 0 && row < height && column >= 0 && column < width) {
            sums[i] +=
              pixels[((n * height + row) * width + column) * channels + c] *
              given[((n * tall + v) * broad + u) * filters + o];
          }
        }
      }
    }
  }
  return sums;
}

const CASES: Readonly<Record<string, Case>> = {
  'pointwise, more filters than channels': { image: [2, 5, 6, 3], filter: [1, 1, 3, 7] },
  'pointwise, fewer filters than channels': { image: [2, 5, 6, 7], filter: [1, 1, 7, 3] },
  'of 3 × 3': { image: [2, 5, 6, 64], filter: [3, 3, 64, 2] },
  'of 5 × 5 at rate 2': { image: [1, 7, 9, 64], filter: [5, 5, 64, 3], rate: 2 },
  'at a rate beyond the image': { image: [1, 5, 5, 64], filter: [3, 3, 64, 2], rate: 6 },
  'of 3 × 3 with stride 2': { image: [2, 7, 9, 64], filter: [3, 3, 64, 2], stride: 2 },
  'with stride 2, of even size': { image: [2, 6, 8, 64], filter: [3, 3, 64, 2], stride: 2 },
  'with stride 3, of 5 × 5': { image: [1, 7, 11, 64], filter: [5, 5, 64, 2], stride: 3 },
  'pointwise with stride 2': { image: [2, 5, 8, 64], filter: [1, 1, 64, 3], stride: 2 },
};

describe('filterProducts, a pass of steps in bfloat16,', () => {
  beforeAll(() => useBackend('wasm'));

  it.each(Object.entries(CASES))('gives the gradient of a filter %s', (_, options) => {
    const step = filterProducts(traced(options));
    expect(kernelsOf(step)).toContain('SumOfProducts');
    expect(kernelsOf(step)).not.toContain('AdlConv2DFilterGradient');
    tf.tidy(() => {
      expect([...runTraced(step, {}, inputsOf(options)).w.dataSync()]).toEqual(byHand(options));
    });
  });

  it('leaves groups of channels, and several taps over few channels', () => {
    const options: Case[] = [
      { image: [1, 5, 5, 128], filter: [1, 1, 64, 128] },
      { image: [1, 5, 5, 63], filter: [3, 3, 63, 2] },
      { image: [1, 5, 5, 63], filter: [1, 1, 63, 2], stride: 2 },
    ];
    for (const one of options) {
      expect(kernelsOf(filterProducts(traced(one)))).toEqual(kernelsOf(traced(one)));
    }
  });

  it('copies pixels in the backward pass, for one tap after the other', () => {
    const { nodes } = filterProducts(traced(CASES['of 3 × 3']));
    const [margin] = nodes.filter(({ kernel }) => kernel === 'Margin');
    const slices = nodes.filter(({ kernel }) => kernel === 'Slice');
    const products = nodes.filter(({ kernel }) => kernel === 'SumOfProducts');
    const dy = producerOf(products[0].inputs.a)!; // turned: there are fewer filters than channels
    expect(dy.forward).toBeUndefined();
    expect([margin, ...slices].map(({ after }) => after)).toEqual(
      [dy, dy, ...products.slice(0, -1)].map((before) => [before]),
    );
  });

  it('is counted as the multiply-adds that it makes', () => {
    for (const options of [CASES['of 3 × 3'], CASES['pointwise, fewer filters than channels']]) {
      const step = traced(options);
      expect(workOf(filterProducts(step)).dense).toBe(workOf(step).dense);
    }
  });
});

describe.runIf(backends.includes('tensorflow'))('the gradient of a filter in bfloat16', () => {
  beforeAll(() => useBackend('tensorflow'));

  /** The same with an image that is in bfloat16 already, behind a convolution that changes nothing. */
  const behindConvolution =
    (options: Case): Step =>
    (_, { x, w, dy }) => {
      const channels = options.image[3];
      const same = tf.reshape<tf.Rank.R4>(tf.eye(channels), [1, 1, channels, channels]);
      const loss = (free: tf.Tensor) => {
        const image = recomputable(() =>
          conv2d(tf.relu(conv2d(as4d(x), same)), as4d(free), options),
        );
        return tf.sum<tf.Scalar>(tf.mul(image, dy));
      };
      return { outputs: lossAndGradients((free) => loss(free.w), { w }).gradients };
    };

  it.each(Object.entries(CASES))('%s', (_, options) => {
    const { x, ...others } = inputsOf(options);
    const inputs = { x: tf.abs(x), ...others };
    const expected = byHand({ ...options, isPositive: true });
    const runs = [
      [gradientStep(options), {}],
      [behindConvolution(options), { recompute: 'none' }],
      [behindConvolution(options), { recompute: 'all' }],
    ] as const;
    for (const [step, how] of runs) {
      const definition = { step, inputs: shapesOf(options) };
      const program = compile({}, { run: definition }, { precision: 'bfloat16', ...how });
      expect([...program.run('run', inputs).w.dataSync()]).toEqual(expected);
      program.dispose();
    }
    tf.dispose(inputs);
  });
});
