/** What is known of a trained network without its weights. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readArchitecture } from '../architecture/file.js';
import { labelPngOf } from '../dataset/open-dataset.js';
import { ARCHITECTURE_FILE, findModel, MODEL_FILE, readModelFile } from '../model/document.js';
import { RETRAIN } from '../retrain/options.js';
import { RunDirectory } from '../run/directory.js';
import { checkDocument } from '../run/manifest.js';
import { checkStoredOptions } from '../training/options/resolve.js';
import { readStoredRun } from '../training/stored-run.js';
import type { TrainedNetwork } from './trained-network.js';

/** What is read of a network besides its weights. */
export type NetworkFacts = Pick<
  TrainedNetwork,
  'architecture' | 'classes' | 'datasetName' | 'labelPng' | 'options'
>;

/** The facts of a network in a folder of its own; undefined if the folder is not one. */
async function factsOfModel(folder: string): Promise<NetworkFacts | undefined> {
  const model = await findModel(folder);
  if (model === undefined) {
    return undefined;
  }
  await readModelFile(folder, model, ARCHITECTURE_FILE);
  const { classes, name, labelPng } = model.dataset;
  return {
    architecture: await readArchitecture(join(folder, ARCHITECTURE_FILE)),
    classes,
    datasetName: name,
    labelPng,
    options: checkStoredOptions(RETRAIN, model.training.options, join(folder, MODEL_FILE)),
  };
}

/** The facts of the network that a retraining trains. */
async function factsOfRun(folder: string): Promise<NetworkFacts> {
  const { dataset, options } = await readStoredRun(folder, RETRAIN);
  const file = join(folder, ARCHITECTURE_FILE);
  await checkDocument(file);
  return {
    architecture: await readArchitecture(file),
    classes: dataset.classes,
    datasetName: dataset.name,
    labelPng: labelPngOf(dataset.kind),
    options,
  };
}

/**
 * The facts of the network of a retraining, or of one that `export --format model` wrote.
 *
 * @throws {@link ConfigError} if the run is not a retraining
 * @throws {@link DataError} if a file cannot be read, is damaged, or is not the one that was exported
 */
export async function networkFacts(folder: string): Promise<NetworkFacts> {
  return (await factsOfModel(folder)) ?? (await factsOfRun(folder));
}

/**
 * The same of whatever may name an architecture: undefined unless it is the folder of a network.
 *
 * @throws what {@link networkFacts} throws
 */
export async function factsIfNetwork(source: string): Promise<NetworkFacts | undefined> {
  const info = await stat(source).catch(() => undefined);
  if (info?.isDirectory() !== true) {
    return undefined;
  }
  const model = await factsOfModel(source);
  if (model !== undefined) {
    return model;
  }
  const { kind } = await RunDirectory.open(source);
  return kind === RETRAIN.name ? factsOfRun(source) : undefined;
}
