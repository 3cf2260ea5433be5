import { describe, expect, it } from 'vitest';
import { bestVariant } from '../../../lib/backend/setup/best-variant.js';
import { gpuSupport, hasUsableGpu } from '../../../lib/backend/setup/gpu-support.js';
import { wheelTarget } from '../../../lib/backend/setup/machine.js';
import { writeProgram } from '../program.js';
import { scratchFolder } from '../scratch-folder.js';

describe('gpuSupport', () => {
  it.each([
    ['5.2', 'none'],
    ['6.0', 'ready'],
    ['6.1', 'ready'],
    ['7.5', 'ready'],
    ['8.6', 'ready'],
    ['8.9', 'ready'],
    ['9.0', 'ready'],
    ['10.0', 'compiled'],
    ['12.0', 'compiled'],
    [undefined, 'ready'],
  ])('of compute capability %s is %s', (capability, support) => {
    expect(gpuSupport(capability)).toBe(support);
  });

  it('takes machine code for GPUs of the same major version only', () => {
    expect(gpuSupport('8.6', ['sm_80'])).toBe('ready');
    expect(gpuSupport('8.0', ['sm_86'])).toBe('none');
    expect(gpuSupport('9.0', ['sm_80'])).toBe('none');
    expect(gpuSupport('12.1', ['sm_120'])).toBe('ready');
  });

  it('takes PTX for everything later', () => {
    expect(gpuSupport('9.0', ['compute_80'])).toBe('compiled');
    expect(gpuSupport('7.5', ['compute_80'])).toBe('none');
  });
});

describe('hasUsableGpu', () => {
  it('is true if one of several will do', () => {
    const old = { name: 'GTX 970', driver: '550', capability: '5.2' };
    expect(hasUsableGpu([old])).toBe(false);
    expect(hasUsableGpu([old, { ...old, capability: '8.6' }])).toBe(true);
    expect(hasUsableGpu([])).toBe(false);
  });
});

describe.runIf(wheelTarget()?.packages.gpu !== undefined)('bestVariant', () => {
  /** What is chosen, and said, on a machine with one GPU. */
  async function choose(gpu: string): Promise<{ variant: string; lines: string[] }> {
    const PATH = scratchFolder();
    writeProgram(PATH, 'nvidia-smi', `echo "${gpu}"`);
    const lines: string[] = [];
    return { variant: await bestVariant({ PATH }, (line) => lines.push(line)), lines };
  }

  it('is the one for a GPU where TensorFlow has code for it', async () => {
    expect(await choose('RTX 4090, 550.54, 8.9')).toEqual({ variant: 'gpu', lines: [] });
  });

  it('is the one for the CPU where TensorFlow has no code for the GPU, and it says so', async () => {
    const { variant, lines } = await choose('GTX 970, 550.54, 5.2');
    expect(variant).toBe('cpu');
    expect(lines).toEqual([
      'TensorFlow 2.21.0 has no code for GTX 970 (compute capability 5.2); it starts at 6.0',
    ]);
  });

  it('is the one for a GPU whose code must be compiled, with a warning', async () => {
    const { variant, lines } = await choose('RTX 5090, 580.1, 12.0');
    expect(variant).toBe('gpu');
    expect(lines).toHaveLength(1);
  });
});
