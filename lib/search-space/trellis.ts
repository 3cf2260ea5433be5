/**
 * The trellis of the network level search space, as data.
 *
 *     level 0 (stride  4)   stem ─ ○ ─ ○ ─ ○ ─ …
 *     level 1 (stride  8)          ○ ─ ○ ─ ○ ─ …
 *     level 2 (stride 16)              ○ ─ ○ ─ …
 *     level 3 (stride 32)                  ○ ─ …
 *     layer                  0     1   2   3
 *
 * Every arrow stays at its level or moves by one. β has one entry per arrow, and its softmax runs
 * over the arrows that leave a node.
 *
 * Source: Auto-DeepLab §3.2, Fig. 1, eq. 6 and 7.
 */
import { ConfigError } from '../errors.js';

/** A feature map of the supernet: one layer at one level. */
export interface TrellisNode {
  /** Its place in {@link Trellis.nodes}. */
  readonly index: number;
  /** 0 is the stem, 1 … L are the layers. */
  readonly layer: number;
  /** The stride is 4 · 2^level. */
  readonly level: number;
  /** The arrows that leave this node, by index, targets ascending; empty at the last layer. */
  readonly outgoing: readonly number[];
  /** The arrows that enter this node, by index, sources ascending; empty at the stem. */
  readonly incoming: readonly number[];
}

/** A connection from one layer to the next, with one entry in β. */
export interface Arrow {
  /** Its place in {@link Trellis.arrows} and in β. */
  readonly index: number;
  /** The layer it enters, 1 … L. */
  readonly layer: number;
  /** The level it leaves, at layer `layer − 1`. */
  readonly from: number;
  /** The level it enters, at layer `layer`. */
  readonly to: number;
}

/** All nodes and arrows; plain data that can be sent to a worker or written as JSON. */
export interface Trellis {
  /** Number of layers L, without the stem. */
  readonly layers: number;
  /** Number of levels, 4 in the paper: strides 4, 8, 16, 32. */
  readonly levels: number;
  /** Whether the first layer may be at stride 8. */
  readonly firstLayer: FirstLayer;
  /** Ordered by layer, then level. At L = 12: the stem and 45 more. */
  readonly nodes: readonly TrellisNode[];
  /** Ordered by layer, then `from`, then `to`. At L = 12: 105. */
  readonly arrows: readonly Arrow[];
}

/**
 * Where the first layer may be.
 *
 * *free* (default) - at stride 4 or 8, as the paper's text and Fig. 1 say: 75,025 paths at L = 12.
 * *stride-4* - at stride 4 only, one decision fewer: the 28,657 paths that the paper counts.
 */
export type FirstLayer = 'free' | 'stride-4';

/** Size of a trellis. */
export interface TrellisOptions {
  /** Number of layers L ≥ 1; the paper uses 12. */
  readonly layers: number;
  /** Number of levels, 4 by default: strides 4, 8, 16, 32. */
  readonly levels?: number;
  /** Where the first layer may be; *free* by default. */
  readonly firstLayer?: FirstLayer;
}

/**
 * Builds the trellis: the stem at level 0, then layer l with levels 0 … min(l, levels − 1).
 *
 * Source: Auto-DeepLab §3.2.
 *
 * @throws {@link ConfigError} if `layers` or `levels` is not a positive integer
 *
 * @example
 * createTrellis({ layers: 12 }).arrows.length; // 105
 */
export function createTrellis({
  layers,
  levels = 4,
  firstLayer = 'free',
}: TrellisOptions): Trellis {
  const shape: TrellisShape = { levels, firstLayer };
  checkPositive('layers', layers);
  checkPositive('levels', levels);
  const arrows: Arrow[] = [];
  const outgoing: number[][] = [[]];
  const incoming: number[][] = [[]];
  const places = [{ layer: 0, level: 0 }];
  for (let layer = 1; layer <= layers; layer++) {
    for (let level = 0; level < levelsAt(shape, layer); level++) {
      places.push({ layer, level });
      outgoing.push([]);
      incoming.push([]);
    }
    for (let from = 0; from < levelsAt(shape, layer - 1); from++) {
      const last = Math.min(levelsAt(shape, layer) - 1, from + 1);
      for (let to = Math.max(0, from - 1); to <= last; to++) {
        outgoing[nodePlace(shape, layer - 1, from)].push(arrows.length);
        incoming[nodePlace(shape, layer, to)].push(arrows.length);
        arrows.push({ index: arrows.length, layer, from, to });
      }
    }
  }
  const nodes = places.map((place, index) => ({
    index,
    ...place,
    outgoing: outgoing[index],
    incoming: incoming[index],
  }));
  return { layers, levels, firstLayer, nodes, arrows };
}

