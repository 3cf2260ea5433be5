/** Writes one traced step into a graph: the kernels, and the changes of the state. */
import { BackendError } from '../../errors.js';
import { isConstantInput, type NativeType } from '../../ops/native-call.js';
import { kernels } from '../../ops/register.js';
import type { AnyKernelDefinition } from '../../ops/kernel.js';
import { statesOf, type TracedStep, type TraceNode, type TraceValue } from '../trace-graph.js';
import { afterMark, type ChangeMark } from './change-mark.js';
import type { GraphBuilder } from './graph-builder.js';
import type { LoweringContext } from '../kernels/kernel.js';
import { tracedKernels } from '../kernels/kernels.js';
import { after, nodeOf, outputNames } from './value-name.js';

/** Where a step begins and ends in the graph. */
export interface WrittenStep {
  /** Placeholders by input name; inputs that the step does not use are absent. */
  readonly inputs: Readonly<Record<string, string>>;
  /** What to fetch, by output name; fetching it also updates the state. */
  readonly outputs: Readonly<Record<string, string>>;
  /** What to fetch of a step without outputs. */
  readonly done: string | undefined;
  /** The last node that each kernel is written as, by name; of equal kernels, the first. */
  readonly nodes: ReadonlyMap<TraceNode, string>;
}

/** A state tensor's place in the graph. */
export interface StateSlot {
  readonly handle: string;
  /** Reads it; the same node serves all steps, of which one runs at a time. */
  readonly value: string;
  readonly dtype: NativeType;
  /** True if it has no value before it is first assigned, and no call both reads and assigns it. */
  readonly isPrepared?: boolean;
}

const typeOf = (dtype: NativeType) => ({ kind: 'type', value: dtype }) as const;

const ownKernels: ReadonlyMap<string, AnyKernelDefinition> = new Map(
  kernels.map((kernel) => [kernel.name, kernel]),
);

/** Writes a call of one of this library's kernels as its TensorFlow operation. */
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
  // Kernels are defined in float32; where a pass gave them images in bfloat16, that is their type T.
  const isHalf = Object.values(node.inputs).some(({ dtype }) => dtype === 'bfloat16');
  const T = isHalf && { T: typeOf('bfloat16') };
  const name = builder.pure(call.operation, operands, { ...call.attributes, ...T });
  return outputNames(name, node.outputs.length);
}

/** Writes one step into a graph: each value when it is first used. */
class StepWriter {
  readonly inputs: Record<string, string> = {};
  private readonly nodes = new Map<TraceNode, readonly string[]>();
  /** The last node that each kernel is written as, by name; of equal kernels, the first. */
  readonly written = new Map<TraceNode, string>();
  private readonly known = new Set<string>();

  constructor(
    private readonly builder: GraphBuilder,
    private readonly step: string,
    private readonly slots: ReadonlyMap<string, StateSlot>,
    private readonly mark: ChangeMark | undefined,
  ) {}

  /** Writes a kernel call on its device. */
  write(node: TraceNode): void {
    this.builder.on(node.device, () => {
      this.writeHere(node);
    });
  }

  private writeHere(node: TraceNode): void {
    const inputs: Record<string, string> = {};
    for (const [name, value] of Object.entries(node.inputs)) {
      inputs[name] = this.nameOf(value);
    }
    const context = { node, attributes: node.attributes, inputs, builder: this.builder };
    const own = ownKernels.get(node.kernel);
    const traced = tracedKernels.get(node.kernel);
    if (!own && !traced) {
      throw new BackendError(
        `compile ${this.step}: expected operations that have a TensorFlow form, got ` +
          `${node.kernel}; express the step without it, or compile with { mode: 'eager' }`,
      );
    }
    const { size } = this.builder;
    const before = (node.after ?? []).map((other) => after(nodeOf(this.nodes.get(other)![0])));
    this.nodes.set(
      node,
      this.builder.after(before, () => (own ? lowerOwn(own, context) : traced!.lower(context))),
    );
    const { size: now, latest } = this.builder;
    const name = now > size ? latest! : nodeOf(this.nodes.get(node)![0]);
    if (!this.known.has(name)) {
      this.known.add(name);
      this.written.set(node, name);
    }
  }

  /** The graph's name of a value. */
  nameOf({ source, shape, dtype }: TraceValue): string {
    switch (source.kind) {
      case 'node':
        return this.nodes.get(source.node)![source.output];
      case 'constant':
        return this.builder.constant(source.data, shape, dtype);
      case 'state':
        return this.slot(source.name).value;
      case 'input':
        return this.placeholder(source.name, shape, dtype);
    }
  }

