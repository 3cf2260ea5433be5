/** A program whose steps are one TensorFlow graph; a call of a step is one session call. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { ConfigError } from '../../errors.js';
import {
  checkInputs,
  stepOf,
  type Program,
  type StepDefinition,
  type Tensors,
} from '../program.js';
import { GraphBuilder } from './graph-builder.js';
import { withSessionConfig, type SessionOptions } from './session-config.js';
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
}

/** The nodes through which one state tensor is written and read. */
interface StateEntry extends StateSlot {
  readonly placeholder: string;
  readonly assignment: string;
  readonly value: string;
}

const output = (node: string) => (node.includes(':') ? node : `${node}:0`);

/** Adds a variable and the nodes that set and read it. */
function writeState(builder: GraphBuilder, name: string, tensor: tf.Tensor): StateEntry {
  const dtype = { kind: 'type', value: tensor.dtype } as const;
  const shape = { kind: 'shape', value: tensor.shape } as const;
  const shared_name = { kind: 'string', value: name } as const;
  const handle = builder.add('VarHandleOp', [], { dtype, shape, shared_name });
  const placeholder = builder.add('Placeholder', [], { dtype, shape });
  const set = builder.add('AssignVariableOp', [handle, placeholder], { dtype });
  const nothing = builder.constant(Int32Array.of(0), [], 'int32');
  const T = { kind: 'type', value: 'int32' } as const;
  const assignment = builder.add('Identity', [nothing, `^${set}`], { T });
  const value = builder.add('ReadVariableOp', [handle], { dtype });
  return { handle, dtype: tensor.dtype, placeholder, assignment, value };
}

/** Writes the graph to a temporary folder and loads it into a session. */
function openSession(
  backend: SessionBackend,
  builder: GraphBuilder,
  options: SessionOptions,
): number {
  const folder = mkdtempSync(join(tmpdir(), 'autodeeplab-graph-'));
  try {
    mkdirSync(join(folder, 'variables'));
    writeFileSync(join(folder, 'saved_model.pb'), builder.savedModel());
    return withSessionConfig(options, () => backend.loadSavedModelMetaGraph(folder, 'serve'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Compiles steps into one graph on the native backend; the state lives in its session.
 *
 * @param initial - the state at the start, by name; copied
 * @param steps - the steps by name, with the inputs that they are called with
 * @throws {@link BackendError} if a step uses an operation that cannot be compiled
 */
export function graphProgram(
  initial: Tensors,
  steps: Readonly<Record<string, StepDefinition>>,
  options: SessionOptions = { rewrite: false },
): Program {
  const builder = new GraphBuilder();
  const entries = new Map<string, StateEntry>();
  for (const [name, tensor] of Object.entries(initial)) {
    entries.set(name, writeState(builder, name, tensor));
  }
  const written = new Map<string, WrittenStep>();
  for (const [name, definition] of Object.entries(steps)) {
    written.set(name, writeStep(builder, name, definition, initial, entries));
  }
  const backend = tf.backend() as unknown as SessionBackend;
  const session = openSession(backend, builder, options);
  const call = (feeds: readonly [string, tf.Tensor][], fetches: readonly string[]) =>
    backend.runSavedModel(
      session,
      feeds.map(([, tensor]) => tensor),
      feeds.map(([node]) => ({ name: output(node) })),
      fetches.map(output),
    );
  const entryOf = (name: string) => {
    const entry = entries.get(name);
    if (!entry) {
      throw new ConfigError(`state: expected a tensor ${name}, got none of this name`);
    }
    return entry;
  };
  const load = (values: Tensors) => {
    const named = Object.entries(values).map(([name, tensor]) => ({ ...entryOf(name), tensor }));
    if (named.length > 0) {
      const feeds = named.map(({ placeholder, tensor }): [string, tf.Tensor] => [
        placeholder,
        tensor,
      ]);
      tf.dispose(
        call(
          feeds,
          named.map(({ assignment }) => assignment),
        ),
      );
    }
  };
  load(initial);
  return {
    mode: 'graph',
    run: (name, inputs) => {
      const definition = stepOf(steps, name);
      checkInputs(name, definition, inputs);
      const step = written.get(name)!;
      const feeds = Object.entries(step.inputs).map(([input, node]): [string, tf.Tensor] => [
        node,
        inputs[input],
      ]);
      const names = Object.keys(step.outputs);
      const results = call(feeds, Object.values(step.outputs));
      return Object.fromEntries(names.map((key, i) => [key, results[i]]));
    },
    state: (names = [...entries.keys()]) => {
      const values = call(
        [],
        names.map((name) => entryOf(name).value),
      );
      return Object.fromEntries(names.map((name, i) => [name, values[i]]));
    },
    load,
    dispose: () => {
      backend.deleteSavedModel(session);
    },
  };
}
