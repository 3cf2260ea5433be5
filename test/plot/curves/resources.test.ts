import { describe, expect, it } from 'vitest';
import { DataError } from '../../../lib/errors.js';
import { epochTimes, resourcesFigure } from '../../../lib/plot/curves/resources.js';
import type { HistoryEntry } from '../../../lib/run/history-row.js';
import { historyOf } from './synthetic-history.js';

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
