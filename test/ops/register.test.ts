import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { kernels, registerKernels } from '../../lib/ops/register.js';
import { backends, useBackend } from '../helpers/backends.js';

describe('kernels', () => {
  it('have names of their own', () => {
    expect(new Set(kernels.map(({ name }) => name)).size).toBe(kernels.length);
  });
});

describe.each(backends)('registerKernels for %s', (backend) => {
  beforeAll(() => useBackend(backend));

  it('registers every kernel, and every gradient that is defined', () => {
    registerKernels(backend);
    for (const kernel of kernels) {
      expect(tf.getKernel(kernel.name, backend), kernel.name).toBeDefined();
      expect(tf.getGradient(kernel.name) !== undefined, kernel.name).toBe('gradient' in kernel);
    }
  });
});
