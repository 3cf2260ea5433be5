/** Writes the files that the evaluation server of a benchmark takes. */
import { mkdir, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Sample } from '../dataset/dataset.js';
import { fingerprint } from '../dataset/fingerprint.js';
import type { LabelMap } from '../dataset/pixels.js';
import { readImageFile, readImageHeader } from '../dataset/reading/image-file.js';
import { ConfigError, DataError } from '../errors.js';
import { removeTemporaryFiles } from '../files/temporary-file.js';
import { fileError } from '../files/file-error.js';
import { FileLock } from '../files/lock.js';
import { readFile } from '../files/read-file.js';
import { resolveAveraging, type AveragingOptions } from '../inference/averaging-options.js';
import { writeLabelMap, writePaletteLabelMap } from '../inference/label-pictures.js';
import { predictImage } from '../inference/predict-image.js';
import { mostPixels } from '../inference/tile-memory.js';
import { checkTiling, type TilingOptions } from '../inference/tiling-options.js';
import { loadNetwork } from '../inference/load-network.js';
import type { TrainedNetwork } from '../inference/trained-network.js';
import { abortable, interruptSignal } from '../interrupt.js';
import type { ImagePooling } from '../segmentation/aspp.js';
import { ensureBackend } from '../training/ensure-backend.js';
import type { CheckpointChoice } from '../run/checkpoint-folder.js';
import type { LoopControl } from '../training/events.js';
import { TimeLeft } from '../training/time-left.js';
import { writeArchive } from './archive.js';
import { checkSubmission } from './check-submission.js';
import { labelMapProblems } from './label-rules.js';
import { claimSettings, findNote, type SubmissionSettings } from './settings.js';
import { findTarget, type Target, type TargetOptions } from './target.js';

/** What {@link writeSubmission} needs. */
export interface WriteSubmissionOptions
  extends TargetOptions, LoopControl, TilingOptions, AveragingOptions {
  /** The folder of the retraining. */
  readonly folder: string;
  /**
   * The folder of the label maps. Beside it come the archive, of the same name with `.zip` or `.tgz`,
   * and a note of what made them, with `.json`.
   */
  readonly out: string;
  /** Whether to write files though images of `test` are missing; no server takes them then. */
  readonly part?: boolean | undefined;
  readonly checkpoint?: CheckpointChoice | undefined;
  /** What the image pooling of the ASPP averages over; by default what the run says. */
  readonly imagePooling?: ImagePooling | undefined;
}

/** What {@link writeSubmission} did. */
export interface WrittenSubmission {
  /** What to send. */
  readonly archive: string;
  /** Its size. */
  readonly bytes: number;
  /** The server, in words. */
  readonly server: string;
  readonly images: number;
  /** Label maps that were there already, made by the same network and settings. */
  readonly kept: number;
}

function checkWhole(
  { missingOf, samples, split, format }: Target,
  options: WriteSubmissionOptions,
) {
  if (missingOf !== undefined && options.part !== true) {
    const { dataset } = options;
    throw new DataError(
      `submission: expected the ${missingOf} images of the split ${split}, all of which ` +
        `${format.server} wants, got ${samples.length} in ${dataset.description.root}; add the others, ` +
        'or write files that no server takes with { part: true }',
      dataset.description.root,
    );
  }
}

function checkClasses({ classes, folder, datasetName }: TrainedNetwork, { format }: Target): void {
  const names = classes.map(({ name }) => name);
  const wanted = format.classes.map(({ name }) => name);
  const first = wanted.findIndex((name, k) => name !== names[k]);
  if (first >= 0 || names.length !== wanted.length) {
    const at = first < 0 ? wanted.length : first;
    throw new ConfigError(
      `submission: expected a network for the ${wanted.length} classes of ${format.server}, got ` +
        `${folder} with ${names.length} of ${datasetName}: class ${at} is "${names[at] ?? 'none'}", ` +
        `not "${wanted[at] ?? 'none'}"; take a network that was trained on this dataset`,
    );
  }
}

/** Writes the label map of an image as the server reads it. */
async function writeForServer(file: string, labels: LabelMap, { format }: Target): Promise<void> {
  const values = Uint8Array.from(format.classes, ({ value }) => value);
  const map = { ...labels, data: labels.data.map((label) => values[label]) };
  const { palette } = format;
  await (palette === undefined
    ? writeLabelMap(file, map)
    : writePaletteLabelMap(file, map, palette));
}

/** Whether the label map of an image is there already, as the server takes it. */
async function isThere(file: string, { imageFile }: Sample, { format }: Target): Promise<boolean> {
  const bytes = await readFile(file).catch(() => undefined);
  if (bytes === undefined) {
    return false;
  }
  const { size } = await readImageHeader(imageFile);
  return (await labelMapProblems(file, bytes, size, format)).length === 0;
}

