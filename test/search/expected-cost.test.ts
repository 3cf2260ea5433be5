/** The expected cost in the loss of α and β. */
import { beforeAll, describe, expect, it } from 'vitest';
import { expectedCost } from '../../lib/budget/expected-cost.js';
import type { Resource } from '../../lib/budget/resources.js';
import { ALPHA, BETA } from '../../lib/search-space/supernet/supernet.js';
import type { SearchConfig } from '../../lib/search/options.js';
import { useBackend } from '../helpers/backends.js';
import { SEARCHED_SHAPE, searching, trainSteps } from '../helpers/replicas/programs.js';

describe('the expected cost in a search', () => {
  beforeAll(() => useBackend('wasm'));

  /** Of the derived networks, over that of uniform probabilities, after some steps of α and β. */
  async function costAfter(changes: Partial<SearchConfig>, resource: Resource): Promise<number> {
    const steps = new Array<string>(8).fill('architecture');
    const { state } = await trainSteps(searching(changes), steps);
    const network = { filterMultiplier: 40, classes: 3, height: 33, width: 33 };
    const cost = expectedCost({ ...SEARCHED_SHAPE, network, resource });
    const [alpha, beta] = [ALPHA, BETA].map((name) => state[`variables/${name}`]);
    return cost.of(alpha, beta) / cost.uniform;
  }

  it.each(['multiplyAdds', 'parameters', 'memory'] as const)(
    'leads α and β to networks that take less, in %s',
    async (costResource) => {
      const without = await costAfter({}, costResource);
      const cost = { costWeight: 1000, costResource, costFilterMultiplier: 40 };
      // Adam moves each α and β by 0.01 a step, downhill in the cost that outweighs the loss.
      expect(await costAfter(cost, costResource)).toBeLessThan(Math.min(1, without) - 0.005);
    },
  );
});
