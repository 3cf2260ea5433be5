/** What commands do first: start the backend, open the dataset. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { BackendChoice } from '../backend/backend-name.js';
import type { ThreadRequest } from '../backend/threads.js';
import { useBackend, type BackendInfo } from '../backend/use-backend.js';
import type { Dataset } from '../dataset/dataset.js';
import { datasetNames, openDataset } from '../dataset/open-dataset.js';
import { ConfigError } from '../errors.js';
import type { Assignment } from './notebook-parameters.js';
import { openStoredDataset, type StoredRun } from '../training/stored-run.js';

/** Says on which backend the work runs, and why not on the native one. */
export function describeBackend({
  name,
  versions,
  device,
  threads,
  fallback,
}: BackendInfo): string {
  const version = versions[name] ?? versions['tfjs-backend-wasm'];
  const where = `${name} ${version}, ${device}, ${threads.intra} x ${threads.inter} threads`;
  return fallback === undefined
    ? `backend: ${where}`
    : `backend: ${where}; native TensorFlow is not in use: ${fallback}`;
}

/**
 * Threads for work made of very many small kernels, such as the supernet: one thread per kernel,
 * natively several kernels at once.
 */
export const SMALL_KERNELS: ThreadRequest = { intra: 1 };

/** Starts a backend and prints which. */
export async function startBackend(
  choice: BackendChoice,
  threads: ThreadRequest = {},
): Promise<BackendInfo> {
  const info = await useBackend(choice, { threads });
  console.error(describeBackend(info));
  return info;
}

/** The dataset's flags. */
export interface DataFlags {
  readonly data?: string;
  readonly root?: string;
  readonly dataOption?: readonly Assignment[];
  readonly followLinks?: true;
}

/** The kind of dataset that the flags name: a folder with `dataset.json` needs no `--root`. */
export function dataKind({ data, root }: DataFlags): string | undefined {
  const isPath = data !== undefined && root === undefined && !datasetNames().includes(data);
  return isPath && existsSync(path.join(data, 'dataset.json')) ? 'folder' : data;
}

/** Opens the dataset that the flags name, or else the one that a run carries. */
export async function openData(flags: DataFlags, stored?: StoredRun<unknown>): Promise<Dataset> {
  const { data, root, dataOption = [], followLinks } = flags;
  const more = { ...Object.fromEntries(dataOption), ...(followLinks && { followLinks }) };
  if (data === undefined && dataOption.length > 0) {
    throw new ConfigError(
      '--data-option: expected --data with it, got none; pass both, and --root',
    );
  }
  if (data === undefined && stored !== undefined) {
    return openStoredDataset(stored, root, followLinks);
  }
  const kind = dataKind(flags);
  if (data !== undefined && kind !== data) {
    return openDataset('folder', { ...more, root: data });
  }
  if (data === undefined || root === undefined) {
    throw new ConfigError(
      'data: expected the kind and the folder of a dataset, or a folder with dataset.json as ' +
        `--data, got ${data === undefined ? 'no --data' : `--data ${data} and no --root`}; pass for ` +
        'example --data camvid --root /data/CamVid',
    );
  }
  return openDataset(data, { ...more, root });
}
