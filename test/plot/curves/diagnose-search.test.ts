import { describe, expect, it } from 'vitest';
import { DataError } from '../../../lib/errors.js';
import { diagnoseSearch } from '../../../lib/plot/curves/diagnose-search.js';
import type { SearchTopic } from '../../../lib/plot/curves/finding.js';
import { historyOf, syntheticHistory, type SyntheticOptions } from './synthetic-history.js';

function findings(options: SyntheticOptions, topic: SearchTopic) {
  return diagnoseSearch(syntheticHistory(options)).filter((finding) => finding.topic === topic);
}

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
