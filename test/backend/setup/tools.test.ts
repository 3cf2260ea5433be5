import { describe, expect, it } from 'vitest';
import { findCompiler, findGpus, findPython } from '../../../lib/backend/setup/tools.js';
import { writeProgram } from '../program.js';
import { scratchFolder } from '../scratch-folder.js';

describe('findPython', () => {
  it('prefers a Python with pip to an earlier one without', async () => {
    const PATH = scratchFolder();
    writeProgram(PATH, 'python3', `echo '{"version": "3.13.0", "pip": null}'`);
    writeProgram(PATH, 'python', `echo '{"version": "3.11.2", "pip": "23.0"}'`);
    expect(await findPython({ PATH })).toEqual({
      command: 'python',
      version: '3.11.2',
      pip: '23.0',
    });
  });

  it('takes AUTODEEPLAB_PYTHON and no other', async () => {
    const PATH = scratchFolder();
    writeProgram(PATH, 'python3', `echo '{"version": "3.11.2", "pip": "23.0"}'`);
    expect(await findPython({ PATH, AUTODEEPLAB_PYTHON: '/nowhere/python' })).toBeUndefined();
  });

  it('finds none on an empty path', async () => {
    expect(await findPython({ PATH: scratchFolder() })).toBeUndefined();
  });
});

describe('findCompiler', () => {
  it('takes the first that runs', async () => {
    const PATH = scratchFolder();
    writeProgram(PATH, 'c++', 'exit 1');
    writeProgram(PATH, 'g++', 'echo "g++ 12.2.0"; echo more');
    expect(await findCompiler({ PATH })).toEqual({ command: 'g++', version: 'g++ 12.2.0' });
  });
});

describe('findGpus', () => {
  it('lists what nvidia-smi lists', async () => {
    const PATH = scratchFolder();
    writeProgram(PATH, 'nvidia-smi', 'echo "NVIDIA A100, 550.54"; echo "NVIDIA T4, 550.54"');
    expect(await findGpus({ PATH })).toEqual([
      { name: 'NVIDIA A100', driver: '550.54' },
      { name: 'NVIDIA T4', driver: '550.54' },
    ]);
    expect(await findGpus({ PATH, CUDA_VISIBLE_DEVICES: '-1' })).toEqual([]);
  });

  it('finds none without nvidia-smi or without a driver', async () => {
    const PATH = scratchFolder();
    expect(await findGpus({ PATH })).toEqual([]);
    writeProgram(PATH, 'nvidia-smi', 'echo "NVIDIA-SMI has failed"; exit 9');
    expect(await findGpus({ PATH })).toEqual([]);
  });
});
