/**
 * A tfjs backend that computes nothing: it records which kernels run and the shapes they return.
 *
 * Tracing a step with it costs neither arithmetic nor memory for tensors. The same trace serves to
 * list a network's variables, to count its cost and to compile it.
 */
import * as tf from '@tensorflow/tfjs-core';
import { BackendError } from '../errors.js';
import { kernels } from '../ops/register.js';
import { registerGradientOf } from '../ops/kernel.js';
import { currentMarks } from './region.js';
import type { ShapeInfo } from './kernels/kernel.js';
import { checkAttributes, tracedKernels } from './kernels/kernels.js';
import type { TraceGraph, TraceNode, TraceValue, ValueSource } from './trace-graph.js';

/** The name under which tfjs knows this backend; it stays current if there was none before. */
export const TRACE_BACKEND = 'trace';

/** Kernels of tfjs that return a list even of one tensor. */
const LIST_KERNELS = new Set(['SplitV', 'Unpack']);

/** The backend: values of tensors by tfjs's data id, and the nodes of the graph under way. */
export class TraceBackend extends tf.KernelBackend {
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
    return { dataId, shape: [...info.shape], dtype: info.dtype as tf.DataType };
  }

  /** What is known of a tensor; tensors of other backends become constants. */
  known(tensor: tf.TensorInfo): TraceValue {
    const known = this.values.get(tensor.dataId);
    if (known) {
      // A reshaped clone shares the data id of its origin but has a shape of its own.
      return { ...known, shape: tensor.shape, dtype: tensor.dtype };
    }
    if (tensor instanceof tf.Variable) {
      throw new BackendError(
        `trace: expected tensors of the state or inputs, got the tf.Variable ${tensor.name}, whose ` +
          'later values a compiled step would not see; make it a tensor of the state',
      );
    }
    const data = tf.engine().readSync(tensor.dataId) as tf.TypedArray;
    return { source: { kind: 'constant', data }, shape: tensor.shape, dtype: tensor.dtype };
  }

  /** Records one kernel call. */
  record(
    kernel: string,
    inputs: tf.NamedTensorInfoMap,
    attributes: tf.NamedAttrMap,
    shape: (inputs: never, attributes: never) => readonly ShapeInfo[],
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
    return shape(operands as never, attributes as never).map((info, output) => {
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

/** What tracing needs of a kernel, tfjs's or ours. */
interface Traceable {
  readonly attributes: readonly string[];
  shape(inputs: never, attributes: never): readonly ShapeInfo[];
}

function register(kernelName: string, kernel: Traceable): void {
  tf.registerKernel({
    kernelName,
    backendName: TRACE_BACKEND,
    kernelFunc: ({ inputs, attrs, backend: current }) => {
      const attributes = attrs ?? {};
      checkAttributes(kernelName, kernel.attributes, attributes);
      const shape = kernel.shape.bind(kernel);
      const outputs = (current as TraceBackend).record(kernelName, inputs, attributes, shape);
      return LIST_KERNELS.has(kernelName) || outputs.length > 1 ? outputs : outputs[0];
    },
  });
}

/** The backend, registered with tfjs together with its kernels. */
export function traceBackend(): TraceBackend {
  if (!backend) {
    const created = new TraceBackend();
    backend = created;
    tf.registerBackend(TRACE_BACKEND, () => created, 0);
    for (const [kernelName, kernel] of tracedKernels) {
      register(kernelName, kernel);
    }
    for (const kernel of kernels) {
      registerGradientOf(kernel);
      register(kernel.name, kernel);
    }
  }
  return backend;
}
