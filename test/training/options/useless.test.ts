/** Settings with which a run would do nothing, or nothing useful, option by option. */
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Dataset } from '../../../lib/dataset/dataset.js';
import { resolveAugmentation } from '../../../lib/dataset/reading/augment.js';
import { ConfigError } from '../../../lib/errors.js';
import { cosine, poly, warmUp } from '../../../lib/optimizer/schedule.js';
import { resolveRetrainConfig, RETRAIN_OPTIONS } from '../../../lib/retrain/options.js';
import { retrainSchedule } from '../../../lib/retrain/schedule.js';
import { resolveSearchConfig, SEARCH_OPTIONS } from '../../../lib/search/options.js';
import { checkCrop } from '../../../lib/training/check-crop.js';
import { temporaryFolder } from '../../helpers/temporary-folder.js';
import { tinyDataset } from '../tiny-dataset.js';

/** Changes that are refused, with what the error says. */
type Refused = readonly (readonly [changes: object, message: RegExp])[];

/** Refused values of an option alone, by the range of its kind. */
const ranges = (name: string, ...values: unknown[]): Refused =>
  values.map((value) => [{ [name]: value }, new RegExp(`${name}: expected `)]);

/** No value of its kind makes a run useless, or what does is refused where the images are known. */
const NONE: Refused = [];

const DATA: Record<string, Refused> = {
  split: ranges('split', ''),
  validationSplit: ranges('validationSplit', ''), // null asks for no validation
  validationImages: ranges('validationImages', 0),
  validationView: NONE,
  labelCheck: NONE,
  badImages: NONE,
  resolution: ranges('resolution', 0, 1e-60, { longerSide: 0 }),
  crop: ranges('crop', 0), // too large a crop: checkCrop
  batchSize: ranges('batchSize', 0), // larger than the split: the loader
  augment: [[{ augment: { maxScale: 0 } }, /augment.maxScale: expected a number > 0/]],
  rareClassTemperature: ranges('rareClassTemperature', 0, 1e-60),
  rareClassPixels: [
    ...ranges('rareClassPixels', 0), // more than any image has: rareClassSampler
    [{ rareClassPixels: 9 }, /rareClassPixels: expected 1 without rareClassTemperature.*got 9/],
  ],
  rareClassCropPixels: [
    [{ rareClassCropPixels: 9 }, /rareClassCropPixels: expected 0 without rareClassTemperature/],
    [
      { rareClassTemperature: 0.01, crop: 33, rareClassCropPixels: 1090 },
      /rareClassCropPixels: expected at most the 1089 pixels of a window of 33 × 33, got 1090/,
    ],
  ],
};

const REPLICAS: Record<string, Refused> = {
  replicas: [
    ...ranges('replicas', 0, 1.5),
    [{ batchSize: 8, replicas: 3 }, /replicas: expected a divisor of the batch of 8 images, got 3/],
  ],
  batchStatistics: [
    [{ batchStatistics: 'all' }, /batchStatistics: expected replica with one replica.*got all/],
  ],
};

const PRECISION: Record<string, Refused> = {
  precision: [
    [
      { precision: 'float16' as 'float32' },
      /precision: expected one of float32, bfloat16, auto, got/,
    ],
  ],
};

const HOUSEKEEPING: Record<string, Refused> = {
  historyEvery: ranges('historyEvery', 0), // a row per epoch comes in any case
  checkpointEvery: NONE, // a checkpoint per epoch comes in any case
  keepCheckpoints: ranges('keepCheckpoints', 0),
  rollBacks: NONE, // it acts when something is not finite
  workers: NONE,
  cache: ranges('cache', ''), // a file in its place: openSampleCache
  cacheLimit: ranges('cacheLimit', 0), // too little for a sample: said when it is full
  devices: [
    ...ranges('devices', [], ['tpu:0'], ['cpu:0', 'cpu:0'], ['gpu']),
    [
      { devices: ['gpu:0', 'gpu:1'] },
      /devices: expected at most one for each of the 1 replicas, got gpu:0, gpu:1.*{ replicas: 2 }/,
    ],
  ],
  recompute: NONE,
  memoryLimit: ranges('memoryLimit', 0), // too little: compile
};

