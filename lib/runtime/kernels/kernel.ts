/**
 * What is known of a kernel of tfjs that a step may use: one definition each.
 *
 * It lists the attributes that it understands, and sees no others: a call with another attribute is
 * refused when it is traced, so that none is ignored in silence.
 */
import { util } from '@tensorflow/tfjs-core';
import type { TypedArray } from '@tensorflow/tfjs-core';
import type { NativeAttribute, NativeType } from '../../ops/native-call.js';
import type { GraphBuilder } from '../graph/graph-builder.js';
import type { TraceNode, TraceValue } from '../trace-graph.js';

/** A shape and a type. */
export interface ShapeInfo {
  readonly shape: readonly number[];
  readonly dtype: NativeType;
}

/** Attributes of a call, by name. */
export type Attributes<Name extends string> = Readonly<Record<Name, unknown>>;

/** Operands by the names that tfjs gives them; those of a list are `0`, `1`, …. */
export type Operands = Readonly<Record<string, ShapeInfo>>;

/** A call to be written, with the graph's names of its operands. */
export interface LoweringContext<Name extends string = never> {
  readonly node: TraceNode;
  readonly attributes: Attributes<Name>;
  /** Graph names of the operands, by the operand's name. */
  readonly inputs: Readonly<Record<string, string>>;
  readonly builder: GraphBuilder;
}

/** A kernel of tfjs. */
export interface TracedKernel<Name extends string = never> {
  /** The attributes that it reads. */
  readonly attributes: readonly Name[];
  /** Shapes and types of the results, without arithmetic. */
  shape(inputs: Operands, attributes: Attributes<Name>): readonly ShapeInfo[];
  /** Writes the call in TensorFlow operations; returns the graph names of the results. */
  lower(context: LoweringContext<Name>): readonly string[];
}

/** A kernel whose attributes are forgotten, for tables. */
export type AnyTracedKernel = TracedKernel<string>;

/** Kernels by their names in tfjs. */
export type KernelTable = Readonly<Record<string, AnyTracedKernel>>;

/** A kernel with the attributes that it reads. */
export function kernel<Name extends string>(
  attributes: readonly Name[],
  shape: TracedKernel<Name>['shape'],
  lower: TracedKernel<Name>['lower'],
): AnyTracedKernel {
  const definition: unknown = { attributes, shape, lower };
  return definition as AnyTracedKernel;
}

/** An attribute that holds a type. */
export const type = (value: NativeType): NativeAttribute => ({ kind: 'type', value });

/** An attribute that holds an integer. */
export const int = (value: number): NativeAttribute => ({ kind: 'int', value });

/** An attribute that holds a truth value. */
export const bool = (value: unknown): NativeAttribute => ({ kind: 'bool', value: Boolean(value) });

/** The attribute for indices, sizes and axes. */
export const int32 = type('int32');

/** One result. */
export const one = (shape: readonly number[], dtype: NativeType): ShapeInfo[] => [{ shape, dtype }];

/** One result like the first operand. */
export function sameAsFirst(inputs: Operands): ShapeInfo[] {
  const { shape, dtype } = Object.values(inputs)[0];
  return one(shape, dtype);
}

/** A constant vector of integers. */
export function vector(builder: GraphBuilder, values: readonly number[]): string {
  return builder.constant(Int32Array.from(values), [values.length], 'int32');
}

/** A constant number. */
export function scalar(builder: GraphBuilder, value: number, dtype: NativeType = 'int32'): string {
  const isFloat = dtype === 'float32' || dtype === 'bfloat16';
  const data: TypedArray = isFloat ? Float32Array.of(value) : Int32Array.of(value);
  return builder.constant(data, [], dtype);
}

/** Constant pairs of integers, `[n, 2]`. */
export function pairs(builder: GraphBuilder, values: readonly (readonly number[])[]): string {
  return builder.constant(Int32Array.from(values.flat()), [values.length, 2], 'int32');
}

/** A call's first operand. */
export function first(node: TraceNode): TraceValue {
  return Object.values(node.inputs)[0];
}

/** An axis counted from the front; 0 if none is given. */
export function axisIn(axis: unknown, shape: readonly number[]): number {
  return util.parseAxisParam((axis as number | undefined) ?? 0, [...shape])[0];
}
