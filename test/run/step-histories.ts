/** Histories with a row for each step. */
import { join } from 'node:path';
import { readHistory } from '../../lib/run/history.js';
import { HistoryWriter } from '../../lib/run/history-writer.js';
import type { HistoryEntry } from '../../lib/run/history-row.js';
import type { SearchSpaceShape } from '../../lib/search-space/shape.js';

/** The row of a step. */
export function entryAt(step: number): HistoryEntry {
  return { epoch: Math.floor(step / 10), step, phase: 'weights', kind: 'step', loss: 1 / step };
}

/** The steps of the rows of a history. */
export const stepsOf = async (file: string) =>
  (await readHistory(file)).rows.map(({ step }) => step);

/** New histories in a folder. */
export function stepHistories(folder: string) {
  let count = 0;
  const newFile = () => join(folder, `${count++}.arrow`);
  return {
    newFile,
    /** A history of one record batch for each step. */
    historyOf: async (
      steps: number[],
      searchSpace?: SearchSpaceShape,
      run?: string,
    ): Promise<string> => {
      const file = newFile();
      const history = await HistoryWriter.open(file, 0, { searchSpace, run });
      for (const step of steps) {
        history.add(entryAt(step));
        await history.flush();
      }
      await history.close();
      return file;
    },
  };
}