  /** The place of a state tensor. */
  slot(name: string): StateSlot {
    const slot = this.slots.get(name);
    if (!slot) {
      throw new BackendError(
        `compile ${this.step}: expected a tensor of the state, got ${name}; give it a first value`,
      );
    }
    return slot;
  }

  /** Writes the changes of the state; returns the nodes that make them. */
  writeChanges(step: TracedStep): string[] {
    const values = [
      ...step.changes.map(([, value]) => value),
      ...step.momentum.flatMap(({ gradient, rate }) => [gradient, rate]),
    ];
    const nodes = this.mark === undefined ? [] : values.map((value) => nodeOf(this.nameOf(value)));
    return afterMark(this.builder, this.mark, nodes, () => this.writeEach(step));
  }

  private writeEach(step: TracedStep): string[] {
    const { changes, momentum } = step;
    const states = statesOf(step);
    const assigned = changes.map(([name, value]) => {
      const slot = this.slot(name);
      const order = slot.isPrepared ? [] : [after(slot.value)];
      const operands = [slot.handle, this.nameOf(value), ...order];
      return this.builder.add('AssignVariableOp', operands, { dtype: typeOf(slot.dtype) });
    });
    const updated = momentum.map(({ variable, velocity, gradient, rate, decay }) => {
      const slot = this.slot(variable);
      const T = typeOf('float32');
      const downhill = this.builder.pure('Neg', [this.nameOf(rate)], { T });
      const factor = this.builder.constant(Float32Array.of(decay), [], 'float32');
      const velocitySlot = this.slot(velocity);
      const handles = [slot.handle, velocitySlot.handle];
      // A velocity that nothing else reads is not read here either: its update in place would copy it.
      const order = [slot, ...(states.has(velocity) ? [velocitySlot] : [])];
      const reads = order.map(({ value }) => after(value));
      const operands = [...handles, downhill, this.nameOf(gradient), factor, ...reads];
      return this.builder.add('ResourceApplyMomentum', operands, { T });
    });
    return [...assigned, ...updated];
  }

  private placeholder(name: string, shape: readonly number[], dtype: NativeType): string {
    this.inputs[name] ??= this.builder.on(undefined, () =>
      this.builder.add('Placeholder', [], {
        dtype: { kind: 'type', value: dtype },
        shape: { kind: 'shape', value: shape },
      }),
    );
    return this.inputs[name];
  }
}

/**
 * Writes the changes of a step's state, for a step that is not valid without effect.
 *
 * A node with a dead control input does not run: the changes follow the branch of a Switch that is
 * taken if the step is valid, and a Merge goes on behind whichever was taken.
 *
 * @returns what runs when they are made or left out; none if there are none
 */
function writeGuarded(builder: GraphBuilder, writer: StepWriter, step: TracedStep): string[] {
  const { isValid } = step;
  if (isValid === undefined) {
    const changes = writer.writeChanges(step).map(after);
    return changes.length > 0 ? [after(builder.add('NoOp', changes, {}))] : [];
  }
  const T = typeOf('int32');
  const nothing = builder.constant(Int32Array.of(0), [], 'int32');
  const branch = builder.add('Switch', [nothing, writer.nameOf(isValid)], { T });
  const [left, taken] = outputNames(branch, 2);
  const isTaken = after(builder.add('Identity', [taken], { T }));
  const changes = builder.after([isTaken], () => writer.writeChanges(step));
  const made = builder.add('Identity', [taken, ...changes.map(after)], { T });
  const N = { kind: 'int', value: 2 } as const;
  return [after(builder.add('Merge', [left, made], { N, T }))];
}

/**
 * Writes a step.
 *
 * The state is read once per call; what a call assigns, the next call reads.
 *
 * @param mark - is set before the first change
 * @throws {@link BackendError} if the step uses an operation that cannot be compiled
 */
export function writeStep(
  builder: GraphBuilder,
  name: string,
  step: TracedStep,
  slots: ReadonlyMap<string, StateSlot>,
  mark?: ChangeMark,
): WrittenStep {
  const writer = new StepWriter(builder, name, slots, mark);
  for (const node of step.nodes) {
    writer.write(node);
  }
  const done = writeGuarded(builder, writer, step);
  const fetched = step.outputs.map(([output, value]) => [
    output,
    builder.add('Identity', [writer.nameOf(value), ...done], { T: typeOf(value.dtype) }),
  ]);
  return {
    inputs: writer.inputs,
    outputs: Object.fromEntries(fetched) as Record<string, string>,
    done: fetched.length > 0 ? undefined : builder.signal(done),
    nodes: writer.written,
  };
}
