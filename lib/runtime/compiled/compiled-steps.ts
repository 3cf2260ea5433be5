/** Steps as TensorFlow runs them, with what callers must know of them: plain data. */
import type { MemoryEstimate } from '../program.js';
import type { StepWork } from '../step-work.js';

/** Where a step begins and ends in the graph. */
export interface StepEnds {
  /** Placeholders by input name; inputs that the step does not use are absent. */
  readonly inputs: Readonly<Record<string, string>>;
  /** What to fetch, by output name in order; fetching it also updates the state. */
  readonly outputs: readonly (readonly [name: string, node: string])[];
  /** What to fetch of a step without outputs; null if it has some. */
  readonly done: string | null;
}

/** What is known of compiled steps beside their graph. */
export interface StepFacts {
  readonly ends: Readonly<Record<string, StepEnds>>;
  /** The work in one call of each. */
  readonly works: Readonly<Record<string, StepWork>>;
  /** What to fetch whenever the state was set, before any step; null if nothing. */
  readonly prepares: string | null;
  /** The memory under each policy that was tried; the last one was taken. */
  readonly tried: readonly MemoryEstimate[];
}

/** Steps that were traced and written. */
export interface CompiledSteps {
  readonly facts: StepFacts;
  /** The part of the graph that has their nodes: a serialised GraphDef. */
  readonly graph: Uint8Array;
}
