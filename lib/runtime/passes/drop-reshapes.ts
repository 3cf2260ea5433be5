/** Leaves out what changes nothing: tfjs reshapes the result of each batch norm to the shape that it has. */
import type { TracedStep, TraceNode } from '../trace-graph.js';
import { StepRewriter } from './rewrite.js';

/** True for a reshape to the shape that its operand has. */
function changesNothing({ kernel, inputs, outputs }: TraceNode): boolean {
  return kernel === 'Reshape' && String(inputs.x.shape) === String(outputs[0].shape);
}

/** A step without reshapes that keep the shape. */
export function dropReshapes(step: TracedStep): TracedStep {
  const rewriter = new StepRewriter();
  for (const node of step.nodes) {
    if (changesNothing(node)) {
      rewriter.replace(node, [rewriter.valueOf(node.inputs.x)]);
    } else {
      rewriter.copy(node);
    }
  }
  return rewriter.finish(step);
}
