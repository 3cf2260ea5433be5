import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compilerParameters, cudaLibraries } from '../../../lib/backend/setup/compile.js';
import { scratchFolder } from '../scratch-folder.js';

const parts = {
  sources: ['a.cc'],
  includes: ['/headers'],
  libraries: ['/cache/libtensorflow_cc.so.2'],
  searchFolders: ['../../deps/lib'],
  output: 'a.node',
  nodeApi: 8,
};

describe('compilerParameters', () => {
  it('makes a shared object on Linux that searches beside itself', () => {
    const parameters = compilerParameters(parts, 'linux');
    expect(parameters).toContain('-shared');
    expect(parameters).toContain('-DNAPI_VERSION=8');
    expect(parameters).toContain('-Wl,-rpath,$ORIGIN/../../deps/lib');
  });

  it('makes a bundle on macOS', () => {
    const parameters = compilerParameters(parts, 'darwin');
    expect(parameters).toContain('-bundle');
    expect(parameters).toContain('-Wl,-rpath,@loader_path/../../deps/lib');
    expect(parameters).not.toContain('-Wl,--disable-new-dtags');
  });
});

describe('cudaLibraries', () => {
  it('finds those that TensorFlow opens, and only them', () => {
    const nvidia = scratchFolder();
    for (const [name, file] of [
      ['cudnn', 'libcudnn.so.9'],
      ['cudnn', 'libcudnn_ops.so.9'],
      ['cublas', 'libcublas.so.12'],
      ['cublas', 'libnvblas.so.12'],
    ]) {
      mkdirSync(join(nvidia, name, 'lib'), { recursive: true });
      writeFileSync(join(nvidia, name, 'lib', file), '');
    }
    mkdirSync(join(nvidia, 'cuda_nvcc', 'bin'), { recursive: true });
    expect(cudaLibraries(nvidia)).toEqual([
      join('cublas', 'lib', 'libcublas.so.12'),
      join('cudnn', 'lib', 'libcudnn.so.9'),
    ]);
  });

  it('finds none where there is no CUDA', () => {
    expect(cudaLibraries(join(scratchFolder(), 'nvidia'))).toEqual([]);
  });
});
