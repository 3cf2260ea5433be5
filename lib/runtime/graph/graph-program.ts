/** A program whose steps are one TensorFlow graph; running a step is one session call. */
import * as tf from '@tensorflow/tfjs-core';
import { BackendError } from '../../errors.js';
import type { NamedTensors } from '../../tensors.js';
import { checkInputs, stepOf, type Program, type StepDefinition } from '../program.js';
import { fitMemory, type MemoryOptions } from '../memory.js';
import { sumByOperation } from '../profile.js';
import { workOf } from '../step-work.js';
import type { TracedStep } from '../trace-graph.js';
import { inputsOfReplica, traceInRing, traceReplicas } from '../trace-step.js';
import { writeMark } from './change-mark.js';
import { GraphBuilder } from './graph-builder.js';
import { GraphDef } from './graph-def.js';
import { notedRun, type NotingBinding } from './noted-run.js';
import { NumberedCalls } from './numbered-calls.js';
import { openSession, type Feeds, type GraphSession, type SessionBackend } from './session.js';
import type { SessionOptions } from './session-config.js';
import { SessionState, writeState } from './session-state.js';
import { workOfRuns } from './work-of-runs.js';
import { writeStep, type WrittenStep } from './write-step.js';

/** How steps are compiled and run. */
export interface GraphOptions extends SessionOptions, MemoryOptions {}

/** Does what TensorFlow may refuse of a graph. */
function accepted<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    const reason = (error instanceof Error ? error.message : String(error)).split('\n')[0];
    throw new BackendError(
      `compile: expected steps that TensorFlow accepts, got its refusal (${reason.trim()}); ` +
        'cast the operands of that operation to float32',
      { cause: error },
    );
  }
}

/**
 * Opens a session with a graph in two parts, the state and the steps, and loads the state.
 *
 * For each set of values that calls feed and fetch, TensorFlow searches and copies the graph that there is, in a
 * time that is proportional to its nodes and to the values. The thousands of a state are best loaded while the
 * steps are not there yet.
 */
function filledSession(
  open: () => GraphSession,
  [state, steps]: readonly Uint8Array[],
  load: (session: GraphSession) => void,
): GraphSession {
  const session = accepted(open);
  try {
    accepted(() => {
      session.extend(state);
    });
    if (session.isExtensible) {
      load(session);
    }
    accepted(() => {
      session.extend(steps);
    });
    if (!session.isExtensible) {
      load(session);
    }
    return session;
  } catch (error) {
    session.close();
    throw error;
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
  const held = writeState(builder, initial);
  const mark = options.place && writeMark(builder);
  const statePart = graph.part();
  const written = new Map<string, WrittenStep>();
  const names = Object.keys(steps);
  const traced = tracedSteps(given, initial, options);
  const fitted = fitMemory(traced, initial, options);
  names.forEach((name, i) => {
    written.set(name, writeStep(builder, name, fitted.steps[i], held.slots, mark));
  });
  const backend = tf.backend() as unknown as SessionBackend & { readonly binding: NotingBinding };
  const session = filledSession(
    () => openSession(backend, options),
    [statePart, graph.part()],
    (opened) => {
      new SessionState(opened, held).load(initial);
    },
  );
  const state = new SessionState(session, held);
  const calls = new NumberedCalls(session, mark);

  const feedsOf = (name: string, inputs: NamedTensors): Feeds => {
    checkInputs(name, stepOf(steps, name), inputs);
    return Object.entries(written.get(name)!.inputs).map(([input, node]) => [node, inputs[input]]);
  };
  const fetchesOf = (name: string) => {
    const { outputs, done } = written.get(name)!;
    return done === undefined ? Object.values(outputs) : [done];
  };
  const outputsOf = (name: string, values: tf.Tensor[]): NamedTensors => {
    const { outputs, done } = written.get(name)!;
    if (done !== undefined) {
      tf.dispose(values);
      return {};
    }
    return Object.fromEntries(Object.keys(outputs).map((key, i) => [key, values[i]]));
  };
  const run = (name: string, inputs: NamedTensors): NamedTensors =>
    outputsOf(name, calls.run(feedsOf(name, inputs), fetchesOf(name)));
  return {
    mode: 'graph',
    changes: () => calls.changes,
    memory: fitted.memory,
    cost: () => ({
      steps: Object.fromEntries(names.map((name, i) => [name, workOf(fitted.steps[i])])),
      memory: fitted.memory.total,
    }),
    run,
    runAsync: async (name, inputs) =>
      outputsOf(name, await calls.runAsync(feedsOf(name, inputs), fetchesOf(name))),
    profile: (name, inputs) => {
      const { seconds, runs } = notedRun(backend.binding, () => run(name, inputs));
      const works = workOfRuns(written.get(name)!.nodes, new Set(runs.map(({ node }) => node)));
      return {
        seconds,
        operations: sumByOperation(runs.map((one) => ({ ...one, work: works.get(one.node) }))),
      };
    },
    state: (names) => state.read(names),
    load: (values) => {
      calls.changes++;
      state.load(values);
    },
    dispose: () => {
      session.close();
    },
  };
}
