/** A program whose steps are one TensorFlow graph; running a step is one session call. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { BackendError, ConfigError } from '../../errors.js';
import { makeTemporaryFolder } from '../../files/temporary-file.js';
import type { NativeType } from '../../ops/native-call.js';
import type { NamedTensors } from '../../tensors.js';
import { checkInputs, stepOf, type Program, type StepDefinition } from '../program.js';
import { fitMemory, type MemoryOptions } from '../memory.js';
import { convertSteps } from '../convert-steps.js';
import type { Precision } from '../precision.js';
import { sumByOperation } from '../profile.js';
import { workOf } from '../step-work.js';
import type { TracedStep } from '../trace-graph.js';
import { inputsOfReplica, traceInRing, traceReplicas } from '../trace-step.js';
import { numberOfCall, writeMark } from './change-mark.js';
import { GraphBuilder } from './graph-builder.js';
import { GraphDef } from './graph-def.js';
import { workOfRuns } from './work-of-runs.js';
import { notedRun, type NotingBinding } from './noted-run.js';
import { writeSessionConfig, type SessionOptions } from './session-config.js';
import { after, tensorName } from './value-name.js';
import { writeStep, type StateSlot, type WrittenStep } from './write-step.js';

/** The part of tfjs-node's backend that runs graphs. */
interface SessionBackend {
  loadSavedModelMetaGraph(folder: string, tags: string): number;
  runSavedModel(
    session: number,
    inputs: readonly tf.Tensor[],
    inputNames: readonly { name: string }[],
    outputNames: readonly string[],
  ): tf.Tensor[];
  deleteSavedModel(session: number): void;
  readonly binding: NotingBinding;
}

/** How steps are compiled and run. */
export interface GraphOptions extends SessionOptions, MemoryOptions {
  /** What convolutions, and what lies between them, compute with. */
  readonly precision: Precision;
}

/** A tensor of the state, of which shape and type count. */
interface StateTensor {
  readonly shape: readonly number[];
  readonly dtype: NativeType;
}

/** Adds a variable and the node that reads it. */
function writeState(builder: GraphBuilder, name: string, tensor: StateTensor): StateSlot {
  const dtype = { kind: 'type', value: tensor.dtype } as const;
  const shape = { kind: 'shape', value: tensor.shape } as const;
  const shared_name = { kind: 'string', value: name } as const;
  const handle = builder.add('VarHandleOp', [], { dtype, shape, shared_name });
  return { handle, value: builder.add('ReadVariableOp', [handle], { dtype }), dtype: tensor.dtype };
}

/**
 * Adds the nodes that set the whole state.
 *
 * A session may be fed any value instead of computing it, so each variable is assigned what its
 * reader returns, and a call that loads a state feeds the readers.
 *
 * @returns what to fetch
 */
function writeLoad(builder: GraphBuilder, slots: Iterable<StateSlot>): string {
  const assigned = Array.from(slots, ({ handle, value, dtype }) => {
    const node = builder.add('AssignVariableOp', [handle, value], {
      dtype: { kind: 'type', value: dtype },
    });
    return after(node);
  });
  return builder.signal(assigned);
}

