import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Diagnosis } from '../../lib/backend/diagnosis.js';
import { describeGraphs, doctorCommand, formatDiagnosis } from '../../lib/cli/doctor.js';

afterEach(() => {
  vi.restoreAllMocks();
});

describe('doctor', () => {
  it('prints everything as JSON, and exits with 0 because wasm works', async () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    await doctorCommand().parseAsync(['--json'], { from: 'user' });
    const diagnosis = JSON.parse(String(log.mock.calls[0][0])) as Diagnosis;
    expect(diagnosis.wasm.works).toBe(true);
    expect(process.exitCode ?? 0).toBe(0);
  });

  it('prints a line for each thing and what fixes what is missing', () => {
    const threads = { intra: 2, inter: 1, note: undefined };
    const text = formatDiagnosis({
      node: { version: '22.12.0', nodeApi: '9' },
      machine: {
        platform: 'linux-x64',
        processor: 'x',
        cores: 2,
        memoryGiB: 8,
        freeMemoryGiB: 4,
        bfloat16: ['avx512_bf16'],
      },
      tools: { python: undefined, compiler: { command: 'c++', version: 'c++ 12' } },
      gpus: [{ name: 'NVIDIA T4', driver: '550', capability: '7.5' }],
      packages: { '@tensorflow/tfjs-node-gpu': undefined },
      native: { works: false, reason: 'it is not built', threads, origin: undefined },
      wasm: { works: true, version: '4.22.0', detail: 'with SIMD', threads },
      backend: 'wasm',
      precision: 'float32',
      cache: '/cache',
      findings: [{ problem: 'the tensorflow backend does not work', fix: 'run: x' }],
    });
    expect(text).toMatch(/^python +missing$/m);
    expect(text).toMatch(/^NVIDIA GPU +NVIDIA T4, driver 550, compute capability 7.5$/m);
    expect(text).toMatch(/^tensorflow +does not work: it is not built$/m);
    expect(text).toMatch(
      /^wasm +works: 4.22.0, with SIMD, threads: 2 per kernel, 1 kernel at once$/m,
    );
    expect(text).toMatch(/^bfloat16 +instructions avx512_bf16; --precision auto takes float32$/m);
    expect(text).toMatch(/^auto takes +wasm$/m);
    expect(text).toContain('- the tensorflow backend does not work; run: x');
  });

  it('says where compiled steps are kept, and how much of them', () => {
    const folder = mkdtempSync(join(tmpdir(), 'autodeeplab-test-'));
    const environment = { AUTODEEPLAB_GRAPHS: folder, AUTODEEPLAB_GRAPHS_MIB: '8' };
    try {
      expect(describeGraphs(environment)).toBe(`${folder}, 0 graphs, 0 of 8 MiB`);
      writeFileSync(join(folder, 'a.graph'), Buffer.alloc(2 ** 20 + 1));
      writeFileSync(join(folder, 'notes'), 'x');
      expect(describeGraphs(environment)).toBe(`${folder}, 1 graph, 2 of 8 MiB`);
    } finally {
      rmSync(folder, { recursive: true });
    }
    expect(describeGraphs({ AUTODEEPLAB_GRAPHS: 'none' })).toBe(
      'not kept: AUTODEEPLAB_GRAPHS is none',
    );
  });
});
