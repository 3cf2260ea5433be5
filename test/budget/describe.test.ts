import { describe, expect, it } from 'vitest';
import { publishedArchitecture } from '../../lib/architecture/published.js';
import type { DecodeWithinResult } from '../../lib/budget/decode-within.js';
import { describeBudget, describeFrontier } from '../../lib/budget/describe.js';

const result: DecodeWithinResult = {
  architecture: publishedArchitecture,
  logProbability: -12.5,
  costs: { parameters: 2_900_000, multiplyAdds: 21e9, memory: 3 * 2 ** 20, latency: 0.25 },
  limits: { parameters: 3e6 },
  unlimited: {
    architecture: publishedArchitecture,
    logProbability: -12,
    costs: { parameters: 3_100_000, multiplyAdds: 2e9, memory: 2 ** 30, latency: 1 },
  },
  lost: 0.5,
};

describe('describeBudget', () => {
  it('sets what was decoded beside what would be without limits', () => {
    expect(describeBudget(result).split('\n')).toEqual([
      '                     limit     within     without',
      'log probability               -12.500     -12.000',
      'parameters       3,000,000  2,900,000   3,100,000',
      'multiply-adds                 21.00 B      2.00 B',
      'memory                        3.0 MiB  1024.0 MiB',
      'latency                      250.0 ms   1000.0 ms',
      'The limits take 0.5 nats: path and cell together are 0.607 times as probable as without.',
    ]);
  });

  it('has no latency without a profile, and says where the limits change nothing', () => {
    const { parameters, multiplyAdds, memory } = result.costs;
    const costs = { parameters, multiplyAdds, memory };
    const text = describeBudget({ ...result, costs, limits: { parameters: 4e6 }, lost: 0 });
    expect(text).not.toContain('latency');
    expect(text).toContain('What is decoded without limits keeps them.');
  });
});

describe('describeBudget of equally probable architectures', () => {
  it('says that the limits take nothing', () => {
    expect(describeBudget({ ...result, lost: 0 })).toContain(
      'The limits take 0 nats: path and cell',
    );
  });
});

describe('describeFrontier', () => {
  const points = Array.from({ length: 41 }, (_, i) => ({
    path: [0, 1, 2],
    genotype: publishedArchitecture.genotype,
    logProbability: -10 - i / 4,
    cost: 5e9 - i * 1e8,
  }));

  it('lists what there is', () => {
    const text = describeFrontier({ resource: 'multiplyAdds', points: points.slice(0, 2) });
    expect(text.split('\n')).toEqual([
      'Frontier of probability against multiply-adds: 2 architectures.',
      'log probability  nats lost  multiply-adds  strides',
      '        -10.000      0.000         5.00 B  4 8 16',
      '        -10.250      0.250         4.90 B  4 8 16',
    ]);
  });

  it('lists 20 of many, the first and the last among them', () => {
    const lines = describeFrontier({ resource: 'multiplyAdds', points }).split('\n');
    expect(lines).toHaveLength(22);
    expect(lines[0]).toContain('41 architectures, 20 of them listed.');
    expect(lines[2]).toContain('-10.000');
    expect(lines[21]).toContain('-20.000');
  });
});
