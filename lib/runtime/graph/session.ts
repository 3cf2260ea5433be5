/**
 * Sessions: a graph that TensorFlow has read, with its state.
 *
 * The binding that our set-up builds takes the graph as bytes, part by part, and computes on a thread of
 * Node's pool while the event loop goes on. The one of tfjs reads it from a file, without a configuration,
 * and holds the event loop up until a call ends: it offers no other call.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { SETUP_COMMAND } from '../../backend/native-package.js';
import { BackendError } from '../../errors.js';
import { makeTemporaryFolder } from '../../files/temporary-file.js';
import { isOwnBinding } from '../../ops/native-kernels.js';
import { savedModel, typeNamed } from './graph-def.js';
import { sessionConfig, type SessionOptions } from './session-config.js';
import { tensorName } from './value-name.js';

/** Values of a graph to feed, by node, and their tensors. */
export type Feeds = readonly (readonly [node: string, tensor: tf.Tensor])[];

/** A session. Its calls throw what TensorFlow says. */
export interface GraphSession {
  /** Whether parts may follow when it has run. */
  readonly isExtensible: boolean;
  /** The values of nodes; the caller disposes them. */
  run(feeds: Feeds, fetches: readonly string[]): tf.Tensor[];
  /** The same, while other code of this process runs. */
  runAsync(feeds: Feeds, fetches: readonly string[]): Promise<tf.Tensor[]>;
  /** Adds a part of the graph: a serialised GraphDef. */
  extend(graph: Uint8Array): void;
  /** Frees it, once no call is under way. */
  close(): void;
}

/** A tensor as the binding describes it. */
interface TensorDescription {
  readonly id: number;
  readonly shape: number[];
  readonly dtype: number;
}

/** What `session.cc` adds to the binding. */
interface OwnSessions {
  openSession(config: Uint8Array, target: string): object;
  extendSession(session: object, graph: Uint8Array): void;
  runSession(...call: SessionCall): TensorDescription[];
  startSession(...call: SessionCall): Promise<TensorDescription[]>;
  closeSession(session: object): void;
}

/** Session, names to feed, the backend's numbers of their tensors, names to fetch. */
type SessionCall = [object, readonly string[], readonly number[], readonly string[]];

/** The part of tfjs-node's backend that runs graphs. */
export interface SessionBackend {
  loadSavedModelMetaGraph(folder: string, tags: string): number;
  runSavedModel(
    session: number,
    inputs: readonly tf.Tensor[],
    inputNames: readonly { name: string }[],
    outputNames: readonly string[],
  ): tf.Tensor[];
  deleteSavedModel(session: number): void;
  getInputTensorIds(tensors: readonly tf.Tensor[]): number[];
  readonly tensorMap: {
    set(dataId: object, tensor: TensorDescription & { values: null; refCount: number }): void;
  };
  readonly binding: Partial<OwnSessions>;
}

/** A session of our binding. */
class OwnSession implements GraphSession {
  readonly isExtensible = true;
  private readonly session: object;

  constructor(
    private readonly backend: SessionBackend,
    private readonly binding: OwnSessions,
    options: SessionOptions,
  ) {
    this.session = binding.openSession(sessionConfig(options), options.place?.target ?? '');
  }

  extend(graph: Uint8Array): void {
    this.binding.extendSession(this.session, graph);
  }

  run(feeds: Feeds, fetches: readonly string[]): tf.Tensor[] {
    return this.tensors(this.binding.runSession(...this.call(feeds, fetches)));
  }

  async runAsync(feeds: Feeds, fetches: readonly string[]): Promise<tf.Tensor[]> {
    return this.tensors(await this.binding.startSession(...this.call(feeds, fetches)));
  }

  close(): void {
    this.binding.closeSession(this.session);
  }

  private call(feeds: Feeds, fetches: readonly string[]): SessionCall {
    const tensors = this.backend.getInputTensorIds(feeds.map(([, tensor]) => tensor));
    const names = feeds.map(([node]) => tensorName(node));
    return [this.session, names, tensors, fetches.map(tensorName)];
  }

  /** tfjs's own maker of tensors would give them to the backend that is current, another one perhaps by now. */
  private tensors(descriptions: readonly TensorDescription[]): tf.Tensor[] {
    const types = descriptions.map(({ dtype }) => typeNamed(dtype));
    return descriptions.map(({ id, shape, dtype }, i) => {
      const dataId = {};
      this.backend.tensorMap.set(dataId, { id, shape, dtype, values: null, refCount: 1 });
      const info = { dataId, shape, dtype: types[i] };
      return tf.engine().makeTensorFromTensorInfo(info, this.backend as never);
    });
  }
}

/** A session of tfjs's own binding, which has to be given the whole graph at once. */
class SavedModelSession implements GraphSession {
  readonly isExtensible = false;
  private readonly parts: Uint8Array[] = [];
  private session: number | undefined;

  constructor(private readonly backend: SessionBackend) {}

  extend(graph: Uint8Array): void {
    this.parts.push(graph);
  }

  run(feeds: Feeds, fetches: readonly string[]): tf.Tensor[] {
    this.session ??= this.load();
    return this.backend.runSavedModel(
      this.session,
      feeds.map(([, tensor]) => tensor),
      feeds.map(([node]) => ({ name: tensorName(node) })),
      fetches.map(tensorName),
    );
  }

  async runAsync(feeds: Feeds, fetches: readonly string[]): Promise<tf.Tensor[]> {
    return Promise.resolve(this.run(feeds, fetches));
  }

  close(): void {
    if (this.session !== undefined) {
      this.backend.deleteSavedModel(this.session);
    }
  }

  private load(): number {
    const folder = makeTemporaryFolder('graph');
    try {
      mkdirSync(join(folder, 'variables'));
      writeFileSync(join(folder, 'saved_model.pb'), savedModel(this.parts));
      const session = this.backend.loadSavedModelMetaGraph(folder, 'serve');
      this.parts.length = 0; // TensorFlow has it
      return session;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}

/**
 * Opens a session without a graph on the native backend.
 *
 * @throws {@link BackendError} if our set-up built the binding for another version of this library
 */
export function openSession(backend: SessionBackend, options: SessionOptions): GraphSession {
  const { binding } = backend;
  if (binding.openSession === undefined && isOwnBinding()) {
    throw new BackendError(
      'compile: expected the native backend as the set-up of this version builds it, got an older one; ' +
        `run: ${SETUP_COMMAND}`,
    );
  }
  return binding.openSession === undefined
    ? new SavedModelSession(backend)
    : new OwnSession(backend, binding as OwnSessions, options);
}
