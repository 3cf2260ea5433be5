/**
 * Programs: pure functions, called steps, over a state that they share.
 *
 * A step maps (state, inputs) to outputs and the parts of the state that it changes; everything that
 * differs from call to call is an input. It can therefore run operation by operation on any backend,
 * or be compiled into one graph (`compile.ts`).
 */
import * as tf from '@tensorflow/tfjs-core';
import { BackendError, ConfigError, ShapeError } from '../errors.js';
import { tensorOf, type NamedTensors } from '../tensors.js';
import type { Recomputation } from './passes/recompute.js';
import { withoutRandomness } from './randomness.js';
import { asReplicas, type Replication, type View } from './replicas.js';
import type { StepProfile } from './profile.js';
import type { StepWork } from './step-work.js';

/** What a step returns. */
export interface StepResult {
  readonly outputs: NamedTensors;
  /** New values of the state's tensors that change, by name. */
  readonly state?: NamedTensors;
  /** A bool scalar: if it is false, the state stays as it was; absent: it always changes. */
  readonly isValid?: tf.Scalar;
}

/** A pure function; it must neither read the value of a tensor nor keep a tensor. */
export type Step = (state: NamedTensors, inputs: NamedTensors) => StepResult;

/** Shape and type of an input. */
export interface InputSpec {
  readonly shape: readonly number[];
  /** float32 if absent. */
  readonly dtype?: 'float32' | 'int32';
}

/** How a step is computed by replicas. */
export interface StepReplicas extends Replication {
  /** The inputs that are divided among them: those that begin with the batch. */
  readonly batched: readonly string[];
}

/** A step and the inputs that it is called with. */
export interface StepDefinition {
  readonly step: Step;
  readonly inputs: Readonly<Record<string, InputSpec>>;
  /** How replicas compute it; absent: one does. */
  readonly replicas?: StepReplicas | undefined;
}

/** The memory that a program of compiled steps needs. */
export interface MemoryEstimate {
  /** What the backward pass computes again. */
  readonly recompute: Recomputation;
  /** The variables and the optimizers' state, bytes. */
  readonly state: number;
  /** The values inside the largest step at its peak, bytes. */
  readonly step: number;
  /** State, step, and the process itself, bytes. */
  readonly total: number;
}

/** What the steps of a program cost. */
export interface ProgramCost {
  /** The work in one call of each step. */
  readonly steps: Readonly<Record<string, StepWork>>;
  /** The memory that state, largest step and process take, bytes. */
  readonly memory: number;
}

/** Steps over one state. */
export interface Program {
  /** How the steps run: operation by operation on the current backend, or as compiled graphs. */
  readonly mode: 'eager' | 'graph';
  /** The memory that compiled steps need; eager steps are not estimated. */
  readonly memory?: MemoryEstimate;
  /** How many calls have changed the state, or may have: a call that failed is one unless it cannot have. */
  changes(): number;
  /** What the steps cost, from shapes alone; eager steps are traced for it. */
  cost(): ProgramCost;
  /**
   * Runs a step and keeps the state that it changes, unless the step says that it is not valid.
   *
   * @returns the outputs; the caller disposes them
   * @throws {@link ConfigError} for an unknown step or a missing input, {@link ShapeError} for an
   *   input of another shape than declared, {@link BackendError} once the program was disposed
   */
  run(step: string, inputs: NamedTensors): NamedTensors;
  /**
   * Runs a step as {@link Program.run} does, while timers, servers and other code of this process go on. Several
   * calls run one after the other, in order; the program's other functions are refused until all have ended.
   *
   * Compiled steps on the native backend that our set-up builds compute beside Node's event loop. Others hold it
   * up until they end: eager steps are calls of tfjs, and tfjs's own binding has no call that does not wait.
   * In a ring they hold it up, too: that is how its watchdog knows of a step that does not end.
   *
   * @throws what {@link Program.run} throws
   */
  runAsync(step: string, inputs: NamedTensors): Promise<NamedTensors>;
  /**
   * Runs a step as {@link Program.run} does, and says what its time was spent on; absent where steps are not
   * compiled.
   *
   * @throws what {@link Program.run} throws; {@link BackendError} if the backend was not built by our set-up
   */
  profile?(step: string, inputs: NamedTensors): StepProfile;
  /** A copy of the state, for checkpoints and decoding; the caller disposes it. */
  state(names?: readonly string[]): NamedTensors;
  /** Replaces parts of the state by copies of `values`. */
  load(values: NamedTensors): void;
  /** Frees the state. */
  dispose(): void;
}

/**
 * Calls the function of a step.
 *
 * @param view - what it sees of a batch that is divided among replicas
 * @throws {@link BackendError} if it is asynchronous or uses random numbers of its own,
 *   {@link ConfigError} or {@link ShapeError} if it changes the state to one that does not fit
 */
