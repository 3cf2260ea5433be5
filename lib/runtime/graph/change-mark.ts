/** Tells whether a step that failed had begun to change the state. */
import type * as tf from '@tensorflow/tfjs-core';
import type { GraphBuilder } from './graph-builder.js';
import { after } from './value-name.js';

/** Numbers of calls begin again after so many; float32 holds all whole numbers below. */
const NUMBERS = 2 ** 20;

/** A variable that holds the number of the last call that began to change the state. */
export interface ChangeMark {
  readonly handle: string;
  /** Reads it. */
  readonly value: string;
  /** Placeholder of the number of a call. */
  readonly call: string;
  /** What to fetch to set it. */
  readonly set: string;
}

const FLOAT = { kind: 'type', value: 'float32' as tf.DataType } as const;
const SCALAR = { kind: 'shape', value: [] } as const;

/** The number of a call, as the mark holds it. */
export function numberOfCall(calls: number): number {
  return calls % NUMBERS;
}

/** Adds a mark; a name that no state has keeps it apart from the state. */
export function writeMark(builder: GraphBuilder): ChangeMark {
  const shared_name = { kind: 'string', value: 'autodeeplab/begun' } as const;
  const handle = builder.add('VarHandleOp', [], { dtype: FLOAT, shape: SCALAR, shared_name });
  const value = builder.add('ReadVariableOp', [handle], { dtype: FLOAT });
  const call = builder.add('Placeholder', [], { dtype: FLOAT, shape: SCALAR });
  const assigned = builder.add('AssignVariableOp', [handle, call], { dtype: FLOAT });
  return { handle, value, call, set: builder.signal([after(assigned)]) };
}

/**
 * Adds the nodes that set the mark when all values of a step's changes are there, and writes the changes
 * behind them: until then nothing of the state has changed.
 *
 * @param values - what the changes need
 */
export function afterMark<T>(
  builder: GraphBuilder,
  mark: ChangeMark | undefined,
  values: readonly string[],
  write: () => T,
): T {
  if (mark === undefined || values.length === 0) {
    return write();
  }
  const inputs = [mark.handle, mark.call, ...new Set(values.map(after))];
  const begun = builder.add('AssignVariableOp', inputs, { dtype: FLOAT });
  return builder.after([after(begun)], write);
}
