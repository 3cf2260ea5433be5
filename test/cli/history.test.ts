import { expect, it } from 'vitest';
import { describeHistory } from '../../lib/cli/history.js';
import type { HistoryRow } from '../../lib/run/history-row.js';

it('the table of epochs has the share of time that was spent waiting for data', () => {
  const row = { kind: 'epoch', epoch: 0, step: 4, phase: 'retrain', loss: 1, seconds: 40 };
  const rows = [
    { ...row, dataSeconds: 5, meanIou: null },
    { ...row, epoch: 1, dataSeconds: 0.02, meanIou: null },
  ] as HistoryRow[];
  const [header, ...lines] = describeHistory(rows).split('\n');
  expect(header).toMatch(/waiting for data$/);
  expect(lines.map((line) => line.split(/\s+/).slice(-2).join(' '))).toEqual(['12.5 %', '0.1 %']);
});
