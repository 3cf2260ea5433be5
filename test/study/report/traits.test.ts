import { describe, expect, it } from 'vitest';
import { spearman } from '../../../lib/study/report/rank-correlation.js';
import { scoredNetworks } from '../../../lib/study/report/scored.js';
import { spreadOfSize, traitSummaries } from '../../../lib/study/report/traits.js';
import type { StudyRecord } from '../../../lib/study/record.js';
import { mean } from '../../../lib/text.js';
import { syntheticStudy, withoutParts } from '../synthetic-record.js';

const record = syntheticStudy({ searches: 2, randomPerFound: 2 });
const traitsOf = (of: StudyRecord) => traitSummaries(scoredNetworks(of));

/** Gives each network a mean IoU, the same under every seed. */
function scoredBy(valueOf: (network: StudyRecord['networks'][number]) => number): StudyRecord {
  const values = new Map(record.networks.map((network) => [network.id, valueOf(network)]));
  return {
    ...record,
    scores: record.scores.map((score) => ({ ...score, meanIou: values.get(score.network)! })),
  };
}

describe('traits of networks', () => {
  it('go with scores that follow them', () => {
    const [parameters] = traitsOf(scoredBy((network) => 1 - network.parameters / 1e7));
    expect(parameters).toMatchObject({ trait: 'parameters', networks: 11, withParameters: 1 });
    expect(parameters.spearman).toBeCloseTo(-1, 12);
    const byLevel = traitsOf(scoredBy(({ architecture }) => mean(architecture.path) / 4));
    const level = byLevel.find(({ trait }) => trait === 'mean level of its path')!;
    expect(level.spearman).toBeCloseTo(1, 12);
  });

  it('are shares of the branches of the cell, too, and correlate with parameters as Spearman says', () => {
    const shares = record.networks.map(({ architecture, parameters }) => {
      const branches = architecture.genotype.blocks.flatMap(({ left, right }) => [left, right]);
      const own = branches.filter(({ operation }) => operation === 'sep_conv_5x5').length;
      return [own / branches.length, parameters] as const;
    });
    const trait = traitsOf(record).find((one) => one.trait === 'share of branches: sep_conv_5x5')!;
    expect(trait.withParameters).toBeCloseTo(spearman(shares)!, 12);
  });

  it('are left out where all networks are alike, as in a share of none', () => {
    const names = traitsOf(record).map(({ trait }) => trait);
    expect(names).not.toContain('multiply-adds'); // equal in this record
    expect(names).not.toContain('share of branches: none');
    expect(traitsOf(withoutParts(record, () => true))).toEqual([]);
  });
});

describe('the spread of random networks of one size', () => {
  const table: Readonly<Record<string, readonly number[]>> = {
    'random-1-1': [0.4, 0.42],
    'random-1-2': [0.45, 0.49],
    'random-2-1': [0.42, 0.4],
    'random-2-2': [0.43, 0.43],
  };

  it('is computed by hand, and what seeds alone would leave', () => {
    const scores = record.scores.flatMap((score) => {
      const meanIou = table[score.network]?.[score.seed - 1];
      return meanIou === undefined ? [] : [{ ...score, meanIou }];
    });
    const { networks, bySeeds } = spreadOfSize(scoredNetworks({ ...record, scores }));
    // Means 0.41, 0.47 and 0.41, 0.43: squares 0.0018 + 0.0002, with two degrees of freedom.
    expect(networks).toBeCloseTo(Math.sqrt(0.002 / 2), 12);
    // Squares within networks 0.0002 + 0.0008 + 0.0002, with four; a mean of two seeds has half of that.
    expect(bySeeds).toBeCloseTo(Math.sqrt(0.0012 / 4 / 2), 12);
  });

  it('is unknown without two random networks of one search', () => {
    const one = syntheticStudy({ searches: 2, randomPerFound: 1 });
    expect(spreadOfSize(scoredNetworks(one)).networks).toBeNull();
  });
});
