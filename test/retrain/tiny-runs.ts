/** Short retrainings of one dataset in one folder, and what their files say. */
import { createHash } from 'node:crypto';
import path from 'node:path';
import type { Dataset } from '../../lib/dataset/dataset.js';
import { readJsonFile } from '../../lib/files/json-file.js';
import type { RetrainConfig } from '../../lib/retrain/options.js';
import { retrain, type RetrainOptions } from '../../lib/retrain/retrain.js';
import { latestCheckpoint } from '../../lib/run/checkpoint-folder.js';
import { readHistory } from '../../lib/run/history.js';
import type { HistoryRow } from '../../lib/run/history-row.js';
import type { ProgressEvent } from '../../lib/training/events.js';
import type { RunResult } from '../../lib/training/run-work.js';
import { stateArrays } from '../../lib/training/position.js';
import { TINY_ARCHITECTURE } from '../training/tiny-architecture.js';
import { TINY_CONFIG } from '../training/train-tiny.js';

/** A finished retraining and what it told. */
export interface ToldRun extends RunResult {
  readonly notes: string;
  readonly warnings: string;
}

/**
 * Retrainings of a dataset in one folder; none validates or checks its labels unless `base` or the changes of
 * a run say so.
 */
export function tinyRuns(
  folder: string,
  dataset: () => Dataset,
  base: Partial<RetrainConfig> = {},
) {
  const folderOf = (name: string) => path.join(folder, name);
  const rows = async (name: string, kind: string): Promise<HistoryRow[]> =>
    (await readHistory(path.join(folderOf(name), 'history.arrow'))).rows.filter(
      (row) => row.kind === kind,
    );
  return {
    folderOf,
    /** Trains; `stopAt`: stops after this step, as Ctrl-C does. */
    run: async (
      name: string,
      changes: Partial<RetrainConfig> = {},
      { stopAt, ...more }: Partial<RetrainOptions> & { readonly stopAt?: number } = {},
    ): Promise<ToldRun> => {
      const controller = new AbortController();
      const told: Record<'note' | 'warning', string[]> = { note: [], warning: [] };
      const onProgress = (event: ProgressEvent) => {
        if (event.kind === 'note' || event.kind === 'warning') {
          told[event.kind].push(event.text);
        } else if (event.kind === 'step' && event.step === stopAt) {
          controller.abort();
        }
      };
      const result = await retrain({
        dataset: dataset(),
        architecture: TINY_ARCHITECTURE,
        folder: folderOf(name),
        preset: 'tiny',
        config: {
          ...TINY_CONFIG,
          epochs: null,
          validationSplit: null,
          labelCheck: 'none',
          ...base,
          ...changes,
        },
        signal: controller.signal,
        onProgress,
        ...more,
      });
      return { ...result, notes: told.note.join('\n'), warnings: told.warning.join('\n') };
    },
    rows,
    /** The losses of all its steps. */
    losses: async (name: string) => (await rows(name, 'step')).map(({ loss }) => loss),
    document: (name: string, file: string): Promise<unknown> =>
      readJsonFile(path.join(folderOf(name), `${file}.json`)),
    /** The checksums of all arrays of the last checkpoint. */
    checksums: async (name: string): Promise<Record<string, string>> => {
      const found = await latestCheckpoint(path.join(folderOf(name), 'checkpoints'));
      const arrays = Object.entries(stateArrays(found!.checkpoint));
      return Object.fromEntries(
        arrays.map(([key, { data }]) => [
          key,
          createHash('sha256')
            .update(data as Float32Array)
            .digest('hex'),
        ]),
      );
    },
  };
}
