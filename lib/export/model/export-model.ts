/** A trained network in one folder that holds all that it takes to use it elsewhere. */
import path from 'node:path';
import { formatArchitecture } from '../../architecture/format.js';
import type { Dataset } from '../../dataset/dataset.js';
import { ConfigError, DataError } from '../../errors.js';
import { writeFileAtomic } from '../../files/atomic-file.js';
import { AtomicFolder } from '../../files/atomic-folder.js';
import { arraysDigest } from '../../files/arrays-digest.js';
import { jsonText } from '../../files/json-file.js';
import { readFile } from '../../files/read-file.js';
import { loadNetwork, type LoadedNetwork } from '../../inference/load-network.js';
import { interruptSignal } from '../../interrupt.js';
import {
  ARCHITECTURE_FILE,
  CARD_FILE,
  findModel,
  METRICS_FILE,
  MODEL_FILE,
  modelText,
  sha256,
  WEIGHTS_FILE,
} from '../../model/document.js';
import { weightsBytes, type WeightsType } from '../../model/weights.js';
import { RETRAIN } from '../../retrain/options.js';
import type { CheckpointChoice } from '../../run/checkpoint-folder.js';
import { readTrainedCheckpoint, trainedVariables } from '../../training/first-weights.js';
import { openStoredDataset, readStoredRun, type StoredRun } from '../../training/stored-run.js';
import { modelCard } from './card.js';
import { decidingOptions, modelDocument, reportsOf } from './describe-run.js';
import { writePictures } from './pictures.js';

/** The options that decide what was trained, as `retrain --config` takes them. */
const OPTIONS_FILE = 'options.json';

/** So many pictures the card has, unless another number is asked for. */
const PICTURES = 3;

/** What the folder of a network is to hold. */
export interface ExportModelOptions {
  /** The name of the network; that of the run's folder by default. */
  readonly name?: string | undefined;
  readonly checkpoint?: CheckpointChoice | undefined;
  /** *float32* (default), or *float16*: half the size, each weight rounded to 11 bits. */
  readonly weights?: WeightsType | undefined;
  /** The licence of the network: an SPDX identifier such as `Apache-2.0`, or a sentence. */
  readonly license?: string | undefined;
  /** What the makers of the data ask of its users; by default what is known of the kind of dataset. */
  readonly terms?: string | undefined;
  /** So many images of the validation split are predicted for the card; 3 by default, if they are there. */
  readonly pictures?: number | undefined;
  /** Whether the pictures show the images too, which the terms of many datasets forbid. */
  readonly showImages?: boolean | undefined;
  /** The dataset for the pictures; by default where the run says. */
  readonly dataset?: Dataset | undefined;
  /** Stops the work; the folder does not appear then. */
  readonly signal?: AbortSignal | undefined;
}

/** What {@link exportModel} wrote. */
export interface ExportedFolder {
  readonly folder: string;
  /** The files in it. */
  readonly files: readonly string[];
  /** The size of the weights in bytes. */
  readonly weightsBytes: number;
  /** What there is to know, a sentence each: no evaluation, no pictures, no licence. */
  readonly remarks: readonly string[];
}

/** The dataset for the pictures, or why there is none. */
async function datasetFor(
  stored: StoredRun<unknown>,
  { dataset, pictures }: ExportModelOptions,
): Promise<Dataset | string> {
  if (dataset !== undefined) {
    return dataset;
  }
  try {
    return await openStoredDataset(stored);
  } catch (error) {
    if (pictures === undefined && error instanceof DataError) {
      return 'no pictures: the dataset is not where the run says';
    }
    throw error;
  }
}

/** The pictures of the card, or why there are none. */
async function picturesOf(
  temporary: string,
  network: LoadedNetwork,
  stored: StoredRun<unknown>,
  { signal, ...options }: ExportModelOptions & { readonly signal: AbortSignal },
): Promise<readonly string[] | string> {
  const { pictures: count = PICTURES, showImages = false } = options;
  const split = network.options.validationSplit;
  if (count === 0 || split === null) {
    return 'no pictures: none were asked for, or the training had no validation';
  }
  const dataset = await datasetFor(stored, options);
  if (typeof dataset === 'string') {
    return dataset;
  }
  return writePictures(temporary, network, { dataset, split, count, showImages, signal });
}

