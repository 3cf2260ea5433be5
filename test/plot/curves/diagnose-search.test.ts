import { describe, expect, it } from 'vitest';
import { DataError } from '../../../lib/errors.js';
import { diagnoseSearch } from '../../../lib/plot/curves/diagnose-search.js';
import { holdsSince, type SearchTopic } from '../../../lib/plot/curves/finding.js';
import {
  lossSigns,
  resourceSigns,
  validationSigns,
} from '../../../lib/plot/curves/training-signs.js';
import type { HistoryEntry } from '../../../lib/run/history-row.js';
import { historyOf, syntheticHistory, type SyntheticOptions } from './synthetic-history.js';

function findings(options: SyntheticOptions, topic: SearchTopic) {
  return diagnoseSearch(syntheticHistory(options)).filter((finding) => finding.topic === topic);
}

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

describe('holdsSince', () => {
  it('finds the first item from which on a condition holds to the end', () => {
    const big = (value: number) => value > 5;
    expect(holdsSince([9, 1, 7, 8], big)).toBe(2);
    expect(holdsSince([9, 8], big)).toBe(0);
    expect(holdsSince([9, 1], big)).toBeUndefined();
    expect(holdsSince([], big)).toBeUndefined();
  });
});

describe('diagnoseSearch', () => {
  it('says since when skip connections dominate', () => {
    // α = way · (noise + 5 for skip): the direction is the same in all epochs in which it learns.
    const [finding] = findings({ drift: { skip_connect: 5 }, start: 11 }, 'operations');
    expect(finding).toMatchObject({ level: 'warning', sinceEpoch: 12 });
    expect(finding.text).toMatch(
      /^Skip connections have dominated since epoch 12: \d+ of the 10 branches of the cell at the end/,
    );
  });

  it('tells pooling and none from skip connections', () => {
    const pooling = { max_pool_3x3: 5, avg_pool_3x3: 5 };
    expect(findings({ drift: pooling }, 'operations')[0].text).toMatch(
      /^Pooling has dominated since epoch 2\d/,
    );
    const [none] = findings({ drift: { none: 6 } }, 'operations');
    expect(none).toMatchObject({ level: 'warning', sinceEpoch: 21 });
    expect(none.text).toContain('"none" is the most probable operation on 100 % of the edges');
  });

  it('finds nothing wrong with a search that prefers convolutions', () => {
    const [finding] = findings({ drift: { sep_conv_3x3: 4, dil_conv_5x5: 4 } }, 'operations');
    expect(finding.level).toBe('good');
    expect(finding.text).toMatch(/10 convolutions, 0 pooling operations and 0 skip connections/);
  });

  it('sees α and β that hardly moved, moved a little, or came to a preference', () => {
    for (const topic of ['alpha', 'beta'] as const) {
      expect(findings({ spread: 0.005 }, topic)[0]).toMatchObject({ level: 'warning' });
      expect(findings({ spread: 0.005 }, topic)[0].text).toContain('has hardly moved');
      expect(findings({ spread: 0.2 }, topic)[0]).toMatchObject({ level: 'note' });
      expect(findings({ spread: 2 }, topic)[0]).toMatchObject({ level: 'good' });
    }
  });

  it('does not praise the stability of an architecture that is chance', () => {
    expect(findings({ spread: 0.005 }, 'architecture')).toEqual([]);
    expect(findings({ spread: 2 }, 'architecture')).toHaveLength(2);
  });

  it('sees a decision that fell too early', () => {
    const [finding] = findings({ spread: 200 }, 'alpha');
    expect(finding.text).toMatch(/^α was already decided by epoch 2\d/);
    expect(finding.level).toBe('warning');
  });

  it('warns of a search in which only the weights have learned', () => {
    const list = diagnoseSearch(syntheticHistory({ epochs: 6 }));
    expect(list[0]).toMatchObject({ level: 'warning', topic: 'architecture' });
    expect(list[0].text).toContain('In all 6 epochs so far only the weights have learned');
    expect(list.map(({ topic }) => topic)).not.toContain('alpha');
  });

  it('puts warnings first and what is good last', () => {
    const levels = diagnoseSearch(syntheticHistory({ drift: { none: 6 } })).map(
      ({ level }) => level,
    );
    const order = ['warning', 'note', 'good'];
    expect(levels).toEqual([...levels].sort((a, b) => order.indexOf(a) - order.indexOf(b)));
    expect(new Set(levels).size).toBeGreaterThan(1);
  });

  it('needs a whole epoch', () => {
    expect(() => diagnoseSearch(historyOf([]))).toThrow(DataError);
  });
});

describe('the signs of a training', () => {
  it('tell a validation that rises from one that has levelled off or fallen', () => {
    const rising = Array.from({ length: 20 }, (_, epoch) => 0.01 * epoch);
    expect(validationSigns(scores(rising))[0].text).toContain('still rises at the end');
    // Last fifth against the fifth before: 0.405 against 0.400, no more than the 1 point asked for.
    const flat = Array.from({ length: 20 }, (_, epoch) => (epoch < 16 ? 0.4 : 0.405));
    expect(validationSigns(scores(flat))[0].text).toContain('levelled off at 40.5 %');
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
