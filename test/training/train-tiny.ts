/** The smallest trained network: a retraining of a few steps. */
import type { Dataset } from '../../lib/dataset/dataset.js';
import type { RetrainConfig } from '../../lib/retrain/options.js';
import { retrain } from '../../lib/retrain/retrain.js';
import type { RunResult } from '../../lib/training/run-work.js';
import { TINY_ARCHITECTURE } from './tiny-dataset.js';

/** Trains the tiny architecture for an epoch, unless the changes say otherwise. */
export function trainTiny(
  dataset: Dataset,
  folder: string,
  changes: Partial<RetrainConfig> = {},
): Promise<RunResult> {
  const config = { filterMultiplier: 1, crop: 33, batchSize: 2, epochs: 1, workers: 0, ...changes };
  return retrain({ dataset, architecture: TINY_ARCHITECTURE, folder, preset: 'tiny', config });
}
