/** Random members of the search space, for comparisons and tests. */
import type { Random } from '../random.js';
import type { Primitive } from '../search-space/primitives.js';
import { PRIMITIVES } from '../search-space/primitives.js';
import type { Architecture } from './architecture.js';
import { ARCHITECTURE_LEVELS } from './architecture.js';
import type { Genotype } from './genotype.js';

/** Size of a random architecture. */
export interface RandomArchitectureOptions {
  /** Number of layers L, 12 by default. */
  readonly layers?: number;
  /** Number of blocks B, 5 by default. */
  readonly blocks?: number;
}

/**
 * An architecture drawn uniformly from those that decoding can give: every path is equally likely,
 * and every block has two distinct inputs and two operations other than `none`.
 *
 * @param random - a generator used for nothing else, such as `new Random(1).fork('architecture')`
 */
export function randomArchitecture(
  random: Random,
  { layers = 12, blocks = 5 }: RandomArchitectureOptions = {},
): Architecture {
  return {
    version: 1,
    path: randomPath(random.fork('path'), layers),
    genotype: randomGenotype(random.fork('cell'), blocks),
    provenance: { source: 'drawn at random', seed: random.seed },
  };
}

function randomPath(random: Random, layers: number): number[] {
  // weights[n][level] is in proportion to the number of ways to walk n more layers from `level`.
  const weights = [new Array<number>(ARCHITECTURE_LEVELS).fill(1)];
  for (let n = 1; n < layers; n++) {
    const last = weights[n - 1];
    const ways = last.map((own, level) => (last[level - 1] ?? 0) + own + (last[level + 1] ?? 0));
    const total = ways.reduce((a, b) => a + b);
    weights.push(ways.map((way) => way / total));
  }
  const path: number[] = [];
  for (let layer = 1; layer <= layers; layer++) {
    const from = path.at(-1) ?? 0;
    const targets = [from - 1, from, from + 1].filter((to) => to in weights[layers - layer]);
    let rest = random.uniform(0, sum(targets.map((to) => weights[layers - layer][to])));
    const chosen = targets.find((to) => (rest -= weights[layers - layer][to]) < 0);
    path.push(chosen ?? targets[targets.length - 1]);
  }
  return path;
}

function randomGenotype(random: Random, blocks: number): Genotype {
  const operations = PRIMITIVES.filter((primitive) => primitive !== 'none');
  const draw = (): Primitive => operations[random.integer(operations.length)];
  return {
    blocks: Array.from({ length: blocks }, (_, block) => {
      const states = random.shuffle(Array.from({ length: block + 2 }, (_, state) => state));
      const [left, right] = states.slice(0, 2).sort((a, b) => a - b);
      return {
        left: { input: left, operation: draw() },
        right: { input: right, operation: draw() },
      };
    }),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}
