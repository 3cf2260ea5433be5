import { beforeAll, describe, expect, it } from 'vitest';
import type { Architecture } from '../../lib/architecture/architecture.js';
import { architectureLogProbability } from '../../lib/architecture/certain.js';
import { architecturePieces } from '../../lib/budget/architecture-pieces.js';
import { predictLatency } from '../../lib/budget/costs.js';
import { decodeWithin, type DecodeWithinInput } from '../../lib/budget/decode-within.js';
import { decodeFrontier } from '../../lib/budget/frontier.js';
import type { BudgetNetwork } from '../../lib/budget/network.js';
import type { LatencyProfile } from '../../lib/budget/profile/profile.js';
import { RESOURCES, type Resource } from '../../lib/budget/resources.js';
import { decode } from '../../lib/decoder/decode.js';
import { ConfigError } from '../../lib/errors.js';
import { Random } from '../../lib/random.js';
import { completeShape, trellisOf, type SearchSpaceShape } from '../../lib/search-space/shape.js';
import { networkCost } from '../../lib/segmentation/cost/cost.js';
import { everyArchitecture } from './every-architecture.js';

/** Sizes at which no level is a multiple of the next, so that costs depend on the way to a node. */
const network: BudgetNetwork = {
  filterMultiplier: 3,
  classes: 4,
  stemWidths: [2, 5],
  headFilters: 3,
  height: 21,
  width: 39,
};

const spaces: readonly [string, SearchSpaceShape][] = [
  [
    'two layers, two blocks',
    {
      ...completeShape({ layers: 2, blocks: 2 }),
      operations: ['none', 'skip_connect', 'sep_conv_5x5', 'dil_conv_3x3'],
    },
  ],
  [
    'five layers, one block',
    {
      ...completeShape({ layers: 5, blocks: 1 }),
      operations: ['skip_connect', 'none', 'sep_conv_3x3'],
    },
  ],
];

/** Times of all pieces, drawn at random. */
function drawnProfile(shape: SearchSpaceShape): LatencyProfile {
  const random = new Random(7).fork('times');
  const names = new Set(
    everyArchitecture(shape).flatMap((one) =>
      architecturePieces(one, network).map(({ name }) => name),
    ),
  );
  return {
    version: 1,
    machine: {
      processor: 'none',
      cores: 1,
      backend: 'none',
      threads: 1,
      date: '2026-01-01T00:00:00.000Z',
      libraryVersion: '0',
    },
    network: { ...network, blocks: shape.blocks },
    pieces: Object.fromEntries(
      [...names].map((name) => [name, { seconds: random.uniform(0.1, 1), runs: 1 }]),
    ),
  };
}

interface Priced {
  readonly architecture: Pick<Architecture, 'path' | 'genotype'>;
  readonly costs: Record<Resource, number>;
}