/** Writes the graph to a temporary folder and loads it into a session. */
function openSession(backend: SessionBackend, graph: GraphDef, options: SessionOptions): number {
  const folder = makeTemporaryFolder('graph');
  try {
    mkdirSync(join(folder, 'variables'));
    writeFileSync(join(folder, 'saved_model.pb'), graph.savedModel());
    writeSessionConfig(folder, options);
    return backend.loadSavedModelMetaGraph(folder, 'serve');
  } catch (error) {
    const reason = (error instanceof Error ? error.message : String(error)).split('\n')[0];
    throw new BackendError(
      `compile: expected steps that TensorFlow accepts, got its refusal (${reason.trim()}); ` +
        'cast the operands of that operation to float32',
      { cause: error },
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * What a session is opened with. In bfloat16 TensorFlow's rewriter has nothing to do but to fail: it cannot join a
 * convolution, its bias and a sum or a ReLU, for which TensorFlow 2.21 has no operation in that type.
 */
function rewritten({ precision, rewrite, ...options }: GraphOptions): SessionOptions {
  return { ...options, rewrite: rewrite && precision === 'float32' };
}

/** Whether the call with a number has begun to change the state; true if that cannot be known. */
function hasBegun(readMark: () => readonly tf.Tensor[], number: number): boolean {
  try {
    const [value] = readMark();
    const [begun] = value.dataSync();
    value.dispose();
    return begun === number;
  } catch {
    return true;
  }
}

/** The steps as a process of a ring runs them: on its part of a batch. */
function stepsOfReplica(
  steps: Readonly<Record<string, StepDefinition>>,
): Readonly<Record<string, StepDefinition>> {
  const entries = Object.entries(steps).map(
    ([name, definition]) => [name, { ...definition, inputs: inputsOfReplica(definition) }] as const,
  );
  return Object.fromEntries(entries);
}

/** Traces steps as this process computes them. */
function tracedSteps(
  steps: Readonly<Record<string, StepDefinition>>,
  initial: NamedTensors,
  { devices, ring }: GraphOptions,
): TracedStep[] {
  let messages = 0;
  return Object.values(steps).map((definition) =>
    ring
      ? traceInRing(definition, initial, ring, () => ++messages)
      : traceReplicas(definition, initial, devices),
  );
}

/**
 * Compiles steps into one graph on the native backend; the state lives in its session.
 *
 * @param initial - the state at the start, by name; copied
 * @param given - the steps by name, with the inputs that they are called with
 * @throws {@link BackendError} if a step uses an operation that cannot be compiled, or the steps do
 *   not fit into memory
 */
export function graphProgram(
  initial: NamedTensors,
  given: Readonly<Record<string, StepDefinition>>,
  options: GraphOptions,
): Program {
  const steps = options.ring ? stepsOfReplica(given) : given;
  const graph = new GraphDef();
  const builder = new GraphBuilder(graph, options.devices?.[0]);
  const slots = new Map<string, StateSlot>();
  for (const [name, tensor] of Object.entries(initial)) {
    slots.set(name, writeState(builder, name, tensor));
  }
  const loaded = writeLoad(builder, slots.values());
  const mark = options.place && writeMark(builder);
  const written = new Map<string, WrittenStep>();
  const names = Object.keys(steps);
  const { steps: traced, preparation } = convertSteps(
    tracedSteps(given, initial, options),
    options,
  );
  const prepared = Object.fromEntries(preparation?.changes ?? []);
  const fitted = fitMemory(traced, { ...initial, ...prepared }, options);
  const allSlots = new Map(slots);
  for (const [name, value] of Object.entries(prepared)) {
    allSlots.set(name, { ...writeState(builder, name, value), isPrepared: true });
  }
  names.forEach((name, i) => {
    written.set(name, writeStep(builder, name, fitted.steps[i], allSlots, mark));
  });
  const prepares = preparation && writeStep(builder, 'preparation', preparation, allSlots).done;
  const backend = tf.backend() as unknown as SessionBackend;
  const session = openSession(backend, graph, rewritten(options));
  const call = (feeds: readonly [string, tf.Tensor][], fetches: readonly string[]) =>
    backend.runSavedModel(
      session,
      feeds.map(([, tensor]) => tensor),
      feeds.map(([node]) => ({ name: tensorName(node) })),
      fetches.map(tensorName),
    );
  let calls = 0;
  let changes = 0;
  const slotOf = (name: string) => {
    const slot = slots.get(name);
    if (!slot) {
      throw new ConfigError(`state: expected a tensor called "${name}", got none`);
    }
    return slot;
  };
  const state = (names: readonly string[]): NamedTensors => {
    if (names.length === 0) {
      return {}; // a session does not run for nothing
    }
    const values = call(
      [],
      names.map((name) => slotOf(name).value),
    );
    return Object.fromEntries(names.map((name, i) => [name, values[i]]));
  };
  const load = (values: NamedTensors) => {
    changes++;
    Object.keys(values).forEach(slotOf);
    const others = [...slots.keys()].filter((name) => !Object.hasOwn(values, name));
    const kept = others.length > 0 && others.length < slots.size ? state(others) : {};
    const feeds = Object.entries({ ...kept, ...values }).map(
      ([name, tensor]): [string, tf.Tensor] => [slotOf(name).value, tensor],
    );
    tf.dispose([feeds.length > 0 ? call(feeds, [loaded]) : [], kept]);
    if (prepares !== undefined) {
      tf.dispose(call([], [prepares]));
    }
  };
  /** Fetches from a call that knows its number; if it fails, finds out whether it changed the state. */
  const numbered = (
    feeds: readonly [string, tf.Tensor][],
    fetches: readonly string[],
  ): tf.Tensor[] => {
    changes++;
    if (mark === undefined) {
      return call(feeds, fetches);
    }
    const number = tf.scalar(numberOfCall(++calls));
    try {
      return call([...feeds, [mark.call, number]], fetches);
    } catch (error) {
      if (!hasBegun(() => call([], [mark.value]), numberOfCall(calls))) {
        changes--;
      }
      throw error;
    } finally {
      number.dispose();
    }
  };
  load(initial);
  if (mark !== undefined) {
    const none = tf.scalar(numberOfCall(calls));
    tf.dispose([none, call([[mark.call, none]], [mark.set])]);
  }
  const run = (name: string, inputs: NamedTensors): NamedTensors => {
    const definition = stepOf(steps, name);
    checkInputs(name, definition, inputs);
    const step = written.get(name)!;
    const feeds = Object.entries(step.inputs).map(([input, node]): [string, tf.Tensor] => [
      node,
      inputs[input],
    ]);
    const names = Object.keys(step.outputs);
    if (step.done !== undefined) {
      tf.dispose(numbered(feeds, [step.done]));
      return {};
    }
    const results = numbered(feeds, Object.values(step.outputs));
    return Object.fromEntries(names.map((key, i) => [key, results[i]]));
  };
  return {
    mode: 'graph',
    changes: () => changes,
    memory: fitted.memory,
    cost: () => ({
      steps: Object.fromEntries(names.map((name, i) => [name, workOf(fitted.steps[i])])),
      memory: fitted.memory.total,
    }),
    run,
    profile: (name, inputs) => {
      const { seconds, runs } = notedRun(backend.binding, () => run(name, inputs));
      const works = workOfRuns(written.get(name)!.nodes, new Set(runs.map(({ node }) => node)));
      return {
        seconds,
        operations: sumByOperation(runs.map((one) => ({ ...one, work: works.get(one.node) }))),
      };
    },
    state: (names = [...slots.keys()]) => state(names),
    load,
    dispose: () => {
      backend.deleteSavedModel(session);
    },
  };
}
