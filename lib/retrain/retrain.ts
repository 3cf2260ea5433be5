/** Retraining: from an architecture to a trained network. */
import { resolve } from 'node:path';
import type { Architecture } from '../architecture/architecture.js';
import { formatArchitecture } from '../architecture/format.js';
import { abortable, interruptSignal } from '../interrupt.js';
import { checkCrop } from '../training/check-crop.js';
import { imagesProgress } from '../training/occasionally.js';
import { withWholeCache } from '../training/options/housekeeping.js';
import { withPrecisionOfRun } from '../training/precision-of-run.js';
import { dataOfRun } from '../training/run-data.js';
import { resumedFolder } from '../training/ring-of-run.js';
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
 * SGD with momentum (or Adam, option `optimizer`), polynomial decay of the learning rate, random scale,
 * crop and flip, scheduled drop path and dropout, batch norms tuned along; validation on whole images every
 * few epochs.
 *
 * The run's folder gets `config.json`, `environment.json`, `data.json` (the images it uses),
 * `labels.json` (what their label maps hold), `class-weights.json` (if the loss weighs classes),
 * `class-counts.json` (if images are drawn by their classes), `architecture.json`, `history.arrow`,
 * `checkpoints/` (the last and the best) and `end.json` (why it ended). The same configuration and seed on
 * the same backend and machine give the same losses, also if the run is interrupted and resumed.
 *
 * A resumed run may be longer or shorter and may have another learning rate; `config.json` lists what was
 * changed, and after which step. From there on everything follows the new options, as in a run that always
 * had them: the polynomial is that of the new length, so that the rate of a finished run rises again when it
 * is lengthened (`decayStart` begins a new stage instead), and so is the drop path. The optimizer, batch
 * norms and averages continue.
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
  const { dataset, architecture } = request;
  const resumed = resumedFolder(request);
  const { kind } = dataset.description;
  const config = await withPrecisionOfRun(
    RETRAIN,
    resumed,
    withWholeCache(withWholePath(resolveRetrainConfig(request.config, request.preset, kind))),
  );
  const { path, genotype } = architecture;
  const data = await dataOfRun({ ...request, resume: resumed !== undefined }, RETRAIN, [
    config.split,
    config.validationSplit,
  ]);
  const signal = request.signal ?? interruptSignal();
  const samples = await abortable(dataset.samples(config.split), signal);
  await abortable(checkCrop(samples, config), signal);
  // The weights change no cost, and finding them reads all label maps.
  const isEstimate = request.estimate === 'only' && typeof config.classWeights === 'string';
  const wanted = isEstimate ? null : config.classWeights;
  const counting = {
    signal,
    onProgress: imagesProgress(request.onProgress, 'class weights'),
  };
  const { result } = await startRun(request, {
    declared: RETRAIN,
    options: config,
    data,
    facts: { architecture: { path, genotype } },
    initialWeights: config.initialWeights,
    kindOfWork: 'chain',
    batchesPerStep: config.accumulate,
    trainingParts: [{ name: config.split, samples }],
    validationBatch: validationBatch(config),
    prepare: (labels) =>
      classWeightsOf(wanted, dataset, () => labels.of(samples, counting), resumed),
    makeProgram: (classWeights, place) =>
      retrainProgram(architecture, config, dataset.classes.length, classWeights, 'auto', place),
    makeTask: (parts, classWeights) => {
      const notes = classWeights === undefined ? [] : [describeWeights(classWeights, dataset)];
      return retrainTask(config, samples, parts, { classWeights, notes });
    },
    documents: { architecture: formatArchitecture(architecture) },
    writeDocuments: async (run, classWeights) => {
      if (resumed !== undefined) {
        await run.writeText('architecture', formatArchitecture(architecture));
      }
      if (classWeights !== undefined) {
        await run.write('class-weights', namedWeights(classWeights, dataset));
      }
    },
    finish: () => Promise.resolve(undefined),
  });
  return result;
}
