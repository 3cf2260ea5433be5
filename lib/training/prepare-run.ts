/** Everything that a run needs before its first step, checked and opened; its folder is not touched. */
import { join } from 'node:path';
import type { Dataset, Sample } from '../dataset/dataset.js';
import type { Inspection } from '../dataset/inspection/inspect.js';
import { LabelCounts } from '../dataset/inspection/label-counts.js';
import type { DataPart } from '../dataset/inspection/summary.js';
import type { RingLeader } from '../cluster/ring/leader.js';
import { ConfigError } from '../errors.js';
import { abortable } from '../interrupt.js';
import { latestCheckpoint } from '../run/checkpoint-folder.js';
import { RunDirectory } from '../run/directory.js';
import { checkResume, readSettings, type ResumeSettings } from '../run/settings.js';
import { startAverages } from './averages.js';
import { batchMaker, runBatchMaker } from './batch-maker.js';
import type { ProgramPlace } from './cluster-of-run.js';
import { ensureBackend } from './ensure-backend.js';
import type { ReadyRun } from './expected/run-expectation.js';
import { loadFirstWeights, type FirstWeights } from './first-weights.js';
import { checkLabels } from './label-check.js';
import type { TrainingTask } from './loop/loop-task.js';
import { samplingOfRun, type RunSampling } from './rare-classes.js';
import { checkLength } from './run-length.js';
import type { RunRequest, RunWork } from './run-work.js';
import { AT_START, toPosition, type Position } from './position.js';
import { SkippedImages } from './skipped-images.js';
import { shareFindings } from './ring-of-run.js';
import { factsOf, resumePlaces } from './stored-run.js';
import { trainingLoader } from './training-loader.js';
import {
  findValidationImages,
  validationOf,
  type ValidationImages,
} from './validation/validation.js';

/** A run before its first step, with all that it has opened. */
export interface PreparedRun<Batch, Prepared> extends ReadyRun {
  readonly task: TrainingTask<Batch>;
  /** What its folder is made or opened with. */
  readonly settings: ResumeSettings;
  /** What follows from the label maps. */
  readonly prepared: Prepared;
  /** What the label check found; undefined if there was none. */
  readonly checked: Inspection | undefined;
  readonly sampling: RunSampling;
  readonly skipped: SkippedImages;
  /** The weights of another run that it begins with; undefined if it begins with its own. */
  readonly firstWeights: FirstWeights | undefined;
  /** Where the last checkpoint stands, or the start. */
  readonly position: Position;
  /** Releases programs and threads. */
  close(): Promise<void>;
}

/** What a run trains on and what it validates on. */
function partsOf(
  { trainingParts, options }: Pick<RunWork<never, never, unknown>, 'trainingParts' | 'options'>,
  images: ValidationImages | undefined,
): DataPart[] {
  const parts = trainingParts.map(({ name, samples }): DataPart => {
    return { name, role: 'training', samples };
  });
  if (images === undefined) {
    return parts;
  }
  const name = options.validationSplit ?? '';
  return [...parts, { name, role: 'validation', samples: images.samples }];
}

function checkClasses({ classes }: Dataset, name: string): void {
  if (classes.length < 2) {
    throw new ConfigError(
      `${name}: expected a dataset of at least two classes, got ` +
        `${classes.length}; with one, every prediction is right and the loss 0`,
    );
  }
}

/** Where the last checkpoint of a run stands; undefined if there is none. */
async function storedPosition(folder: string): Promise<Position | undefined> {
  const found = await latestCheckpoint(join(folder, 'checkpoints'));
  return found && toPosition(found.checkpoint);
}

/**
 * Checks and opens what a run needs; of an estimate (`estimate: 'only'`) no label maps are looked at and no
 * first weights are read.
 *
 * @param place - where its program is, if not on the devices of its options
 * @param ring - the processes that share its replicas, of which this is rank 0
 * @returns the run, which the caller closes
 * @throws {@link ConfigError} or {@link DataError} for whatever can be refused before the first step
 */
export async function prepareRun<Batch, Prepared>(
  request: RunRequest<unknown>,
  work: RunWork<Batch, Prepared, unknown>,
  place: ProgramPlace = {},
  ring?: RingLeader,
): Promise<PreparedRun<Batch, Prepared>> {
  const { dataset, folder, resume = false, environment, signal, onProgress } = request;
  const { declared, options, validationBatch: batchSize, initialWeights, facts } = work;
  const isEstimate = request.estimate === 'only';
  checkClasses(dataset, declared.name);
  await ensureBackend();
  const images = await findValidationImages(dataset, options, { signal, onProgress });
  const parts = partsOf(work, images);
  const samples = parts.flatMap((part) => part.samples);
  const maker = isEstimate
    ? batchMaker(0)
    : await runBatchMaker(options, dataset, samples, onProgress);
  const labels = new LabelCounts(dataset);
  const control = { resumed: resume ? folder : undefined, signal, onProgress };
  const labelCheck = isEstimate ? 'none' : options.labelCheck;
  const checked = await checkLabels({ dataset, parts, labelCheck, labels, ...control });
  const prepared = await work.prepare(labels);
  const stored = async () =>
    resume ? (await RunDirectory.open(folder)).read('class-counts') : undefined;
  const counts = { dataset, labels, stored };
  const sampling = await samplingOfRun(options, work.trainingParts, counts, control);
  const skipped = new SkippedImages(onProgress);
  if (ring !== undefined) {
    shareFindings(ring, { prepared, counts: sampling.document });
    ring.onSkipped = skipped.take;
  }
  const trained = work.makeProgram(prepared, place);
  const { program, variables } = trained;
  let validation: ReturnType<typeof validationOf> | undefined;
  const close = async () => {
    validation?.dispose();
    program.dispose();
    await maker.close();
  };
  try {
    validation = images && validationOf(images, { dataset, options, batchSize, maker, trained });
    const context = { dataset, work, maker, sampling, skipped, rank: ring?.rank };
    const loader = (some: readonly Sample[], name: string) => trainingLoader(context, some, name);
    const replicasHere = ring === undefined ? options.replicas : 1;
    const task = work.makeTask({ trained, loader, replicasHere }, prepared);
    const settings: ResumeSettings = {
      kind: declared.name,
      seed: options.seed,
      config: factsOf(folder, dataset, options, facts),
      documents: work.documents,
      ...resumePlaces(declared),
      ...(environment && { environment }),
    };
    if (resume) {
      checkResume(folder, await readSettings(folder), settings);
    }
    const reached = resume ? await abortable(storedPosition(folder), signal) : undefined;
    checkLength(folder, task, work, reached?.step);
    const classes = dataset.classes.map(({ name }) => name);
    const firstWeights =
      initialWeights !== null && reached === undefined && !isEstimate
        ? await loadFirstWeights(program, variables, initialWeights, { classes, facts, signal })
        : undefined;
    if (firstWeights) {
      startAverages(trained);
    }
    return {
      task,
      validation,
      trained,
      settings,
      prepared,
      checked,
      sampling,
      skipped,
      firstWeights,
      position: reached ?? AT_START,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
