/** A program whose steps are one TensorFlow graph; running a step is one session call. */
import * as tf from '@tensorflow/tfjs-core';
import { BackendError } from '../../errors.js';
import type { NamedTensors } from '../../tensors.js';
import { checkInputs, stepOf, type Program, type StepDefinition } from '../program.js';
import { sumByOperation } from '../profile.js';
import { inputsOfReplica } from '../trace-step.js';
import type { ChangeMark } from './change-mark.js';
import { beginGraph, compiledSteps, writeSteps, type GraphOptions } from './compile-steps.js';
import { notedRun, type NotingBinding } from './noted-run.js';
import { NumberedCalls } from './numbered-calls.js';
import type { SessionOptions } from './session-config.js';
import { openSession, type Feeds, type GraphSession, type SessionBackend } from './session.js';
import { SessionState } from './session-state.js';
import { workOfRuns } from './work-of-runs.js';

/** Does what TensorFlow may refuse of a graph. */
function accepted<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof BackendError) {
      throw error;
    }
    const reason = (error instanceof Error ? error.message : String(error)).split('\n')[0];
    throw new BackendError(
      `compile: expected steps that TensorFlow accepts, got its refusal (${reason.trim()}); ` +
        'cast the operands of that operation to float32',
      { cause: error },
    );
  }
}

/**
 * What a session is opened with. In bfloat16 TensorFlow's rewriter has nothing to do but to fail: it cannot join a
 * convolution, its bias and a sum or a ReLU, for which TensorFlow 2.21 has no operation in that type.
 */
function rewritten({ precision, rewrite, ...options }: GraphOptions): SessionOptions {
  return { ...options, rewrite: rewrite && precision === 'float32' };
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
      if (!session.isExtensible) {
        load(session);
      }
    });
    return session;
  } catch (error) {
    session.close();
    throw error;
  }
}

/** Prepares a session that was filled; the first call of one may find that TensorFlow lacks an operation. */
function begunCalls(
  session: GraphSession,
  state: SessionState,
  mark: ChangeMark | undefined,
): NumberedCalls {
  try {
    return accepted(() => {
      state.prepare();
      return new NumberedCalls(session, mark);
    });
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
  const begun = beginGraph(initial, options);
  const { held, mark, part } = begun;
  const { facts, graph } = compiledSteps(begun, { initial, steps: given }, options);
  const memory = facts.tried.at(-1)!;
  const backend = tf.backend() as unknown as SessionBackend & { readonly binding: NotingBinding };
  const session = filledSession(
    () => openSession(backend, rewritten(options)),
    [part, graph],
    (opened) => {
      new SessionState(opened, held).load(initial);
    },
  );
  const state = new SessionState(session, held, facts.prepares);
  const calls = begunCalls(session, state, mark);

  const feedsOf = (name: string, inputs: NamedTensors): Feeds => {
    checkInputs(name, stepOf(steps, name), inputs);
    return Object.entries(facts.ends[name].inputs).map(([input, node]) => [node, inputs[input]]);
  };
  const fetchesOf = (name: string) => {
    const { outputs, done } = facts.ends[name];
    return done === null ? outputs.map(([, node]) => node) : [done];
  };
  const outputsOf = (name: string, values: tf.Tensor[]): NamedTensors => {
    const { outputs, done } = facts.ends[name];
    if (done !== null) {
      tf.dispose(values);
      return {};
    }
    return Object.fromEntries(outputs.map(([key], i) => [key, values[i]]));
  };
  const run = (name: string, inputs: NamedTensors): NamedTensors => {
    const feeds = feedsOf(name, inputs);
    state.prepare();
    return outputsOf(name, calls.run(feeds, fetchesOf(name)));
  };
  const runAsync = async (name: string, inputs: NamedTensors): Promise<NamedTensors> => {
    const feeds = feedsOf(name, inputs);
    state.prepare();
    return outputsOf(name, await calls.runAsync(feeds, fetchesOf(name)));
  };
  return {
    mode: 'graph',
    changes: () => calls.changes,
    memory,
    cost: () => ({ steps: facts.works, memory: memory.total }),
    run,
    // In a ring a step waits: its watchdog (`cluster/ring/watchdog.ts`) knows by the thread that is held up that a
    // step does not end.
    runAsync: async (name, inputs) =>
      options.ring === undefined ? runAsync(name, inputs) : Promise.resolve(run(name, inputs)),
    profile: (name, inputs) => {
      const { seconds, runs } = notedRun(backend.binding, () => run(name, inputs));
      // Traces are large, and only profiles need them: they are made again.
      const { nodes } = writeSteps(
        beginGraph(initial, options),
        { initial, steps: given },
        options,
      );
      const works = workOfRuns(nodes[name], new Set(runs.map(({ node }) => node)));
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
