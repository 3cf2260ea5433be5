/** Retraining: from an architecture to a trained network. */
import { resolve } from 'node:path';
import type { Architecture } from '../architecture/architecture.js';
import { formatArchitecture } from '../architecture/format.js';
import { interruptSignal } from '../interrupt.js';
import { checkCrop } from '../training/check-crop.js';
import { withWholeCache } from '../training/options/housekeeping.js';
import { dataOfRun } from '../training/run-data.js';
import type { RunRequest, RunResult } from '../training/run-work.js';
import { startRun } from '../training/start-run.js';
import { classWeightsOf, describeWeights, namedWeights } from './class-weights.js';
import { resolveRetrainConfig, RETRAIN, type RetrainConfig } from './options.js';
import { retrainProgram } from './program.js';
import { retrainTask, validationBatch } from './task.js';

/** What {@link retrain} needs. */
export interface RetrainOptions extends RunRequest<RetrainConfig> {
  readonly architecture: Architecture;
}

/** The source of first weights means the same when the run is resumed from another folder. */
function withWholePath(config: RetrainConfig): RetrainConfig {
  const { initialWeights } = config;
  return initialWeights === null ? config : { ...config, initialWeights: resolve(initialWeights) };
}

/**
 * Trains a derived network from scratch, or from the weights of another training.
 *
 * SGD with momentum, polynomial decay of the learning rate, random scale, crop and flip, scheduled
 * drop path and dropout, batch norms tuned along; validation on whole images every few epochs.
 *
 * The run's folder gets `config.json`, `environment.json`, `data.json` (the images it uses),
 * `labels.json` (what their label maps hold), `class-weights.json` (if the loss weighs classes),
 * `architecture.json`, `history.arrow` and `checkpoints/` (the last and the best). The same
 * configuration and seed on the same backend and machine give the same losses, also if the run is
 * interrupted and resumed.
 *
 * Source: Auto-DeepLab §5.2; the authors' code where the paper is silent.
 *
 * @throws {@link ConfigError} if a setting is not usable, or differs from that of the resumed run
 * @throws {@link DataError} if an image or a file of the run cannot be read or written
 * @throws {@link NumericError} if a loss is NaN or infinite
 *
 * @example
 * ```ts no-run
 * const dataset = await openDataset('camvid', { root: '/data/CamVid' });
 * await retrain({ dataset, architecture: publishedArchitecture, folder: 'runs/s', preset: 'laptop' });
 * ```
 */
export async function retrain(request: RetrainOptions): Promise<RunResult> {
  const { dataset, architecture, folder } = request;
  const { kind } = dataset.description;
  const config = withWholeCache(
    withWholePath(resolveRetrainConfig(request.config, request.preset, kind)),
  );
  const { path, genotype } = architecture;
  const data = await dataOfRun(request, RETRAIN, [config.split, config.validationSplit]);
  const samples = await dataset.samples(config.split);
  await checkCrop(samples, config);
  // The weights change no cost, and finding them reads all label maps.
  const isEstimate = request.estimate === 'only' && typeof config.classWeights === 'string';
  const wanted = isEstimate ? null : config.classWeights;
  const classWeights = await classWeightsOf(wanted, dataset, samples, {
    resumed: request.resume === true ? folder : undefined,
    signal: request.signal ?? interruptSignal(),
    onProgress: request.onProgress,
  });
  const notes = classWeights === undefined ? [] : [describeWeights(classWeights, dataset)];
  const { result } = await startRun(request, {
    declared: RETRAIN,
    options: config,
    data,
    facts: { architecture: { path, genotype } },
    initialWeights: config.initialWeights,
    kindOfWork: 'chain',
    imagesPerStep: config.batchSize * config.accumulate,
    trainingParts: [{ name: config.split, samples }],
    validationBatch: validationBatch(config),
    makeProgram: () => retrainProgram(architecture, config, dataset.classes.length, classWeights),
    makeTask: (parts) => retrainTask(config, samples, parts, notes),
    writeDocuments: async (run) => {
      await run.writeText('architecture', formatArchitecture(architecture));
      if (classWeights !== undefined) {
        await run.write('class-weights', namedWeights(classWeights, dataset));
      }
    },
    finish: () => Promise.resolve(undefined),
  });
  return result;
}
