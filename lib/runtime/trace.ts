/** Runs a computation on shapes alone and records the kernels that it calls. */
import * as tf from '@tensorflow/tfjs-core';
import { BackendError } from '../errors.js';
import { TRACE_BACKEND, traceBackend } from './trace-backend.js';
import type { TraceGraph, TraceValue } from './trace-graph.js';

/** Makes a tensor of which only shape and type are known. */
export type Placeholder = (
  name: string,
  shape: readonly number[],
  dtype?: tf.DataType,
) => tf.Tensor;

/** What a traced computation starts from. */
export interface Placeholders {
  /** A variable or another tensor that outlives the computation. */
  readonly state: Placeholder;
  /** An input of one call. */
  readonly input: Placeholder;
}

/** The result of {@link trace}: the kernels that were called, and what was read off at the end. */
export interface Trace<T> {
  readonly graph: TraceGraph;
  readonly result: T;
}

/** Frames of a stack that are not the user's: tfjs, this file's folder, Node. */
const FOREIGN_FRAME = /node_modules|node:|[\\/](lib|dist)[\\/]runtime[\\/]/;

/** Where in the user's code an error arose, as ` at file:line`; empty if that is unknown. */
function callerOf(error: unknown): string {
  const frames = (error instanceof Error ? (error.stack ?? '') : '').split('\n').slice(1);
  const frame = frames.find((line) => line.includes('at ') && !FOREIGN_FRAME.test(line));
  const place = frame && /((?:file:\/\/)?[^\s()]+):(\d+):\d+\)?$/.exec(frame);
  return place ? ` at ${place[1].replace(/^file:\/\//, '')}:${place[2]}` : '';
}

/** tfjs's error about a kernel or gradient that is not registered, as ours; others unchanged. */
function explained(error: unknown): unknown {
  const missing =
    /Kernel '(\w+)' not registered|registered kernel '(\w+)'|function not found for (\w+)/.exec(
      String(error),
    );
  return missing
    ? new BackendError(
        `trace: expected operations that can be traced, got ${missing.slice(1).find(Boolean)}` +
          `${callerOf(error)}; express the step without it, or compile with { mode: 'eager' }`,
        { cause: error },
      )
    : error;
}

let traces = 0;

/** True inside a computation that is being traced. */
export function isTracing(): boolean {
  return traces > 0;
}

/**
 * Runs `f` on shapes alone and returns the kernels that it called.
 *
 * @param f - builds a computation from placeholders; must be synchronous
 * @param read - turns what `f` returned into a result, given what is known of each tensor
 * @throws {@link BackendError} if `f` uses a kernel without a shape rule or reads a tensor's value
 */
export function trace<R, T>(
  f: (placeholders: Placeholders) => R,
  read: (returned: R, valueOf: (tensor: tf.Tensor) => TraceValue) => T,
): Trace<T> {
  const tracing = traceBackend();
  const engine = tf.engine();
  const previous = engine.backendName as string | null;
  const placeholder =
    (kind: 'state' | 'input'): Placeholder =>
    (name, shape, dtype = 'float32') =>
      engine.makeTensorFromTensorInfo(tracing.introduce({ shape, dtype }, { kind, name }));
  tracing.begin();
  void tf.setBackend(TRACE_BACKEND); // synchronous in effect: the backend needs no initialisation
  engine.startScope('trace');
  traces++;
  try {
    const returned = f({ state: placeholder('state'), input: placeholder('input') });
    return { graph: tracing.graph(), result: read(returned, (t) => tracing.known(t)) };
  } catch (error) {
    throw explained(error);
  } finally {
    traces--;
    engine.endScope();
    tracing.begin();
    if (previous) {
      void tf.setBackend(previous);
    }
  }
}
