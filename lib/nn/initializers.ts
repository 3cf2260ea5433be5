/** First values of trainable variables. */
import type { Random } from '../random.js';
import { elementsOf } from '../tensors.js';

/** Fills a variable of the given shape from a generator of its own. */
export type Initializer = (shape: readonly number[], random: Random) => Float32Array;

/** The number of inputs that one output of a filter sums: kernel height · width · input channels. */
function fanIn(shape: readonly number[]): number {
  return elementsOf(shape.slice(0, -1));
}

/** An array of a shape whose elements are drawn one after the other; `Float32Array.from` takes five times as long. */
function drawn(shape: readonly number[], draw: () => number): Float32Array {
  const values = new Float32Array(elementsOf(shape));
  for (let i = 0; i < values.length; i++) {
    values[i] = draw();
  }
  return values;
}

/** One value everywhere. */
export function constant(value: number): Initializer {
  return (shape) => new Float32Array(elementsOf(shape)).fill(value);
}

/**
 * Uniform in ±1/√(fan in): variance scaling with factor 1/3.
 *
 * Source: the authors' code, backbone convolutions.
 */
export const fanInUniform: Initializer = (shape, random) => {
  const bound = 1 / Math.sqrt(fanIn(shape));
  return drawn(shape, () => random.uniform(-bound, bound));
};

/**
 * Uniform in ±1/√(taps) for depthwise filters `[k, k, channels, 1]`.
 *
 * Deviation: the authors' variance scaling also counts the channels as inputs, though an output sums
 * over one; a batch norm follows, so the scale hardly matters.
 */
export const depthwiseUniform: Initializer = (shape, random) => {
  const bound = 1 / Math.sqrt(shape[0] * shape[1]);
  return drawn(shape, () => random.uniform(-bound, bound));
};

/** Xavier: uniform in ±√(6 / (fan in + fan out)). Source: slim's default; ASPP and DeepLab decoder. */
export const xavierUniform: Initializer = (shape, random) => {
  const receptive = elementsOf(shape.slice(0, -2));
  const bound = Math.sqrt(6 / (receptive * (shape[shape.length - 2] + shape[shape.length - 1])));
  return drawn(shape, () => random.uniform(-bound, bound));
};

/** Normal with mean 0 and the given standard deviation. */
export function normal(deviation: number): Initializer {
  return (shape, random) => drawn(shape, () => deviation * random.normal());
}

/** Normal, redrawn beyond two standard deviations. Source: slim's truncated normal. */
export function truncatedNormal(deviation: number): Initializer {
  return (shape, random) =>
    drawn(shape, () => {
      let value = random.normal();
      while (Math.abs(value) > 2) {
        value = random.normal();
      }
      return deviation * value;
    });
}
