import { describe, expect, it } from 'vitest';
import { cacheFolder } from '../../../lib/backend/setup/cache-folder.js';
import { cudaRequirements } from '../../../lib/backend/setup/libtensorflow.js';
import { wheelTarget } from '../../../lib/backend/setup/machine.js';

describe('cudaRequirements', () => {
  it('takes the lines of the extra and-cuda from what TensorFlow 2.21.0 requires', () => {
    const requires = [
      'absl-py>=1.0.0',
      'gast!=0.5.0,!=0.5.1,!=0.5.2,>=0.2.1',
      'nvidia-cublas-cu12<13.0,>=12.5.3.2; extra == "and-cuda"',
      'nvidia-cudnn-cu12<10.0,>=9.3.0.75; extra == "and-cuda"',
      'tensorflow-io-gcs-filesystem>=0.23.1; (sys_platform != "win32") and extra == "gcs-filesystem"',
    ];
    expect(cudaRequirements(requires)).toEqual([
      'nvidia-cublas-cu12<13.0,>=12.5.3.2',
      'nvidia-cudnn-cu12<10.0,>=9.3.0.75',
    ]);
  });
});

describe('wheelTarget', () => {
  it('knows where a GPU wheel exists', () => {
    expect(wheelTarget('linux', 'x64')?.packages).toEqual({
      cpu: 'tensorflow-cpu',
      gpu: 'tensorflow',
    });
    expect(wheelTarget('linux', 'arm64')?.packages.gpu).toBeUndefined();
  });

  it('has none for Windows and Macs with Intel processors', () => {
    expect(wheelTarget('win32', 'x64')).toBeUndefined();
    expect(wheelTarget('darwin', 'x64')).toBeUndefined();
  });
});

describe('cacheFolder', () => {
  it('takes AUTODEEPLAB_CACHE, then XDG_CACHE_HOME, then the home folder', () => {
    expect(cacheFolder({ AUTODEEPLAB_CACHE: '/own', XDG_CACHE_HOME: '/xdg' })).toBe('/own');
    expect(cacheFolder({ XDG_CACHE_HOME: '/xdg' })).toBe('/xdg/autodeeplab');
    expect(cacheFolder({ XDG_CACHE_HOME: '' })).toMatch(/\.cache\/autodeeplab$/);
  });
});
