/**
 * How this library adds operations to tfjs: one definition per kernel, for every backend.
 *
 * A kernel is defined once by its shape rule, its TensorFlow operation, its form in operations that
 * the wasm backend has, and its gradient. `registerKernels` registers it with tfjs.
 */
import * as tf from '@tensorflow/tfjs-core';
import { runNative, type NativeCall } from './native-call.js';

/** Operands of a kernel by name. */
export type KernelInputs = Readonly<Record<string, tf.Tensor>>;

/** Attributes of a kernel by name; plain values. */
export type KernelAttributes = Readonly<Record<string, unknown>>;

/** Shape and type of one output of a kernel. */
export interface OutputInfo {
  readonly shape: readonly number[];
  readonly dtype: tf.DataType;
}

/** One kernel on all backends. */
export interface KernelDefinition<A> {
  /** The kernel's name in tfjs; ours begin with `Adl`. */
  readonly name: string;
  /** The attributes that it reads; a traced call with another one is refused. */
  readonly attributes: readonly (keyof A & string)[];
  /** Shapes of the outputs, from the shapes of the operands alone. */
  shape(inputs: KernelInputs, attributes: A): readonly OutputInfo[];
  /** The TensorFlow operation that computes it. */
  native(inputs: KernelInputs, attributes: A): NativeCall;
  /** The same in operations that the wasm backend has. */
  wasm(inputs: KernelInputs, attributes: A): tf.Tensor | tf.Tensor[];
  /** The gradient, absent for kernels that only serve gradients. */
  readonly gradient?: Omit<tf.GradConfig, 'kernelName'>;
}

/** A definition with any attributes, for lists of kernels. */
export type AnyKernelDefinition = Omit<KernelDefinition<never>, 'attributes'> & {
  readonly attributes: readonly string[];
};

/** The sizes of a tensor as plain numbers, whatever its rank. */
export function sizes(tensor: tf.TensorInfo): readonly number[] {
  return tensor.shape;
}

/** Runs a defined kernel on the current backend. */
export function runKernel<A>(
  kernel: KernelDefinition<A>,
  inputs: KernelInputs,
  attributes: A,
): tf.Tensor[] {
  const outputs: tf.Tensor | tf.Tensor[] = tf
    .engine()
    .runKernel(kernel.name, { ...inputs }, { ...attributes } as tf.NamedAttrMap);
  return Array.isArray(outputs) ? outputs : [outputs];
}

/** Registers a kernel with tfjs for one backend, unless it is registered. */
export function registerKernelFor(
  kernel: AnyKernelDefinition,
  backendName: 'tensorflow' | 'wasm',
): void {
  if (tf.getKernel(kernel.name, backendName)) {
    return;
  }
  tf.registerKernel({
    kernelName: kernel.name,
    backendName,
    kernelFunc: ({ inputs, attrs, backend }) => {
      const operands = inputs as KernelInputs;
      return backendName === 'tensorflow'
        ? runNative(backend, kernel.native(operands, attrs as never))
        : tf.tidy(() => kernel.wasm(operands, attrs as never));
    },
  });
}

/** Registers a kernel's gradient with tfjs, unless it is registered. */
export function registerGradientOf(kernel: AnyKernelDefinition): void {
  if (kernel.gradient && !tf.getGradient(kernel.name)) {
    tf.registerGradient({ kernelName: kernel.name, ...kernel.gradient });
  }
}
