import { io } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { NumericError } from '../../../lib/errors.js';
import type { Weight } from '../../../lib/export/graph-model/graph-json.js';
import { storeWeights, type GraphWeightsType } from '../../../lib/export/graph-model/weights.js';
import { useBackend } from '../../helpers/backends.js';

/** A filter, a bias and a size. */
function weights(values: Float32Array): Weight[] {
  return [
    { name: 'f', shape: [1, 1, 1, values.length], dtype: 'float32', data: values },
    { name: 'b', shape: [2], dtype: 'float32', data: Float32Array.of(1 / 3, 2 / 3) },
    { name: 's', shape: [2], dtype: 'int32', data: Int32Array.of(-7, 2 ** 20) },
  ];
}

/** What tfjs reads, by name. */
function readBack(given: readonly Weight[], type: GraphWeightsType) {
  const { manifest, files, bytes } = storeWeights(given, type);
  const [{ paths, weights: specs }] = manifest as unknown as io.WeightsManifestConfig;
  expect(paths).toEqual([...files.keys()]);
  const content = Buffer.concat([...files.values()]);
  expect(content).toHaveLength(bytes);
  const tensors = io.decodeWeights(Uint8Array.from(content).buffer, specs);
  return Object.fromEntries(
    Object.entries(tensors).map(([name, tensor]) => [name, [...tensor.dataSync()]]),
  );
}

describe('storeWeights', () => {
  beforeAll(() => useBackend('wasm'));

  const values = Float32Array.of(-1, 0, 1 / 3, 4);

  it('keeps numbers in float32', () => {
    expect(readBack(weights(values), 'float32')).toEqual({
      f: [...values],
      b: [1 / 3, 2 / 3].map(Math.fround),
      s: [-7, 2 ** 20],
    });
  });

  it('rounds filters alone to 11 bits', () => {
    const { f, b, s } = readBack(weights(values), 'float16');
    expect(f).toEqual([-1, 0, Math.round((1 / 3) * 2 ** 12) / 2 ** 12, 4]);
    expect(b).toEqual([1 / 3, 2 / 3].map(Math.fround));
    expect(s).toEqual([-7, 2 ** 20]);
  });

  it('brings filters alone to 256 steps, of which one is 0', () => {
    const { f, b } = readBack(weights(values), 'uint8');
    const step = 5 / 255;
    f.forEach((value, i) => {
      expect(Math.abs(value - values[i])).toBeLessThan(step / 2 + 1e-6);
      expect(value / step).toBeCloseTo(Math.round(value / step), 4);
    });
    expect(f[1]).toBe(0);
    expect(b).toEqual([1 / 3, 2 / 3].map(Math.fround));
    expect(readBack(weights(new Float32Array(3)), 'uint8').f).toEqual([0, 0, 0]);
    expect(readBack(weights(Float32Array.of(2, 4)), 'uint8').f[1]).toBeCloseTo(4, 5);
  });

  it('refuses what float16 cannot hold', () => {
    const large = weights(Float32Array.of(65520));
    expect(() => storeWeights(large, 'float16')).toThrow(NumericError);
    expect(() => storeWeights(large, 'float16')).toThrow(/expected filters below 65520/);
    expect(() => storeWeights(weights(Float32Array.of(65519)), 'float16')).not.toThrow();
  });

  it('writes files of at most 4 MiB', () => {
    const many = Float32Array.from({ length: 2 ** 21 + 1 }, (_, i) => i);
    const { files } = storeWeights(weights(many), 'float32');
    expect(Array.from(files, ([name, { length }]) => [name, length])).toEqual([
      ['group1-shard1of3.bin', 2 ** 22],
      ['group1-shard2of3.bin', 2 ** 22],
      ['group1-shard3of3.bin', 4 + 16],
    ]);
    const { f } = readBack(weights(many), 'float32');
    expect([f.length, f.findIndex((value, i) => value !== i)]).toEqual([many.length, -1]);
  });
});
