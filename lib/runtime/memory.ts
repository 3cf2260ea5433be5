/** How much memory steps will need, and what they compute again in order to fit. */
import { BackendError } from '../errors.js';
import type { NamedTensors } from '../tensors.js';
import { gibibytes } from '../text.js';
import { availableMemory } from './available-memory.js';
import { peakBytes } from './passes/peak-memory.js';
import { recompute, type Recomputation } from './passes/recompute.js';
import type { MemoryEstimate, Program, StepDefinition } from './program.js';
import { bytesOfAll } from './step-work.js';
import { bytesOf, type TracedStep } from './trace-graph.js';
import { traceStep } from './trace-step.js';

/** Memory of Node and TensorFlow besides tensors, measured. */
const PROCESS_BYTES = 600 * 2 ** 20;

/** Memory of one node of the graph in TensorFlow, measured. */
const NODE_BYTES = 8 * 1024;

/**
 * Memory that a step takes per byte of its values: kernels need scratch space, the allocator leaves
 * gaps, and kernels that run in parallel change the order. Measured from (6, 4, 3) at crop 65 to
 * (12, 8, 5) at crop 321, where the estimate is within a tenth of the process's peak.
 */
const OVERHEAD = 1.3;

/** The share of the memory below which nothing is computed again. */
const COMFORTABLE = 0.25;

/** The share of the memory that a run may take. */
const USABLE = 0.9;

const POLICIES: readonly Recomputation[] = ['none', 'cheap', 'all'];

/** What a user can do about steps that do not fit; the beginning of a list. */
export const SMALLER =
  'take a smaller crop or batch (option crop, option batchSize; memory is proportional to both. In a ' +
  'retraining the option accumulate adds up small batches to the one that was meant)';

/** A state, of which only shapes and types count. */
type StateShapes = Readonly<Record<string, Parameters<typeof bytesOf>[0]>>;

/** The steps under one policy, and the memory that they then need. */
function estimate(
  steps: readonly TracedStep[],
  state: StateShapes,
  what: Recomputation,
): MemoryEstimate & { readonly steps: readonly TracedStep[] } {
  const rewritten = steps.map((step) => recompute(step, what));
  const stateBytes = Object.values(state).reduce((sum, tensor) => sum + bytesOf(tensor), 0);
  const step = OVERHEAD * Math.max(0, ...rewritten.map(peakBytes));
  const nodes = rewritten.reduce((sum, { nodes: kernels }) => sum + kernels.length, 0);
  const total = PROCESS_BYTES + NODE_BYTES * nodes + stateBytes + step;
  return { recompute: what, state: stateBytes, step, total, steps: rewritten };
}

/**
 * The memory that eager steps take, with state and process, bytes: until a step ends, every value in it
 * stays.
 *
 * @param state - of which only shapes and types are used
 */
export function eagerMemory(steps: readonly TracedStep[], state: NamedTensors): number {
  const stateBytes = Object.values(state).reduce((sum, tensor) => sum + bytesOf(tensor), 0);
  return PROCESS_BYTES + stateBytes + Math.max(0, ...steps.map(bytesOfAll));
}

/**
 * The memory that a step without gradients takes, with state and process, bytes.
 *
 * @param state - of which only shapes and types are used
 */
export function stepMemory(definition: StepDefinition, state: NamedTensors): number {
  return estimate([traceStep(definition, state)], state, 'none').total;
}

/** How to fit steps into memory. */
export interface MemoryOptions {
  /**
   * What the backward pass computes again. *auto* (default) - nothing if a quarter of the memory
   * suffices, otherwise as little as makes the steps fit.
   */
  readonly recompute: Recomputation | 'auto';
  /** The memory that the process may take, bytes; nine tenths of the machine's by default. */
  readonly memoryLimit: number;
}

/** The default of `memoryLimit`, bytes. */
export function defaultMemoryLimit(): number {
  return USABLE * availableMemory();
}

/** Whether steps that need so much are taken. */
function fits(
  { recompute: policy, total }: MemoryEstimate,
  { recompute: wanted, memoryLimit }: MemoryOptions,
): boolean {
  const isFirst = policy === 'none' && wanted === 'auto';
  return total <= (isFirst ? (COMFORTABLE / USABLE) * memoryLimit : memoryLimit);
}

/** Whether options lead to the last of estimates that were tried one after the other. */
export function leadToLast(tried: readonly MemoryEstimate[], options: MemoryOptions): boolean {
  return tried.findIndex((one) => fits(one, options)) === tried.length - 1;
}

/**
 * Rewrites steps so that they fit into memory.
 *
 * @param state - the state that they share
 * @returns the steps, and what they need under each policy that was tried; the last one was taken
 * @throws {@link BackendError} if they do not fit, with the numbers and what to do
 */
export function fitMemory(
  steps: readonly TracedStep[],
  state: StateShapes,
  options: MemoryOptions,
): { readonly steps: readonly TracedStep[]; readonly tried: readonly MemoryEstimate[] } {
  const { recompute: wanted, memoryLimit } = options;
  const tried: MemoryEstimate[] = [];
  for (const policy of wanted === 'auto' ? POLICIES : [wanted]) {
    const { steps: rewritten, ...memory } = estimate(steps, state, policy);
    tried.push(memory);
    if (fits(memory, options)) {
      return { steps: rewritten, tried };
    }
  }
  const { recompute: policy, state: stateBytes, step, total } = tried.at(-1)!;
  throw new BackendError(
    `memory: expected steps that need at most ${gibibytes(memoryLimit)}, got about ` +
      `${gibibytes(total)} (weights and optimizer ${gibibytes(stateBytes)}, largest step ` +
      `${gibibytes(step)}, with recompute ${policy}); ${SMALLER}, fewer layers or filters` +
      (policy === 'all' ? '' : ", or { recompute: 'all' }") +
      '; the option memoryLimit sets the limit',
  );
}

/** A line for the user about a program's memory; none for eager steps. */
export function memoryNotes({ memory }: Pick<Program, 'memory'>): readonly string[] {
  if (!memory) {
    return [];
  }
  const again = {
    none: '',
    cheap: '; all but convolutions computed again in the backward pass',
    all: '; cells computed again in the backward pass',
  }[memory.recompute];
  return [`memory: about ${gibibytes(memory.total)}${again}`];
}
