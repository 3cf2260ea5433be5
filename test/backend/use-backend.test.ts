import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findNativePackage, findNativeProblem } from '../../lib/backend/native-package.js';
import { useBackend } from '../../lib/backend/use-backend.js';
import { BackendError, ConfigError } from '../../lib/errors.js';
import { kernels } from '../../lib/ops/register.js';

const isNativeBuilt = findNativeProblem(findNativePackage()) === undefined;
const asked = process.env.AUTODEEPLAB_BACKEND;

/** The product of [[1, 2], [3, 4]] with itself, worked out by hand: [[7, 10], [15, 22]]. */
async function smallProduct(): Promise<number[]> {
  const x = tf.tensor2d([1, 2, 3, 4], [2, 2]);
  return Array.from(await tf.matMul(x, x).data());
}

beforeEach(() => {
  delete process.env.AUTODEEPLAB_BACKEND;
});
afterEach(() => {
  if (asked !== undefined) {
    process.env.AUTODEEPLAB_BACKEND = asked;
  }
});

describe('useBackend', () => {
  it('refuses an unknown name and lists the names', async () => {
    const promise = useBackend('webgl' as 'wasm');
    await expect(promise).rejects.toThrow(ConfigError);
    await expect(promise).rejects.toThrow(
      'backend: expected one of auto, tensorflow, wasm, got "webgl"',
    );
  });

  it('refuses a thread count that is not a positive integer', async () => {
    await expect(useBackend('wasm', { threads: { intra: 0 } })).rejects.toThrow(
      'threads.intra: expected a positive integer, got 0',
    );
  });

  it('starts wasm, says so, and computes', async () => {
    const info = await useBackend('wasm');
    expect(info).toMatchObject({ name: 'wasm', device: 'cpu', fallback: undefined });
    expect(info.versions).toMatchObject({ tfjs: '4.22.0', 'tfjs-backend-wasm': '4.22.0' });
    expect(info.threads).toMatchObject({ inter: 1 });
    expect(tf.getBackend()).toBe('wasm');
    expect(await smallProduct()).toEqual([7, 10, 15, 22]);
  });

  it('registers every kernel of the library for the backend', async () => {
    await useBackend('wasm');
    expect(kernels.filter((kernel) => !tf.getKernel(kernel.name, 'wasm'))).toEqual([]);
  });

  it('gives the same answer when it is called again', async () => {
    const first = await useBackend('wasm');
    expect(await useBackend('wasm')).toEqual(first);
  });

  it('lets AUTODEEPLAB_BACKEND decide for auto, but not for a name', async () => {
    process.env.AUTODEEPLAB_BACKEND = 'wasm';
    expect(await useBackend('auto')).toMatchObject({ name: 'wasm', fallback: undefined });
    process.env.AUTODEEPLAB_BACKEND = 'metal';
    await expect(useBackend('auto')).rejects.toThrow('AUTODEEPLAB_BACKEND: expected one of');
    expect(await useBackend('wasm')).toMatchObject({ name: 'wasm' });
  });

  it('follows starts that overlap in the order of the calls', async () => {
    const names = await Promise.all([useBackend('auto'), useBackend('wasm')]);
    expect(names[1].name).toBe('wasm');
    expect(tf.getBackend()).toBe('wasm');
  });
});

describe.runIf(isNativeBuilt)('useBackend with native TensorFlow', () => {
  it('is what auto takes', async () => {
    const info = await useBackend('auto');
    expect(info).toMatchObject({ name: 'tensorflow', fallback: undefined });
    expect(info.versions.tensorflow).toMatch(/^\d+\.\d+\.\d+/);
    expect(await smallProduct()).toEqual([7, 10, 15, 22]);
  });

  it('can be left for wasm and come back to, and tensors go along', async () => {
    await useBackend('tensorflow');
    const x = tf.tensor1d([1, 2, 3]);
    await useBackend('wasm');
    expect(Array.from(await tf.add(x, 1).data())).toEqual([2, 3, 4]);
    await useBackend('tensorflow');
    expect(Array.from(await tf.mul(x, 2).data())).toEqual([2, 4, 6]);
  });

  it('keeps the threads it was loaded with and says so', async () => {
    const { threads } = await useBackend('tensorflow');
    const other = threads.inter + 1;
    const again = await useBackend('tensorflow', { threads: { inter: other } });
    expect(again.threads.inter).toBe(threads.inter);
    expect(again.threads.note).toContain('inter threads stay as they were');
  });
});

describe.runIf(!isNativeBuilt)('useBackend without native TensorFlow', () => {
  it('falls back to wasm and says why', async () => {
    const info = await useBackend('auto');
    expect(info.name).toBe('wasm');
    expect(info.fallback).toMatch(/tensorflow backend is missing: .*; run: /);
  });

  it('refuses tensorflow with the command that fixes it', async () => {
    const promise = useBackend('tensorflow');
    await expect(promise).rejects.toThrow(BackendError);
    await expect(promise).rejects.toThrow(/run: /);
  });
});
