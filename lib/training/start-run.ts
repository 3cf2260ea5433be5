/** The one start of a run: search and retraining differ only in what they pass to it. */
import { join } from 'node:path';
import type { Dataset, Sample } from '../dataset/dataset.js';
import { LabelCounts } from '../dataset/inspection/label-counts.js';
import type { DataPart } from '../dataset/inspection/summary.js';
import { createLoader, type Loader } from '../dataset/loading/loader.js';
import type { BatchMaker } from '../dataset/loading/worker-pool.js';
import { ConfigError } from '../errors.js';
import { abortable, interruptSignal } from '../interrupt.js';
import { Random } from '../random.js';
import { latestCheckpoint } from '../run/checkpoint-folder.js';
import { checkResume, readSettings, type ResumeSettings } from '../run/settings.js';
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
import { samplingOfRun, type RunSampling } from './rare-classes.js';
import { changeNotes, checkLength } from './run-length.js';
import { SkippedImages } from './skipped-images.js';
import { factsOf, resumePlaces } from './stored-run.js';
import {
  findValidationImages,
  validationOf,
  type ValidationImages,
} from './validation/validation.js';

/** What search and retraining do differently, as far as the data is concerned. */
type DataWork = Pick<
  RunWork<never, never, unknown>,
  'declared' | 'options' | 'batchesPerStep' | 'trainingParts'
>;

/** Batches for training, as the options say. */
function trainingLoader(
  dataset: Dataset,
  { declared, options, batchesPerStep }: DataWork,
  { maker, sampling }: { readonly maker: BatchMaker; readonly sampling: RunSampling },
  samples: readonly Sample[],
  { name, skipped }: { readonly name: string; readonly skipped: SkippedImages },
): Loader {
  const { crop, augment, resolution, workers, seed, batchSize, badImages } = options;
  if (samples.length >= batchSize && samples.length < batchSize * batchesPerStep) {
    throw new ConfigError(
      `${declared.name}: expected at least ${batchSize * batchesPerStep} samples of ${dataset.name} ` +
        `for a step of ${batchesPerStep} batches of ${batchSize}, got ${samples.length}; lower the ` +
        `option accumulate to at most ${Math.floor(samples.length / batchSize)}, or the option ` +
        'batchSize, or take a larger split',
    );
  }
  return createLoader({
    dataset,
    samples,
    sampling: sampling.of(samples),
    crop,
    batchSize: batchSize * batchesPerStep,
    augment,
    resolution,
    seed: new Random(seed).fork(name).seed,
    maker,
    onBadSample: badImages === 'skip' ? skipped.add : undefined,
    workers: workers ?? undefined,
  });
}

/** What a run trains on and what it validates on. */
function partsOf(
  { trainingParts, options }: DataWork,
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
  { options, kindOfWork }: Pick<RunWork<unknown, unknown, unknown>, 'options' | 'kindOfWork'>,
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

/** The steps that a run has done; undefined if it has no checkpoint and begins with first weights. */
async function stepsDone(folder: string): Promise<number | undefined> {
  return (await latestCheckpoint(join(folder, 'checkpoints')))?.checkpoint.step;
}

function resultOf(
  folder: string,
  { interrupted, stoppedEarly, position, scores, dataShare }: LoopResult,
): RunResult {
  return {
    folder,
    interrupted,
    stoppedEarly,
    steps: position.step,
    epochs: position.epoch,
    meanIou: scores?.meanIou ?? position.scores.at(-1),
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
export async function startRun<Batch, Prepared, Outcome>(
  request: RunRequest<unknown>,
  work: RunWork<Batch, Prepared, Outcome>,
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
  const resumed = resume ? folder : undefined;
  const labels = new LabelCounts(dataset);
  const checked = await checkLabels({
    dataset,
    parts,
    labelCheck: isEstimate ? 'none' : options.labelCheck,
    labels,
    resumed,
    signal,
    onProgress,
  });
  const prepared = await work.prepare(labels);
  const counted = { dataset, labels };
  const control = { resumed, signal, onProgress };
  const sampling = await samplingOfRun(options, work.trainingParts, counted, control);
  const skipped = new SkippedImages(onProgress);
  const trained = work.makeProgram(prepared);
  const { program, variables } = trained;
  let validation: ReturnType<typeof validationOf> | undefined;
  try {
    validation = images && validationOf(images, { dataset, options, batchSize, maker, trained });
    const loader = (samples: readonly Sample[], name: string) =>
      trainingLoader(dataset, work, { maker, sampling }, samples, { name, skipped });
    const task = work.makeTask({ program, loader }, prepared);
    const settings: ResumeSettings = {
      kind: declared.name,
      seed: options.seed,
      config: factsOf(folder, dataset, options, work.facts),
      documents: work.documents,
      ...resumePlaces(declared),
      ...(environment && { environment }),
    };
    if (resume) {
      checkResume(folder, await readSettings(folder), settings);
    }
    const done = resume ? await abortable(stepsDone(folder), signal) : undefined;
    checkLength(folder, task, work, done);
    const isNew = done === undefined;
    const { initialWeights: source, facts } = work;
    const classes = dataset.classes.map(({ name }) => name);
    const first =
      source !== null && isNew && !isEstimate
        ? await loadFirstWeights(program, variables, source, { classes, facts, signal })
        : undefined;
    if (first) {
      startAverages(trained);
    }
    if (isEstimate) {
      const position = isNew ? AT_START : await abortable(storedPosition(folder), signal);
      const expected = await expectationOf(work, { task, validation, trained, position });
      for (const text of memoryWarning(expected)) {
        onProgress?.({ kind: 'warning', text });
      }
      const ended = {
        interrupted: true,
        stoppedEarly: false,
        position,
        scores: undefined,
        dataShare: NaN,
      };
      return { result: { ...resultOf(folder, ended), expected }, outcome: undefined };
    }
    const session = await RunSession.open({
      ...settings,
      folder,
      resume,
      signal,
      keepCheckpoints: options.keepCheckpoints,
      ...(work.searchSpace && { searchSpace: work.searchSpace }),
    });
    try {
      const notes = [
        ...session.notes,
        ...work.data.notes,
        ...memoryNotes(program),
        ...(first ? [describeFirstWeights(first)] : []),
        ...sampling.notes,
        ...changeNotes(session.run.differences, task, session.start.step),
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
      await work.writeDocuments(session.run, prepared);
      if (checked !== undefined) {
        await session.run.write('labels', checked);
      }
      if (sampling.document) {
        await session.run.write('class-counts', sampling.document);
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
      ).catch(async (error: unknown) => {
        await skipped.writeTo(session.run).catch(() => undefined); // the first error says more
        throw error;
      });
      await skipped.writeTo(session.run);
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
