/** The entropy of α and β in their loss. */
import { beforeAll, describe, expect, it } from 'vitest';
import { alphaStatistics, betaStatistics } from '../../lib/architecture/statistics.js';
import { trellisOf } from '../../lib/search-space/shape.js';
import { ALPHA, BETA } from '../../lib/search-space/supernet/supernet.js';
import type { SearchConfig } from '../../lib/search/options.js';
import { useBackend } from '../helpers/backends.js';
import { SEARCHED_SHAPE, searching, trainSteps } from '../helpers/replicas/programs.js';

describe('the entropy in a search', () => {
  beforeAll(() => useBackend('wasm'));

  /** Relative entropies of α and β after some steps of both. */
  async function entropiesAfter(changes: Partial<SearchConfig>): Promise<[number, number]> {
    const steps = new Array<string>(8).fill('architecture');
    const { state } = await trainSteps(searching(changes), steps);
    const [alpha, beta] = [ALPHA, BETA].map((name) => state[`variables/${name}`]);
    return [
      alphaStatistics(alpha, SEARCHED_SHAPE).relativeEntropy,
      betaStatistics(beta, trellisOf(SEARCHED_SHAPE)).relativeEntropy,
    ];
  }

  it('sharpens both, beside the expected cost too', async () => {
    const [alpha, beta] = await entropiesAfter({});
    const sharp = await entropiesAfter({ entropyWeight: 1000 });
    expect(sharp[0]).toBeLessThan(alpha - 1e-4);
    expect(sharp[1]).toBeLessThan(beta - 1e-4);
    const both = await entropiesAfter({ entropyWeight: 1000, costWeight: 1 });
    expect(both[0]).toBeLessThan(alpha - 1e-4);
    expect(both).not.toEqual(sharp);
  });
});
