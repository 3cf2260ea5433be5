import { describe, expect, it } from 'vitest';
import type { Architecture } from '../../lib/architecture/architecture.js';
import { isInSpace } from '../../lib/architecture/certain.js';
import { randomArchitecture } from '../../lib/architecture/random.js';
import { ConfigError } from '../../lib/errors.js';
import { declareNetwork } from '../../lib/nn/declare.js';
import { Random } from '../../lib/random.js';
import { derivedNetwork } from '../../lib/retrain/network.js';
import { resolveRetrainConfig } from '../../lib/retrain/options.js';
import { resolveSearchConfig } from '../../lib/search/options.js';
import { completeShape } from '../../lib/search-space/shape.js';
import { matchArchitectures, networksOfSearch } from '../../lib/study/networks.js';
import { studyPlan } from '../../lib/study/plan.js';
import { STUDY_GROUPS } from '../../lib/study/record.js';
import { elementsOf } from '../../lib/tensors.js';

const CLASSES = 5;
const search = resolveSearchConfig({ layers: 5, blocks: 2, seed: 7 }, 'tiny');
const retrain = resolveRetrainConfig({ filterMultiplier: 4, crop: 65 }, 'tiny');
const shape = completeShape(search);
const found = randomArchitecture(new Random(5), shape);

/** Trained numbers of the network that a retraining makes, variable by variable. */
function trainedNumbers(architecture: Architecture): number {
  const network = derivedNetwork(architecture, retrain, CLASSES);
  return declareNetwork(network, [1, 65, 65, 3])
    .variables.filter(({ trainable }) => trainable)
    .reduce((sum, { shape: size }) => sum + elementsOf(size), 0);
}

const keyOf = ({ path, genotype }: Pick<Architecture, 'path' | 'genotype'>) =>
  JSON.stringify([path, genotype]);

function networks(randomPerFound: number, seed = 7, one = found) {
  const planned = studyPlan({
    search: {},
    retrain: {},
    searchSeeds: [seed],
    retrainSeeds: [1],
    randomPerFound,
    parameterTolerance: 0.05,
    groups: STUDY_GROUPS,
  }).networks.filter((network) => network.search === 'search-1');
  const configs = { search: { ...search, seed }, retrain };
  return networksOfSearch(planned, one, configs, { classes: CLASSES, tolerance: 0.05 });
}

describe('the networks of a search', () => {
  const all = networks(4);
  const own = (group: string) => all.filter((network) => network.group === group);

  it('have as many parameters as the retraining trains', () => {
    expect(all).toHaveLength(7);
    for (const { architecture, parameters } of all) {
      expect(parameters).toBe(trainedNumbers(architecture));
    }
  });

  it('are random ones within 5 % of the size of the found one, distinct and in its space', () => {
    const random = own('random');
    const size = trainedNumbers(found);
    expect(random.map(({ id }) => id)).toEqual([1, 2, 3, 4].map((k) => `random-1-${k}`));
    for (const { architecture, parameters, note } of random) {
      expect(Math.abs(parameters / size - 1)).toBeLessThanOrEqual(0.05);
      expect(isInSpace(architecture, shape)).toBe(true);
      expect(note).toBeUndefined();
    }
    expect(new Set([found, ...random.map((one) => one.architecture)].map(keyOf)).size).toBe(5);
  });

  it('exchange the cell or the path of the found one', () => {
    const [otherCell] = own('found-path-random-cell');
    expect(otherCell.architecture.path).toEqual(found.path);
    expect(otherCell.architecture.genotype).not.toEqual(found.genotype);
    const [otherPath] = own('fixed-path-found-cell');
    expect(otherPath.architecture.path).toEqual([0, 0, 1, 2, 2]);
    expect(otherPath.architecture.genotype).toEqual(found.genotype);
    expect(own('found')[0].architecture).toBe(found);
  });

  it('follow from the seed of the search and what it found', () => {
    expect(networks(4)).toEqual(all);
    expect(networks(2).filter(({ group }) => group === 'random')).toEqual(
      own('random').slice(0, 2),
    );
    expect(networks(4, 8).map((one) => keyOf(one.architecture))).not.toEqual(
      all.map((one) => keyOf(one.architecture)),
    );
  });
});

describe('matchArchitectures', () => {
  const small = completeShape({
    layers: 2,
    blocks: 1,
    operations: ['skip_connect', 'max_pool_3x3'],
  });
  const request = {
    found: randomArchitecture(new Random(1), small),
    shape: small,
    tolerance: 0.05,
    random: new Random(2),
  };

  it('takes the nearest where none is near, and says so', () => {
    // Each architecture has the size of its path: 0 + 0 to 1 + 2.
    const sizeOf = ({ path }: Pick<Architecture, 'path'>) => 10 ** path.reduce((a, b) => a + b, 1);
    const first = { ...request.found, path: [0, 0] };
    const matched = matchArchitectures({
      ...request,
      found: first,
      count: 5,
      parametersOf: sizeOf,
    });
    // 3 other cells at the same path, then those of one level more.
    expect(matched.map(({ architecture }) => sizeOf(architecture))).toEqual([10, 10, 10, 100, 100]);
    expect(matched[2].note).toBeUndefined();
    expect(matched[3].note).toMatch(/none of 2000 .* within 5 % .* nearest, 900.0 % away/);
  });

  it('refuses to draw more than there are', () => {
    // 2 + 3 paths, 4 cells; one of the 20 was found.
    const all = { ...request, parametersOf: () => 1 };
    expect(matchArchitectures({ ...all, count: 19 })).toHaveLength(19);
    expect(() => matchArchitectures({ ...all, count: 20 })).toThrow(ConfigError);
    expect(() => matchArchitectures({ ...all, count: 20 })).toThrow(/at most the 19 .* got 20/);
  });
});
