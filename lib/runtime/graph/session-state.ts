/** The state of a program: variables in its session. */
import * as tf from '@tensorflow/tfjs-core';
import { ConfigError } from '../../errors.js';
import type { NativeType } from '../../ops/native-call.js';
import type { NamedTensors } from '../../tensors.js';
import type { GraphBuilder } from './graph-builder.js';
import type { GraphSession } from './session.js';
import { after } from './value-name.js';
import type { StateSlot } from './write-step.js';

/** Where a state is in a graph. */
export interface WrittenState {
  readonly slots: ReadonlyMap<string, StateSlot>;
  /** What to fetch to set the whole state. */
  readonly loaded: string;
}

/** A tensor of the state, of which shape and type count. */
interface StateTensor {
  readonly shape: readonly number[];
  readonly dtype: NativeType;
}

/** Adds a variable and the node that reads it. */
export function writeSlot(builder: GraphBuilder, name: string, tensor: StateTensor): StateSlot {
  const dtype = { kind: 'type', value: tensor.dtype } as const;
  const shape = { kind: 'shape', value: tensor.shape } as const;
  const shared_name = { kind: 'string', value: name } as const;
  const handle = builder.add('VarHandleOp', [], { dtype, shape, shared_name });
  return { handle, value: builder.add('ReadVariableOp', [handle], { dtype }), dtype: tensor.dtype };
}

/**
 * Adds the variables of a state, and the nodes that set all of them.
 *
 * A session may be fed any value instead of computing it, so each variable is assigned what its
 * reader returns, and a call that loads a state feeds the readers.
 *
 * @param state - of which only names, shapes and types are used
 */
export function writeState(builder: GraphBuilder, state: NamedTensors): WrittenState {
  const slots = new Map(
    Object.entries(state).map(([name, tensor]) => [name, writeSlot(builder, name, tensor)]),
  );
  const assigned = Array.from(slots.values(), ({ handle, value, dtype }) => {
    const node = builder.add('AssignVariableOp', [handle, value], {
      dtype: { kind: 'type', value: dtype },
    });
    return after(node);
  });
  return { slots, loaded: builder.signal(assigned) };
}

/** The state in a session. */
export class SessionState {
  private isPrepared = false;

  constructor(
    private readonly session: GraphSession,
    private readonly written: WrittenState,
    /** What to fetch whenever it was set. */
    private readonly prepares: string | null = null,
  ) {}

  /** A copy of parts of the state. */
  read(names: readonly string[] = [...this.written.slots.keys()]): NamedTensors {
    if (names.length === 0) {
      return {}; // a session does not run for nothing
    }
    const values = this.session.run(
      [],
      names.map((name) => this.slot(name).value),
    );
    return Object.fromEntries(names.map((name, i) => [name, values[i]]));
  }

  /** Replaces parts of the state. */
  load(values: NamedTensors): void {
    const { slots, loaded } = this.written;
    Object.keys(values).forEach((name) => this.slot(name));
    const others = [...slots.keys()].filter((name) => !Object.hasOwn(values, name));
    const kept = others.length > 0 && others.length < slots.size ? this.read(others) : {};
    const feeds = Object.entries({ ...kept, ...values }).map(
      ([name, tensor]) => [this.slot(name).value, tensor] as const,
    );
    this.isPrepared = false;
    try {
      tf.dispose(feeds.length > 0 ? this.session.run(feeds, [loaded]) : []);
    } finally {
      tf.dispose(kept);
    }
    this.prepare();
  }

  /** Computes what steps take from the state alone, unless it was since the state was set; before each step. */
  prepare(): void {
    if (this.prepares !== null && !this.isPrepared) {
      tf.dispose(this.session.run([], [this.prepares]));
    }
    this.isPrepared = true;
  }

  private slot(name: string): StateSlot {
    const slot = this.written.slots.get(name);
    if (!slot) {
      throw new ConfigError(`state: expected a tensor called "${name}", got none`);
    }
    return slot;
  }
}
