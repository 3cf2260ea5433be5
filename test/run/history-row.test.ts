import * as arrow from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../lib/errors.js';
import { checkEntry, rowsToTable, tableToRows } from '../../lib/run/history-row.js';

const entry = { epoch: 3, step: 44, phase: 'weights', kind: 'step' };

describe('rowsToTable and tableToRows', () => {
  it('give back what was written; what was not is null', () => {
    const rows = [
      { ...entry, loss: NaN, alpha: Float32Array.of(0.5, -1), beta: new Float32Array() },
      { ...entry, memoryBytes: 2 ** 40 + 1 },
    ];
    const read = tableToRows(rowsToTable(rows)) ?? [];
    expect(read).toMatchObject(rows);
    expect(read[0].memoryBytes).toBeNull();
    expect(read[1].alpha).toBeNull();
    expect(Object.keys(read[0])).toHaveLength(20);
  });

  it('refuse another type of a column, and a row without a phase', () => {
    const { epoch, step, kind } = entry;
    const tableOf = (columns: Record<string, unknown[]>) =>
      arrow.tableFromArrays(columns as Record<string, number[]>);
    expect(tableToRows(tableOf({ epoch: [epoch], step: [step] }))).toBeUndefined();
    const table = rowsToTable([{ epoch, step, kind, phase: '' }]);
    expect(tableToRows(table)).toBeUndefined();
    expect(tableToRows(rowsToTable([entry]).select(['step', 'phase', 'kind']))).toBeUndefined();
  });
});

describe('checkEntry', () => {
  it.each([{ step: 0.5 }, { epoch: -1 }, { step: 2 ** 31 }, { phase: '' }, { kind: '' }])(
    'refuses %o',
    (wrong) => {
      expect(() => {
        checkEntry({ ...entry, ...wrong });
      }).toThrow(ConfigError);
    },
  );

  it('takes what fits', () => {
    checkEntry({ ...entry, epoch: 0, step: 2 ** 31 - 1 });
  });
});