const RETRAIN: Record<string, Refused> = {
  filterMultiplier: ranges('filterMultiplier', 0),
  imagePoolingNorm: NONE,
  stemWidths: ranges('stemWidths', [0, 4]),
  headFilters: ranges('headFilters', 0),
  imagePooling: NONE,
  initialWeights: ranges('initialWeights', ''),
  batchNormMomentum: ranges('batchNormMomentum', 1, 0.999999999),
  fineTuneBatchNorm: [
    [
      { fineTuneBatchNorm: false },
      /fineTuneBatchNorm: expected true without initialWeights.*stay at 0 and 1/,
    ],
  ],
  dropPathKeepProbability: [
    ...ranges('dropPathKeepProbability', 0, 1e-9, 0.01),
    [
      { fineTuneBatchNorm: false, initialWeights: 'run', dropPathKeepProbability: 0.5 },
      /dropPathKeepProbability: expected 1 with fineTuneBatchNorm false, which turns drop path off/,
    ],
  ],
  dropoutKeepProbability: ranges('dropoutKeepProbability', 0, 1e-9, 0.01),
  seed: NONE,
  steps: [
    ...ranges('steps', 0),
    [{ steps: null, epochs: null }, /expected either steps or epochs, got null and null/],
  ],
  epochs: ranges('epochs', 0),
  learningRate: ranges('learningRate', 0, 1e-60),
  finalLearningRate: [
    [{ finalLearningRate: 0.1 }, /finalLearningRate: expected at most learningRate 0.05, got 0.1/],
  ],
  power: [
    ...ranges('power', 0),
    [
      { steps: 1000, power: 200 },
      /at least 1 % of learningRate 0.05 on average over the 1000 steps/,
    ],
  ],
  decayStart: [
    [{ decayStart: 100 }, /decayStart: expected fewer than the 100 steps .* would never fall/],
  ],
  warmUpSteps: [
    [{ warmUpSteps: 100 }, /warmUpSteps: expected fewer than the 100 steps of the run, got 100/],
    [
      { warmUpSteps: 101 },
      /expected fewer than the 100 steps .* before the learning rate has risen/,
    ],
    [
      { steps: 1000, warmUpSteps: 999 },
      /at least 1 % of learningRate .*; lower warmUpSteps or power/,
    ],
  ],
  optimizer: NONE,
  momentum: [
    ...ranges('momentum', 1, 0.999999999),
    [
      { optimizer: 'adam', momentum: 0.8 },
      /momentum: expected 0.9 with optimizer adam, which has no use for it, got 0.8/,
    ],
  ],
  weightDecay: ranges('weightDecay', -1),
  clipNorm: ranges('clipNorm', 0, 1e-60),
  accumulate: ranges('accumulate', 0, 1.5),
  emaDecay: ranges('emaDecay', 0, 1, 0.999999999),
  patience: [
    ...ranges('patience', 0), // longer than the run: a note of retrainTask
    [
      { patience: 3, validationSplit: null },
      /patience: expected none without validation.*got 3; nothing would tell when to stop/,
    ],
  ],
  minImprovement: [
    ...ranges('minImprovement', 1, 0.999999999),
    [{ minImprovement: 0.01 }, /minImprovement: expected 0 without patience, got 0.01/],
  ],
  validateEvery: ranges('validateEvery', 0), // a validation comes after the last epoch in any case
  classWeights: ranges('classWeights', {}, { car: -1 }), // all 0: weightsByName
  diceWeight: ranges('diceWeight', -1),
  hardPixelShare: ranges('hardPixelShare', 0, 1.1, 1e-60),
  hardPixelSteps: [
    [{ hardPixelSteps: 5 }, /hardPixelSteps: expected 0 with hardPixelShare 1.*got 5/],
  ],
  ...DATA,
  ...PRECISION,
  ...REPLICAS,
  ...HOUSEKEEPING,
};

