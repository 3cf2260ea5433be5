/** What an exported network says of the run that it comes from. */
import path from 'node:path';
import { datasetTerms, labelPngOf } from '../../dataset/open-dataset.js';
import type { EvaluationReport } from '../../evaluate/report.js';
import type { LoadedNetwork } from '../../inference/load-network.js';
import type { ModelDocument } from '../../model/document.js';
import { countParameters, declareNetwork } from '../../nn/declare.js';
import { RETRAIN_OPTIONS, type RetrainConfig } from '../../retrain/options.js';
import type { StoredCheckpoint } from '../../run/checkpoint-file.js';
import type { CheckpointChoice } from '../../run/checkpoint-folder.js';
import { readSessions, type Environment } from '../../run/environment.js';
import { libraryVersion } from '../../run/version.js';
import type { StoredRun } from '../../training/stored-run.js';
import type { RETRAIN } from '../../retrain/options.js';
import type { StoredReport } from './card.js';

/** The options without what belongs to one machine: its folders, devices and threads. */
function portable(options: RetrainConfig): RetrainConfig {
  const entries = Object.entries(RETRAIN_OPTIONS).map(([name, { onResume, paper }]) => [
    name,
    onResume === 'free' ? paper : options[name as keyof RetrainConfig],
  ]);
  const { initialWeights } = options;
  const rest = Object.fromEntries(entries) as unknown as RetrainConfig;
  return { ...rest, initialWeights: initialWeights && path.basename(initialWeights) };
}

/** The options that decide about results, as `retrain --config` takes them. */
export function decidingOptions(options: RetrainConfig): object {
  const values = portable(options);
  const entries = Object.entries(RETRAIN_OPTIONS).filter(([, { onResume }]) => onResume !== 'free');
  return Object.fromEntries(
    entries.map(([name]) => [name, values[name as keyof RetrainConfig]] as const),
  );
}

/** What resumes changed in the options, without where the data was. */
function changesOf({ run }: StoredRun<unknown>): ModelDocument['training']['changes'] {
  const prefix = 'options.';
  const all = run.changes.map(({ afterStep, values }) => {
    const options = Object.entries(values).flatMap(([place, { before = null, now = null }]) =>
      place.startsWith(prefix) ? [[place.slice(prefix.length), { before, now }] as const] : [],
    );
    return { afterStep, options: Object.fromEntries(options) };
  });
  return all.filter(({ options }) => Object.keys(options).length > 0);
}

/** Where and with what a run was computed, without what changes from start to start. */
async function machinesOf(run: string): Promise<ModelDocument['training']['sessions']> {
  const sessions = (await readSessions(run)) as Partial<Environment>[];
  return sessions.map(({ library = '', node = '', platform = '', processor = '', cores = 0 }) => ({
    library,
    node,
    platform,
    processor,
    cores,
  }));
}

/** A report without the folder of the data. */
function withoutRoot(report: EvaluationReport): StoredReport {
  const entries = Object.entries(report).filter(([name]) => name !== 'root');
  return Object.fromEntries(entries) as unknown as StoredReport;
}

/** Of stored weights; undefined of a report that does not name them. */
const digestOf = (weights: EvaluationReport['weights'] | undefined) => weights?.digest;

/**
 * The evaluations of the checkpoint of a run, without the folders of the data; those of the weights that it
 * had before the run went on are left out.
 *
 * @param digest - of its weights, see {@link arraysDigest}
 */
export async function reportsOf(
  { run }: StoredRun<unknown>,
  choice: CheckpointChoice,
  digest: string,
): Promise<StoredReport[]> {
  const stored = await run.read('metrics');
  const reports = Array.isArray(stored) ? (stored as EvaluationReport[]) : [];
  return reports
    .filter(({ checkpoint, weights }) => checkpoint === choice && digestOf(weights) === digest)
    .map(withoutRoot);
}

/** What is exported. */
interface Exported {
  readonly stored: StoredRun<(typeof RETRAIN)['table']>;
  readonly network: LoadedNetwork;
  readonly checkpoint: StoredCheckpoint;
}

/** What is said of it. */
interface Said {
  readonly name: string;
  readonly license: string | null;
  readonly terms: string | undefined;
  readonly weights: ModelDocument['weights']['type'];
}

/**
 * The document of an exported network.
 *
 * @param files - SHA-256 of the other files
 */
export async function modelDocument(
  { stored, network, checkpoint }: Exported,
  { name, license, terms, weights }: Said,
  files: Readonly<Record<string, string>>,
): Promise<ModelDocument> {
  const { kind } = stored.dataset;
  const options = portable(stored.options);
  const { variables } = declareNetwork(network.predictor.network, [1, 33, 33, 3]);
  const { step, epoch, metrics } = checkpoint;
  const finite = Object.entries(metrics).filter(([, value]) => Number.isFinite(value));
  return {
    format: 'autodeeplab-model',
    version: 1,
    name,
    library: libraryVersion(),
    license,
    dataset: {
      kind,
      name: network.datasetName,
      terms: terms ?? datasetTerms(kind) ?? 'not known; ask whoever made the images',
      labelPng: labelPngOf(kind),
      classes: network.classes.map(({ name: title, color: [red, green, blue], labelValues }) => ({
        name: title,
        color: [red, green, blue],
        labelValues: [...labelValues],
      })),
    },
    preprocessing: {
      channels: 'RGB',
      scale: 2 / 255,
      offset: -1,
      padding: 0,
      multiple: 32,
      remainder: 1,
      resolution: options.resolution,
    },
    weights: { type: weights, parameters: countParameters(variables) },
    training: {
      seed: options.seed,
      checkpoint: {
        choice: network.checkpoint,
        step,
        epoch,
        metrics: Object.fromEntries(finite),
      },
      options: { ...options },
      changes: changesOf(stored),
      sessions: await machinesOf(network.folder),
    },
    files: { ...files },
  };
}
