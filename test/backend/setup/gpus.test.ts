import { describe, expect, it } from 'vitest';
import { findGpus } from '../../../lib/backend/setup/gpus.js';
import { writeProgram } from '../program.js';
import { scratchFolder } from '../scratch-folder.js';

describe('findGpus', () => {
  it('lists what nvidia-smi lists', async () => {
    const PATH = scratchFolder();
    writeProgram(
      PATH,
      'nvidia-smi',
      `[ "$1" = --query-gpu=name,driver_version,compute_cap ] || exit 1
       echo "NVIDIA A100, 550.54, 8.0"; echo "NVIDIA T4, 550.54, 7.5"`,
    );
    expect(await findGpus({ PATH })).toEqual([
      { name: 'NVIDIA A100', driver: '550.54', capability: '8.0' },
      { name: 'NVIDIA T4', driver: '550.54', capability: '7.5' },
    ]);
    expect(await findGpus({ PATH, CUDA_VISIBLE_DEVICES: '-1' })).toEqual([]);
  });

  it('asks a driver that does not know compute capabilities for the rest', async () => {
    const PATH = scratchFolder();
    writeProgram(
      PATH,
      'nvidia-smi',
      `case "$1" in *compute_cap*) echo 'Field "compute_cap" is not a valid field'; exit 2 ;; esac
       echo "Tesla K80, 450.51"`,
    );
    expect(await findGpus({ PATH })).toEqual([
      { name: 'Tesla K80', driver: '450.51', capability: undefined },
    ]);
  });

  it('does not take [N/A] for a compute capability', async () => {
    const PATH = scratchFolder();
    writeProgram(PATH, 'nvidia-smi', 'echo "GRID, 550.54, [N/A]"');
    expect(await findGpus({ PATH })).toEqual([
      { name: 'GRID', driver: '550.54', capability: undefined },
    ]);
  });

  it('finds none without nvidia-smi or without a driver', async () => {
    const PATH = scratchFolder();
    expect(await findGpus({ PATH })).toEqual([]);
    writeProgram(PATH, 'nvidia-smi', 'echo "NVIDIA-SMI has failed"; exit 9');
    expect(await findGpus({ PATH })).toEqual([]);
  });
});
