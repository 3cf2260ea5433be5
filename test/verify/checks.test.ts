/** The checks pass here on every backend, and find what is planted. */
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it, vi } from 'vitest';
import { ensureCompiled } from '../cli/compiled-cli.js';
import { kernels } from '../../lib/ops/register.js';
import { hasNativeKernel } from '../../lib/ops/native-kernels.js';
import { PAPER_OPERATIONS } from '../../lib/search-space/operations/paper.js';
import { checkpointCheck } from '../../lib/verify/checks/checkpoint.js';
import { gradientsCheck } from '../../lib/verify/checks/gradients.js';
import { networksCheck } from '../../lib/verify/checks/networks.js';
import { operationsCheck } from '../../lib/verify/checks/operations.js';
import { readingCheck } from '../../lib/verify/checks/reading.js';
import { stepsCheck } from '../../lib/verify/checks/steps.js';
import { measurePrecision, toleranceFor } from '../../lib/verify/precision.js';
import { backends, useBackend } from '../helpers/backends.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { withDoubledGradient, withKernel } from './planted.js';
import { rowsOf, wrong } from './run-check.js';

const folder = temporaryFolder();

/** But for the operations, which have a test of their own. */
const CHECKS = [readingCheck, gradientsCheck, networksCheck, stepsCheck, checkpointCheck];

/** Rounds to 10 bits of fraction, as TF32 does. */
function toTf32(values: Float32Array): Float32Array {
  const bits = new Uint32Array(Float32Array.from(values).buffer);
  return new Float32Array(bits.map((word) => (word + 0x1000) & ~0x1fff).buffer);
}

const rounded = (tensor: tf.Tensor): tf.Tensor =>
  tf.tensor(toTf32(tensor.dataSync<'float32'>()), tensor.shape);

/** Does work on the wasm backend while convolutions round their operands to TF32. */
const withTf32 = <T>(work: () => Promise<T>): Promise<T> =>
  withKernel(
    'AdlConv2D',
    'wasm',
    (kernel) => (call) =>
      tf.tidy(() => {
        const inputs = Object.fromEntries(
          Object.entries(call.inputs).map(([key, input]) => [key, rounded(input as tf.Tensor)]),
        );
        return kernel({ ...call, inputs }) as never;
      }),
    work,
  );

describe.each(backends)('on %s', (backend) => {
  // On wasm, `doctor --verify` runs them in test/cli/verification.test.ts.
  it.skipIf(backend === 'wasm').each(CHECKS)('$name finds nothing wrong', async (check) => {
    ensureCompiled();
    const rows = await rowsOf(check, backend, folder);
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.filter(({ ok }) => !ok)).toEqual([]);
  });

  it('runs every kernel of this library and every operation of the paper', async () => {
    await useBackend(backend);
    const run = vi.spyOn(tf.engine(), 'runKernel');
    const rows = await rowsOf(operationsCheck, backend, folder);
    expect(wrong(rows)).toEqual([]);
    const called = new Set(run.mock.calls.map(([name]) => name));
    run.mockRestore();
    const replaced = ['AdlGroupBatchNorm', 'AdlDepthwiseFilterGradient'] as const;
    const missing = kernels
      .map(({ name }) => name)
      .filter((name) => !called.has(name))
      .filter((name) => !replaced.some((own) => name.startsWith(own) && !hasNativeKernel(own)));
    const instead = hasNativeKernel('AdlGroupBatchNorm')
      ? ['AdlBatchNorm', 'AdlBatchNormGradient']
      : [];
    expect(missing.filter((name) => !instead.includes(name))).toEqual([]);
    const names = rows.map(({ what }) => what);
    for (const { name } of PAPER_OPERATIONS) {
      expect(names).toContain(`relaxed ${name}`);
    }
  });

  it('operations and gradients find a wrong gradient', async () => {
    await useBackend(backend);
    await withDoubledGradient('AdlRelu', async () => {
      const found = wrong(await rowsOf(operationsCheck, backend, folder));
      expect(found).toContain('relu');
      expect(found).not.toContain('conv2d');
      expect(wrong(await rowsOf(gradientsCheck, backend, folder))).toContain(
        'derivative of architecture/alpha',
      );
    });
  });
});

it.runIf(backends.includes('tensorflow'))('steps find a compiled step that differs', async () => {
  await useBackend('tensorflow');
  // Compiled steps do not call the kernels that eager ones do.
  const scaled: (kernel: tf.KernelFunc) => tf.KernelFunc = (kernel) => (call) => {
    const [y] = kernel(call) as unknown as tf.Tensor[];
    return [tf.mul(y, 1.1)] as never;
  };
  const rows = await withKernel('AdlMaxPool', 'tensorflow', scaled, () =>
    rowsOf(stepsCheck, 'tensorflow', folder),
  );
  expect(wrong(rows)).toEqual([
    'compiled steps of a search, first order',
    'compiled steps of a search, second order',
  ]);
});

describe('precision', () => {
  it('is that of float32 here', async () => {
    await useBackend('wasm');
    expect(measurePrecision()).toEqual({ bits: 23, name: 'float32' });
  });

  it('is found where operands are rounded, which operations bear and gradients of networks do not', async () => {
    await useBackend('wasm');
    await withTf32(async () => {
      expect(measurePrecision()).toEqual({ bits: 10, name: 'TF32' });
      expect(wrong(await rowsOf(operationsCheck, 'wasm', folder))).toEqual([]);
      expect(wrong(await rowsOf(networksCheck, 'wasm', folder))).not.toEqual([]);
    });
  });

  it('has larger tolerances with fewer bits', () => {
    const tf32 = toleranceFor('operation', { bits: 10, name: 'TF32' });
    expect(tf32).toBeCloseTo(8 * 2 ** -11, 10);
    expect(toleranceFor('operation', { bits: 7, name: 'bfloat16' })).toBe(8 * tf32);
    expect(toleranceFor('operation', { bits: 23, name: 'float32' })).toBe(1e-5);
  });
});
