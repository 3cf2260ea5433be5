/** Makes a program of steps, for the current backend. */
import * as tf from '@tensorflow/tfjs-core';
import { programThreads } from '../backend/native.js';
import type { Work } from '../backend/threads.js';
import { BackendError } from '../errors.js';
import type { NamedTensors } from '../tensors.js';
import { eagerProgram } from './eager-program.js';
import { graphProgram, type GraphOptions } from './graph/graph-program.js';
import { defaultMemoryLimit } from './memory.js';
import type { Program, StepDefinition } from './program.js';

/** How to run steps. */
export interface CompileOptions extends Partial<GraphOptions> {
  /** The kind of work in the steps, which decides the number of threads; *chain* by default. */
  readonly work?: Work;
  /**
   * *auto* (default) - as *graph* on the native backend, as *eager* elsewhere.
   * *graph* - as one graph. *eager* - operation by operation.
   */
  readonly mode?: 'auto' | 'graph' | 'eager';
}

/**
 * Makes a program of steps that share state.
 *
 * As a graph, a step is one call of the native backend, about ten times faster than operation by
 * operation, and the state stays in the backend between calls. Tracing works on shapes alone.
 *
 * @param initial - the state at the start, by name; copied
 * @param steps - the steps by name, with the inputs that they are called with
 * @throws {@link BackendError} if a step uses an operation that cannot be compiled, mode *graph* is
 *   asked for on another backend than the native one, or the steps do not fit into memory
 *
 * @example
 * const program = compile(
 *   { total: tf.scalar(0) },
 *   {
 *     add: {
 *       inputs: { x: { shape: [] } },
 *       step: ({ total }, { x }) => {
 *         const sum = tf.add(total, x);
 *         return { outputs: { sum }, state: { total: sum } };
 *       },
 *     },
 *   },
 * );
 * program.run('add', { x: tf.scalar(2) }).sum.print(); // 2
 */
export function compile(
  initial: NamedTensors,
  steps: Readonly<Record<string, StepDefinition>>,
  { mode = 'auto', work = 'chain', ...options }: CompileOptions = {},
): Program {
  const isNative = tf.getBackend() === 'tensorflow';
  if (mode === 'graph' && !isNative) {
    throw new BackendError(
      `compile: expected the native backend for mode graph, got ${tf.getBackend()}; ` +
        "call useBackend('tensorflow') first, or use mode auto",
    );
  }
  return mode === 'eager' || !isNative
    ? eagerProgram(initial, steps)
    : graphProgram(initial, steps, {
        rewrite: options.rewrite ?? false,
        recompute: options.recompute ?? 'auto',
        memoryLimit: options.memoryLimit ?? defaultMemoryLimit(),
        threads: options.threads ?? programThreads(work),
      });
}
