/** The supernet: all paths of the trellis at once, weighted by β, with relaxed cells. */
import * as tf from '@tensorflow/tfjs-core';
import { normal } from '../../nn/initializers.js';
import type { Network, Scope } from '../../nn/scope.js';
import { recomputable } from '../../runtime/region.js';
import { cell, contributions, type CellContext, type Evaluation } from './cell.js';
import { edgeCount } from '../edges.js';
import { sumOfHeads } from './head.js';
import { operationFilters, type SearchSpaceOptions } from '../options.js';
import { prepare, prepareArrow } from './prepare.js';
import { resolveOperations } from '../operations/registry.js';
import { checkInputSize, levelSize } from '../sizes.js';
import type { Size } from '../../size.js';
import { CellMixing } from './state-mixing.js';
import { stem } from './stem.js';
import {
  createTrellis,
  incoming,
  levelStride,
  previousPreviousLevel,
  type Trellis,
  type TrellisNode,
} from '../trellis.js';
import { arrowProbabilities, operationProbabilities } from './probabilities.js';

/** Names of the architecture's variables. */
export const ALPHA = 'architecture/alpha';
/** See {@link ALPHA}. */
export const BETA = 'architecture/beta';

/** True for α and β, which the architecture optimizer trains. */
export function isArchitectureVariable(name: string): boolean {
  return name === ALPHA || name === BETA;
}

/** Outputs of the two layers before the one being built, by level. */
interface Layers {
  readonly previous: readonly tf.Tensor4D[];
  readonly previousPrevious: readonly tf.Tensor4D[];
}

/** What building a node needs of its network. */
interface NodeContext extends CellContext {
  readonly trellis: Trellis;
  /** β by arrow after the softmax, scalars. */
  readonly beta: readonly tf.Scalar[];
  readonly size: Size;
  readonly options: SearchSpaceOptions;
  /** The stem's output at stride 2. */
  readonly half: tf.Tensor4D;
}

/** First values of α and β: 0.001 · N(0, 1). Source: Auto-DeepLab §5.1. */
const ARCHITECTURE_DEVIATION = 0.001;

/**
 * What the variables of the architecture hold.
 *
 * *logits* - free parameters, as a search trains them. *probabilities* - what the softmax would give, also
 * 0 and 1, to see what the supernet makes of chosen operations and paths.
 */
export type ArchitectureValues = 'logits' | 'probabilities';

function architecture(
  scope: Scope,
  trellis: Trellis,
  options: SearchSpaceOptions,
  values: ArchitectureValues,
) {
  const initializer = normal(ARCHITECTURE_DEVIATION);
  const operations = resolveOperations(options.operations);
  const shape = [edgeCount(options.blocks), operations.length];
  const alpha = scope.variable('alpha', shape, initializer) as tf.Tensor2D;
  const beta = scope.variable('beta', [trellis.arrows.length], initializer) as tf.Tensor1D;
  const isGiven = values === 'probabilities';
  const ofEdges = isGiven ? alpha : operationProbabilities(alpha);
  const byArrow = isGiven ? beta : arrowProbabilities(trellis, beta, options.endNormalisation);
  return {
    alpha: new CellMixing(ofEdges, operations, options.blocks),
    beta: tf.unstack(byArrow) as tf.Scalar[],
  };
}

/** H^{l-2} as prepared for a node, or nothing where the level is missing and to be dropped. */
function prepareOlder(
  scope: Scope,
  node: TrellisNode,
  layers: Layers,
  { trellis, options, half, bnAffine }: NodeContext,
): tf.Tensor4D | undefined {
  const level = previousPreviousLevel(trellis, node.layer, node.level);
  if (level !== node.level && options.missingInput === 'drop') {
    return undefined;
  }
  const older = level < 0 ? half : layers.previousPrevious[level];
  return prepare(scope.child('previous_previous'), older, {
    filters: operationFilters(options.filterMultiplier, node.level),
    stride: 2 ** (node.level - level),
    bnAffine,
  });
}

/** Σ_i β_i · y_i over the arrows that lie one after the other in a batch, as one matrix product. */
function mixArrows(y: tf.Tensor4D, beta: readonly tf.Scalar[]): tf.Tensor4D {
  const arrows = beta.length;
  const [batch, height, width, channels] = y.shape;
  const weights = tf.reshape<tf.Rank.R2>(tf.stack([...beta]), [1, arrows]);
  const rows = tf.reshape<tf.Rank.R2>(y, [arrows, y.size / arrows]);
  return tf.reshape(tf.matMul(weights, rows), [batch / arrows, height, width, channels]);
}

