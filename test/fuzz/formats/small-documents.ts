/** Small JSON documents, each a format of its own. */
import path from 'node:path';
import { displayName } from '#lib/dataset/sample/marker.js';
import { describeOwner, isRunning, readOwner } from '#lib/files/lock-owner.js';
import { readKernelspecs } from '#lib/notebook/kernel/kernelspec.js';
import { readManifest } from '#lib/sample/sample-manifest.js';
import { single, type Files, type FuzzFormat } from '../format.js';

const json = (name: string, ...values: readonly unknown[]): Promise<Files[]> =>
  Promise.resolve(values.map((value) => single(name, JSON.stringify(value, undefined, 2))));

const LIMIT_MIB = 256;

const SAMPLE = {
  generator: 'autodeeplab street scenes',
  layout: 'cityscapes',
  version: 1,
  seed: 1,
  width: 64,
  height: 32,
  counts: { train: 2, val: 1, test: 1 },
  isComplete: true,
};

/** What a folder of rendered pictures holds. */
export const SAMPLE_MANIFEST: FuzzFormat = {
  name: 'sample-manifest',
  module: import.meta.url,
  readers: 'readManifest, displayName',
  seeds: () => json('sample.json', SAMPLE),
  isOnDisk: true,
  async read({ folder }) {
    await displayName('cityscapes', { root: folder }, folder);
    return readManifest(folder);
  },
  limitMiB: LIMIT_MIB,
};

const OWNER = {
  token: 'f3a1b2c4-0000-4000-8000-000000000001',
  pid: 4_000_000,
  host: 'another',
  processStart: 'boot/1',
  since: '2026-01-31T12:00:00.000Z',
};

/** Who holds the lock of a folder. */
export const LOCK: FuzzFormat = {
  name: 'lock',
  module: import.meta.url,
  readers: 'readOwner, isRunning',
  seeds: () => json('run.lock', OWNER),
  isOnDisk: true,
  async read({ folder }) {
    const owner = await readOwner(path.join(folder, 'run.lock'));
    return owner === undefined ? undefined : [describeOwner(owner), owner && isRunning(owner)];
  },
  limitMiB: LIMIT_MIB,
};

const SPEC = {
  argv: ['/usr/bin/node', '/kernels/launch.mjs', '{connection_file}'],
  display_name: 'TypeScript',
  metadata: { autodeeplab: { package: '/package', version: '0.1.0' } },
};

/** The file by which Jupyter knows the kernel. */
export const KERNELSPEC: FuzzFormat = {
  name: 'kernelspec',
  module: import.meta.url,
  readers: 'readKernelspecs',
  seeds: () => json('kernels/autodeeplab/kernel.json', SPEC),
  isOnDisk: true,
  read: ({ folder }) => readKernelspecs(folder),
  limitMiB: LIMIT_MIB,
};