/** The node at `layer` (0 = stem) and `level`, or undefined where the trellis has none. */
export function trellisNode(
  trellis: Trellis,
  layer: number,
  level: number,
): TrellisNode | undefined {
  const isThere =
    layer >= 0 && layer <= trellis.layers && level >= 0 && level < levelsAt(trellis, layer);
  return isThere ? trellis.nodes[nodePlace(trellis, layer, level)] : undefined;
}

/** The node that an arrow leaves, by index. */
export function arrowSource(trellis: Trellis, { layer, from }: Arrow): number {
  return nodePlace(trellis, layer - 1, from);
}

/** The node that an arrow enters, by index. */
export function arrowTarget(trellis: Trellis, { layer, to }: Arrow): number {
  return nodePlace(trellis, layer, to);
}

/** The arrows that leave `node`: the group over which β is softmaxed (eq. 7). */
export function outgoing(trellis: Trellis, node: TrellisNode): readonly Arrow[] {
  return node.outgoing.map((index) => trellis.arrows[index]);
}

/** The arrows that enter `node`: the terms of eq. 6. */
export function incoming(trellis: Trellis, node: TrellisNode): readonly Arrow[] {
  return node.incoming.map((index) => trellis.arrows[index]);
}

/**
 * The place in β of the arrow that enters `layer` (1 … L) from level `from` to level `to`.
 *
 * @throws {@link ConfigError} if the trellis has no such arrow
 */
export function arrowIndex(trellis: Trellis, layer: number, from: number, to: number): number {
  const index = trellisNode(trellis, layer - 1, from)?.outgoing.find(
    (candidate) => trellis.arrows[candidate].to === to,
  );
  if (index === undefined) {
    throw new ConfigError(
      `trellis: expected an arrow of a trellis of ${trellis.layers} layers and ${trellis.levels} ` +
        `levels, got the one into layer ${layer} from level ${from} to level ${to}`,
    );
  }
  return index;
}

/**
 * The level whose tensor stands for H^{l-2} in a node of the supernet: its own level where layer
 * l − 2 has it, else the nearest level that layer l − 2 has. −1 means the first stem output at
 * stride 2, which is all there is two layers before layer 1.
 *
 * Assumption: the paper is silent; its author wrote that he "used the tensor with the most similar
 * spatial size", at most 4 times larger.
 *
 * @param trellis - the search space
 * @param layer - the layer l of the node, 1 … L
 * @param level - the level of the node
 */
export function previousPreviousLevel(trellis: Trellis, layer: number, level: number): number {
  return layer === 1 ? -1 : Math.min(level, levelsAt(trellis, layer - 2) - 1);
}

/** The stride of a level: 4 · 2^level. */
export function levelStride(level: number): number {
  return 4 * 2 ** level;
}

/** What decides which levels a layer has. */
type TrellisShape = Pick<Trellis, 'levels' | 'firstLayer'>;

/** Number of levels of `layer`: the stem has one, each layer opens one more. */
function levelsAt({ levels, firstLayer }: TrellisShape, layer: number): number {
  const opened = firstLayer === 'free' ? layer : Math.max(layer - 1, 0);
  return Math.min(opened + 1, levels);
}

/** Number of nodes before (`layer`, `level`). */
function nodePlace(shape: TrellisShape, layer: number, level: number): number {
  const late = shape.firstLayer === 'free' || layer === 0 ? 0 : 1; // the stem's level stands twice
  const step = layer - late;
  const growing = Math.min(step, shape.levels);
  return (growing * (growing + 1)) / 2 + (step - growing) * shape.levels + late + level;
}

function checkPositive(name: string, value: number): void {
  if (!Number.isInteger(value) || value < 1) {
    throw new ConfigError(`trellis ${name}: expected a positive integer, got ${value}`);
  }
}
