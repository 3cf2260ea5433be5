import { describe, expect, it } from 'vitest';
import { publishedArchitecture } from '../../lib/architecture/published.js';
import { randomArchitecture } from '../../lib/architecture/random.js';
import { architecturePieces } from '../../lib/budget/architecture-pieces.js';
import { ConfigError } from '../../lib/errors.js';
import { Random } from '../../lib/random.js';
import { networkCost } from '../../lib/segmentation/cost/cost.js';
import { pieceCost } from '../../lib/segmentation/cost/piece-cost.js';

const network = { filterMultiplier: 4, classes: 3, headFilters: 6 };

describe('the pieces of a network', () => {
  it.each([
    [65, 97],
    [64, 90],
    [37, 51],
    [1, 2],
  ])('sum to its cost at %i x %i', (height, width) => {
    for (let seed = 1; seed <= 3; seed++) {
      const architecture = randomArchitecture(new Random(seed).fork('architecture'));
      const costs = architecturePieces(architecture, { ...network, height, width }).map(pieceCost);
      const whole = networkCost({ architecture, ...network, height, width });
      for (const resource of ['parameters', 'multiplyAdds', 'memory'] as const) {
        expect(costs.reduce((sum, cost) => sum + cost[resource], 0)).toBe(whole[resource]);
      }
    }
  });

  it('sum to the parameters of the paper', () => {
    const size = { filterMultiplier: 20, classes: 19, height: 1025, width: 2049 };
    const costs = architecturePieces(publishedArchitecture, size).map(pieceCost);
    expect(costs.reduce((sum, { parameters }) => sum + parameters, 0)).toBe(10_147_427);
  });

  it('are not those of a cell that leaves an input unread, or has zero', () => {
    const cell = (input: number, operation: string) => ({
      path: [0],
      genotype: {
        blocks: [{ left: { input: 0, operation: 'skip_connect' }, right: { input, operation } }],
      },
    });
    const size = { ...network, height: 33, width: 33 };
    expect(() => architecturePieces(cell(0, 'skip_connect'), size)).toThrow(ConfigError);
    expect(() => architecturePieces(cell(1, 'none'), size)).toThrow(
      'architecture: expected a cell that reads both of its inputs, without zero',
    );
  });
});