const SEARCH: Record<string, Refused> = {
  layers: ranges('layers', 1),
  filterMultiplier: ranges('filterMultiplier', 0),
  blocks: ranges('blocks', 0),
  operations: ranges('operations', []), // zero alone: resolveOperations
  missingInput: NONE,
  cellWeights: NONE,
  bnAffine: NONE,
  stemWidths: ranges('stemWidths', [0, 4]),
  asppProjection: NONE,
  endNormalisation: NONE,
  firstLayer: NONE,
  seed: NONE,
  epochs: ranges('epochs', 0),
  architectureStart: [
    [
      { epochs: 20 },
      /architectureStart: expected less than the 20 epochs, got 20.*never be trained/,
    ],
    [{ architectureStart: 99 }, /architectureStart: expected less than the 40 epochs, got 99/],
  ],
  order: NONE,
  learningRate: ranges('learningRate', 0, 1e-60),
  finalLearningRate: [
    [{ learningRate: 5e-4 }, /finalLearningRate: expected at most learningRate 0.0005, got 0.001/],
  ],
  scheduleBy: NONE,
  momentum: ranges('momentum', 1, 0.999999999),
  weightDecay: ranges('weightDecay', -1),
  clipNorm: ranges('clipNorm', 0, 1e-60),
  architectureLearningRate: ranges('architectureLearningRate', 0, 1e-60),
  architectureWeightDecay: ranges('architectureWeightDecay', -1),
  architectureBetas: ranges('architectureBetas', [1, 0.9], [0.5, 0.999999999]),
  costWeight: ranges('costWeight', -1),
  entropyWeight: ranges('entropyWeight', -1),
  costResource: [
    ...ranges('costResource', 'latency'),
    [
      { costResource: 'memory' },
      /costResource: expected multiplyAdds with costWeight 0.*got memory/,
    ],
  ],
  costFilterMultiplier: [
    ...ranges('costFilterMultiplier', 0),
    [{ costFilterMultiplier: 8 }, /costFilterMultiplier: expected 20 with costWeight 0.*got 8/],
  ],
  ...DATA,
  ...PRECISION,
  ...REPLICAS,
  ...HOUSEKEEPING,
};

const programs = [
  { name: 'retrain', refused: RETRAIN, table: RETRAIN_OPTIONS, resolve: resolveRetrainConfig },
  { name: 'search', refused: SEARCH, table: SEARCH_OPTIONS, resolve: resolveSearchConfig },
];

describe.each(programs)('$name', ({ name, refused, table, resolve }) => {
  it('has every option looked at', () => {
    expect(Object.keys(refused).sort()).toEqual(Object.keys(table).sort());
  });

  const rows = Object.values(refused).flat();
  it.each(rows)('refuses %j', (changes, message) => {
    const given = name === 'retrain' ? { steps: 100, ...changes } : changes;
    expect(() => resolve(given)).toThrow(ConfigError);
    expect(() => resolve(given)).toThrow(message);
  });
});

describe('what only the images can tell', () => {
  const folder = temporaryFolder();
  let dataset: Dataset;
  beforeAll(async () => {
    dataset = await tinyDataset(path.join(folder, 'data'), { train: 3, val: 1 }); // 40 × 44 pixels
  });

  it('is a warm-up as long as a run that is counted in epochs', () => {
    const config = { ...resolveRetrainConfig({ epochs: 2 }), warmUpSteps: 6 };
    expect(() => retrainSchedule(config, 6)).toThrow(/expected fewer than the 6 steps of the run/);
    const schedule = retrainSchedule({ ...config, warmUpSteps: 3 }, 6);
    expect(schedule(3)).toBeCloseTo(0.05 * 0.5 ** 0.9, 12);
  });

  it('is a crop that would be padding for the most part', async () => {
    const samples = await dataset.samples('train');
    const augment = { maxScale: 2 };
    const check = (crop: number, resolution = 1) =>
      checkCrop(samples, { crop, resolution, augment });
    await check(160); // 80 × 88 of 160 × 160: 27.5 %
    await expect(check(176)).rejects.toThrow(
      /^crop: expected windows that the images fill to at least 25.0%?.*got 176 × 176.*at most 22.7/,
    );
    await expect(check(33, 0.1)).rejects.toThrow(ConfigError);
  });
});

describe('schedules and augmentation', () => {
  it('refuse what would be zero throughout', () => {
    expect(() => cosine({ initial: 0, final: 0, steps: 4 })).toThrow(/not both 0/);
    expect(() => poly({ initial: 0, steps: 4 })).toThrow(/not both 0/);
    expect(() => poly({ initial: NaN, steps: 4 })).toThrow(/poly: expected values of 0 or more/);
    expect(() => poly({ initial: 1, power: 0, steps: 4 })).toThrow(/power above 0/);
    const decay = poly({ initial: 1, steps: 4 });
    expect(() => warmUp(decay, { steps: 4 })).toThrow(
      /above 0 after the 4 steps of warm-up, got 0/,
    );
    expect(() => warmUp(decay, { steps: 2, shape: 'constant' })).toThrow(
      /constant above 0 as from/,
    );
  });

  it('refuse a step between scales beyond the largest', () => {
    const range = { minScale: 0.5, maxScale: 1, scaleStep: 0.75 };
    expect(() => resolveAugmentation(range)).toThrow(/scaleStep of at most .* 0.5, got 0.75/);
    expect(() => resolveAugmentation({ ...range, scaleStep: 0.5 })).not.toThrow();
    expect(() => resolveAugmentation({ minScale: 1, maxScale: 1 })).not.toThrow();
  });
});