export function runStep(
  { step, replicas }: StepDefinition,
  state: NamedTensors,
  inputs: NamedTensors,
  view: View = 'all',
): StepResult {
  const result: StepResult | Promise<unknown> | undefined = withoutRandomness(() =>
    asReplicas(replicas, view, () => step(state, inputs)),
  );
  if (result instanceof Promise) {
    result.catch(() => undefined); // what it would have computed is of no use
    throw new BackendError(
      'step: expected a synchronous function that returns outputs, got a promise; compute what is ' +
        'awaited outside of the step and pass it as an input',
    );
  }
  const { outputs, state: changes = {}, isValid } = (result ?? {}) as Partial<StepResult>;
  if (outputs === undefined) {
    throw new ConfigError(
      `step: expected { outputs, state? }, got ${result === undefined ? 'undefined' : 'no outputs'}; ` +
        'return { outputs: {} } if there are none',
    );
  }
  for (const [name, value] of Object.entries(outputs)) {
    checkTensor(`output ${name}`, value);
  }
  for (const [name, value] of Object.entries(changes)) {
    checkState(name, tensorOf(state, name, 'state'), value);
  }
  if (isValid === undefined) {
    return { outputs, state: changes };
  }
  checkTensor('isValid', isValid);
  if (isValid.dtype !== 'bool' || isValid.rank !== 0) {
    throw new ShapeError(
      `step: expected a bool scalar as isValid, got ${isValid.dtype} [${isValid.shape.join(', ')}]`,
    );
  }
  return { outputs, state: changes, isValid };
}

/** Throws unless a value is a tensor that still has its data. */
function checkTensor(what: string, given: unknown): void {
  if (!(given instanceof tf.Tensor) || given.isDisposed) {
    const got = given instanceof tf.Tensor ? 'one that was disposed' : typeof given;
    throw new ConfigError(`${what}: expected a tensor, got ${got}`);
  }
  if (given.dtype === 'string' || given.dtype === 'complex64') {
    throw new ConfigError(
      `${what}: expected a tensor of float32, int32 or bool, got one of ${given.dtype}; keep it outside of the step`,
    );
  }
}

/** Throws unless a value fits the tensor of the state that it replaces. */
export function checkState(
  name: string,
  held: Pick<tf.TensorInfo, 'shape' | 'dtype'>,
  given: tf.Tensor,
): void {
  checkTensor(`state ${name}`, given);
  if (String(held.shape) !== String(given.shape) || held.dtype !== given.dtype) {
    throw new ShapeError(
      `state ${name}: expected ${held.dtype} [${held.shape.join(', ')}], ` +
        `got ${given.dtype} [${given.shape.join(', ')}]`,
    );
  }
}

/** Throws unless the inputs that replicas share out can be divided. */
export function checkReplicas(name: string, { inputs, replicas }: StepDefinition): void {
  for (const input of replicas?.batched ?? []) {
    const { count } = replicas!;
    const shape = Object.hasOwn(inputs, input) ? inputs[input].shape : [];
    if (!Number.isInteger(count) || count < 1 || !Number.isInteger(shape[0] / count)) {
      throw new ShapeError(
        `step ${name}, input ${input}: expected a batch that ${count} replicas can divide, got ` +
          `[${shape.join(', ')}]`,
      );
    }
  }
}

/** Checks the inputs of a call against their declaration. */
export function checkInputs(name: string, definition: StepDefinition, inputs: NamedTensors): void {
  const given: unknown = inputs; // scripts in JavaScript may leave it out
  if (typeof given !== 'object' || given === null) {
    throw new ConfigError(
      `step ${name}: expected its inputs as an object of tensors, got ${given === null ? 'null' : typeof given}; ` +
        'give {} if it has none',
    );
  }
  for (const [input, { shape, dtype = 'float32' }] of Object.entries(definition.inputs)) {
    const tensor = tensorOf(inputs, input, `step ${name}, inputs`);
    checkTensor(`step ${name}, input ${input}`, tensor);
    if (String(tensor.shape) !== String(shape) || tensor.dtype !== dtype) {
      throw new ShapeError(
        `step ${name}, input ${input}: expected ${dtype} [${shape.join(', ')}], ` +
          `got ${tensor.dtype} [${tensor.shape.join(', ')}]`,
      );
    }
  }
}

/** The definition of a step; throws a {@link ConfigError} that lists the steps if there is none. */
export function stepOf(
  steps: Readonly<Record<string, StepDefinition>>,
  name: string,
): StepDefinition {
  if (!Object.hasOwn(steps, name)) {
    const known = Object.keys(steps).join(', ');
    throw new ConfigError(`step: expected one of ${known}, got ${name}`);
  }
  return steps[name];
}
