/** The expected cost of the architectures that α and β stand for, which gradients flow through. */
import * as tf from '@tensorflow/tfjs-core';
import {
  alphaLogProbabilities,
  betaLogProbabilities,
  type Logits,
} from '../architecture/probabilities.js';
import { cellEdges } from '../search-space/edges.js';
import { completeShape, trellisOf, type SearchSpaceShape } from '../search-space/shape.js';
import {
  arrowProbabilities,
  operationProbabilities,
} from '../search-space/supernet/probabilities.js';
import { resolveNetwork, type BudgetNetwork } from './network.js';
import { pathGraph, type PathGraph, type PathStep } from './path-graph.js';
import { PieceTable } from './piece-table.js';
import { latencyFrom, type LatencyProfile } from './profile/profile.js';
import type { Resource } from './resources.js';

/** The search space, the networks and what counts. */
export interface ExpectedCostOptions extends Partial<SearchSpaceShape> {
  /** Width and classes of the derived networks, and the size of the image. */
  readonly network: BudgetNetwork;
  readonly resource: Resource;
  /** Measured times, for the latency. */
  readonly profile?: LatencyProfile;
}

/** The expected cost as a function of α and β. */
export interface ExpectedCost {
  /** The expected cost where all operations of an edge and all arrows of a node are equally probable. */
  readonly uniform: number;
  /** The expected cost for plain α `[edges · operations]` and β `[arrows]`, logits. */
  of(alpha: Logits, beta: Logits): number;
  /**
   * The expected cost over {@link ExpectedCost.uniform}, a scalar whose gradients flow to both.
   *
   * @param alpha - logits, `[edges, operations]`
   * @param beta - logits, `[arrows]`
   */
  relative(alpha: tf.Tensor2D, beta: tf.Tensor1D): tf.Scalar;
}

/** The steps of a layer between the states of its ends, and what they cost without branches. */
interface Layer {
  readonly steps: readonly PathStep[];
  /** States at its beginning and at its end, in the order of their probabilities. */
  readonly before: readonly number[];
  readonly after: readonly number[];
  /** By step. */
  readonly costs: readonly number[];
}

/** Steps layer by layer: a step leads from the states of one layer to those of the next. */
function layersOf({ steps }: PathGraph, costOf: (step: PathStep) => number): Layer[] {
  const layers: Layer[] = [];
  let before = [0];
  while (before.length > 0) {
    const states = new Set(before);
    const own = steps.filter(({ from }) => states.has(from));
    const after = [...new Set(own.map(({ to }) => to))];
    if (own.length > 0) {
      layers.push({ steps: own, before, after, costs: own.map(costOf) });
    }
    before = after;
  }
  return layers;
}

/** What each entry of α adds to the expected cost of a cell at each place, entry by entry. */
function branchCosts(
  { blocks, operations }: SearchSpaceShape,
  { places, pieces }: PathGraph,
  costOf: PieceTable,
): number[][] {
  return cellEdges(blocks).flatMap(({ block, input }) => {
    const isKept = 2 / (block + 2);
    return operations.map((name) =>
      places.map(({ read, stride, inner }) => {
        const isInput = input < 2;
        const piece = pieces.operation(name, isInput ? read : inner, isInput ? stride : 1);
        return isKept * costOf.costOf(piece)[0];
      }),
    );
  });
}

const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) {
    sum += a[i] * b[i];
  }
  return sum;
};

/** A matrix with 1 where `isOne`. */
function selection(rows: number, columns: number, isOne: (row: number, column: number) => boolean) {
  const values = Float32Array.from({ length: rows * columns }, (_, i) =>
    Number(isOne(Math.floor(i / columns), i % columns)),
  );
  return tf.tensor2d(values, [rows, columns]);
}

/** A column of numbers. */
const column = (values: readonly number[]) => tf.tensor2d([...values], [values.length, 1]);

