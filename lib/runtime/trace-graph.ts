/** A traced computation: kernels in the order they were called, and the values between them. */
import type { NamedAttrMap, TypedArray } from '@tensorflow/tfjs-core';
import type { NativeType } from '../ops/native-call.js';
import { elementsOf } from '../tensors.js';

/** Where a value comes from: a kernel, the state, an input of the call, or data known while tracing. */
export type ValueSource =
  | { readonly kind: 'node'; readonly node: TraceNode; readonly output: number }
  | { readonly kind: 'state'; readonly name: string }
  | { readonly kind: 'input'; readonly name: string }
  | { readonly kind: 'constant'; readonly data: TypedArray };

/** A tensor of which only shape and type are known. */
export interface TraceValue {
  readonly source: ValueSource;
  readonly shape: readonly number[];
  readonly dtype: NativeType;
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
  /** Number of the part of the forward pass it belongs to, see `recomputable`; absent: none. */
  readonly region?: number | undefined;
  /** True inside the function that is differentiated, see `forwardPass`. */
  readonly forward?: boolean;
  /** TensorFlow's name of the device that it runs on; absent: that of the program. */
  readonly device?: string | undefined;
  /** Nodes that must have run before, besides those that compute its inputs. */
  readonly after?: readonly TraceNode[];
}

/** The values that leave a step. */
export interface StepResults {
  readonly outputs: readonly NamedValue[];
  /** New values of the state. */
  readonly changes: readonly NamedValue[];
  /** Changes of the state that one kernel makes in place. */
  readonly momentum: readonly MomentumUpdate[];
  /** A bool scalar without which the state does not change; absent: it always does. */
  readonly isValid?: TraceValue | undefined;
}

/** A traced step: what it computes, and which values leave it. */
export interface TracedStep extends StepResults {
  /** The kernels that its results need, in an order in which they can run. */
  readonly nodes: readonly TraceNode[];
}

/** v ← decay · v + gradient; w ← w + rate · v. */
export interface MomentumUpdate {
  /** w, a name in the state. */
  readonly variable: string;
  /** v, a name in the state. */
  readonly velocity: string;
  readonly gradient: TraceValue;
  /** A scalar; below 0 to go downhill. */
  readonly rate: TraceValue;
  readonly decay: number;
}

/** Values that leave a step or are written by it. */
export function resultsOf(step: StepResults): readonly TraceValue[] {
  const { outputs, changes, momentum, isValid } = step;
  const values = [...outputs, ...changes].map(([, value]) => value);
  const updates = momentum.flatMap(({ gradient, rate }) => [gradient, rate]);
  return [...values, ...updates, ...(isValid ? [isValid] : [])];
}

/** The values of one kind that a step uses, by name. */
function usedOf(step: TracedStep, kind: 'input' | 'state'): ReadonlyMap<string, TraceValue> {
  const values = [...step.nodes.flatMap(({ inputs }) => Object.values(inputs)), ...resultsOf(step)];
  const used = new Map<string, TraceValue>();
  for (const value of values) {
    if (value.source.kind === kind) {
      used.set(value.source.name, value);
    }
  }
  return used;
}

/** The inputs that a step uses, by name. */
export function inputsOf(step: TracedStep): ReadonlyMap<string, TraceValue> {
  return usedOf(step, 'input');
}

/** The tensors of the state that a step reads, by name; those that a momentum update changes in place are none. */
export function statesOf(step: TracedStep): ReadonlyMap<string, TraceValue> {
  return usedOf(step, 'state');
}

/** A value with the name under which it leaves a step. */
export type NamedValue = readonly [name: string, value: TraceValue];

/** The node that computes a value; undefined for state, inputs and constants. */
export function producerOf({ source }: TraceValue): TraceNode | undefined {
  return source.kind === 'node' ? source.node : undefined;
}

/** Bytes of a value. */
export function bytesOf({ shape, dtype }: Pick<TraceValue, 'shape' | 'dtype'>): number {
  return elementsOf(shape) * (dtype === 'bool' ? 1 : dtype === 'bfloat16' ? 2 : 4);
}

/** A traced computation. */
export interface TraceGraph {
  readonly nodes: readonly TraceNode[];
}

/** The nodes that the given values need, in order. */
export function neededNodes(values: readonly TraceValue[]): TraceNode[] {
  const needed = new Set<TraceNode>();
  const pending = [...values];
  for (let value = pending.pop(); value; value = pending.pop()) {
    const { source } = value;
    if (source.kind === 'node' && !needed.has(source.node)) {
      needed.add(source.node);
      pending.push(...Object.values(source.node.inputs));
    }
  }
  return [...needed].sort((a, b) => a.index - b.index);
}
