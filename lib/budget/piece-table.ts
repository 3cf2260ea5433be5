/** Costs of pieces, each found once. */
import { pieceCost, type PieceCost } from '../segmentation/cost/piece-cost.js';
import type { Piece } from '../segmentation/pieces.js';
import type { Resource } from './resources.js';

/** The seconds that a piece takes. */
export type LatencyOf = (piece: Piece) => number;

/** Costs of pieces in some resources, each found once. */
export class PieceTable {
  private readonly known = new Map<string, Float64Array>();
  private readonly traced = new Map<string, PieceCost>();

  /**
   * @param resources - the order of the numbers
   * @param latencyOf - the seconds of a piece, where latency is among them
   */
  constructor(
    readonly resources: readonly Resource[],
    private readonly latencyOf: LatencyOf,
  ) {}

  /** What a piece costs, one number per resource. */
  costOf(piece: Piece): Float64Array {
    const found =
      this.known.get(piece.name) ??
      Float64Array.from(this.resources, (resource) =>
        resource === 'latency' ? this.latencyOf(piece) : this.trace(piece)[resource],
      );
    this.known.set(piece.name, found);
    return found;
  }

  /** The sum over several pieces. */
  sumOf(pieces: readonly Piece[]): Float64Array {
    const sum = new Float64Array(this.resources.length);
    for (const piece of pieces) {
      this.costOf(piece).forEach((cost, i) => (sum[i] += cost));
    }
    return sum;
  }

  private trace(piece: Piece): PieceCost {
    const found = this.traced.get(piece.name) ?? pieceCost(piece);
    this.traced.set(piece.name, found);
    return found;
  }
}
