import { describe, expect, it } from 'vitest';
import type { Architecture } from '../../lib/architecture/architecture.js';
import { isInSpace } from '../../lib/architecture/certain.js';
import { randomArchitecture } from '../../lib/architecture/random.js';
import { declareNetwork } from '../../lib/nn/declare.js';
import { Random } from '../../lib/random.js';
import { derivedNetwork } from '../../lib/retrain/network.js';
import { resolveRetrainConfig } from '../../lib/retrain/options.js';
import { resolveSearchConfig } from '../../lib/search/options.js';
import type { EndNormalisation } from '../../lib/search-space/end-normalisation.js';
import { pathArrows } from '../../lib/search-space/path.js';
import { completeShape, trellisOf } from '../../lib/search-space/shape.js';
import { networksOfSearch } from '../../lib/study/networks.js';
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

/** A path of inner nodes. */
const INNER = [1, 2, 2, 2, 1];

/** β that favours the arrows of {@link INNER}. */
function logits(shift: number): number[] {
  const trellis = trellisOf(shape);
  const favoured = pathArrows(trellis, INNER);
  return trellis.arrows.map((_, arrow) => (favoured.includes(arrow) ? shift : 0));
}

function networks(
  randomPerFound: number,
  seed = 7,
  one = found,
  beta = logits(0.2),
  endNormalisation: EndNormalisation = 'valid',
) {
  const planned = studyPlan({
    search: {},
    retrain: {},
    searchSeeds: [seed],
    retrainSeeds: [1],
    randomPerFound,
    parameterTolerance: 0.05,
    groups: STUDY_GROUPS,
  }).networks.filter((network) => network.search === 'search-1');
  const configs = { search: { ...search, seed, endNormalisation }, retrain };
  return networksOfSearch(planned, { architecture: one, beta }, configs, {
    classes: CLASSES,
    tolerance: 0.05,
  });
}

describe('the networks of a search', () => {
  const all = networks(4);
  const own = (group: string) => all.filter((network) => network.group === group);

  it('have as many parameters as the retraining trains', () => {
    expect(all).toHaveLength(8);
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

  it('decode the path with the other end normalisation', () => {
    // Half the weight of an end node's arrows, four times and 0.45, beats 0.55 · 0.379⁴; a third does not.
    const [other] = own('other-end-normalisation');
    expect(other.architecture.path).toEqual(INNER);
    expect(other.architecture.genotype).toEqual(found.genotype);
    expect(other.note).toBeUndefined();
    const backward = networks(0, 7, found, logits(0.2), 'two-thirds').at(-1);
    expect(backward?.architecture.path).toEqual([0, 0, 0, 0, 0]);
  });

  it('say where both end normalisations decode the same path', () => {
    const other = networks(0, 7, found, logits(9)).at(-1);
    expect(other?.architecture.path).toEqual(INNER);
    expect(other?.note).toBe('both end normalisations decode the same path');
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