/**
 * Writes a trained network into one folder: `model.json` (classes, colours, preprocessing, training, checksums),
 * `architecture.json`, `weights.safetensors`, `options.json`, `metrics.json` if the run was evaluated, and a
 * model card, `README.md`, with pictures. The folder appears when it is whole.
 *
 * {@link loadNetwork}, `predict`, `evaluate`, `export` and the option `initialWeights` of a retraining take it.
 * No path of this machine is in it.
 *
 * @param run - the folder of a retraining
 * @param folder - the folder of the network: new or empty
 * @throws {@link ConfigError} if the folder holds anything, the run is not a retraining, or a number is wrong
 * @throws {@link NumericError} if a weight is too large for float16
 * @throws {@link DataError} if a file of the run cannot be read, or one cannot be written
 * @throws the signal's reason if it is aborted
 *
 * @example
 * await exportModel('runs/retrain', 'model', { weights: 'float16', license: 'Apache-2.0' });
 * const network = await loadNetwork('model');
 * network.dispose();
 */
export async function exportModel(
  run: string,
  folder: string,
  options: ExportModelOptions = {},
): Promise<ExportedFolder> {
  const { checkpoint = 'best', weights = 'float32', signal = interruptSignal() } = options;
  const {
    name = path.basename(path.resolve(run)),
    license = null,
    terms,
    pictures = PICTURES,
  } = options;
  if (!['float32', 'float16'].includes(weights)) {
    throw new ConfigError(`export weights: expected float32 or float16, got ${String(weights)}`);
  }
  if (!Number.isInteger(pictures) || pictures < 0) {
    throw new ConfigError(`export pictures: expected a whole number ≥ 0, got ${pictures}`);
  }
  if ((await findModel(run)) !== undefined) {
    throw new ConfigError(
      `${run}: expected the folder of a retraining, got an exported network; copy that, or export its run again`,
    );
  }
  const stored = await readStoredRun(run, RETRAIN);
  const chosen = await readTrainedCheckpoint(run, checkpoint);
  const variables = trainedVariables(chosen, run);
  const reports = await reportsOf(stored, checkpoint, arraysDigest(variables));
  const network = await loadNetwork(run, { checkpoint, signal });
  const { architecture } = network;
  const written = await AtomicFolder.begin(folder).catch((error: unknown) => {
    network.dispose();
    throw error;
  });
  try {
    const shown = await picturesOf(written.temporary, network, stored, { ...options, signal });
    const files = new Map<string, string | Uint8Array>([
      [ARCHITECTURE_FILE, formatArchitecture(architecture)],
      [WEIGHTS_FILE, weightsBytes(variables, weights)],
      [OPTIONS_FILE, jsonText(decidingOptions(stored.options))],
      ...(reports.length > 0 ? ([[METRICS_FILE, jsonText(reports)]] as const) : []),
    ]);
    for (const [file, content] of files) {
      await writeFileAtomic(path.join(written.temporary, file), content);
    }
    const inFolder = typeof shown === 'string' ? [] : shown;
    for (const picture of inFolder) {
      files.set(picture, await readFile(path.join(written.temporary, picture)));
    }
    const model = await modelDocument(
      { stored, network, checkpoint: chosen },
      { name, license, terms, weights },
      Object.fromEntries([...files].map(([file, content]) => [file, sha256(content)])),
    );
    await writeFileAtomic(path.join(written.temporary, MODEL_FILE), modelText(model));
    const card = modelCard({
      model,
      architecture,
      reports,
      optionsFile: OPTIONS_FILE,
      pictures: inFolder,
      showsImages: options.showImages ?? false,
    });
    await writeFileAtomic(path.join(written.temporary, CARD_FILE), card);
    signal.throwIfAborted();
    await written.finish();
    return {
      folder,
      files: [...files.keys(), MODEL_FILE, CARD_FILE],
      weightsBytes: (files.get(WEIGHTS_FILE) as Uint8Array).length,
      remarks: [
        ...(reports.length === 0 ? ['no scores: evaluate the run and export it again'] : []),
        ...(typeof shown === 'string' ? [shown] : []),
        ...(license === null ? ['no licence: say which with --license'] : []),
      ],
    };
  } finally {
    network.dispose();
    await written.close();
  }
}
