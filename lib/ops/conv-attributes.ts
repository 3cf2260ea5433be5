/** Attributes that all convolution kernels share. */
import { outputSize, type Padding } from './geometry.js';
import { floatType, type NativeAttribute } from './native-call.js';

/** Attributes of the convolution kernels; padding is `same` only where it is symmetric. */
export interface ConvAttributes {
  readonly stride: number;
  readonly rate: number;
  readonly padding: Padding;
}

/** Attributes of a gradient kernel: those of the convolution, and the shape of the result. */
export interface ConvGradientAttributes extends ConvAttributes {
  readonly shape: readonly number[];
}

/** TensorFlow attributes shared by the convolution operations. */
export function convNativeAttributes(attributes: ConvAttributes): Record<string, NativeAttribute> {
  const { stride, rate, padding } = attributes;
  return {
    T: floatType,
    strides: { kind: 'int', value: [1, stride, stride, 1] },
    dilations: { kind: 'int', value: [1, rate, rate, 1] },
    padding: { kind: 'string', value: padding.toUpperCase() },
    data_format: { kind: 'string', value: 'NHWC' },
  };
}

/** Output height and width of a convolution kernel. */
export function convOutputSize(
  size: number,
  kernel: number,
  { stride, rate, padding }: ConvAttributes,
): number {
  const window = padding === 'same' ? 1 : rate * (kernel - 1) + 1;
  return outputSize(size - window + 1, stride);
}
