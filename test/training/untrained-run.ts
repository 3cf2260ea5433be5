/** The folder of a retraining whose weights follow from their names: it was never trained. */
import * as tf from '@tensorflow/tfjs-core';
import { formatArchitecture } from '../../lib/architecture/format.js';
import type { Dataset } from '../../lib/dataset/dataset.js';
import { tensorsToArrays } from '../../lib/files/tensor-arrays.js';
import { derivedNetwork } from '../../lib/retrain/network.js';
import { resolveRetrainConfig, type RetrainConfig } from '../../lib/retrain/options.js';
import { RunDirectory } from '../../lib/run/directory.js';
import { factsOf } from '../../lib/training/stored-run.js';
import { filledVariables } from '../helpers/filled-network.js';
import { TINY_ARCHITECTURE } from './tiny-architecture.js';
import { NARROW } from './train-tiny.js';

/** Writes the run of a network for the classes of a dataset. */
export async function writeUntrainedRun(
  dataset: Dataset,
  folder: string,
  changes: Partial<RetrainConfig> = {},
): Promise<void> {
  const options = resolveRetrainConfig(
    { filterMultiplier: 1, ...NARROW, crop: 33, resolution: 1, workers: 0, ...changes },
    'tiny',
  );
  const network = derivedNetwork(TINY_ARCHITECTURE, options, dataset.classes.length);
  const variables = filledVariables(network, [1, 33, 33, 3]);
  const run = await RunDirectory.create(folder, {
    kind: 'retrain',
    seed: 1,
    config: factsOf(folder, dataset, options, {}),
  });
  try {
    await run.writeText('architecture', formatArchitecture(TINY_ARCHITECTURE));
    const groups = { variables: await tensorsToArrays(variables) };
    await run.checkpoints.save({ step: 1, epoch: 1, metrics: {}, extra: null, groups });
  } finally {
    tf.dispose(variables);
    await run.close();
  }
}
