import path from 'node:path';
import { readConfigFile } from '#lib/cli/config-file.js';
import { RETRAIN, resolveRetrainConfig } from '#lib/retrain/options.js';
import { resolveSearchConfig, SEARCH } from '#lib/search/options.js';
import { single, type FuzzFormat } from '../format.js';

const OPTIONS = JSON.stringify({ epochs: 3, batchSize: 2, crop: 129 }, undefined, 2);

/** Options of a search and of a retraining in a file, as `--config` takes them. */
export const RUN_OPTIONS: FuzzFormat = {
  name: 'run-options',
  module: import.meta.url,
  readers: 'readConfigFile, resolveSearchConfig, resolveRetrainConfig',
  seeds: () => Promise.resolve(['{}', OPTIONS].map((text) => single('options.json', text))),
  isOnDisk: true,
  async read({ folder }) {
    const file = path.join(folder, 'options.json');
    const search = resolveSearchConfig(await readConfigFile(file, SEARCH), 'tiny', 'voc');
    return [search, resolveRetrainConfig(await readConfigFile(file, RETRAIN), 'tiny', 'voc')];
  },
  limitMiB: 256,
};
