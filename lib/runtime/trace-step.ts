/** From a step to the kernels that compute it. */
import type { NamedTensors } from '../tensors.js';
import { fuseMomentum } from './passes/fuse-momentum.js';
import { mergeSums } from './passes/merge-sums.js';
import { replicate } from './passes/replicate.js';
import { devicesOfReplicas } from './devices.js';
import { runStep, type InputSpec, type StepDefinition } from './program.js';
import type { View } from './replicas.js';
import { trace } from './trace.js';
import { neededNodes, resultsOf, type NamedValue, type TracedStep } from './trace-graph.js';

/** The inputs as one replica sees them. */
function partialInputs({ inputs, replicas }: StepDefinition): StepDefinition['inputs'] {
  const part = (name: string, spec: InputSpec): InputSpec => {
    const { shape, ...rest } = spec;
    return replicas?.batched.includes(name)
      ? { shape: [shape[0] / replicas.count, ...shape.slice(1)], ...rest }
      : spec;
  };
  return Object.fromEntries(Object.entries(inputs).map(([name, spec]) => [name, part(name, spec)]));
}

/**
 * Traces a step on the shapes of its state and inputs, and simplifies the result. A step that replicas
 * compute is traced as it sees the batches of all.
 *
 * @param state - the state's tensors, of which only shapes and types are used
 * @throws {@link BackendError} if the step uses an operation that cannot be traced
 */
export function traceStep(definition: StepDefinition, state: NamedTensors): TracedStep {
  return traceView(definition, state, 'all');
}

/**
 * The same as {@link traceStep}, each replica by itself.
 *
 * @param devices - TensorFlow's names of those that the replicas share; none: that of the program
 */
export function traceReplicas(
  definition: StepDefinition,
  state: NamedTensors,
  devices: readonly string[] = [],
): TracedStep {
  const { inputs, replicas } = definition;
  if (replicas === undefined || replicas.count === 1) {
    return traceStep(definition, state);
  }
  const traced = traceView({ ...definition, inputs: partialInputs(definition) }, state, 'one');
  const shapes = Object.entries(state).filter(([, { dtype }]) => dtype === 'float32');
  return replicate(traced, {
    devices: devicesOfReplicas(devices, replicas.count),
    batch: new Map(replicas.batched.map((name) => [name, inputs[name].shape])),
    state: new Map(shapes.map(([name, { shape }]) => [name, shape])),
  });
}

function traceView(definition: StepDefinition, state: NamedTensors, view: View): TracedStep {
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
      return runStep(definition, held, inputs, view);
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
