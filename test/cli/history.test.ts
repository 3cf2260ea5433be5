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

it('says why a run ended, and that it went on after that', () => {
  const row = { kind: 'epoch', epoch: 0, step: 4, phase: 'search', loss: 1, seconds: 40 };
  const end = { ...row, kind: 'end', phase: 'all 4 steps are done' };
  const more = { ...row, epoch: 1, step: 8, dataSeconds: 0, meanIou: null };
  const lastOf = (rows: object[]) =>
    describeHistory(rows.map((one) => ({ dataSeconds: 0, meanIou: null, ...one })) as HistoryRow[])
      .split('\n')
      .filter((line) => /^(ended|went)/.test(line));
  expect(lastOf([row, end])).toEqual(['ended after step 4: all 4 steps are done']);
  expect(lastOf([row, end, more])).toEqual([
    'ended after step 4: all 4 steps are done',
    'went on to step 8, and has not ended since',
  ]);
  expect(lastOf([row])).toEqual([]);
});
