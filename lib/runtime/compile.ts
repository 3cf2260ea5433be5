/** Makes a program of steps, for the current backend. */
import * as tf from '@tensorflow/tfjs-core';
import { programThreads } from '../backend/native.js';
import { SETUP_COMMAND } from '../backend/native-package.js';
import type { Work } from '../backend/threads.js';
import { BackendError, ConfigError } from '../errors.js';
import { isOwnBinding } from '../ops/native-kernels.js';
import type { NamedTensors } from '../tensors.js';
import { eagerProgram } from './eager-program.js';
import type { GraphOptions } from './graph/compile-steps.js';
import { graphProgram } from './graph/graph-program.js';
import { defaultMemoryLimit } from './memory.js';
import { resolvePrecision, type PrecisionChoice } from './precision.js';
import { checkReplicas, checkState, type Program, type StepDefinition } from './program.js';
import { isTracing } from './trace.js';
import { TRACE_BACKEND } from './trace-backend.js';

/** Types of which a state can be. */
const STATE_TYPES: readonly tf.DataType[] = ['float32', 'int32', 'bool'];

/** How to run steps. */
export interface CompileOptions extends Partial<Omit<GraphOptions, 'precision'>> {
  /** The kind of work in the steps, which decides the number of threads; *chain* by default. */
  readonly work?: Work;
  /**
   * *auto* (default) - as *graph* on the native backend, as *eager* elsewhere.
   * *graph* - as one graph. *eager* - operation by operation.
   */
  readonly mode?: 'auto' | 'graph' | 'eager';
  /** What convolutions, and what lies between them, compute with; *float32* by default. */
  readonly precision?: PrecisionChoice;
}

/** Throws if nodes cannot be placed on devices. */
function checkDevices(devices: readonly string[], isCompiled: boolean): void {
  if (devices.length > 0 && !(isCompiled && isOwnBinding())) {
    throw new BackendError(
      `devices: expected the native backend as our set-up builds it, got ${
        isCompiled ? "tfjs's own binding, which cannot place operations" : 'operation by operation'
      }; run: ${SETUP_COMMAND} --force, or leave the option devices out`,
    );
  }
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
 *   asked for on another backend than the native one, the steps do not fit into memory, or devices or
 *   bfloat16 are asked for where there are none
 * @throws {@link ShapeError} if replicas cannot divide a batch
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
  const backend = tf.getBackend() as string | undefined;
  const isNative = backend === 'tensorflow';
  if (backend === TRACE_BACKEND && isTracing()) {
    throw new BackendError(
      'compile: expected a call outside of steps, got one inside a step; compile before',
    );
  }
  if (!backend || backend === TRACE_BACKEND) {
    throw new BackendError(
      'compile: expected a backend that is in use, got none; call await useBackend() first',
    );
  }
  if (mode === 'graph' && !isNative) {
    throw new BackendError(
      `compile: expected the native backend for mode graph, got ${backend}; ` +
        "call useBackend('tensorflow') first, or use mode auto",
    );
  }
  for (const [name, { dtype }] of Object.entries(initial)) {
    if (!STATE_TYPES.includes(dtype)) {
      throw new BackendError(`state ${name}: expected float32, int32 or bool, got ${dtype}`);
    }
  }
  for (const [name, step] of Object.entries(steps)) {
    checkReplicas(name, step);
  }
  const isCompiled = mode !== 'eager' && isNative;
  const { devices = [] } = options;
  checkDevices(devices, isCompiled);
  const precision = resolvePrecision(options.precision ?? 'float32', { isCompiled });
  const program = !isCompiled
    ? eagerProgram(initial, steps)
    : graphProgram(initial, steps, {
        rewrite: options.rewrite ?? false,
        recompute: options.recompute ?? 'auto',
        memoryLimit: options.memoryLimit ?? defaultMemoryLimit(),
        threads: options.threads ?? programThreads(work),
        devices,
        place: options.place,
        ring: options.ring,
        source: options.source,
        precision,
      });
  return guarded(program, backend, initial);
}

/** A program whose calls are refused where they could not work. */
function guarded(program: Program, backend: string, initial: NamedTensors): Program {
  const held = new Map(
    Object.entries(initial).map(([name, { shape, dtype }]) => [name, { shape, dtype }]),
  );
  let isDisposed = false;
  let underWay = 0;
  let last: Promise<unknown> = Promise.resolve();
  const checkPlace = () => {
    if (isTracing()) {
      throw new BackendError(
        'program: expected a call outside of steps, got one inside a step; ' +
          "call the other step's function instead",
      );
    }
  };
  const checkUse = () => {
    checkPlace();
    const now = tf.getBackend();
    if (isDisposed || now !== backend) {
      throw new BackendError(
        isDisposed
          ? 'program: expected one that is in use, got one that was disposed; compile the steps again'
          : `program: expected the backend ${backend} that it was compiled for, got ${now}; ` +
              `call useBackend('${backend}') first, or compile the steps again`,
      );
    }
  };
  const check = () => {
    checkUse();
    if (underWay > 0) {
      throw new BackendError(
        'program: expected a call when no step is under way, got one before a call of runAsync has ended; ' +
          'await its promise first',
      );
    }
  };
  return {
    ...program,
    run: (step, inputs) => {
      check();
      return program.run(step, inputs);
    },
    runAsync: (step, inputs) => {
      checkPlace(); // a step ends before the promise is looked at
      underWay++;
      const call = last
        .then(() => {
          checkUse();
          return program.runAsync(step, inputs);
        })
        .finally(() => underWay--);
      last = call.catch(() => undefined);
      return call;
    },
    ...(program.profile && {
      profile: (step, inputs) => {
        check();
        return program.profile!(step, inputs);
      },
    }),
    state: (names) => {
      check();
      return program.state(names);
    },
    load: (values) => {
      check();
      for (const [name, value] of Object.entries(values)) {
        const expected = held.get(name);
        if (!expected) {
          throw new ConfigError(`state: expected a tensor called "${name}", got none`);
        }
        checkState(name, expected, value);
      }
      program.load(values);
    },
    dispose: () => {
      if (!isDisposed) {
        isDisposed = true;
        program.dispose();
      }
    },
  };
}
