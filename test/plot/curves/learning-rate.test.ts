import { describe, expect, it } from 'vitest';
import { DataError } from '../../../lib/errors.js';
import { learningRateFigure } from '../../../lib/plot/curves/learning-rate.js';
import { historyOf, syntheticHistory } from './synthetic-history.js';

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
});
