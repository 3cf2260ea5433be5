/** How the kernels of a step are written as ONNX operations. */
import { ConfigError } from '../../errors.js';
import type { TraceNode, TraceValue } from '../../runtime/trace-graph.js';
import { permute, TO_FIRST } from './channels-first.js';
import type { OnnxAttributes, OnnxGraph } from './onnx-graph.js';

/** A kernel call to be written; maps have their channels first. */
export interface OnnxContext {
  readonly node: TraceNode;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly graph: OnnxGraph;
  /** The name of an operand in the graph. */
  readonly operand: (name: string) => string;
}

/** Writes a kernel call; returns the name of its result. */
export type OnnxOperation = (context: OnnxContext) => string;

/** How images are resized everywhere. */
export const RESIZE: OnnxAttributes = {
  mode: 'linear',
  coordinate_transformation_mode: 'align_corners',
};

/** Refuses what has no entry in the table of operations. */
export function refuse(expected: string, got: string): never {
  throw new ConfigError(
    `export onnx: expected ${expected}, got ${got}; express the operation without it, or choose another format`,
  );
}

/** The numbers of an operand that must be a constant. */
export function constantOf({ node }: OnnxContext, name: string): ArrayLike<number> {
  const { source } = node.inputs[name];
  if (source.kind !== 'constant') {
    refuse(`a constant ${name} of ${node.kernel}`, 'one that is computed');
  }
  return source.data;
}

/**
 * A constant as an operand of a result with some rank. A vector is one number per channel of a map.
 *
 * @throws {@link ConfigError} if it does not have the rank of the result, nor is a number or a vector
 */
export function constantOperand(
  graph: OnnxGraph,
  { shape }: TraceValue,
  data: ArrayLike<number>,
  rank: number,
): string {
  if (shape.length === 4) {
    return graph.floats(
      permute(data, shape, TO_FIRST),
      TO_FIRST.map((axis) => shape[axis]),
    );
  }
  if (shape.length === 1 && rank === 4) {
    return graph.floats(data, [shape[0], 1, 1]);
  }
  if (shape.length !== 0 && shape.length !== rank) {
    refuse(
      'constants of one number, of one per channel or with all dimensions of the result',
      `${shape.length} dimensions for ${rank}`,
    );
  }
  return graph.floats(data, shape);
}
