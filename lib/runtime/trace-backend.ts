/**
 * A tfjs backend that computes nothing: it notes which kernels run and what shapes they give.
 *
 * Tracing a step with it costs neither arithmetic nor memory for tensors. The same trace serves to
 * list a network's variables, to count its cost and to compile it.
 */
import * as tf from '@tensorflow/tfjs-core';
import { BackendError } from '../errors.js';
import { kernels } from '../ops/register.js';
import { registerGradientOf } from '../ops/kernel.js';
import { currentMarks } from './region.js';
import { shapeRules, type ShapeInfo, type ShapeRule } from './shape-rules.js';
import type { TraceGraph, TraceNode, TraceValue, ValueSource } from './trace-graph.js';

/** The name under which tfjs knows this backend; it stays current where there was none before. */
export const TRACE_BACKEND = 'trace';

/** Kernels of tfjs that give a list even if it holds one tensor. */
const LIST_KERNELS = new Set(['SplitV', 'Unpack']);

/** Values of tensors that live on this backend, by tfjs's data id. */
class TraceBackend extends tf.KernelBackend {
  private readonly values = new Map<object, TraceValue>();
  private nodes: TraceNode[] = [];

  /** Forgets everything and begins a new graph. */
  begin(): void {
    this.values.clear();
    this.nodes = [];
  }

  /** The kernels called since `begin`. */
  graph(): TraceGraph {
    return { nodes: this.nodes };
  }

  /** A tensor of which only `info` is known. */
  introduce(info: ShapeInfo, source: ValueSource): tf.TensorInfo {
    const dataId = {};
    this.values.set(dataId, { shape: info.shape, dtype: info.dtype, source });
    return { dataId, shape: [...info.shape], dtype: info.dtype };
  }

  /** What is known of a tensor; tensors of other backends become constants. */
  known(tensor: tf.TensorInfo): TraceValue {
    const known = this.values.get(tensor.dataId);
    if (known) {
      // A reshaped clone shares the data id of its origin but has a shape of its own.
      return { ...known, shape: tensor.shape, dtype: tensor.dtype };
    }
    const data = tf.engine().readSync(tensor.dataId) as tf.TypedArray;
    const value: TraceValue = {
      source: { kind: 'constant', data },
      shape: tensor.shape,
      dtype: tensor.dtype,
    };
    return value;
  }

  /** Notes one kernel call. */
  record(
    kernel: string,
    inputs: tf.NamedTensorInfoMap,
    attributes: tf.NamedAttrMap,
    rule: ShapeRule,
  ): tf.TensorInfo[] {
    const operands: Record<string, TraceValue> = {};
    for (const [name, tensor] of Object.entries(inputs)) {
      if (tensor) {
        operands[name] = this.known(tensor);
      }
    }
    if (kernel === 'Identity' || (kernel === 'Cast' && operands.x.dtype === attributes.dtype)) {
      // tfjs copies what it keeps for gradients; a copy is the same value.
      const { source, shape, dtype } = operands.x;
      return [this.introduce({ shape, dtype }, source)];
    }
    const outputs: TraceValue[] = [];
    const index = this.nodes.length;
    const node = { index, kernel, inputs: operands, attributes, outputs, ...currentMarks() };
    this.nodes.push(node);
    return rule(operands, attributes).map((info, output) => {
      const tensor = this.introduce(info, { kind: 'node', node, output });
      outputs.push(this.known(tensor));
      return tensor;
    });
  }

  override write(values: tf.TypedArray, shape: number[], dtype: tf.DataType): object {
    return this.introduce({ shape, dtype }, { kind: 'constant', data: values }).dataId;
  }

  override move(dataId: object, values: tf.TypedArray, shape: number[], dtype: tf.DataType): void {
    this.values.set(dataId, { shape, dtype, source: { kind: 'constant', data: values } });
  }

  override readSync(dataId: object): tf.TypedArray {
    const source = this.values.get(dataId)?.source;
    if (source?.kind === 'constant') {
      return source.data;
    }
    throw new BackendError(
      'trace: expected a step that computes with tensors only, got one that reads the value of a ' +
        'tensor while it is traced; make the value an input of the step',
    );
  }

  override read(dataId: object): Promise<tf.TypedArray> {
    return Promise.resolve(this.readSync(dataId));
  }

