/** The data of a run: fingerprinted when it starts, compared when it is resumed. */
import { join } from 'node:path';
import { describeIssue } from '../check-options.js';
import type { Dataset } from '../dataset/dataset.js';
import { fingerprint, fingerprintSchema, type DataFingerprint } from '../dataset/fingerprint.js';
import { dataDifferences } from '../dataset/fingerprint-difference.js';
import { DataError } from '../errors.js';
import { interruptSignal } from '../interrupt.js';
import { latestCheckpoint } from '../run/checkpoint-folder.js';
import type { RunDirectory } from '../run/directory.js';
import type { ProgramOptions } from './options/resolve.js';
import type { OptionTable } from './options/table.js';
import type { LoopControl } from './events.js';
import { readStoredRun } from './stored-run.js';

/** The data that a run uses. */
export interface RunData {
  readonly fingerprint: DataFingerprint;
  /** Remarks, such as that it has moved. */
  readonly notes: readonly string[];
}

/** What is asked of a run's data. */
interface DataRequest extends LoopControl {
  readonly dataset: Dataset;
  readonly folder: string;
  readonly resume?: boolean;
  /** Of a ring: rank 0 alone warns. */
  readonly ring?: { readonly rank: number } | undefined;
}

/** The fingerprint that a run began with; undefined if it was stopped before it had one. */
async function storedFingerprint(run: RunDirectory): Promise<DataFingerprint | undefined> {
  const stored = await run.read('data');
  const file = join(run.folder, 'data.json');
  const advice = 'restore the file, or start a new run in another folder';
  if (stored === undefined) {
    if ((await latestCheckpoint(join(run.folder, 'checkpoints'))) === undefined) {
      return undefined;
    }
    throw new DataError(
      `${file}: expected the list of the data that the run began with, got no such file; ${advice}`,
      file,
    );
  }
  const parsed = fingerprintSchema.safeParse(stored);
  if (!parsed.success) {
    throw new DataError(
      `${file}: expected the list of the data that the run began with, got ` +
        `${describeIssue(parsed.error)}; ${advice}`,
      file,
    );
  }
  return parsed.data;
}

/**
 * The data of a run, checked against what a resumed run began with. Its folder may have moved. A warning says
 * which listed images are not there.
 *
 * @param splits - the splits that the run uses
 * @throws {@link DataError} naming the images that were added, removed, renamed or changed and the
 *   classes that differ, and how to go on; or if files are missing
 * @throws the signal's reason if it is aborted
 */
export async function dataOfRun(
  { dataset, folder, resume = false, signal = interruptSignal(), onProgress, ring }: DataRequest,
  declared: ProgramOptions<OptionTable>,
  splits: readonly (string | null)[],
): Promise<RunData> {
  const used = [...new Set(splits.filter((split) => split !== null))];
  const now = await fingerprint(dataset, used, signal, (text) => {
    if ((ring?.rank ?? 0) === 0) {
      onProgress?.({ kind: 'warning', text });
    }
  });
  if (!resume) {
    return { fingerprint: now, notes: [] };
  }
  const { run, dataset: stored } = await readStoredRun(folder, declared);
  const before = await storedFingerprint(run);
  const differences = before ? dataDifferences(before, now) : [];
  if (differences.length > 0) {
    const { root } = dataset.description;
    const other = Object.hasOwn(declared.table, 'initialWeights')
      ? `, which begins with these weights by the option initialWeights ${folder}`
      : '';
    throw new DataError(
      `${folder}: expected the data that the run began with, got ${differences.join('; ')} ` +
        `(in ${root}). Restore the data, or start a new run in another folder${other}`,
      root,
    );
  }
  const { root } = dataset.description;
  const moved = `the data moved from ${stored.root} to ${root}: names and sizes of the files agree, and samples of their contents`;
  return { fingerprint: now, notes: before && root !== stored.root ? [moved] : [] };
}
