/** Writes a step without state into a document that leaves this library. */
import { BackendError } from '../../errors.js';
import type { NativeType } from '../../ops/native-call.js';
import { addedOperations } from '../../ops/native-kernels.js';
import { inputsOf, type TracedStep } from '../trace-graph.js';
import { GraphBuilder, type GraphDocument } from './graph-builder.js';
import { writeStep } from './write-step.js';

/** An input or output, with what callers must know of it. */
export interface Endpoint {
  readonly name: string;
  /** The name of its node. */
  readonly node: string;
  /** A size that differs from call to call is −1. */
  readonly shape: readonly number[];
  readonly dtype: NativeType;
}

/** Where a step that was written begins and ends. */
export interface Endpoints {
  readonly inputs: readonly Endpoint[];
  readonly outputs: readonly Endpoint[];
}

/** The document; it refuses operations that only our binding has. */
function portable(document: GraphDocument): GraphDocument {
  const own = new Set(addedOperations());
  return {
    node(node) {
      if (own.has(node.operation)) {
        throw new BackendError(
          `export: expected operations that every TensorFlow has, got ${node.operation}; ` +
            'express the step without it',
        );
      }
      document.node(node);
    },
    constant(constant) {
      document.constant(constant);
    },
  };
}

/**
 * Writes a step without state. Tensors that the step closes over become constants.
 *
 * @throws {@link BackendError} if the step uses an operation that plain TensorFlow lacks
 */
export function writeExported(document: GraphDocument, step: TracedStep): Endpoints {
  const written = writeStep(new GraphBuilder(portable(document)), 'export', step, new Map());
  const inputs = Array.from(inputsOf(step), ([name, { shape, dtype }]) => ({
    name,
    shape,
    dtype,
    node: written.inputs[name],
  }));
  const outputs = step.outputs.map(([name, { shape, dtype }]) => ({
    name,
    shape,
    dtype,
    node: written.outputs[name],
  }));
  return { inputs, outputs };
}
