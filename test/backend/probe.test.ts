import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findNativePackage, findNativeProblem } from '../../lib/backend/native-package.js';
import { probeNative, probeWasm } from '../../lib/backend/probe.js';
import { scratchFolder } from './scratch-folder.js';

/** A package that stands for tfjs-node: its product is given as text. */
function fakePackage(product: string): string {
  const folder = scratchFolder();
  writeFileSync(join(folder, 'package.json'), '{ "type": "commonjs" }');
  writeFileSync(
    join(folder, 'index.js'),
    `exports.backend = () => ({ binding: { TF_Version: '9.9.9' }, isUsingGpuDevice: true });
     exports.tensor2d = () => undefined;
     exports.matMul = () => ({ dataSync: () => ${product} });`,
  );
  return folder;
}

describe('probeNative', () => {
  it('gives version and device of a package that computes', async () => {
    const probe = await probeNative(fakePackage('[7, 10, 15, 22]'));
    expect(probe).toEqual({ works: true, version: '9.9.9', detail: 'gpu' });
  });

  it('refuses a package that computes wrongly', async () => {
    const probe = await probeNative(fakePackage('[0, 0, 0, 0]'));
    expect(probe).toMatchObject({ works: false });
    expect(JSON.stringify(probe)).toContain('expected 7,10,15,22, got 0,0,0,0');
  });

  it('survives a package that kills its process', async () => {
    const probe = await probeNative(fakePackage('process.abort()'));
    expect(probe).toEqual({ works: false, reason: 'ended by SIGABRT' });
  });

  it('says what is missing', async () => {
    const probe = await probeNative(scratchFolder());
    expect(JSON.stringify(probe)).toContain('Cannot find module');
  });

  it.runIf(findNativeProblem(findNativePackage()) === undefined)(
    'finds the built package at work',
    async () => {
      expect(await probeNative(findNativePackage() ?? '')).toMatchObject({ works: true });
    },
  );
});

describe('probeWasm', () => {
  it('finds wasm at work, with SIMD', async () => {
    expect(await probeWasm()).toEqual({ works: true, version: '4.22.0', detail: 'with SIMD' });
  });
});
