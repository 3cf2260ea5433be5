import { beforeAll, describe, expect, it } from 'vitest';
import { addedOperations, hasNativeKernel } from '../../lib/ops/native-kernels.js';
import { backends, useBackend } from '../helpers/backends.js';
import { withoutOwnKernels } from '../helpers/ops/compare.js';

describe.runIf(backends.includes('tensorflow'))('kernels of our own', () => {
  beforeAll(() => useBackend('tensorflow'));

  it('are there when our set-up has built the binding', () => {
    expect(hasNativeKernel('AdlDepthwiseFilterGradient')).toBe(true);
    expect(hasNativeKernel('AdlGroupBatchNorm')).toBe(true);
    expect(addedOperations()).toContain('AdlGroupBatchNormGradient');
  });

  it('are missing from a binding that names none', () => {
    withoutOwnKernels(() => {
      expect(addedOperations()).toEqual([]);
      expect(hasNativeKernel('AdlGroupBatchNorm')).toBe(false);
    });
  });
});