  override disposeData(): boolean {
    return true;
  }

  override incRef(): void {
    // Values live until the next trace.
  }

  override refCount(): number {
    return 1;
  }

  override numDataIds(): number {
    return this.values.size;
  }

  override memory(): { unreliable: boolean } {
    return { unreliable: true };
  }

  override floatPrecision(): 16 | 32 {
    return 32;
  }

  override epsilon(): number {
    return 1e-7;
  }

  override dispose(): void {
    this.values.clear();
  }
}

let backend: TraceBackend | undefined;

function register(kernelName: string, rule: ShapeRule): void {
  tf.registerKernel({
    kernelName,
    backendName: TRACE_BACKEND,
    kernelFunc: ({ inputs, attrs, backend: current }) => {
      const outputs = (current as TraceBackend).record(kernelName, inputs, attrs ?? {}, rule);
      return LIST_KERNELS.has(kernelName) || outputs.length > 1 ? outputs : outputs[0];
    },
  });
}

function traceBackend(): TraceBackend {
  if (!backend) {
    const created = new TraceBackend();
    backend = created;
    tf.registerBackend(TRACE_BACKEND, () => created, 0);
    for (const [kernelName, rule] of shapeRules) {
      register(kernelName, rule);
    }
    for (const kernel of kernels) {
      registerGradientOf(kernel);
      register(kernel.name, (inputs, attributes) =>
        kernel.shape(inputs as never, attributes as never),
      );
    }
  }
  return backend;
}

/** Makes tensors of which only the shape is known, while tracing. */
export type Placeholder = (
  name: string,
  shape: readonly number[],
  dtype?: tf.DataType,
) => tf.Tensor;

/** Frames of a stack that are not the user's: tfjs, this file's folder, Node. */
const FOREIGN_FRAME = /node_modules|node:|[\\/](lib|dist)[\\/]runtime[\\/]/;

/** Where in the user's code an error arose, as ` at file:line`; nothing if that is unknown. */
function callerOf(error: unknown): string {
  const frames = (error instanceof Error ? (error.stack ?? '') : '').split('\n').slice(1);
  const frame = frames.find((line) => line.includes('at ') && !FOREIGN_FRAME.test(line));
  const place = frame && /((?:file:\/\/)?[^\s()]+):(\d+):\d+\)?$/.exec(frame);
  return place ? ` at ${place[1].replace(/^file:\/\//, '')}:${place[2]}` : '';
}

/** What `trace` returns: the kernels that were called, and the values that `f` gave. */
export interface Trace<T> {
  readonly graph: TraceGraph;
  readonly result: T;
}

/**
 * Runs `f` on shapes alone and returns the kernels it called.
 *
 * @param f - builds a computation from placeholders; must be synchronous
 * @param read - turns what `f` returned into a result, given what is known of each tensor
 * @throws {@link BackendError} if `f` uses a kernel without a shape rule or reads a tensor's value
 */
export function trace<R, T>(
  f: (placeholder: Placeholder) => R,
  read: (returned: R, valueOf: (tensor: tf.Tensor) => TraceValue) => T,
): Trace<T> {
  const tracing = traceBackend();
  const engine = tf.engine();
  const previous = engine.backendName as string | null;
  tracing.begin();
  void tf.setBackend(TRACE_BACKEND); // synchronous in effect: the backend needs no initialisation
  engine.startScope('trace');
  try {
    const returned = f((name, shape, dtype = 'float32') =>
      engine.makeTensorFromTensorInfo(tracing.introduce({ shape, dtype }, { kind: 'input', name })),
    );
    return { graph: tracing.graph(), result: read(returned, (t) => tracing.known(t)) };
  } catch (error) {
    const missing = /Kernel '(\w+)' not registered|registered kernel '(\w+)'/.exec(String(error));
    if (missing) {
      throw new BackendError(
        `trace: expected operations that can be traced, got ${missing[1] ?? missing[2]}` +
          `${callerOf(error)}; express the step without it, or add a shape rule and a lowering`,
        { cause: error },
      );
    }
    throw error;
  } finally {
    engine.endScope();
    tracing.begin();
    if (previous) {
      void tf.setBackend(previous);
    }
  }
}
