/** Starts the embedded WebAssembly backend of tfjs. */
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import type * as WasmModule from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { BackendError } from '../errors.js';
import { resolveThreads, type ThreadRequest, type ThreadSettings } from './threads.js';
import { MAX_WASM_THREADS, withWorkers } from './wasm-threads.js';

const require = createRequire(import.meta.url);

type WasmPackage = typeof WasmModule;

/** The wasm backend once it has started. */
export interface WasmBackend {
  /** Version of `@tensorflow/tfjs-backend-wasm`. */
  readonly version: string;
  readonly threads: ThreadSettings;
}

const ERROR_EVENTS = ['uncaughtException', 'unhandledRejection'] as const;

async function start(wasm: WasmPackage, threads: number): Promise<boolean> {
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', threads > 1);
  return withoutErrorHandlers(() => {
    if (threads === 1) {
      return tf.setBackend('wasm');
    }
    wasm.setThreadsCount(threads);
    return withWorkers(() => tf.setBackend('wasm'));
  });
}

/**
 * Runs `start` and removes the handlers of uncaught errors that it adds: those of the package throw the
 * error again, which ends a process with code 7 instead of 1 and after the handlers of its owner.
 */
async function withoutErrorHandlers<T>(start: () => Promise<T>): Promise<T> {
  const before = new Set(ERROR_EVENTS.flatMap((event) => process.rawListeners(event)));
  try {
    return await start();
  } finally {
    for (const event of ERROR_EVENTS) {
      for (const added of process.rawListeners(event).filter((handler) => !before.has(handler))) {
        process.removeListener(event, added as () => void);
      }
    }
  }
}

/** The parts of a request that this backend cannot meet: it runs one kernel at a time. */
function limitNote(asked: ThreadSettings, request: ThreadRequest, got: number): string | undefined {
  const notes = asked.note === undefined ? [] : [asked.note];
  if ((request.inter ?? 1) > 1) {
    notes.push('the wasm backend runs one kernel at a time');
  }
  if (got < asked.intra) {
    notes.push(`the wasm backend uses ${got} of ${asked.intra} threads`);
  }
  return notes.length > 0 ? notes.join('; ') : undefined;
}

/**
 * Starts the wasm backend with SIMD and threads and makes it the current one.
 *
 * Where threads cannot be had, it starts with one and says so in the note of the threads.
 *
 * @param request - threads to request; only `intra` matters, at most 8
 * @throws {@link BackendError} if the backend does not start
 */
export async function startWasm(request: ThreadRequest): Promise<WasmBackend> {
  const asked = resolveThreads(request, process.env);
  const wasm = require('@tensorflow/tfjs-backend-wasm') as WasmPackage;
  const file = require.resolve('@tensorflow/tfjs-backend-wasm');
  wasm.setWasmPaths(`${dirname(file)}/`);
  const wanted = Math.min(asked.intra, MAX_WASM_THREADS);
  const started = (await start(wasm, wanted)) || (wanted > 1 && (await start(wasm, 1)));
  if (!started) {
    throw new BackendError(
      'useBackend: expected the wasm backend to start, but it did not; run: npm ci',
    );
  }
  const intra = tf.env().getBool('WASM_HAS_MULTITHREAD_SUPPORT') ? wasm.getThreadsCount() : 1;
  return {
    version: wasm.version_wasm,
    threads: { intra, inter: 1, note: limitNote(asked, request, intra) },
  };
}
