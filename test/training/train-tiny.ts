/** The smallest trained network: a retraining of a few steps. */
import type { Dataset } from '../../lib/dataset/dataset.js';
import type { RetrainConfig } from '../../lib/retrain/options.js';
import { retrain } from '../../lib/retrain/retrain.js';
import type { RunResult } from '../../lib/training/run-work.js';
import { TINY_ARCHITECTURE } from './tiny-architecture.js';

/** Widths of stem and head in proportion to F = 1; the paper's would be nearly all of the network. */
export const NARROW = { stemWidths: [4, 8], headFilters: 8 } as const;

/** The same as flags. */
export const NARROW_FLAGS = ['--stem-widths', '4,8', '--head-filters', '8'];

/** The smallest network, on crops and batches that take milliseconds, read by the main thread. */
export const TINY_CONFIG = {
  ...NARROW,
  filterMultiplier: 1,
  crop: 33,
  batchSize: 2,
  workers: 0,
} as const;

/** Trains the tiny architecture for an epoch, unless the changes say otherwise. */
export function trainTiny(
  dataset: Dataset,
  folder: string,
  changes: Partial<RetrainConfig> = {},
): Promise<RunResult> {
  const config = { ...TINY_CONFIG, epochs: 1, ...changes };
  return retrain({ dataset, architecture: TINY_ARCHITECTURE, folder, preset: 'tiny', config });
}
