/** The weights of a GraphModel: numbers in float32, float16 or 8 bits, in files of at most 4 MiB. */
import { NumericError } from '../../errors.js';
import { toFloat16 } from '../../files/float16.js';
import type { Weight } from './graph-json.js';

/** How filters are stored; all other numbers are in float32 and int32. */
export type GraphWeightsType = 'float32' | 'float16' | 'uint8';

/** All ways to store filters. */
export const GRAPH_WEIGHTS: readonly GraphWeightsType[] = ['float32', 'float16', 'uint8'];

/** The largest file of weights, in bytes: what browsers keep in their cache. Source: tfjs-converter. */
const SHARD_BYTES = 4 * 2 ** 20;

/** The largest number of 8 bits. */
const LARGEST_BYTE = 255;

/** What the manifest says of a weight. */
interface WeightEntry {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly quantization?: Readonly<Record<string, unknown>>;
}

/** A weight as it is stored. */
interface StoredWeight {
  readonly entry: WeightEntry;
  readonly bytes: Uint8Array;
}

/** The weights as files, with the manifest that says what they hold. */
export interface StoredWeights {
  readonly manifest: readonly object[];
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly bytes: number;
}

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView) =>
  new Uint8Array(buffer, byteOffset, byteLength);

/** Filters in half precision. */
function halved(entry: WeightEntry, data: ArrayLike<number>): StoredWeight {
  const halves = toFloat16(data);
  if (halves.some((half) => (half & 0x7c00) === 0x7c00)) {
    throw new NumericError(
      'export: expected filters below 65520, which float16 can hold, got larger ones; export with ' +
        "{ weights: 'float32' }",
    );
  }
  const quantization = { dtype: 'float16', original_dtype: 'float32' };
  return { entry: { ...entry, quantization }, bytes: bytesOf(halves) };
}

/**
 * Filters in 8 bits: w ≈ scale · q + min, q = 0 … 255, from the smallest to the largest number; min is
 * moved to a multiple of the scale, so that 0 stays 0.
 *
 * Source: tfjs-converter, `quantization.py`.
 */
function quantized(entry: WeightEntry, data: ArrayLike<number>): StoredWeight {
  const [least, most] = Array.from(data).reduce(
    ([low, high], w) => [Math.min(low, w), Math.max(high, w)],
    [0, 0],
  );
  const scale = (most - least) / LARGEST_BYTE || 1;
  const zero = Math.round(-least / scale);
  const levels = Uint8Array.from(data, (w) =>
    Math.min(Math.max(Math.round(w / scale) + zero, 0), LARGEST_BYTE),
  );
  const quantization = { dtype: 'uint8', min: -zero * scale, scale, original_dtype: 'float32' };
  return { entry: { ...entry, quantization }, bytes: levels };
}

/** A weight as it is stored; filters are what has four dimensions. */
function stored({ data, ...entry }: Weight, type: GraphWeightsType): StoredWeight {
  if (entry.dtype === 'float32' && entry.shape.length === 4 && type !== 'float32') {
    return (type === 'float16' ? halved : quantized)(entry, data);
  }
  const content =
    entry.dtype === 'float32'
      ? Float32Array.from(data)
      : entry.dtype === 'int32'
        ? Int32Array.from(data)
        : Uint8Array.from(data);
  return { entry, bytes: bytesOf(content) };
}

/**
 * The files of weights and their manifest.
 *
 * @throws {@link NumericError} if a filter is too large for float16
 */
export function storeWeights(weights: readonly Weight[], type: GraphWeightsType): StoredWeights {
  const all = weights.map((weight) => stored(weight, type));
  const content = Buffer.concat(all.map(({ bytes }) => bytes));
  const count = Math.max(1, Math.ceil(content.length / SHARD_BYTES));
  const files = new Map(
    Array.from({ length: count }, (_, i) => [
      `group1-shard${i + 1}of${count}.bin`,
      content.subarray(i * SHARD_BYTES, (i + 1) * SHARD_BYTES),
    ]),
  );
  const manifest = [{ paths: [...files.keys()], weights: all.map(({ entry }) => entry) }];
  return { manifest, files, bytes: content.length };
}
