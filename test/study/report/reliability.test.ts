import { describe, expect, it } from 'vitest';
import { kendall, spearman, type Pair } from '../../../lib/study/report/rank-correlation.js';
import { reliabilityOf } from '../../../lib/study/report/reliability.js';
import { scoredNetworks } from '../../../lib/study/report/scored.js';
import { mean } from '../../../lib/text.js';
import { syntheticStudy, withoutParts } from '../synthetic-record.js';

const record = syntheticStudy({ searches: 2, randomPerFound: 3, betweenSeeds: 0.02 });
const of = (study: typeof record) => reliabilityOf(study, scoredNetworks(study));

/** The scores of networks under both seeds. */
function underBoth(ids: readonly string[]): Pair[] {
  const score = (id: string, seed: number) =>
    record.scores.find((one) => one.network === id && one.seed === seed)!.meanIou;
  return ids.map((id) => [score(id, 1), score(id, 2)]);
}

describe('whether a recipe can rank', () => {
  const ids = record.networks.map(({ id }) => id);

  it('is how far seeds agree, over all networks and between those of one size', () => {
    const [seeds] = of(record).agreements;
    expect(seeds).toMatchObject({ measures: 'seed 1 and seed 2', networks: ids.length });
    expect(seeds.spearman).toBeCloseTo(spearman(underBoth(ids))!, 12);
    const ofOne = [1, 2].map((n) =>
      kendall(
        underBoth(
          [`found-${n}`, 1, 2, 3].map((k) => (k === `found-${n}` ? k : `random-${n}-${k}`)),
        ),
      ),
    );
    expect(seeds.withinSearches).toBeCloseTo(mean(ofOne.map((tau) => tau!)), 12);
  });

  it('is how far validation agrees with test, too', () => {
    // Validations of this record are 2 points above the test scores.
    const agreements = of(record).agreements;
    expect(agreements).toHaveLength(2);
    expect(agreements[1]).toMatchObject({ measures: 'validation and test', withinSearches: 1 });
    expect(agreements[1].spearman).toBeCloseTo(1, 12);
    const without = record.scores.map((score) => ({ ...score, validationMeanIou: null }));
    const [, unknown] = of({ ...record, scores: without }).agreements;
    expect(unknown).toMatchObject({ networks: 0, spearman: null, withinSearches: null });
  });

  it('is how networks did under each seed, of those that have all', () => {
    const half = withoutParts(record, (id) => id === 'retrain-found-1-seed-2');
    const { seeds } = of(half);
    const others = underBoth(ids.filter((id) => id !== 'found-1'));
    expect(seeds.map(({ networks }) => networks)).toEqual([ids.length - 1, ids.length - 1]);
    seeds.forEach(({ meanIou }, i) =>
      expect(meanIou).toBeCloseTo(mean(others.map((pair) => pair[i])), 12),
    );
    expect(of(withoutParts(record, () => true)).seeds[0]).toMatchObject({ meanIou: null });
  });

  it('has a pair for every two of three seeds', () => {
    const three = syntheticStudy({ searches: 1, randomPerFound: 1, seeds: 3 });
    expect(of(three).agreements.map(({ measures }) => measures)).toEqual([
      ...['seed 1 and seed 2', 'seed 1 and seed 3', 'seed 2 and seed 3'],
      'validation and test',
    ]);
  });
});
