import { describe, expect, it } from 'vitest';
import {
  lossSigns,
  resourceSigns,
  validationSigns,
} from '../../../lib/plot/curves/training-signs.js';
import type { HistoryEntry } from '../../../lib/run/history-row.js';

/** Rows of epochs of one phase with the given columns. */
function rows(columns: readonly Partial<HistoryEntry>[]): HistoryEntry[] {
  return columns.map((column, epoch) => ({
    epoch,
    step: epoch + 1,
    phase: 'architecture',
    kind: 'epoch',
    ...column,
  }));
}

const scores = (values: readonly number[]) => rows(values.map((meanIou) => ({ meanIou })));

describe('the signs of a training', () => {
  it('tell a validation that rises from one that does not or has fallen', () => {
    const rising = Array.from({ length: 20 }, (_, epoch) => 0.01 * epoch);
    expect(validationSigns(scores(rising))[0].text).toContain('still rises at the end');
    // Last fifth against the fifth before: 0.405 against 0.400, no more than the 1 point asked for.
    const flat = Array.from({ length: 20 }, (_, epoch) => (epoch < 16 ? 0.4 : 0.405));
    expect(validationSigns(scores(flat))[0].text).toContain(
      '40.5 %, the mean of the last 4 validations, after 40.0 % in the 4 before',
    );
    const fallen = [...flat.slice(0, 5), 0.5, ...flat.slice(6)];
    expect(validationSigns(scores(fallen))[0]).toMatchObject({ level: 'warning', sinceEpoch: 6 });
    expect(validationSigns(scores([0.1, 0.2]))[0].text).toContain('Too short');
  });

  it('see weights that overfit half A', () => {
    const history = rows([
      { loss: 1, architectureLoss: 1.1 },
      { loss: 1, architectureLoss: 1.6 },
      { loss: 1, architectureLoss: 1.8 },
    ]);
    expect(lossSigns(history)).toMatchObject([{ topic: 'losses', sinceEpoch: 2 }]);
    expect(lossSigns(history)[0].text).toContain('now 1.8 times');
    expect(lossSigns(history.slice(0, 1))).toEqual([]);
  });

  it('see waiting for data and memory that grows', () => {
    const slow = rows([{ seconds: 10, dataSeconds: 3 }]);
    expect(resourceSigns(slow)).toMatchObject([{ topic: 'data', level: 'note' }]);
    expect(resourceSigns(slow)[0].text).toContain('30 % of the training time');
    expect(resourceSigns(rows([{ seconds: 10, dataSeconds: 1 }]))).toEqual([]);
    const memory = [1, 2, 3, 3.5].map((gib) => ({ memoryBytes: gib * 2 ** 30 }));
    expect(resourceSigns(rows(memory))[0].text).toContain('from 2.0 GiB in epoch 2 to 3.5 GiB');
    expect(resourceSigns(rows(memory.slice(0, 3)))).toEqual([]); // 3 is 1.5 times 2, not more
  });
});
