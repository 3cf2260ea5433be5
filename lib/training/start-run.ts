/** The one start of a run: search and retraining differ only in what they pass to it. */
import { join } from 'node:path';
import type { Dataset, Sample } from '../dataset/dataset.js';
import type { DataPart } from '../dataset/inspection/summary.js';
import { createLoader, type Loader } from '../dataset/loading/loader.js';
import type { BatchMaker } from '../dataset/loading/worker-pool.js';
import { ConfigError } from '../errors.js';
import { interruptSignal } from '../interrupt.js';
import { Random } from '../random.js';
import { latestCheckpoint } from '../run/checkpoint-folder.js';
import { defaultMemoryLimit, memoryNotes } from '../runtime/memory.js';
import { startAverages } from './averages.js';
import { batchMaker, runBatchMaker } from './batch-maker.js';
import { ensureBackend } from './ensure-backend.js';
import { checkLabels } from './label-check.js';
import { describeFirstWeights, loadFirstWeights } from './first-weights.js';
import { runLoop, type LoopResult } from './loop.js';
import type { OnProgress } from './events.js';
import {
  describeExpected,
  expectedCost,
  memoryWarning,
  type ExpectedCost,
} from './expected/expected.js';
import { measureSpeed } from './expected/speed.js';
import type { LoopValidation, TrainingTask } from './loop-task.js';
import type { RunRequest, RunResult, RunWork, TrainedProgram } from './run-work.js';
import { memoryOptions } from './options/housekeeping.js';
import { AT_START, RunSession, toPosition, type Position } from './session.js';
import { factsOf, placesThatMayDiffer } from './stored-run.js';
import {
  findValidationImages,
  validationOf,
  type ValidationImages,
} from './validation/validation.js';

/** Batches for training, as the options say. */
function trainingLoader(
  dataset: Dataset,
  { options, imagesPerStep }: Pick<RunWork<unknown, unknown>, 'options' | 'imagesPerStep'>,
  maker: BatchMaker,
  samples: readonly Sample[],
  name: string,
): Loader {
  const { crop, augment, resolution, workers, seed } = options;
  return createLoader({
    dataset,
    samples,
    crop,
    batchSize: imagesPerStep,
    augment,
    resolution,
    seed: new Random(seed).fork(name).seed,
    maker,
    workers: workers ?? undefined,
  });
}

