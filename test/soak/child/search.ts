/** A search that never ends: epochs with validations, checkpoints and history. */
import { join } from 'node:path';
import { openDataset, search, searchMonitor, writeSample } from 'autodeeplab';
import type { Work } from './work.js';

/** So many that an hour does not reach the end. */
const ENDLESS = 1_000_000;

/** One round is one epoch. */
export const searchWork: Work = async ({ folder, seed }, { signal, onRound }) => {
  const root = join(folder, 'data');
  await writeSample({ root, seed, width: 128, height: 64, counts: { train: 12, val: 4 } });
  const live = { update: () => undefined, finish: () => Promise.resolve() };
  const monitor = searchMonitor({ live });
  await search({
    dataset: await openDataset('sample', { root }),
    folder: join(folder, 'run'),
    preset: 'tiny',
    config: {
      seed,
      layers: 2,
      filterMultiplier: 1,
      blocks: 1,
      crop: 33,
      epochs: ENDLESS,
      architectureStart: 0,
      historyEvery: 1,
      checkpointEvery: 2,
    },
    signal,
    onProgress: (event) => {
      monitor.onProgress(event);
      if (event.kind === 'epoch') {
        onRound();
      }
    },
  });
};
