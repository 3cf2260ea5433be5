/** α, β and the costs of networks, ready to be searched for the most probable architecture within limits. */
import { checkArchitectureLevels, type Architecture } from '../architecture/architecture.js';
import { logitsDigest } from '../architecture/digest.js';
import { betaLogProbabilities } from '../architecture/probabilities.js';
import type { DecodeInput } from '../decoder/decode.js';
import { ConfigError, NumericError } from '../errors.js';
import { completeShape, trellisOf } from '../search-space/shape.js';
import { cellCandidates, type CellCandidate } from './cells.js';
import { resolveNetwork, type BudgetNetwork } from './network.js';
import { pathGraph } from './path-graph.js';
import { PieceTable, type LatencyOf } from './piece-table.js';
import { pricedGraph, type PricedGraph } from './priced-graph.js';
import type { Resource } from './resources.js';

/** α, β and the networks whose cost counts. */
export interface BudgetInput extends DecodeInput {
  /** Width and classes of the networks, and the size of the image. */
  readonly network: BudgetNetwork;
}

/** What is searched. */
export interface BudgetProblem {
  readonly graph: PricedGraph;
  /** The most probable first. */
  readonly cells: readonly CellCandidate[];
}

/**
 * A budget has no place for zero.
 *
 * @throws {@link ConfigError} if it may win
 */
export function refuseZero({ zeroInArgmax }: NonNullable<BudgetInput['options']> = {}): void {
  if (zeroInArgmax === true) {
    throw new ConfigError(
      'zeroInArgmax: expected false with a limit, got true; an edge that is kept for one operation and ' +
        'decoded as another has no probability of its own',
    );
  }
}

/**
 * Prices all that may be decoded.
 *
 * @param resources - what is limited, in the order of the costs
 * @throws {@link ConfigError} if a size or an option is not usable
 */
export function budgetProblem(
  { alpha, beta, options = {}, network, ...partial }: BudgetInput,
  resources: readonly Resource[],
  latencyOf: LatencyOf,
): BudgetProblem {
  const shape = completeShape(partial);
  checkArchitectureLevels(shape.levels);
  refuseZero(options);
  const trellis = trellisOf(shape);
  const table = new PieceTable(resources, latencyOf);
  const { settings, image } = resolveNetwork(network);
  const paths = pathGraph(trellis, shape.blocks, settings, image);
  const logProbabilities = betaLogProbabilities(beta, trellis, options.endNormalisation);
  const graph = pricedGraph(paths, logProbabilities, table);
  if (graph.ahead[0] === -Infinity) {
    throw new NumericError('beta: expected a path of positive probability, got none');
  }
  return { graph, cells: cellCandidates(alpha, shape, paths, table) };
}

/** An architecture that was decoded within a budget, as a document. */
export function budgetArchitecture(
  { alpha, beta, operations, provenance, options = {} }: BudgetInput,
  { path, genotype }: Pick<Architecture, 'path' | 'genotype'>,
  limits: Readonly<Record<string, number>>,
): Architecture {
  const { endNormalisation = 'valid' } = options;
  return {
    version: 1,
    path,
    genotype,
    operations: completeShape({ ...(operations && { operations }) }).operations,
    provenance: {
      source: 'search',
      ...provenance,
      alphaDigest: logitsDigest(alpha),
      betaDigest: logitsDigest(beta),
      options: { ...provenance?.options, zeroInArgmax: false, endNormalisation, ...limits },
    },
  };
}
