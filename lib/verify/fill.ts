/**
 * Tensor values from a name alone: the twin of test/reference/fill.py, bit for bit. Reference
 * values of PyTorch need neither inputs nor weights beside them.
 *
 * Indices run in C order over the TensorFlow layout (NHWC, HWIO).
 */

/** How a fixture describes an input tensor; see test/reference/README.md. */
export type FillSpec =
  | { readonly kind: 'uniform' | 'variable'; readonly fill: string; readonly shape: number[] }
  | {
      readonly kind: 'labels';
      readonly fill: string;
      readonly shape: number[];
      readonly classes: number;
    }
  | {
      readonly kind: 'constant';
      readonly fill: string;
      readonly shape: number[];
      readonly value: number;
    };

/** 32-bit FNV-1a hash of the UTF-8 bytes of a text. */
function fnv1a32(text: string): number {
  let value = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) {
    value = Math.imul(value ^ byte, 0x01000193);
  }
  return value >>> 0;
}

/** Murmur3 finalizer of `seed + index * 0x9e3779b9`, in 0..2^32-1. */
function hash32(seed: number, index: number): number {
  let h = (seed + Math.imul(index, 0x9e3779b9)) | 0;
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  h ^= h >>> 16;
  return h >>> 0;
}

function product(shape: readonly number[]): number {
  return shape.reduce((size, length) => size * length, 1);
}

function fromUnit(
  name: string,
  shape: readonly number[],
  value: (unit: number) => number,
): Float32Array {
  const seed = fnv1a32(name);
  return Float32Array.from({ length: product(shape) }, (_, i) =>
    value(hash32(seed, i) / 2 ** 31 - 1),
  );
}

/** Values in [-a, a) with a = sqrt(3 / fanIn), hence variance 1 / fanIn. */
export function fillArray(name: string, shape: readonly number[], fanIn: number): Float32Array {
  const amplitude = Math.sqrt(3 / fanIn);
  return fromUnit(name, shape, (u) => amplitude * u);
}

/** Values in [-1, 1): images, inputs, cotangents and probes. */
export function fillImage(name: string, shape: readonly number[]): Float32Array {
  return fillArray(name, shape, 3);
}

/** Values of a variable; the last part of the name decides their kind. */
export function fillVariable(name: string, shape: readonly number[]): Float32Array {
  if (name.startsWith('architecture/')) {
    return fillImage(name, shape);
  }
  switch (name.slice(name.lastIndexOf('/') + 1)) {
    case 'gamma':
      return fromUnit(name, shape, (u) => 1 + 0.25 * u);
    case 'beta':
      return fromUnit(name, shape, (u) => 0.75 + 0.25 * u);
    case 'moving_mean':
    case 'bias':
      return fromUnit(name, shape, (u) => 0.1 * u);
    case 'moving_variance':
      return fromUnit(name, shape, (u) => 1 + 0.5 * Math.abs(u));
  }
  const window = shape[0] * shape[1];
  return fillArray(name, shape, name.includes('depthwise') ? window : window * shape[2]);
}

/** Labels in 0..classes-1, about one in classes + 1 of them the ignore label 255. */
export function fillLabels(name: string, shape: readonly number[], classes: number): Int32Array {
  const seed = fnv1a32(name);
  return Int32Array.from({ length: product(shape) }, (_, i) => {
    const label = hash32(seed, i) % (classes + 1);
    return label === classes ? 255 : label;
  });
}

/** Values of a fixture's input. */
export function fillInput(spec: FillSpec): Float32Array | Int32Array {
  switch (spec.kind) {
    case 'uniform':
      return fillImage(spec.fill, spec.shape);
    case 'variable':
      return fillVariable(spec.fill, spec.shape);
    case 'labels':
      return fillLabels(spec.fill, spec.shape, spec.classes);
    case 'constant':
      return new Int32Array(product(spec.shape)).fill(spec.value);
  }
}
