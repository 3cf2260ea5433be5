/** What commands do first: start the backend, open the dataset. */
import type { BackendChoice } from '../backend/backend-name.js';
import type { ThreadRequest } from '../backend/threads.js';
import { useBackend, type BackendInfo } from '../backend/use-backend.js';
import type { Dataset } from '../dataset/dataset.js';
import { datasetKind, openDataset } from '../dataset/open-dataset.js';
import { ConfigError } from '../errors.js';
import { RunDirectory } from '../run/directory.js';

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
 * Threads for work that is made of very many small kernels, as the supernet is: one thread a kernel,
 * natively several kernels at once.
 */
export const SMALL_KERNELS: ThreadRequest = { intra: 1 };

/** Starts a backend and says which. */
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
}

/** Opens the dataset that the flags name, or that a run noted. */
export async function openData(
  { data, root }: DataFlags,
  noted: { readonly name?: unknown; readonly root?: unknown } = {},
): Promise<Dataset> {
  const name = data ?? (typeof noted.name === 'string' ? datasetKind(noted.name) : undefined);
  const folder = root ?? (typeof noted.root === 'string' ? noted.root : undefined);
  if (name === undefined || folder === undefined) {
    throw new ConfigError(
      'data: expected the kind and the folder of a dataset, got ' +
        `${name === undefined ? 'no --data' : 'no --root'}; pass for example --data camvid ` +
        '--root /data/CamVid',
    );
  }
  return openDataset(name, { root: folder });
}

/** The stored configuration of a run, for resuming and evaluating it. */
export async function storedConfig(
  folder: string,
): Promise<{ readonly dataset: object; readonly config: Record<string, unknown> }> {
  const run = await RunDirectory.open(folder);
  const { dataset, ...config } = run.config as Record<string, unknown>;
  return { dataset: dataset ?? {}, config };
}
