import { describe, expect, it } from 'vitest';
import { DataError } from '../../../lib/errors.js';
import { entropyFigure } from '../../../lib/plot/curves/entropy.js';
import type { HistoryEntry } from '../../../lib/run/history-row.js';
import { PAPER_SHAPE, trellisOf } from '../../../lib/search-space/shape.js';
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
