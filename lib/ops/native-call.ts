/** One TensorFlow operation as data: run by the native backend, or written into a graph. */
import * as tf from '@tensorflow/tfjs-core';

/** A type of TensorFlow's; tensors of tfjs cannot be bfloat16, values inside a graph can. */
export type NativeType = tf.DataType | 'bfloat16';

/** An attribute of a TensorFlow operation: its value, tagged with its kind. */
export type NativeAttribute =
  | { readonly kind: 'type'; readonly value: NativeType }
  | { readonly kind: 'int'; readonly value: number | readonly number[] }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'shape'; readonly value: readonly number[] };

/** An operand: a tensor, or a constant int32 scalar or vector such as a size. */
export type NativeInput = tf.TensorInfo | number | readonly number[];

/** One TensorFlow operation with its operands. */
export interface NativeCall {
  /** The operation's name in TensorFlow, for example `Conv2D`. */
  readonly operation: string;
  readonly inputs: readonly NativeInput[];
  readonly attributes: Readonly<Record<string, NativeAttribute>>;
  /** How many outputs the operation has; 1 if absent. */
  readonly outputs?: number;
}

/** The value of the attribute `T`, the type of the operands, that most operations need. */
export const floatType: NativeAttribute = { kind: 'type', value: 'float32' };

/** True for an operand that is a constant int32 scalar or vector. */
export function isConstantInput(input: NativeInput): input is number | readonly number[] {
  return typeof input === 'number' || Array.isArray(input);
}

interface Binding {
  readonly TF_ATTR_TYPE: number;
  readonly TF_ATTR_INT: number;
  readonly TF_ATTR_FLOAT: number;
  readonly TF_ATTR_BOOL: number;
  readonly TF_ATTR_STRING: number;
  readonly TF_ATTR_SHAPE: number;
}

/** The part of tfjs-node's backend that runs an operation. */
interface NativeBackend {
  readonly binding: Binding;
  getDTypeInteger(dtype: NativeType): number;
  executeMultipleOutputs(
    name: string,
    attributes: readonly { name: string; type: number; value: unknown }[],
    inputs: readonly tf.TensorInfo[],
    outputs: number,
  ): tf.Tensor[];
}

function bindingAttribute(backend: NativeBackend, name: string, attribute: NativeAttribute) {
  const { binding } = backend;
  switch (attribute.kind) {
    case 'type':
      return { name, type: binding.TF_ATTR_TYPE, value: backend.getDTypeInteger(attribute.value) };
    case 'int':
      return { name, type: binding.TF_ATTR_INT, value: attribute.value };
    case 'float':
      return { name, type: binding.TF_ATTR_FLOAT, value: attribute.value };
    case 'bool':
      return { name, type: binding.TF_ATTR_BOOL, value: attribute.value };
    case 'string':
      return { name, type: binding.TF_ATTR_STRING, value: attribute.value };
    case 'shape':
      return { name, type: binding.TF_ATTR_SHAPE, value: attribute.value };
  }
}

/** Runs `call` on tfjs-node's backend; the caller owns the outputs. */
export function runNative(backend: unknown, call: NativeCall): tf.Tensor[] {
  const native = backend as NativeBackend;
  const constants: tf.Tensor[] = [];
  const inputs = call.inputs.map((input) => {
    if (!isConstantInput(input)) {
      return input;
    }
    const constant =
      typeof input === 'number' ? tf.scalar(input, 'int32') : tf.tensor1d([...input], 'int32');
    constants.push(constant);
    return constant;
  });
  const attributes = Object.entries(call.attributes).map(([name, attribute]) =>
    bindingAttribute(native, name, attribute),
  );
  const outputs = native.executeMultipleOutputs(
    call.operation,
    attributes,
    inputs,
    call.outputs ?? 1,
  );
  tf.dispose(constants);
  return outputs;
}
