/** The pieces that the network of one architecture is made of. */
import type { Architecture } from '../architecture/architecture.js';
import { ConfigError } from '../errors.js';
import { operationNamed } from '../search-space/operations/registry.js';
import { createTrellis } from '../search-space/trellis.js';
import { readInputs } from '../segmentation/reads.js';
import type { Piece } from '../segmentation/pieces.js';
import { resolveNetwork, type BudgetNetwork } from './network.js';
import { pathGraph } from './path-graph.js';

/** Throws unless every section of the network is built and every branch contributes. */
function checkDecoded({ genotype }: Pick<Architecture, 'genotype'>): void {
  const isZero = ({ operation }: { readonly operation: string }) =>
    operationNamed(operation).family === 'none';
  if (
    readInputs(genotype).includes(false) ||
    genotype.blocks.some(({ left, right }) => isZero(left) || isZero(right))
  ) {
    throw new ConfigError(
      'architecture: expected a cell that reads both of its inputs, without zero, as decoding gives it; ' +
        'count others with networkCost',
    );
  }
}

/**
 * The pieces of a derived network, in the order in which they run; equal ones stand in the list as often as
 * the network has them. Their parameters, multiply-adds and memory sum to those of `networkCost`.
 *
 * @throws {@link ConfigError} if the cell leaves an input unread or has zero, or a setting is not usable
 */
export function architecturePieces(
  architecture: Pick<Architecture, 'path' | 'genotype'>,
  network: BudgetNetwork,
): Piece[] {
  checkDecoded(architecture);
  const { path, genotype } = architecture;
  const { settings, image } = resolveNetwork(network);
  const graph = pathGraph(
    createTrellis({ layers: path.length }),
    genotype.blocks.length,
    settings,
    image,
  );
  const found: Piece[] = [...graph.stem];
  let state = 0;
  for (const level of path) {
    const step = graph.steps.find((one) => one.from === state && one.level === level);
    if (step === undefined) {
      throw new ConfigError(
        `path: expected levels that differ by at most 1, got ${path.join(' ')}`,
      );
    }
    const { read, stride, inner } = graph.places[step.place];
    const branches = genotype.blocks
      .flatMap(({ left, right }) => [left, right])
      .map(({ input, operation }) =>
        input < 2
          ? graph.pieces.operation(operation, read, stride)
          : graph.pieces.operation(operation, inner, 1),
      );
    found.push(...step.pieces, ...branches);
    state = step.to;
  }
  return [...found, ...graph.ends.get(state)!];
}
