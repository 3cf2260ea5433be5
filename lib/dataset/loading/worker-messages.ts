/** What a loader and its worker threads send each other. */
import type { AutoDeepLabError } from '../../errors.js';
import { DataError, ShapeError } from '../../errors.js';
import type { BatchResult, BatchTask } from './batch.js';

/** To the worker: make this batch. */
export interface WorkerRequest {
  readonly id: number;
  readonly task: BatchTask;
}

/** From the worker: the batch, or why there is none. */
export type WorkerReply =
  | { readonly id: number; readonly result: BatchResult }
  | { readonly id: number; readonly error: PackedError };

/** An error as plain data: between threads an error loses its class. */
export interface PackedError {
  readonly name: string;
  readonly message: string;
  readonly file: string | undefined;
}

/** An error as plain data. */
export function packError(error: unknown): PackedError {
  if (error instanceof DataError) {
    return { name: error.name, message: error.message, file: error.file };
  }
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  return { name, message, file: undefined };
}

/** The error again, in its own class if that is one of this library's. */
export function unpackError({ name, message, file }: PackedError): AutoDeepLabError {
  if (name === 'ShapeError') {
    return new ShapeError(message);
  }
  if (name === 'DataError') {
    return new DataError(message, file);
  }
  return new DataError(`worker thread: expected a batch, got ${name}: ${message}`, file);
}
