import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { entropyFigure } from '../../../lib/plot/curves/entropy.js';
import { learningRateFigure } from '../../../lib/plot/curves/learning-rate.js';
import { operationShareFigure } from '../../../lib/plot/curves/operation-share.js';
import { resourcesFigure } from '../../../lib/plot/curves/resources.js';
import { readHistory } from '../../../lib/run/history.js';
import { HistoryWriter } from '../../../lib/run/history-writer.js';
import { temporaryFolder } from '../../helpers/temporary-folder.js';
import { syntheticHistory } from './synthetic-history.js';

describe('figures of a history on disk', () => {
  const folder = temporaryFolder();

  it('are those of the rows that were written', async () => {
    const file = join(folder, 'history.arrow');
    const history = syntheticHistory({ epochs: 5, start: 2, stepsPerEpoch: 3 });
    const writer = await HistoryWriter.open(file, 0, { searchSpace: history.searchSpace });
    history.rows.forEach((row) => writer.add(row));
    await writer.close();
    const read = await readHistory(file);
    for (const figure of [
      entropyFigure,
      operationShareFigure,
      learningRateFigure,
      resourcesFigure,
    ]) {
      expect(figure(read)).toEqual(figure(history));
    }
  });
});
