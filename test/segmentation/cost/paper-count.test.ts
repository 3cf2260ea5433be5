import { describe, expect, it } from 'vitest';
import { declareNetwork } from '../../../lib/nn/declare.js';
import { avgPool3x3 } from '../../../lib/ops/avg-pool.js';
import { maxPool3x3 } from '../../../lib/ops/max-pool.js';
import { countAsPaper } from '../../../lib/segmentation/cost/paper-count.js';
import { billion, countedCost as cost, publishedCost } from '../../helpers/network-costs.js';

describe("the paper's count of multiply-adds", () => {
  it('gives 333.18, 460.83 and 694.88 billion by the rules read off the code of the authors', () => {
    const figures = [20, 32, 48].map((f) => billion(publishedCost(f).paperMultiplyAdds, 2));
    expect(figures).toEqual([333.18, 460.83, 694.88]);
  });

  it("equals a count by hand of the paper's additional terms", () => {
    const outputs = 1 * 2 * 6; // of each pool, and of the block
    const biased = 2 * 3 * 2;
    const padded = 12 * 12 + 24 * 24 + 36 * 36; // a 1 × 2 map padded to the rate in both directions
    expect(cost.paperCount).toEqual({
      convolutions: cost.multiplyAdds,
      atrousPadding: (padded - 3 * 2) * 9 * 6 * 256,
      imagePooling: outputs / 2, // one window as large as the map
      pools: (2 * 9 * outputs) / 2,
      additions: (outputs + biased) / 2,
    });
  });

  it('takes either pool for nine operations per number of its result', () => {
    for (const pool of [maxPool3x3, avgPool3x3]) {
      const { graph } = declareNetwork((_, x) => pool(x, { stride: 2 }), [1, 7, 8, 3]);
      expect(countAsPaper(graph, 8)).toEqual({
        convolutions: 0,
        atrousPadding: 0,
        imagePooling: 0,
        pools: (9 * 4 * 4 * 3) / 2,
        additions: 0,
      });
    }
  });
});
