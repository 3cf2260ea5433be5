/** The facts of a run: written once when it starts, read again by whatever follows it. */
import { stat } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { z } from 'zod';
import { describeIssue } from '../check-options.js';
import type { Color, Dataset, DatasetDescription } from '../dataset/dataset.js';
import { reopenDataset } from '../dataset/open-dataset.js';
import { ConfigError, DataError } from '../errors.js';
import { RunDirectory } from '../run/directory.js';
import type { ResumeSettings } from '../run/settings.js';
import { checkStoredOptions, type ProgramOptions } from './options/resolve.js';
import type { OnResume, OptionTable, OptionValues } from './options/table.js';

/** A class of a network's output. */
export interface StoredClass {
  readonly name: string;
  readonly color: Color;
  /** The values that mean it in the label maps of the dataset. */
  readonly labelValues: readonly number[];
}

/** A dataset as a run describes it: enough to open it again, and to predict without it. */
export interface StoredDataset extends DatasetDescription {
  /** In the order of the network's output. */
  readonly classes: readonly StoredClass[];
  /** The root as seen from the run's folder, for when both are moved together. */
  readonly rootFromRun: string;
}

/** A run with its facts. */
export interface StoredRun<T> {
  readonly run: RunDirectory;
  readonly dataset: StoredDataset;
  readonly options: OptionValues<T>;
}

/** What a run's `config.json` says. */
export function factsOf(folder: string, dataset: Dataset, options: object, others: object): object {
  const classes = dataset.classes.map(({ name, color, labelValues }) => ({
    name,
    color,
    labelValues,
  }));
  const root = resolve(dataset.description.root);
  const rootFromRun = relative(resolve(folder), root);
  return { dataset: { ...dataset.description, root, rootFromRun, classes }, ...others, options };
}

/** The places of the options that treat a resume in one way. */
const placesOf = ({ table }: ProgramOptions<OptionTable>, onResume: OnResume): string[] =>
  Object.keys(table)
    .filter((name) => table[name].onResume === onResume)
    .map((name) => `options.${name}`);

/** Where the facts of a run say that its dataset is. */
export const DATASET_ROOT = 'dataset.root';

/**
 * The facts that may differ when a run is resumed, and those whose change it records, such as where its
 * dataset is now; `dataOfRun` compares what the dataset holds.
 */
export function resumePlaces(
  program: ProgramOptions<OptionTable>,
): Required<Pick<ResumeSettings, 'mayDiffer' | 'recorded'>> {
  return {
    mayDiffer: ['dataset', ...placesOf(program, 'free')],
    recorded: [DATASET_ROOT, 'dataset.rootFromRun', ...placesOf(program, 'recorded')],
  };
}

const channel = z.int().min(0).max(255);
const color = z.tuple([channel, channel, channel]);
const schema = z.object({
  dataset: z.object({
    kind: z.string(),
    name: z.string(),
    root: z.string(),
    rootFromRun: z.string(),
    options: z.record(z.string(), z.unknown()),
    classes: z.array(z.object({ name: z.string(), color, labelValues: z.array(channel) })).min(1),
  }),
  options: z.unknown(),
});

/**
 * Reads the facts of a run, also while it is running.
 *
 * @throws {@link ConfigError} if the run is not one of this program
 * @throws {@link DataError} if there is no run, or its `config.json` is not complete
 */
export async function readStoredRun<T extends OptionTable>(
  folder: string,
  program: ProgramOptions<T>,
): Promise<StoredRun<T>> {
  const run = await RunDirectory.open(folder);
  if (run.kind !== program.name) {
    throw new ConfigError(
      `${folder}: expected a ${program.name} run, got a ${run.kind} run; choose another folder`,
    );
  }
  const file = join(folder, 'config.json');
  const parsed = schema.safeParse(run.config);
  if (!parsed.success) {
    throw new DataError(
      `${file}: expected the facts of a run, got ${describeIssue(parsed.error)}`,
      file,
    );
  }
  const { dataset, options } = parsed.data;
  return { run, dataset, options: checkStoredOptions(program, options, file) };
}

/**
 * Opens the dataset of a run: where it was, or at the same place as seen from the run's folder.
 *
 * @param root - where it is now; undefined: where the run says
 * @param followLinks - true if symbolic links may lead out of it, whatever the run says
 * @throws {@link DataError} if it is at neither place, or does not hold such a dataset
 */
export async function openStoredDataset(
  { run, dataset }: Pick<StoredRun<unknown>, 'run' | 'dataset'>,
  root?: string,
  followLinks?: true,
): Promise<Dataset> {
  if (root !== undefined) {
    return reopenDataset(dataset, { root, followLinks });
  }
  const places = [...new Set([dataset.root, resolve(run.folder, dataset.rootFromRun)])];
  for (const place of places) {
    if ((await stat(place).catch(() => undefined)) !== undefined) {
      return reopenDataset(dataset, { root: place, followLinks });
    }
  }
  throw new DataError(
    `${run.folder}: expected its dataset ${dataset.name} in ${places.join(' or ')}, got no such ` +
      'folder; say where it is now with the option root',
    dataset.root,
  );
}