/**
 * One node: the cells of all arrows that enter it, weighted by β.
 *
 *     sH^l = Σ_{s'} β^l_{s'→s} · Cell(s'H^{l-1}, sH^{l-2}; α)
 *
 * All terms read the same H^{l-2}; with shared cell weights its edges are evaluated once, and the
 * cells of all arrows as one cell on a batch of their inputs.
 *
 * Source: Auto-DeepLab eq. 6.
 */
function buildNode(
  scope: Scope,
  node: TrellisNode,
  layers: Layers,
  context: NodeContext,
): tf.Tensor4D {
  const { trellis, options, bnAffine } = context;
  const size = levelSize(context.size, node.level);
  const filters = operationFilters(options.filterMultiplier, node.level);
  const state = prepareOlder(scope, node, layers, context);
  const arrows = incoming(trellis, node);
  const inputs = arrows.map(({ from, to }) =>
    prepareArrow(scope, layers.previous[from], to - from, size, { filters, bnAffine }),
  );
  const beta = arrows.map(({ index }) => context.beta[index]);
  const olderIn = (place: Scope) =>
    state && recomputable(() => contributions(place, state, 0, context));
  const isShared = options.cellWeights === 'shared';
  if (isShared && context.evaluation === 'fused') {
    const older = olderIn(scope);
    return recomputable(() => {
      const previous = inputs.length === 1 ? inputs[0] : tf.concat(inputs, 0);
      const y = cell(scope, { older, previous, arrows: inputs.length }, context);
      return inputs.length === 1 ? tf.mul<tf.Tensor4D>(y, beta[0]) : mixArrows(y, beta);
    });
  }
  const once = isShared ? olderIn(scope) : undefined;
  const terms = arrows.map(({ from, to }, i) => {
    const place = isShared
      ? scope
      : scope.child(['up_cell', 'same_cell', 'down_cell'][to - from + 1]);
    const older = once ?? olderIn(place);
    return recomputable(() =>
      tf.mul<tf.Tensor4D>(cell(place, { older, previous: inputs[i], arrows: 1 }, context), beta[i]),
    );
  });
  return terms.length === 1 ? terms[0] : tf.addN(terms);
}

/**
 * The network that the search trains.
 *
 * Variables: `stem/…`, `layer<l>/stride<s>/…`, `head/stride<s>/…`, and {@link ALPHA}, {@link BETA}.
 *
 * Source: Auto-DeepLab §3, §4.1, §5.1.
 *
 * @param evaluation - how cells are evaluated; the result is the same
 * @param values - what {@link ALPHA} and {@link BETA} hold
 * @returns a network from an image `[batch, height, width, 3]` to logits
 *   `[batch, height, width, classes]`; it throws a {@link ShapeError} if the image is too small
 */
export function supernet(
  options: SearchSpaceOptions,
  evaluation: Evaluation = 'fused',
  values: ArchitectureValues = 'logits',
): Network {
  const trellis = createTrellis(options);
  const reached = trellis.nodes[trellis.nodes.length - 1].level + 1;
  return (scope, image) => {
    const size: Size = { height: image.shape[1], width: image.shape[2] };
    checkInputSize(size, reached);
    const { half, quarter } = stem(scope.section('stem'), image, options);
    const probabilities = architecture(scope.section('architecture'), trellis, options, values);
    const cells = { blocks: options.blocks, bnAffine: options.bnAffine === 'all', evaluation };
    const context: NodeContext = { trellis, ...probabilities, ...cells, size, options, half };
    let layers: Layers = { previous: [quarter], previousPrevious: [] };
    for (let layer = 1; layer <= options.layers; layer++) {
      const nodes = trellis.nodes.filter((node) => node.layer === layer);
      const outputs = nodes.map((node) => {
        const place = scope.section(`layer${layer}`).child(`stride${levelStride(node.level)}`);
        return buildNode(place, node, layers, context);
      });
      layers = { previous: outputs, previousPrevious: layers.previous };
    }
    return sumOfHeads(scope.section('head'), layers.previous, size, options);
  };
}
