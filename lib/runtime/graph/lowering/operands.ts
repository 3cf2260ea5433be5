/** What the tables of lowerings share: their type, attributes and constant operands. */
import { util } from '@tensorflow/tfjs-core';
import type { DataType, TypedArray } from '@tensorflow/tfjs-core';
import type { NativeAttribute } from '../../../ops/native-call.js';
import type { TraceNode, TraceValue } from '../../trace-graph.js';
import type { GraphBuilder } from '../graph-builder.js';

/** A node to be written, with the graph's names of its operands. */
export interface LoweringContext {
  readonly node: TraceNode;
  /** Graph names of the operands, by the operand's name. */
  readonly inputs: Readonly<Record<string, string>>;
  readonly builder: GraphBuilder;
}

/** Writes a node; returns the graph names of its outputs. */
export type Lowering = (context: LoweringContext) => readonly string[];

/** Lowerings by the kernel's name in tfjs. */
export type LoweringTable = Readonly<Record<string, Lowering>>;

/** An attribute that holds a type. */
export const type = (value: DataType): NativeAttribute => ({ kind: 'type', value });

/** An attribute that holds an integer. */
export const int = (value: number): NativeAttribute => ({ kind: 'int', value });

/** An attribute that holds a truth value. */
export const bool = (value: unknown): NativeAttribute => ({ kind: 'bool', value: Boolean(value) });

/** The attribute for indices, sizes and axes. */
export const int32 = type('int32');

/** A constant vector of integers. */
export function vector(builder: GraphBuilder, values: readonly number[]): string {
  return builder.constant(Int32Array.from(values), [values.length], 'int32');
}

/** A constant number. */
export function scalar(builder: GraphBuilder, value: number, dtype: DataType = 'int32'): string {
  const data: TypedArray = dtype === 'float32' ? Float32Array.of(value) : Int32Array.of(value);
  return builder.constant(data, [], dtype);
}

/** Constant pairs of integers, `[n, 2]`. */
export function pairs(builder: GraphBuilder, values: readonly (readonly number[])[]): string {
  return builder.constant(Int32Array.from(values.flat()), [values.length, 2], 'int32');
}

/** A node's first operand. */
export function first(node: TraceNode): TraceValue {
  return Object.values(node.inputs)[0];
}

/** The axis that a node is told, counted from the front; 0 if it is told none. */
export function axisOf(node: TraceNode, value: TraceValue): number {
  const axis = (node.attributes.axis as number | undefined) ?? 0;
  return util.parseAxisParam(axis, [...value.shape])[0];
}
