/** What gives α and β their shapes and their meaning. */
import { edgeCount } from './edges.js';
import { PRIMITIVES } from './operations/paper.js';
import { createTrellis, type FirstLayer, type Trellis } from './trellis.js';

/**
 * The shape of a search space: plain data that travels with α and β, in histories, runs and
 * documents, so that nothing has to be guessed from lengths.
 */
export interface SearchSpaceShape {
  /** Number of layers L. */
  readonly layers: number;
  /** Number of levels: strides 4, 8, 16, 32. */
  readonly levels: number;
  /** Where the first layer may be. */
  readonly firstLayer: FirstLayer;
  /** Number of blocks B of the cell. */
  readonly blocks: number;
  /** Names of the candidate operations, in the order of α's columns. */
  readonly operations: readonly string[];
}

/** The shape of the paper's search space. Source: Auto-DeepLab §3, §5.1. */
export const PAPER_SHAPE: SearchSpaceShape = {
  layers: 12,
  levels: 4,
  firstLayer: 'free',
  blocks: 5,
  operations: PRIMITIVES,
};

/** The parts of a shape that are given; the others are the paper's. */
export function completeShape(shape: Partial<SearchSpaceShape>): SearchSpaceShape {
  return {
    layers: shape.layers ?? PAPER_SHAPE.layers,
    levels: shape.levels ?? PAPER_SHAPE.levels,
    firstLayer: shape.firstLayer ?? PAPER_SHAPE.firstLayer,
    blocks: shape.blocks ?? PAPER_SHAPE.blocks,
    operations: shape.operations ?? PAPER_SHAPE.operations,
  };
}

/** Number of α: edges · operations. */
export function alphaLength({ blocks, operations }: SearchSpaceShape): number {
  return edgeCount(blocks) * operations.length;
}

/** The trellis of a shape; β has one number per arrow. */
export function trellisOf(shape: SearchSpaceShape): Trellis {
  return createTrellis(shape);
}
