/** Retraining: from an architecture to a trained network. */
import { join } from 'node:path';
import type { Dataset } from '../dataset/dataset.js';
import { createLoader } from '../dataset/loading/loader.js';
import type { Architecture } from '../architecture/architecture.js';
import { writeArchitecture } from '../architecture/file.js';
import { Random } from '../random.js';
import { batchMaker } from '../training/batch-maker.js';
import { cropSize, MAY_DIFFER, type PresetName } from '../training/data-config.js';
import { ensureBackend } from '../training/ensure-backend.js';
import { loadFirstWeights } from '../training/first-weights.js';
import { runLoop, type LoopControl } from '../training/loop.js';
import { resolveRetrainConfig, type RetrainConfig } from './config.js';
import { retrainProgram } from './program.js';
import { retrainTask, validationBatch } from './task.js';
import { RunSession } from '../training/session.js';
import { findValidationImages } from '../training/validation/validation.js';
import { interruptSignal } from '../interrupt.js';
import { memoryNotes } from '../runtime/memory.js';

/** What {@link retrain} needs. */
export interface RetrainOptions extends LoopControl {
  readonly dataset: Dataset;
  readonly architecture: Architecture;
  /** The folder of the run: new or empty, or, with `resume`, that of the run to go on with. */
  readonly folder: string;
  /** The preset that `config` changes; `paper` by default. */
  readonly preset?: PresetName;
  readonly config?: Partial<RetrainConfig>;
  /** Whether to go on with the run in `folder`; its configuration must be the same. */
  readonly resume?: boolean;
  /** Further facts for the run's `environment.json`, such as what `useBackend` returned. */
  readonly environment?: object;
}

/** What a retraining gives. */
export interface RetrainResult {
  readonly folder: string;
  /** True if the signal stopped it before the end; resume to go on. */
  readonly interrupted: boolean;
  /** Steps and epochs done, over all sessions. */
  readonly steps: number;
  readonly epochs: number;
  /** Mean IoU at the last validation of this session, from 0 to 1. */
  readonly meanIou: number | undefined;
  /** The best mean IoU of all validations; NaN if there was none. */
  readonly bestMeanIou: number;
  /** Share of this session's training time spent waiting for data, 0 to 1; NaN without a step. */
  readonly dataShare: number;
}

/** What a run's `config.json` says; enough to predict without the dataset. */
function documentOf(dataset: Dataset, architecture: Architecture, config: RetrainConfig): object {
  const classes = dataset.classes.map(({ name, color }) => ({ name, color }));
  const { path, genotype } = architecture;
  return {
    dataset: { name: dataset.name, root: dataset.root, classes },
    architecture: { path, genotype },
    ...config,
  };
}

/**
 * Trains a found network from scratch, or from the weights of another training.
 *
 * SGD with momentum, polynomial decay of the learning rate, random scale, crop and flip, scheduled
 * drop path and dropout, batch norms tuned along; validation on whole images every few epochs.
 *
 * The run's folder gets `config.json`, `environment.json`, `architecture.json`, `history.arrow` and
 * `checkpoints/` (the last and the best). The same configuration and seed on the same backend and
 * machine give the same losses, also if the run is interrupted and resumed.
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
export async function retrain(options: RetrainOptions): Promise<RetrainResult> {
  const { dataset, architecture, folder, resume = false, onProgress } = options;
  const signal = options.signal ?? interruptSignal();
  const { environment } = options;
  const config = resolveRetrainConfig(options.config, options.preset, dataset.name);
  await ensureBackend();
  const { initialWeights, workers, seed } = config;
  const [validationImages, samples] = await Promise.all([
    findValidationImages(dataset, config),
    dataset.samples(config.split),
  ]);
  const maker = batchMaker(workers);
  const loader = createLoader({
    dataset,
    samples,
    crop: cropSize(config.crop),
    batchSize: config.batchSize,
    augment: config.augment,
    resolution: config.resolution,
    seed: new Random(seed).fork('batches').seed,
    maker,
    ...(workers === null ? {} : { workers }),
  });
  const predict = validationImages && {
    size: validationImages.size,
    batchSize: validationBatch(config),
  };
  const program = retrainProgram(architecture, config, dataset.classes.length, predict);
  try {
    if (!resume) {
      await loadFirstWeights(program, initialWeights);
    }
    const session = await RunSession.open({
      kind: 'retrain',
      folder,
      resume,
      seed,
      config: documentOf(dataset, architecture, config),
      mayDiffer: MAY_DIFFER,
      keepCheckpoints: config.keepCheckpoints,
      ...(environment && { environment }),
    });
    try {
      [...session.notes, ...memoryNotes(program)].forEach((text) =>
        onProgress?.({ kind: 'note', text }),
      );
      if (resume && session.start.step === 0) {
        await loadFirstWeights(program, initialWeights);
      }
      session.restore(program);
      await writeArchitecture(join(folder, 'architecture.json'), architecture);
      const task = retrainTask({ config, dataset, loader, program, maker, validationImages });
      const { interrupted, position, scores, dataShare } = await runLoop(task, session, {
        signal,
        onProgress,
      });
      return {
        folder,
        interrupted,
        steps: position.step,
        epochs: position.epoch,
        meanIou: scores?.meanIou,
        bestMeanIou: position.best.meanIou,
        dataShare,
      };
    } finally {
      await session.close();
    }
  } finally {
    program.dispose();
    await maker.close();
  }
}
