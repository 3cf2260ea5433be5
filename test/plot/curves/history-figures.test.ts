import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigError, DataError } from '../../../lib/errors.js';
import { entropyFigure } from '../../../lib/plot/curves/entropy.js';
import { learningRateFigure } from '../../../lib/plot/curves/learning-rate.js';
import {
  operationShareFigure,
  sharesOfOperations,
} from '../../../lib/plot/curves/operation-share.js';
import { epochTimes, resourcesFigure } from '../../../lib/plot/curves/resources.js';
import { thin } from '../../../lib/plot/traces.js';
import type { HistoryEntry } from '../../../lib/run/history-row.js';
import { HistoryWriter, readHistory } from '../../../lib/run/history.js';
import { operationNamed } from '../../../lib/search-space/operations/registry.js';
import { PAPER_SHAPE, trellisOf } from '../../../lib/search-space/shape.js';
import { operationLists } from '../../helpers/operation-lists.js';
import { temporaryFolder } from '../../helpers/temporary-folder.js';
import { historyOf, syntheticHistory } from './synthetic-history.js';

/** The row of one epoch of a search of 1 block and 2 layers. */
function epochRow(epoch: number, alpha: readonly number[], beta: readonly number[]): HistoryEntry {
  return {
    epoch,
    step: epoch + 1,
    phase: 'architecture',
    kind: 'epoch',
    alpha: Float32Array.from(alpha),
    beta: Float32Array.from(beta),
  };
}

const EQUAL = Array.from({ length: 16 }, () => 0);
const SMALL = { ...PAPER_SHAPE, layers: 2, blocks: 1 };
const ARROWS = trellisOf(SMALL).arrows.length; // 7

describe('entropies', () => {
  it('are drawn as mean and range by epoch', () => {
    const decided = [...EQUAL];
    decided[0] = 1000;
    const beta = Array.from({ length: ARROWS }, () => 0);
    const { data } = entropyFigure(
      historyOf([epochRow(0, EQUAL, beta), epochRow(1, decided, beta)], SMALL),
    );
    expect(data.map(({ yaxis }) => yaxis)).toEqual(['y', 'y', 'y2', 'y2']);
    const [area, line] = data;
    expect(line.x).toEqual([1, 2]);
    expect((line.y as number[])[1]).toBeCloseTo(0.5, 12);
    expect(area.y).toHaveLength(4);
    expect((area.y as number[])[2]).toBeCloseTo(0, 12); // the most decided edge of epoch 2
  });

  it('need epochs with α and β', () => {
    expect(() => entropyFigure(historyOf([]))).toThrow(DataError);
    const { rows } = syntheticHistory({ epochs: 2 });
    const retraining = { rows, searchSpace: undefined };
    expect(() => entropyFigure(retraining)).toThrow(
      /expected the history of a search with α and β/,
    );
  });
});

