/** From a step to the kernels that compute it. */
import { ConfigError } from '../errors.js';
import type { NamedTensors } from '../tensors.js';
import { fuseMomentum } from './passes/fuse-momentum.js';
import { mergeSums } from './passes/merge-sums.js';
import { closeRing } from './passes/close-ring.js';
import { replicate } from './passes/replicate.js';
import { devicesOfReplicas } from './devices.js';
import { runStep, type InputSpec, type StepDefinition } from './program.js';
import type { View } from './replicas.js';
import type { Ring } from './ring.js';
import { trace } from './trace.js';
import { neededNodes, resultsOf, type NamedValue, type TracedStep } from './trace-graph.js';

/** The inputs as one replica sees them. */
export function inputsOfReplica({ inputs, replicas }: StepDefinition): StepDefinition['inputs'] {
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
  const traced = traceOne(definition, state);
  const shapes = Object.entries(state).filter(([, { dtype }]) => dtype === 'float32');
  return replicate(traced, {
    devices: devicesOfReplicas(devices, replicas.count),
    batch: new Map(replicas.batched.map((name) => [name, inputs[name].shape])),
    state: new Map(shapes.map(([name, { shape }]) => [name, shape])),
  });
}

/**
 * The same as {@link traceReplicas}, the replica of this process in a ring.
 *
 * @throws {@link ConfigError} if the ring has another number of processes than the step has replicas
 */
export function traceInRing(
  definition: StepDefinition,
  state: NamedTensors,
  ring: Ring,
  nextMessage: () => number,
): TracedStep {
  const { replicas } = definition;
  const { length: processes } = ring.tasks;
  const count = replicas?.count ?? 1;
  if (count !== processes) {
    throw new ConfigError(
      `ring: expected as many processes as replicas, got ${processes} and ${count}; set ` +
        `{ replicas: ${processes} }`,
    );
  }
  return replicas === undefined || count === 1
    ? traceStep(definition, state)
    : closeRing(traceOne(definition, state), new Set(replicas.batched), ring, nextMessage);
}

/** Traces a step as one replica sees it. */
function traceOne(definition: StepDefinition, state: NamedTensors): TracedStep {
  return traceView({ ...definition, inputs: inputsOfReplica(definition) }, state, 'one');
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
