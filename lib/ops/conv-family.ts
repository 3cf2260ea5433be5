/** What dense and depthwise convolutions have in common: a forward kernel and two gradients. */
import type * as tf from '@tensorflow/tfjs-core';
import {
  convNativeAttributes,
  convOutputSize,
  type ConvAttributes,
  type ConvGradientAttributes,
} from './conv-attributes.js';
import { runKernel, sizes, type KernelDefinition } from './kernel.js';
import type { NativeCall } from './native-call.js';

/** What distinguishes one kind of convolution from another. */
export interface ConvFamily {
  /** Name of the kernel in tfjs; its gradients are named after it. */
  readonly name: string;
  /** The TensorFlow operation; its gradients are named after it. */
  readonly operation: string;
  /** Number of output channels of a filter of this shape. */
  readonly filters: (filterShape: readonly number[]) => number;
  readonly forwardOnWasm: WasmForm<ConvAttributes>;
  /** Takes filter and dy. */
  readonly inputGradientOnWasm: WasmForm<ConvGradientAttributes>;
  /** Takes x and dy. */
  readonly filterGradientOnWasm: WasmForm<ConvGradientAttributes>;
  /** A faster form of the filter gradient on the native backend; undefined where there is none. */
  readonly fastFilterGradient?: (
    x: tf.Tensor,
    dy: tf.Tensor,
    attributes: ConvGradientAttributes,
  ) => NativeCall | undefined;
}

type WasmForm<A> = (first: tf.Tensor4D, second: tf.Tensor4D, attributes: A) => tf.Tensor4D;

/** The kernels of a kind of convolution. */
export interface ConvKernels {
  readonly forward: KernelDefinition<ConvAttributes>;
  readonly inputGradient: KernelDefinition<ConvGradientAttributes>;
  readonly filterGradient: KernelDefinition<ConvGradientAttributes>;
}

/** The attributes of every convolution. */
const CONV_ATTRIBUTES = ['stride', 'rate', 'padding'] as const;

/** Defines the kernels of a kind of convolution. */
export function defineConvKernels(family: ConvFamily): ConvKernels {
  const inputGradient: KernelDefinition<ConvGradientAttributes> = {
    name: `${family.name}InputGradient`,
    attributes: [...CONV_ATTRIBUTES, 'shape'],
    shape: (_, { shape }) => [{ shape, dtype: 'float32' }],
    native: ({ filter, dy }, attributes) => ({
      operation: `${family.operation}BackpropInput`,
      inputs: [attributes.shape, filter, dy],
      attributes: convNativeAttributes(attributes),
    }),
    wasm: ({ filter, dy }, attributes) =>
      family.inputGradientOnWasm(filter as tf.Tensor4D, dy as tf.Tensor4D, attributes),
  };
  const filterGradient: KernelDefinition<ConvGradientAttributes> = {
    name: `${family.name}FilterGradient`,
    attributes: [...CONV_ATTRIBUTES, 'shape'],
    shape: (_, { shape }) => [{ shape, dtype: 'float32' }],
    native: ({ x, dy }, attributes) =>
      family.fastFilterGradient?.(x, dy, attributes) ?? {
        operation: `${family.operation}BackpropFilter`,
        inputs: [x, attributes.shape, dy],
        attributes: convNativeAttributes(attributes),
      },
    wasm: ({ x, dy }, attributes) =>
      family.filterGradientOnWasm(x as tf.Tensor4D, dy as tf.Tensor4D, attributes),
  };
  const forward: KernelDefinition<ConvAttributes> = {
    name: family.name,
    attributes: CONV_ATTRIBUTES,
    shape: ({ x, filter }, attributes) => {
      const [batch, height, width] = sizes(x);
      const filterShape = sizes(filter);
      const output = (size: number) => convOutputSize(size, filterShape[0], attributes);
      const shape = [batch, output(height), output(width), family.filters(filterShape)];
      return [{ shape, dtype: 'float32' }];
    },
    native: ({ x, filter }, attributes) => ({
      operation: family.operation,
      inputs: [x, filter],
      attributes: convNativeAttributes(attributes),
    }),
    wasm: ({ x, filter }, attributes) =>
      family.forwardOnWasm(x as tf.Tensor4D, filter as tf.Tensor4D, attributes),
    gradient: {
      inputsToSave: ['x', 'filter'],
      gradFunc: (cotangent, [x, filter], attrs) => {
        const attributes = attrs as unknown as ConvAttributes;
        const dy = cotangent as tf.Tensor;
        const withShape = ({ shape }: tf.Tensor) => ({ ...attributes, shape });
        return {
          x: () => runKernel(inputGradient, { filter, dy }, withShape(x))[0],
          filter: () => runKernel(filterGradient, { x, dy }, withShape(filter))[0],
        };
      },
    },
  };
  return { forward, inputGradient, filterGradient };
}