/**
 * The expected cost of a network under α and β: its path takes each arrow with the probability β, and each
 * branch of its cell has an operation with the probability α.
 *
 *     E[cost] = stem + Σ_a P(a) · (rest of the cell at a + Σ_i 2/(i+1) Σ_{j<i} Σ_k α^k_{j→i} · cost_k(a)) + end
 *
 * where P(a), the probability that the path has arrow a, follows from β layer by layer, and i = 1 … B are the
 * blocks with i + 1 states to read. It is differentiable in α and β.
 *
 * Source: ProxylessNAS (Cai et al. 2019), eq. 2, the expected latency of a mixed operation and its sum over the
 * network; FBNet (Wu et al. 2019), eq. 6. Assumption: they have no cell and no path. Each pair of edges of a
 * block is equally likely here, since α says nothing of the choice between edges; zero costs nothing, and what
 * prepares the inputs of its cell counts all the same. β is normalised over the arrows that exist.
 *
 * @throws {@link ConfigError} if a setting is not usable, or latency counts without a profile
 *
 * @example
 * const network = { filterMultiplier: 20, classes: 19, height: 1025, width: 2049 };
 * const cost = expectedCost({ network, resource: 'multiplyAdds' });
 * cost.of(new Float32Array(160), new Float32Array(105)) === cost.uniform; // true
 */
export function expectedCost({
  network,
  resource,
  profile,
  ...partial
}: ExpectedCostOptions): ExpectedCost {
  const shape = completeShape(partial);
  const trellis = trellisOf(shape);
  const table = new PieceTable([resource], latencyFrom(profile));
  const { settings, image } = resolveNetwork(network);
  const graph = pathGraph(trellis, shape.blocks, settings, image);
  const layers = layersOf(graph, ({ pieces }) => table.sumOf(pieces)[0]);
  const branches = branchCosts(shape, graph, table);
  const [stem] = table.sumOf(graph.stem);
  const endCosts = layers.at(-1)!.after.map((state) => table.sumOf(graph.ends.get(state)!)[0]);
  const places = graph.places.length;

  const expected = (alpha: Float64Array, beta: Float64Array): number => {
    const cells = graph.places.map((_, place) =>
      dot(
        alpha,
        branches.map((costs) => costs[place]),
      ),
    );
    const reached = new Float64Array(graph.states);
    reached[0] = 1;
    let total = stem;
    for (const { steps, costs } of layers) {
      steps.forEach(({ from, to, arrow, place }, i) => {
        const probability = reached[from] * beta[arrow];
        reached[to] += probability;
        total += probability * (costs[i] + cells[place]);
      });
    }
    return (
      total +
      dot(
        layers.at(-1)!.after.map((state) => reached[state]),
        endCosts,
      )
    );
  };

  const of = (alpha: Logits, beta: Logits): number =>
    expected(
      alphaLogProbabilities(alpha, shape).map(Math.exp),
      betaLogProbabilities(beta, trellis).map(Math.exp),
    );
  const uniform = of(new Float32Array(branches.length), new Float32Array(trellis.arrows.length));
  const share = (cost: number) => cost / uniform;

  const relative = (alpha: tf.Tensor2D, beta: tf.Tensor1D): tf.Scalar => {
    const row = tf.reshape<tf.Rank.R2>(operationProbabilities(alpha), [1, branches.length]);
    const cells = tf.matMul(row, tf.tensor2d(branches.map((costs) => costs.map(share)))); // [1, places]
    const arrows = trellis.arrows.length;
    const byArrow = tf.reshape<tf.Rank.R2>(arrowProbabilities(trellis, beta), [1, arrows]);
    let reached: tf.Tensor2D = tf.ones([1, 1]);
    const terms: tf.Tensor2D[] = [];
    for (const { steps, before, after, costs } of layers) {
      const count = steps.length;
      const from = selection(before.length, count, (i, step) => before[i] === steps[step].from);
      const taken = selection(arrows, count, (arrow, step) => arrow === steps[step].arrow);
      const into = selection(count, after.length, (step, i) => after[i] === steps[step].to);
      const at = selection(places, count, (place, step) => place === steps[step].place);
      const probability = tf.mul<tf.Tensor2D>(tf.matMul(reached, from), tf.matMul(byArrow, taken));
      const ofStep = tf.add<tf.Tensor2D>(
        tf.matMul(cells, at),
        tf.reshape(column(costs.map(share)), [1, count]),
      );
      terms.push(tf.matMul(probability, ofStep, false, true));
      reached = tf.matMul(probability, into);
    }
    terms.push(tf.matMul(reached, column(endCosts.map(share))));
    const sum = tf.reshape<tf.Rank.R0>(tf.addN(terms), []);
    return tf.add<tf.Scalar>(sum, tf.scalar(share(stem)));
  };
  return { uniform, of, relative };
}
