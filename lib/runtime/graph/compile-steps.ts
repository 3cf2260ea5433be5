/** Traces steps and writes them into a graph, or takes them from the folder that keeps them. */
import { keyOfSteps } from '../compiled/steps-key.js';
import type { CompiledSteps, StepEnds } from '../compiled/compiled-steps.js';
import { graphFolder, keepSteps, readSteps } from '../compiled/graph-folder.js';
import { convertSteps } from '../convert-steps.js';
import { fitMemory, leadToLast, type MemoryOptions } from '../memory.js';
import type { Precision } from '../precision.js';
import type { StepDefinition } from '../program.js';
import { workOf } from '../step-work.js';
import type { NamedTensors } from '../../tensors.js';
import type { TracedStep, TraceNode } from '../trace-graph.js';
import { traceInRing, traceReplicas } from '../trace-step.js';
import { writeMark, type ChangeMark } from './change-mark.js';
import { GraphBuilder } from './graph-builder.js';
import { GraphDef } from './graph-def.js';
import type { SessionOptions } from './session-config.js';
import { writeSlot, writeState, type WrittenState } from './session-state.js';
import { writeStep, type StateSlot, type WrittenStep } from './write-step.js';

/** How steps are compiled and run. */
export interface GraphOptions extends SessionOptions, MemoryOptions {
  /** What convolutions, and what lies between them, compute with. */
  readonly precision: Precision;
  /**
   * A text that says all that the functions of the steps follow from, besides the code of this library: steps of
   * the same text are kept on disk and not traced again. Absent: they are traced each time.
   */
  readonly source?: string | undefined;
}

/** Steps over a state. */
export interface StepsOverState {
  /** The state at the start, of which only names, shapes and types are used. */
  readonly initial: NamedTensors;
  readonly steps: Readonly<Record<string, StepDefinition>>;
}

/** A graph that has the state, and no step yet. */
export interface BegunGraph {
  readonly builder: GraphBuilder;
  readonly document: GraphDef;
  readonly held: WrittenState;
  readonly mark: ChangeMark | undefined;
  /** The part of the graph that has the state. */
  readonly part: Uint8Array;
}

/** Begins a graph. */
export function beginGraph(initial: NamedTensors, { devices, place }: GraphOptions): BegunGraph {
  const document = new GraphDef();
  const builder = new GraphBuilder(document, devices?.[0]);
  const held = writeState(builder, initial);
  const mark = place && writeMark(builder);
  return { builder, document, held, mark, part: document.part() };
}

/** Traces steps as this process computes them. */
function tracedSteps(
  steps: Readonly<Record<string, StepDefinition>>,
  initial: NamedTensors,
  { devices, ring }: GraphOptions,
): TracedStep[] {
  let messages = 0;
  return Object.values(steps).map((definition) =>
    ring
      ? traceInRing(definition, initial, ring, () => ++messages)
      : traceReplicas(definition, initial, devices),
  );
}

function endsOf({ inputs, outputs, done }: WrittenStep): StepEnds {
  return { inputs, outputs: Object.entries(outputs), done: done ?? null };
}

/**
 * Traces steps and writes them.
 *
 * @returns the steps, and by step the last node of the graph that each kernel is written as
 * @throws {@link BackendError} if a step uses an operation that cannot be compiled, or the steps do not fit into
 *   memory
 */
export function writeSteps(
  { builder, document, held, mark }: BegunGraph,
  { initial, steps }: StepsOverState,
  options: GraphOptions,
): {
  readonly compiled: CompiledSteps;
  readonly nodes: Readonly<Record<string, ReadonlyMap<TraceNode, string>>>;
} {
  const names = Object.keys(steps);
  const converted = convertSteps(tracedSteps(steps, initial, options), options);
  const { preparation } = converted;
  const prepared = Object.fromEntries(preparation?.changes ?? []);
  const fitted = fitMemory(converted.steps, { ...initial, ...prepared }, options);
  const slots = new Map<string, StateSlot>(held.slots);
  for (const [name, value] of Object.entries(prepared)) {
    slots.set(name, { ...writeSlot(builder, name, value), isPrepared: true });
  }
  const written = names.map((name, i) => writeStep(builder, name, fitted.steps[i], slots, mark));
  const prepares = preparation && writeStep(builder, 'preparation', preparation, slots).done;
  const byName = <T>(of: (i: number) => T) =>
    Object.fromEntries(names.map((name, i) => [name, of(i)]));
  const facts = {
    ends: byName((i) => endsOf(written[i])),
    works: byName((i) => workOf(fitted.steps[i])),
    prepares: prepares ?? null,
    tried: fitted.tried,
  };
  return { compiled: { facts, graph: document.part() }, nodes: byName((i) => written[i].nodes) };
}

/**
 * The steps, traced and written unless an earlier process has kept them.
 *
 * Steps that other processes take part in are traced each time.
 *
 * @throws what {@link writeSteps} throws
 */
export function compiledSteps(
  begun: BegunGraph,
  given: StepsOverState,
  options: GraphOptions,
): CompiledSteps {
  const { source, ring, place, devices = [], recompute, precision, rewrite } = options;
  const isOwn = ring === undefined && place === undefined;
  const folder = source !== undefined && isOwn ? graphFolder(process.env) : undefined;
  if (source === undefined || folder === undefined) {
    return writeSteps(begun, given, options).compiled;
  }
  const { initial: state, steps } = given;
  const key = keyOfSteps({ source, state, steps, devices, recompute, precision, rewrite });
  if (key === undefined) {
    return writeSteps(begun, given, options).compiled;
  }
  const found = readSteps(folder, key);
  if (found !== undefined && leadToLast(found.facts.tried, options)) {
    return found;
  }
  const { compiled } = writeSteps(begun, given, options);
  keepSteps(folder, key, compiled);
  return compiled;
}
