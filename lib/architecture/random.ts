/** Random members of the search space, for comparisons and tests. */
import type { Random } from '../random.js';
import { resolveOperations } from '../search-space/operations/registry.js';
import { completeShape, trellisOf, type SearchSpaceShape } from '../search-space/shape.js';
import type { Trellis } from '../search-space/trellis.js';
import { checkArchitectureLevels, type Architecture } from './architecture.js';
import type { Genotype } from './genotype.js';

/**
 * An architecture drawn uniformly from those that decoding can give: every path is equally likely,
 * and every block has two distinct inputs and two operations other than zero.
 *
 * @param random - a generator used for nothing else, such as `new Random(1).fork('architecture')`
 * @param shape - the search space; what is left out is the paper's
 * @throws {@link ConfigError} if it has more levels than an architecture
 */
export function randomArchitecture(
  random: Random,
  shape: Partial<SearchSpaceShape> = {},
): Architecture {
  const whole = completeShape(shape);
  checkArchitectureLevels(whole.levels);
  return {
    version: 1,
    path: randomPath(random.fork('path'), trellisOf(whole)),
    genotype: randomGenotype(random.fork('cell'), whole),
    operations: whole.operations,
    provenance: { source: 'drawn at random', seed: random.seed },
  };
}

function randomPath(random: Random, { nodes, arrows, layers, levels }: Trellis): number[] {
  // In proportion to the number of ways from each node to the last layer; scaled layer by layer.
  const ways = nodes.map(({ layer }): number => (layer === layers ? 1 : 0));
  const nodeAt = new Map(nodes.map(({ layer, level, index }) => [layer * levels + level, index]));
  const targetsOf = (index: number) =>
    nodes[index].outgoing.map((arrow) => {
      const { layer, to } = arrows[arrow];
      return nodeAt.get(layer * levels + to) ?? 0;
    });
  for (let layer = layers - 1; layer >= 0; layer--) {
    const own = nodes.filter((node) => node.layer === layer);
    own.forEach(({ index }) => (ways[index] = sum(targetsOf(index).map((to) => ways[to]))));
    const total = sum(own.map(({ index }) => ways[index]));
    own.forEach(({ index }) => (ways[index] /= total));
  }
  const path: number[] = [];
  for (let node = 0, layer = 1; layer <= layers; layer++) {
    const targets = targetsOf(node);
    let rest = random.uniform(0, sum(targets.map((to) => ways[to])));
    node = targets.find((to) => (rest -= ways[to]) < 0) ?? targets[targets.length - 1];
    path.push(nodes[node].level);
  }
  return path;
}

function randomGenotype(random: Random, { blocks, operations }: SearchSpaceShape): Genotype {
  const names = resolveOperations(operations)
    .filter(({ family }) => family !== 'none')
    .map(({ name }) => name);
  const draw = (): string => names[random.integer(names.length)];
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