/** Makes the folders of the label maps, and tells whether there are any files yet. */
async function prepareFolders(out: string, names: readonly string[]): Promise<boolean> {
  let isEmpty = true;
  for (const folder of new Set([out, ...names.map((name) => path.dirname(path.join(out, name)))])) {
    try {
      await mkdir(folder, { recursive: true });
      await removeTemporaryFiles(folder);
      const entries = await readdir(folder, { withFileTypes: true });
      isEmpty &&= entries.every((entry) => entry.isDirectory());
    } catch (error) {
      throw fileError('create', folder, error);
    }
  }
  return isEmpty;
}

/** All that label maps depend on. */
async function settingsOf(
  options: WriteSubmissionOptions,
  { split, competition }: Target,
  network: TrainedNetwork,
): Promise<SubmissionSettings> {
  const { scales = [1], flip = false, window = null, stride = null } = options;
  const { tileSize = null, overlap = null } = options;
  const { resolution, imagePooling } = network.options;
  const { digest: images } = await fingerprint(options.dataset, [split], options.signal);
  const which = {
    dataset: options.dataset.name,
    split,
    images,
    competition,
    weights: network.weights.digest,
  };
  const how = { resolution, imagePooling, scales, flip, window, stride, tileSize, overlap };
  return { ...which, ...how };
}

/**
 * Predicts the images of a benchmark's test split and writes what its evaluation server takes:
 * label maps in the server's values, names and kind of PNG, at the size of the images, and the archive
 * to send. Each file is written in one step; a call that was interrupted is resumed by the same call,
 * which keeps the label maps that are there. In the end all are read again and checked as
 * {@link checkSubmission} does.
 *
 * Nothing is sent.
 *
 * @throws {@link ConfigError} if the dataset has no server, the network has other classes, `out` holds
 *   files of another network, of other images or settings, its archive or its note would replace a file of another
 *   program, or an option is wrong
 * @throws {@link DataError} if images are missing or cannot be read, a file cannot be written, or
 *   another process writes there
 * @throws the signal's reason if it is aborted; label maps written before stay
 */
export async function writeSubmission(options: WriteSubmissionOptions): Promise<WrittenSubmission> {
  const { folder, checkpoint = 'best' } = options;
  const signal = options.signal ?? interruptSignal();
  checkTiling(options);
  resolveAveraging(options);
  const target = await abortable(findTarget(options), signal);
  checkWhole(target, options);
  await ensureBackend();
  const { imagePooling } = options;
  const network = await loadNetwork(folder, { checkpoint, imagePooling, signal });
  try {
    checkClasses(network, target);
    const out = path.resolve(options.out);
    await mkdir(path.dirname(out), { recursive: true });
    const lock = await FileLock.acquire(`${out}.lock`);
    try {
      return await writeAll({ ...options, out, signal }, target, network);
    } finally {
      await lock.release();
    }
  } finally {
    network.predictor.dispose();
  }
}

async function writeAll(
  options: WriteSubmissionOptions & { readonly signal: AbortSignal },
  target: Target,
  network: TrainedNetwork,
): Promise<WrittenSubmission> {
  const { out, signal, onProgress, memoryLimit } = options;
  const { format, samples } = target;
  const fileOf = ({ id }: Sample) => format.nameOf(id, target);
  const [note, archive] = [`${out}.json`, `${out}.${format.archive}`];
  const before = await findNote(note, archive);
  const isEmpty = await prepareFolders(out, samples.map(fileOf));
  await claimSettings(note, await settingsOf(options, target, network), { before, isEmpty });
  const timeLeft = new TimeLeft();
  let kept = 0;
  for (const [i, sample] of samples.entries()) {
    signal.throwIfAborted();
    const start = performance.now();
    const file = path.join(out, fileOf(sample));
    const isKept = await isThere(file, sample, target);
    if (isKept) {
      kept++;
    } else {
      const most = mostPixels(memoryLimit);
      const image = await readImageFile(sample.imageFile, most, 'raise memoryLimit');
      await writeForServer(file, await predictImage(network, image, options), target);
    }
    timeLeft.add(isKept ? 'kept' : 'image', (performance.now() - start) / 1000);
    const [done, total] = [i + 1, samples.length];
    const secondsLeft = timeLeft.estimate([{ kind: 'image', count: total - done }]);
    onProgress?.({ kind: 'images', purpose: 'prediction', done, total, secondsLeft });
    await nextTurn();
  }
  await writeArchive(archive, format.archive, out, samples.map(fileOf), signal);
  const { problems } = await checkSubmission({ ...options, path: archive });
  const [first] = problems.filter(({ rule }) => rule !== 'split');
  if (first !== undefined) {
    throw new DataError(`${archive}, ${first.file}: ${first.problem}`, archive);
  }
  const { size } = await stat(archive);
  return { archive, bytes: size, server: format.server, images: samples.length, kept };
}
