/** Writes one traced step into a graph: reads of the state, the kernels, and the assignments. */
import type * as tf from '@tensorflow/tfjs-core';
import { BackendError } from '../../errors.js';
import { isConstantInput } from '../../ops/native-call.js';
import { kernels } from '../../ops/register.js';
import type { AnyKernelDefinition } from '../../ops/kernel.js';
import type { StepDefinition, Tensors } from '../program.js';
import { trace } from '../trace-backend.js';
import type { TraceNode, TraceValue } from '../trace-graph.js';
import type { GraphBuilder } from './graph-builder.js';
import { lowerings, type LoweringContext } from './lowering.js';

/** Graph names of a step's ends. */
export interface WrittenStep {
  /** Placeholders by input name; inputs that the step does not use are absent. */
  readonly inputs: Readonly<Record<string, string>>;
  /** What to fetch, by output name; fetching it also updates the state. */
  readonly outputs: Readonly<Record<string, string>>;
}

/** A state tensor's place in the graph. */
export interface StateSlot {
  readonly handle: string;
  readonly dtype: tf.DataType;
}

const ownKernels: ReadonlyMap<string, AnyKernelDefinition> = new Map(
  kernels.map((kernel) => [kernel.name, kernel]),
);

const STATE_PREFIX = 'state/';
const INPUT_PREFIX = 'input/';

/** Writes a node of one of this library's kernels by its TensorFlow operation. */
function lowerOwn(
  kernel: AnyKernelDefinition,
  { node, inputs, builder }: LoweringContext,
): string[] {
  const call = kernel.native(node.inputs as never, node.attributes as never);
  const names = new Map(
    Object.entries(node.inputs).map(([name, value]) => [value as unknown, inputs[name]]),
  );
  const operands = call.inputs.map((input) => {
    if (!isConstantInput(input)) {
      return names.get(input)!;
    }
    return typeof input === 'number'
      ? builder.constant(Int32Array.of(input), [], 'int32')
      : builder.constant(Int32Array.from(input), [input.length], 'int32');
  });
  const name = builder.pure(call.operation, operands, call.attributes);
  return node.outputs.map((_, i) => (i === 0 ? name : `${name}:${i}`));
}

/** The nodes that the given values need, in order. */
function neededNodes(values: readonly TraceValue[]): TraceNode[] {
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

/** Traces a step on the shapes of the state and its inputs. */
function traceStep(definition: StepDefinition, state: Tensors) {
  return trace(
    (placeholder) => {
      const held = Object.fromEntries(
        Object.entries(state).map(([name, { shape, dtype }]) => [
          name,
          placeholder(STATE_PREFIX + name, shape, dtype),
        ]),
      );
      const inputs = Object.fromEntries(
        Object.entries(definition.inputs).map(([name, { shape, dtype }]) => [
          name,
          placeholder(INPUT_PREFIX + name, shape, dtype),
        ]),
      );
      return definition.step(held, inputs);
    },
    ({ outputs, state: changes = {} }, valueOf) => {
      const read = (tensors: Tensors): [string, TraceValue][] =>
        Object.entries(tensors).map(([name, tensor]) => [name, valueOf(tensor)]);
      return { outputs: read(outputs), changes: read(changes) };
    },
  ).result;
}

/** Names values of one step in the graph, writing each source when it is first used. */
class StepWriter {
  readonly inputs: Record<string, string> = {};
  readonly reads = new Map<string, string>();
  private readonly nodes = new Map<TraceNode, readonly string[]>();

  constructor(
    private readonly builder: GraphBuilder,
    private readonly step: string,
    private readonly slots: ReadonlyMap<string, StateSlot>,
  ) {}

  /** Writes a kernel call. */
  write(node: TraceNode): void {
    const inputs: Record<string, string> = {};
    for (const [name, value] of Object.entries(node.inputs)) {
      inputs[name] = this.nameOf(value);
    }
    const context = { node, inputs, builder: this.builder };
    const own = ownKernels.get(node.kernel);
    const lowering = lowerings.get(node.kernel);
    if (!own && !lowering) {
      throw new BackendError(
        `compile ${this.step}: expected operations that have a TensorFlow form, got ` +
          `${node.kernel}; express the step without it, or add a row to lib/runtime/graph/lowering.ts`,
      );
    }
    this.nodes.set(node, own ? lowerOwn(own, context) : lowering!(context));
  }

  /** The graph's name of a value. */
  nameOf({ source, shape, dtype }: TraceValue): string {
    if (source.kind === 'node') {
      return this.nodes.get(source.node)![source.output];
    }
    if (source.kind === 'constant') {
      return this.builder.constant(source.data, shape, dtype);
    }
    return source.name.startsWith(STATE_PREFIX)
      ? this.read(source.name.slice(STATE_PREFIX.length))
      : this.placeholder(source.name.slice(INPUT_PREFIX.length), shape, dtype);
  }

  private read(name: string): string {
    const slot = this.slots.get(name)!;
    const known = this.reads.get(name);
    const dtype = { kind: 'type', value: slot.dtype } as const;
    const node = known ?? this.builder.add('ReadVariableOp', [slot.handle], { dtype });
    this.reads.set(name, node);
    return node;
  }

  private placeholder(name: string, shape: readonly number[], dtype: tf.DataType): string {
    this.inputs[name] ??= this.builder.add('Placeholder', [], {
      dtype: { kind: 'type', value: dtype },
      shape: { kind: 'shape', value: shape },
    });
    return this.inputs[name];
  }
}

/**
 * Traces a step and writes it.
 *
 * The state is read once a call; what a call assigns, the next call reads.
 *
 * @param state - the state's tensors, of which only shapes and types are used
 * @throws {@link BackendError} if the step uses an operation that cannot be compiled
 */
export function writeStep(
  builder: GraphBuilder,
  name: string,
  definition: StepDefinition,
  state: Tensors,
  slots: ReadonlyMap<string, StateSlot>,
): WrittenStep {
  const { outputs, changes } = traceStep(definition, state);
  const writer = new StepWriter(builder, name, slots);
  for (const node of neededNodes([...outputs, ...changes].map(([, value]) => value))) {
    writer.write(node);
  }
  const assigned = changes.map(([changed, value]) => {
    const slot = slots.get(changed);
    if (!slot) {
      throw new BackendError(`compile ${name}: expected changes of the state, got ${changed}`);
    }
    const newValue = writer.nameOf(value);
    const read = writer.reads.get(changed);
    const order = read ? [`^${read}`] : [];
    const dtype = { kind: 'type', value: slot.dtype } as const;
    return `^${builder.add('AssignVariableOp', [slot.handle, newValue, ...order], { dtype })}`;
  });
  const done = assigned.length > 0 ? [`^${builder.add('NoOp', assigned, {})}`] : [];
  const fetched = outputs.map(([output, value]) => [
    output,
    builder.add('Identity', [writer.nameOf(value), ...done], {
      T: { kind: 'type', value: value.dtype },
    }),
  ]);
  return {
    inputs: writer.inputs,
    outputs: Object.fromEntries(fetched) as Record<string, string>,
  };
}
