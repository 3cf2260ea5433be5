/** What every part of a study works with. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Dataset } from '../../dataset/dataset.js';
import { DataError } from '../../errors.js';
import type { HistoryRow } from '../../run/history-row.js';
import type { LoopControl } from '../../training/events.js';
import { readTrial } from '../../trials/collect/read-trial.js';
import type { TrialWithHistory } from '../../trials/collect/collected.js';
import { runFolder } from '../folder.js';
import type { StudyConfigs, StudySettings } from '../settings.js';

/** What a part works with. */
export interface PartContext extends LoopControl {
  readonly dataset: Dataset;
  /** The folder of the study. */
  readonly folder: string;
  readonly settings: StudySettings;
  readonly configs: StudyConfigs;
  /** Further facts for each run's `environment.json`, such as what `useBackend` returned. */
  readonly environment?: object | undefined;
}

/** What the run of a part is started with: one that has begun goes on. */
export function runOf(context: PartContext, id: string) {
  const { dataset, folder, signal, onProgress, environment } = context;
  const own = runFolder(folder, id);
  return {
    dataset,
    folder: own,
    resume: existsSync(join(own, 'config.json')),
    signal,
    onProgress,
    ...(environment && { environment }),
  };
}

/** A run that is done, with its history. */
export interface DoneRun extends Pick<TrialWithHistory, 'steps' | 'seconds' | 'bestMeanIou'> {
  readonly rows: readonly HistoryRow[];
  /** The most memory of the process, bytes. */
  readonly peakMemory: number;
}

/**
 * Reads the run of a part that is done.
 *
 * @throws {@link DataError} if something of it cannot be read
 */
export async function readDoneRun(folder: string): Promise<DoneRun> {
  const { note, history, ...trial } = await readTrial(folder);
  if (history === undefined || note !== null) {
    throw new DataError(`${folder}: expected a finished run, got ${note ?? 'no history'}`, folder);
  }
  const peakMemory = Math.max(0, ...history.rows.map(({ memoryBytes }) => memoryBytes ?? 0));
  return { ...trial, rows: history.rows, peakMemory };
}
