/** From a step to the kernels that compute it. */
import type { NamedTensors } from '../tensors.js';
import { fuseMomentum } from './passes/fuse-momentum.js';
import { mergeSums } from './passes/merge-sums.js';
import { runStep, type StepDefinition } from './program.js';
import { trace } from './trace.js';
import { neededNodes, resultsOf, type NamedValue, type TracedStep } from './trace-graph.js';

/**
 * Traces a step on the shapes of its state and inputs, and simplifies the result.
 *
 * @param state - the state's tensors, of which only shapes and types are used
 * @throws {@link BackendError} if the step uses an operation that cannot be traced
 */
export function traceStep(definition: StepDefinition, state: NamedTensors): TracedStep {
  const { outputs, changes, isValid } = trace(
    (placeholders) => {
      const held = Object.fromEntries(
        Object.entries(state).map(([name, { shape, dtype }]) => [
          name,
          placeholders.state(name, shape, dtype),
        ]),
      );
      const inputs = Object.fromEntries(
        Object.entries(definition.inputs).map(([name, { shape, dtype }]) => [
          name,
          placeholders.input(name, shape, dtype),
        ]),
      );
      return runStep(definition, held, inputs);
    },
    (result, valueOf) => {
      const read = (tensors: NamedTensors): NamedValue[] =>
        Object.entries(tensors).map(([name, tensor]) => [name, valueOf(tensor)]);
      return {
        outputs: read(result.outputs),
        changes: read(result.state ?? {}),
        isValid: result.isValid && valueOf(result.isValid),
      };
    },
  ).result;
  const step = { outputs, changes, isValid, momentum: [] };
  return fuseMomentum(mergeSums({ ...step, nodes: neededNodes(resultsOf(step)) }));
}