describe('operationShareFigure', () => {
  it('gives probabilities, strongest operations and branches of the decoded cell', () => {
    const alpha = [...EQUAL];
    alpha[3] = 5; // edge 0: skip
    alpha[8] = 9; // edge 1: none is strongest,
    alpha[8 + 4] = 2; // then a separable convolution
    const shares = (measure: 'probability' | 'strongest' | 'decoded') =>
      sharesOfOperations(alpha, SMALL, measure);
    expect(shares('strongest')).toMatchObject({ skip_connect: 0.5, none: 0.5, sep_conv_3x3: 0 });
    expect(shares('decoded')).toMatchObject({ skip_connect: 0.5, none: 0, sep_conv_3x3: 0.5 });
    const skip = Math.exp(5) / (Math.exp(5) + 7);
    const rest = 1 / (Math.exp(9) + Math.exp(2) + 6);
    expect(shares('probability').skip_connect).toBeCloseTo((skip + rest) / 2, 6);
  });

  it('stacks families that sum to 1 at each epoch', () => {
    const history = syntheticHistory({ epochs: 6, start: 2 });
    const { data } = operationShareFigure(history, { measures: ['probability', 'strongest'] });
    expect(data.map(({ name }) => name)).toEqual([
      ...['convolution', 'pooling', 'skip connection', 'none'],
      ...['convolution', 'pooling', 'skip connection', 'none'],
    ]);
    for (const panel of [data.slice(0, 4), data.slice(4)]) {
      const values = panel.map(({ y }) => y as number[]);
      values[0].forEach((_, epoch) => {
        expect(values.reduce((sum, y) => sum + y[epoch], 0)).toBeCloseTo(1, 6);
      });
    }
    expect(operationShareFigure(history, { by: 'operation' }).data).toHaveLength(16);
  });

  it('has the diagnosis of the operations below the title, if wanted', () => {
    const history = syntheticHistory({ drift: { skip_connect: 5 } });
    const text = (withDiagnosis: boolean) =>
      JSON.stringify(operationShareFigure(history, { withDiagnosis }).layout.title);
    expect(text(true)).toContain('Skip connections have dominated since epoch 21');
    expect(text(false)).not.toContain('dominated');
  });

  it.each(operationLists)('draws %s with their labels and colours', (_, operations) => {
    const history = syntheticHistory({ epochs: 4, start: 1, operations });
    const { data } = operationShareFigure(history, { by: 'operation', measures: ['decoded'] });
    const drawn = data.map(({ name, line }) => [name, (line as { color: string }).color]).reverse();
    const known = operations.map(operationNamed);
    expect(drawn).toEqual(known.map(({ shortLabel, color }) => [shortLabel, color]));
    const families = operationShareFigure(history, { measures: ['probability'] }).data;
    expect(families).toHaveLength(new Set(known.map(({ family }) => family)).size);
    const sum = families.reduce((total, { y }) => total + (y as number[])[3], 0);
    expect(sum).toBeCloseTo(1, 6);
    const [, alpha] = entropyFigure(history).data;
    expect((alpha.y as number[])[0]).toBeCloseTo(1, 3); // all are equal, however many there are
  });

  it('refuses a measure that it does not know', () => {
    const history = syntheticHistory({ epochs: 2 });
    expect(() => operationShareFigure(history, { measures: [] })).toThrow(ConfigError);
  });
});

describe('learningRateFigure', () => {
  it('draws the steps, and α and β only where they learn', () => {
    const { data } = learningRateFigure(syntheticHistory({ epochs: 4, start: 2 }));
    expect(data.map(({ name, x }) => [name, (x as number[])[0], (x as number[]).length])).toEqual([
      ['weights', 1, 40],
      ['α and β', 21, 20],
    ]);
  });

  it('uses the epochs where no steps are noted', () => {
    const { rows } = syntheticHistory({ epochs: 4 });
    const epochs = historyOf(rows.filter(({ kind }) => kind === 'epoch'));
    expect(learningRateFigure(epochs).data[0].x).toEqual([10, 20, 30, 40]);
    expect(() => learningRateFigure(historyOf([]))).toThrow(DataError);
  });

  it('thins long runs evenly and keeps both ends', () => {
    expect(thin([0, 1, 2, 3, 4, 5, 6, 7, 8], 3)).toEqual([0, 4, 8]);
    expect(thin([1, 2], 3)).toEqual([1, 2]);
  });
});

describe('resourcesFigure', () => {
  const place = { epoch: 0, step: 10, phase: 'weights' };
  const rows: HistoryEntry[] = [
    { ...place, kind: 'evaluation', seconds: 19 },
    { ...place, kind: 'epoch', seconds: 100, dataSeconds: 30, memoryBytes: 2 ** 31 },
    { ...place, epoch: 1, step: 20, kind: 'epoch', seconds: 50, dataSeconds: 0 },
  ];
  const history = historyOf(rows);

  it('tells computing, waiting and validation apart', () => {
    expect(epochTimes(history)).toEqual([
      { epoch: 1, computing: 70, waiting: 30, validation: 19 },
      { epoch: 2, computing: 50, waiting: 0, validation: 0 },
    ]);
    const { data, layout } = resourcesFigure(history);
    expect(data.map(({ y }) => y)).toEqual([[70, 50], [19, 0], [30, 0], [2]]);
    expect(JSON.stringify(layout.title)).toContain(
      '2 min 49 s in 2 epochs: 71 % computing, 11 % validation, 18 % waiting for data',
    );
  });

  it('counts long epochs in minutes', () => {
    const [evaluation, row] = rows;
    const { data } = resourcesFigure(historyOf([{ ...row, seconds: 600, dataSeconds: 60 }]));
    expect(data.map(({ y }) => y)).toEqual([[9], [0], [1], [2]]);
    expect(() => resourcesFigure(historyOf([evaluation]))).toThrow(DataError);
  });
});

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
