import { describe, expect, it } from 'vitest';
import { epochRows } from '../../lib/run/epoch-rows.js';
import type { HistoryEntry } from '../../lib/run/history-row.js';

const row = (epoch: number, kind: string, more: Partial<HistoryEntry> = {}): HistoryEntry => ({
  epoch,
  step: 10 * epoch,
  phase: 'weights',
  kind,
  ...more,
});

describe('epochRows', () => {
  it('gives the rows of epochs, in order', () => {
    const rows = [row(0, 'step'), row(0, 'epoch', { loss: 2 }), row(1, 'epoch', { loss: 1 })];
    expect(epochRows({ rows })).toEqual(rows.slice(1));
    expect(epochRows({ rows: [] })).toEqual([]);
  });

  it('joins the rows of one epoch: of each column the last value', () => {
    const rows = [
      row(0, 'epoch', { loss: 3 }),
      row(1, 'epoch', { step: 14, loss: 2, meanIou: 0.5, seconds: 4 }),
      row(1, 'end', { step: 14 }),
      row(1, 'epoch', { step: 20, loss: 1, meanIou: null, seconds: 10 }),
      row(1, 'epoch', { step: 20, loss: null, pixelAccuracy: 0.75 }),
    ];
    expect(epochRows({ rows })).toEqual([
      rows[0],
      row(1, 'epoch', { step: 20, loss: 1, meanIou: 0.5, pixelAccuracy: 0.75, seconds: 10 }),
    ]);
  });
});