/** What a run trains on and what it validates on. */
function partsOf(
  { trainingParts, options }: RunWork<unknown, unknown>,
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

/** What a run is expected to take from a position, on this machine. */
async function expectationOf<Batch>(
  { options, kindOfWork }: Pick<RunWork<unknown, unknown>, 'options' | 'kindOfWork'>,
  run: {
    readonly task: TrainingTask<Batch>;
    readonly validation: LoopValidation | undefined;
    readonly trained: TrainedProgram;
    readonly position: Position;
  },
): Promise<ExpectedCost> {
  const { task, validation, trained, position } = run;
  return expectedCost({
    task,
    validation,
    position,
    cost: trained.program.cost(),
    speed: await measureSpeed(kindOfWork),
    memoryLimit: memoryOptions(options).memoryLimit ?? defaultMemoryLimit(),
  });
}

/** Says what a run is expected to take. */
function report(expected: ExpectedCost, onProgress: OnProgress | undefined): void {
  onProgress?.({ kind: 'note', text: describeExpected(expected) });
  for (const text of memoryWarning(expected)) {
    onProgress?.({ kind: 'warning', text });
  }
}

/** Where a run with checkpoints stands. */
async function storedPosition(folder: string): Promise<Position> {
  const found = await latestCheckpoint(join(folder, 'checkpoints'));
  return found ? toPosition(found.checkpoint) : AT_START;
}

/** Whether a resumed run continues from a checkpoint, and not from first weights. */
async function hasCheckpoint(folder: string): Promise<boolean> {
  return (await latestCheckpoint(join(folder, 'checkpoints'))) !== undefined;
}

function resultOf(
  folder: string,
  { interrupted, position, scores, dataShare }: LoopResult,
): RunResult {
  return {
    folder,
    interrupted,
    steps: position.step,
    epochs: position.epoch,
    meanIou: scores?.meanIou,
    bestMeanIou: Number.isNaN(position.best.meanIou) ? undefined : position.best.meanIou,
    dataShare,
  };
}

/**
 * Starts or resumes a run and trains until the last step, the signal or an error.
 *
 * Whatever can be refused is refused before the run's folder is made. Everything that was opened is
 * closed in the end: the session, the threads, the program.
 *
 * @returns the result, and what `finish` gave; undefined if the run was interrupted
 */
export async function startRun<Batch, Outcome>(
  request: RunRequest<unknown>,
  work: RunWork<Batch, Outcome>,
): Promise<{ readonly result: RunResult; readonly outcome: Outcome | undefined }> {
  const { dataset, folder, resume = false, environment, onProgress } = request;
  const { declared, options, validationBatch: batchSize } = work;
  const signal = request.signal ?? interruptSignal();
  if (dataset.classes.length < 2) {
    throw new ConfigError(
      `${declared.name}: expected a dataset of at least two classes, got ` +
        `${dataset.classes.length}; with one, every prediction is right and the loss 0`,
    );
  }
  await ensureBackend();
  const images = await findValidationImages(dataset, options, { signal, onProgress });
  const isEstimate = request.estimate === 'only';
  const parts = partsOf(work, images);
  const samples = parts.flatMap((part) => part.samples);
  const maker = isEstimate
    ? batchMaker(0)
    : await runBatchMaker(options, dataset, samples, onProgress);
  const checked = await checkLabels({
    dataset,
    parts,
    labelCheck: isEstimate ? 'none' : options.labelCheck,
    resumed: resume ? folder : undefined,
    signal,
    onProgress,
  });
  const trained = work.makeProgram();
  const { program, variables } = trained;
  let validation: ReturnType<typeof validationOf> | undefined;
  try {
    validation = images && validationOf(images, { dataset, options, batchSize, maker, trained });
    const task = work.makeTask({
      program,
      loader: (samples, name) => trainingLoader(dataset, work, maker, samples, name),
    });
    const isNew = !(resume && (await hasCheckpoint(folder)));
    const { initialWeights: source, facts } = work;
    const classes = dataset.classes.map(({ name }) => name);
    const first =
      source !== null && isNew && !isEstimate
        ? await loadFirstWeights(program, variables, source, { classes, facts })
        : undefined;
    if (first) {
      startAverages(trained);
    }
    if (isEstimate) {
      const position = isNew ? AT_START : await storedPosition(folder);
      const expected = await expectationOf(work, { task, validation, trained, position });
      for (const text of memoryWarning(expected)) {
        onProgress?.({ kind: 'warning', text });
      }
      const ended = { interrupted: true, position, scores: undefined, dataShare: NaN };
      return { result: { ...resultOf(folder, ended), expected }, outcome: undefined };
    }
    const session = await RunSession.open({
      kind: declared.name,
      folder,
      resume,
      seed: options.seed,
      config: factsOf(folder, dataset, options, work.facts),
      mayDiffer: placesThatMayDiffer(declared),
      keepCheckpoints: options.keepCheckpoints,
      ...(work.searchSpace && { searchSpace: work.searchSpace }),
      ...(environment && { environment }),
    });
    try {
      const notes = [
        ...session.notes,
        ...work.data.notes,
        ...memoryNotes(program),
        ...(first ? [describeFirstWeights(first)] : []),
        ...task.notes,
      ];
      for (const text of notes) {
        onProgress?.({ kind: 'note', text });
      }
      const expected =
        request.estimate === undefined
          ? undefined
          : await expectationOf(work, { task, validation, trained, position: session.start });
      if (expected !== undefined) {
        report(expected, onProgress);
      }
      session.restore(program);
      await session.run.write('data', work.data.fingerprint);
      await work.writeDocuments(session.run);
      if (checked !== undefined) {
        await session.run.write('labels', checked);
      }
      if (first) {
        await session.run.write('initial-weights', first);
      }
      const ended = await runLoop(
        {
          ...task,
          where: declared.name,
          program,
          validation,
          historyEvery: options.historyEvery,
          checkpointEvery: options.checkpointEvery,
        },
        session,
        { signal, onProgress },
      );
      const outcome = ended.interrupted ? undefined : await work.finish(program, session.run);
      return { result: { ...resultOf(folder, ended), expected }, outcome };
    } finally {
      await session.close();
    }
  } finally {
    validation?.dispose();
    program.dispose();
    await maker.close();
  }
}
