import { describe, expect, it } from 'vitest';
import { diagnose } from '../../lib/backend/diagnose.js';
import type { Diagnosis } from '../../lib/backend/diagnosis.js';
import { findFindings } from '../../lib/backend/findings.js';
import { findNodeProblem } from '../../lib/backend/node-compatibility.js';
import { ConfigError } from '../../lib/errors.js';

const threads = { intra: 2, inter: 2, note: undefined };
const healthy: Omit<Diagnosis, 'findings'> = {
  node: { version: '22.12.0', nodeApi: '9' },
  machine: {
    platform: 'linux-x64',
    processor: 'x',
    cores: 2,
    memoryGiB: 8,
    freeMemoryGiB: 4,
    bfloat16: ['avx512_bf16'],
  },
  tools: {
    python: { command: 'python3', version: '3.11.2', pip: '23.0' },
    compiler: { command: 'c++', version: 'c++ 12' },
  },
  gpus: [],
  packages: {},
  native: { works: true, version: '2.21.0', detail: 'cpu', threads, origin: 'wheel (cpu)' },
  wasm: { works: true, version: '4.22.0', detail: 'with SIMD', threads },
  backend: 'tensorflow',
  precision: 'bfloat16',
  cache: '/cache',
};

describe('findFindings', () => {
  it('finds nothing on a healthy machine', () => {
    expect(findFindings(healthy, undefined)).toEqual([]);
  });

  it('names the missing tools before the backend that needs them', () => {
    const native = { works: false, reason: 'it is not built', threads, origin: undefined } as const;
    const tools = { python: undefined, compiler: undefined };
    expect(findFindings({ ...healthy, native, tools }, 'run: npx autodeeplab setup')).toEqual([
      {
        problem: 'there is no Python to fetch TensorFlow with',
        fix: 'on Debian and Ubuntu run: apt-get install python3-pip',
      },
      {
        problem: 'there is no C++ compiler',
        fix: 'on Debian and Ubuntu run: apt-get install g++',
      },
      {
        problem: 'the tensorflow backend does not work: it is not built',
        fix: 'run: npx autodeeplab setup',
      },
    ]);
  });

  it('does not miss tools where native TensorFlow works', () => {
    const tools = { python: undefined, compiler: undefined };
    expect(findFindings({ ...healthy, tools }, undefined)).toEqual([]);
  });

  it('notices a GPU that is not used', () => {
    const gpus = [{ name: 'RTX', driver: '550', capability: '8.9' }];
    expect(findFindings({ ...healthy, gpus }, undefined)[0].problem).toContain('runs on the CPU');
  });

  it('names a GPU that TensorFlow cannot use, and does not ask to use it', () => {
    const gpus = [{ name: 'GTX 970', driver: '550', capability: '5.2' }];
    expect(findFindings({ ...healthy, gpus }, undefined)).toEqual([
      {
        problem:
          'TensorFlow 2.21.0 has no code for GTX 970 (compute capability 5.2); it starts at 6.0',
        fix: 'the set-up takes the CPU version',
      },
    ]);
  });

  it('warns of a GPU whose code is compiled at first use, before anything is set up', () => {
    const gpus = [{ name: 'RTX 5090', driver: '580', capability: '12.0' }];
    const native = { works: false, reason: 'it is not built', threads, origin: undefined } as const;
    const [first, second] = findFindings({ ...healthy, gpus, native }, undefined);
    expect(first.problem).toContain('RTX 5090 (compute capability 12.0): it is compiled at first');
    expect(first.fix).toBe(
      'if it fails, set CUDA_VISIBLE_DEVICES=-1 and run: npx autodeeplab setup',
    );
    expect(second.fix).toBe('run: npx autodeeplab setup');
  });

  it('sends Windows to wasm or WSL2, and asks for no tools there', () => {
    const native = { works: false, reason: 'it is not built', threads, origin: undefined } as const;
    const machine = { ...healthy.machine, platform: 'win32-x64' };
    const tools = { python: undefined, compiler: undefined };
    expect(findFindings({ ...healthy, native, machine, tools }, undefined)).toEqual([
      {
        problem: 'the tensorflow backend does not work: it is not built',
        fix: 'on Windows use wasm, or run everything inside WSL2',
      },
    ]);
  });

  it('warns of a Node that was not tried, and goes on', () => {
    const node = { version: '25.1.0', nodeApi: '10' };
    expect(findFindings({ ...healthy, node }, undefined)).toHaveLength(1);
  });
});

describe('diagnose', () => {
  it('sees this machine, where at least wasm works', async () => {
    const diagnosis = await diagnose({ ...process.env, AUTODEEPLAB_BACKEND: '' });
    expect(diagnosis.node.version).toBe(process.versions.node);
    expect(diagnosis.wasm).toMatchObject({ works: true, version: '4.22.0' });
    expect(diagnosis.backend).toBe(diagnosis.native.works ? 'tensorflow' : 'wasm');
    expect(diagnosis.packages['@tensorflow/tfjs-core']).toBe('4.22.0');
    const warnings = findNodeProblem(process.versions.node) === undefined ? 0 : 1;
    expect(diagnosis.findings.length === warnings).toBe(diagnosis.native.works);
  });

  it('follows AUTODEEPLAB_BACKEND', async () => {
    const diagnosis = await diagnose({ ...process.env, AUTODEEPLAB_BACKEND: 'wasm' });
    expect(diagnosis.backend).toBe('wasm');
    await expect(diagnose({ ...process.env, AUTODEEPLAB_BACKEND: 'x' })).rejects.toThrow(
      ConfigError,
    );
  });
});
