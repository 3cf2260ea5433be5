/** A process that runs a short search, and kills itself in the middle if it is told to. */
import type { BackendName } from '../backend/backend-name.js';
import { useBackend } from '../backend/use-backend.js';
import { openDataset } from '../dataset/open-dataset.js';
import type { SearchConfig } from '../search/options.js';
import { search } from '../search/search.js';
import { requestOfChild } from './run-child.js';

/** What such a process is asked for. */
export interface SearchRequest {
  readonly backend: BackendName;
  /** The dataset's folder. */
  readonly root: string;
  /** The run's folder. */
  readonly folder: string;
  readonly resume: boolean;
  /** The step at which it kills itself; undefined: it runs to its end. */
  readonly killAt?: number | undefined;
}

/** Three epochs of two steps, the last two with the architecture; a checkpoint every other step. */
const CONFIG: Partial<SearchConfig> = {
  layers: 2,
  filterMultiplier: 1,
  blocks: 1,
  crop: 33,
  batchSize: 2,
  epochs: 3,
  architectureStart: 1,
  validationImages: 1,
  checkpointEvery: 2,
  workers: 1,
};

const { backend, root, folder, resume, killAt } = requestOfChild<SearchRequest>();
await useBackend(backend);
await search({
  dataset: await openDataset('sample', { root }),
  folder,
  resume,
  preset: 'tiny',
  config: CONFIG,
  onProgress: (event) => {
    if (event.kind === 'step' && event.step === killAt) {
      process.kill(process.pid, 'SIGKILL');
    }
  },
});
process.exit();
