/** What one piece of a derived network costs, from shapes alone. */
import { countParameters, declarePart } from '../../nn/declare.js';
import { bytesOfAll } from '../../runtime/step-work.js';
import type { Piece } from '../pieces.js';
import { convolutionsOf, multiplyAddsOf } from './convolution-work.js';

/** What a piece of a network costs for one image. */
export interface PieceCost {
  /** Trained numbers. */
  readonly parameters: number;
  /** Plain count. */
  readonly multiplyAdds: number;
  /** Bytes of all feature maps and other values that it computes; see `NetworkCost.memory`. */
  readonly memory: number;
}

/** What a piece costs. */
export function pieceCost({ run, inputs }: Piece): PieceCost {
  const { variables, graph } = declarePart(run, inputs);
  return {
    parameters: countParameters(variables),
    multiplyAdds: convolutionsOf(graph).reduce((sum, work) => sum + multiplyAddsOf(work), 0),
    memory: bytesOfAll(graph),
  };
}