describe.each(spaces)('of all architectures of %s', (_, shape) => {
  let all: readonly Priced[] = [];
  let profile: LatencyProfile;

  beforeAll(() => {
    profile = drawnProfile(shape);
    all = everyArchitecture(shape).map((architecture) => ({
      architecture,
      costs: {
        ...networkCost({ architecture, ...network }),
        latency: predictLatency(architecture, network, profile),
      },
    }));
  });

  function draw(seed: number, deviation: number) {
    const random = new Random(seed).fork('logits');
    const draws = (count: number) =>
      Float64Array.from({ length: count }, () => deviation * random.normal());
    const edges = (shape.blocks * (shape.blocks + 3)) / 2;
    const alpha = draws(edges * shape.operations.length);
    const beta = draws(trellisOf(shape).arrows.length);
    const input = { ...shape, alpha, beta, network, profile };
    const scored = all.map((one) => ({
      ...one,
      logProbability: architectureLogProbability(one.architecture, input, shape),
    }));
    return { random, input, scored };
  }

  it.each(RESOURCES)('the most probable within a limit of %s is found', (resource) => {
    for (let seed = 1; seed <= 21; seed++) {
      const { random, input, scored } = draw(seed, seed % 2 === 0 ? 1 : 0.1);
      const costs = scored.map((one) => one.costs[resource]);
      const [least, most] = [Math.min(...costs), Math.max(...costs)];
      // The smallest there is, and anything above it.
      const limit = seed % 7 === 0 ? least : random.uniform(least, most);
      const best = Math.max(
        ...scored
          .filter((one) => one.costs[resource] <= limit)
          .map(({ logProbability }) => logProbability),
      );
      const found = decodeWithin({ ...input, limits: { [resource]: limit * (1 + 1e-12) } });
      expect(found.logProbability).toBeCloseTo(best, 9);
      expect(found.costs[resource]).toBeLessThanOrEqual(limit * (1 + 1e-9));
      expect(found.lost).toBeCloseTo(
        Math.max(...scored.map(({ logProbability }) => logProbability)) - best,
        9,
      );
    }
  });

  it('the most probable within limits of all at once is found', () => {
    let tight = 0;
    for (let seed = 1; seed <= 20; seed++) {
      const { random, input, scored } = draw(seed, 1);
      const model = scored[random.integer(scored.length)].costs; // something is within its costs
      const within = scored.filter((one) =>
        RESOURCES.every((resource) => one.costs[resource] <= model[resource]),
      );
      const best = Math.max(...within.map(({ logProbability }) => logProbability));
      const limits = { ...model, latency: model.latency * (1 + 1e-12) };
      const { parameters, multiplyAdds, memory, latency } = limits;
      const found = decodeWithin({
        ...input,
        limits: { parameters, multiplyAdds, memory, latency },
      });
      expect(found.logProbability).toBeCloseTo(best, 9);
      tight += Number(found.lost > 0);
    }
    expect(tight).toBeGreaterThan(10);
  });

  it('the frontier has those, and only those, that no other beats in both', () => {
    for (let seed = 1; seed <= 6; seed++) {
      const { input, scored } = draw(seed, 1);
      for (const resource of RESOURCES) {
        const sorted = scored
          .map((one) => ({ cost: one.costs[resource], logProbability: one.logProbability }))
          .sort((a, b) => b.logProbability - a.logProbability || a.cost - b.cost);
        const frontier: typeof sorted = [];
        for (const one of sorted) {
          // Latencies of equal networks differ in the last digits.
          if (frontier.length === 0 || one.cost < frontier.at(-1)!.cost * (1 - 1e-12)) {
            frontier.push(one);
          }
        }
        const found = decodeFrontier({ ...input, resource });
        expect(found.points.map(({ cost }) => cost)).toHaveLength(frontier.length);
        found.points.forEach(({ cost, logProbability }, i) => {
          expect(cost / frontier[i].cost).toBeCloseTo(1, 9);
          expect(logProbability).toBeCloseTo(frontier[i].logProbability, 9);
        });
      }
    }
  });

  it('says what the smallest takes where nothing is within the limits', () => {
    const { input, scored } = draw(1, 1);
    const least = Math.min(...scored.map(({ costs }) => costs.parameters));
    const limits = { parameters: least - 1 };
    expect(() => decodeWithin({ ...input, limits })).toThrow(ConfigError);
    expect(() => decodeWithin({ ...input, limits })).toThrow(
      `got parameters ${least - 1}; the least there is: parameters ${least}. Raise`,
    );
  });

  it('is what decode gives, where that is within the limits', () => {
    for (let seed = 1; seed <= 4; seed++) {
      const { input } = draw(seed, seed % 2);
      const { architecture, lost, unlimited } = decodeWithin({
        ...input,
        limits: { parameters: 1e9 },
      });
      const free = decode(input).architecture;
      expect(architecture.path).toEqual(free.path);
      expect(architecture.genotype).toEqual(free.genotype);
      expect(unlimited.architecture).toEqual(free);
      expect(lost).toBe(0);
    }
  });
});

describe('decodeWithin', () => {
  const input: DecodeWithinInput = {
    alpha: new Float32Array(160),
    beta: new Float32Array(105),
    network: { filterMultiplier: 20, classes: 19, height: 1025, width: 2049 },
    limits: { parameters: 3e6 },
  };

  it('finds, without a limit that binds, the most probable by a search too', () => {
    // A limit one below what decode gives: the search must end a little below its probability.
    const random = new Random(3).fork('logits');
    const draws = (count: number) => Float64Array.from({ length: count }, () => random.normal());
    const free = { ...input, alpha: draws(160), beta: draws(105) };
    const { unlimited } = decodeWithin({ ...free, limits: { parameters: 1e12 } });
    const { parameters } = unlimited.costs;
    const found = decodeWithin({ ...free, limits: { parameters: parameters - 1 } });
    expect(found.costs.parameters).toBeLessThan(parameters);
    expect(found.lost).toBeGreaterThan(0);
    expect(found.lost).toBeLessThan(2);
    expect(found.architecture.provenance.options).toEqual({
      zeroInArgmax: false,
      endNormalisation: 'valid',
      maxParameters: parameters - 1,
    });
  });

  it('keeps to what α and β forbid', () => {
    const beta = new Float32Array(105);
    beta[0] = -Infinity; // the first layer is at stride 8
    const alpha = new Float32Array(160);
    alpha[3] = -Infinity; // no skip connection of H^{l-2} in block 1
    const { architecture } = decodeWithin({ ...input, alpha, beta, limits: { memory: 4e9 } });
    expect(architecture.path[0]).toBe(1);
    expect(architecture.genotype.blocks[0].left.operation).not.toBe('skip_connect');
  });

  it.each([
    [{ limits: {} }, 'limits: expected at least one limit, got none'],
    [{ limits: { parameters: -1 } }, 'limits.parameters: expected a positive number, got -1'],
    [{ limits: { latency: 1 } }, 'limits.latency: expected a profile of this machine, got none'],
    [{ options: { zeroInArgmax: true } }, 'zeroInArgmax: expected false with a limit, got true'],
    [{ options: { zeroInArgmax: true }, limits: { parameters: 1e12 } }, 'zeroInArgmax: expected'],
    [{ network: { ...input.network, classes: 0 } }, 'classes: expected a whole number ≥ 1, got 0'],
    [{ network: { ...input.network, height: 0 } }, 'image: expected a whole number of pixels ≥ 1'],
  ])('refuses %j', (changes, message) => {
    expect(() => decodeWithin({ ...input, limits: { parameters: 1 }, ...changes })).toThrow(
      message,
    );
  });
});
