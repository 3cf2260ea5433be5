/** What a traced computation is: kernels in the order they were called, and the values between them. */
import type { DataType, NamedAttrMap, TypedArray } from '@tensorflow/tfjs-core';

/** Where a value comes from: a kernel, a named input, or data known while tracing. */
export type ValueSource =
  | { readonly kind: 'node'; readonly node: TraceNode; readonly output: number }
  | { readonly kind: 'input'; readonly name: string }
  | { readonly kind: 'constant'; readonly data: TypedArray };

/** A tensor of which only shape and type are known. */
export interface TraceValue {
  readonly source: ValueSource;
  readonly shape: readonly number[];
  readonly dtype: DataType;
}

/** One kernel call. */
export interface TraceNode {
  /** Position in the order of calls. */
  readonly index: number;
  /** The kernel's name in tfjs. */
  readonly kernel: string;
  /** Operands by name; kernels with a list of operands name them `0`, `1`, … */
  readonly inputs: Readonly<Record<string, TraceValue>>;
  readonly attributes: NamedAttrMap;
  readonly outputs: readonly TraceValue[];
}

/** A traced computation. */
export interface TraceGraph {
  readonly nodes: readonly TraceNode[];
}
