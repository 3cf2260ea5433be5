/**
 * Threads for tfjs's WebAssembly backend in Node, where tfjs itself uses only one.
 *
 * The package ships a threaded build, but starts its workers from a `blob:` address, which Node's
 * workers do not accept, and halves the number of cores. While the backend starts, this module gives
 * it a worker class that runs the same worker program from its text, and a list of cores twice as
 * long; then it restores both. Measured on 2 cores: a 3x3 convolution 64 → 64 at 81x81 takes
 * 19 ms instead of 35 ms.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Worker as ThreadWorker, WorkerOptions } from 'node:worker_threads';

const require = createRequire(import.meta.url);

/** The most threads that the package's thread pool holds. */
export const MAX_WASM_THREADS = 8;

type WorkerConstructor = new (source: string | URL, options?: WorkerOptions) => ThreadWorker;

interface LoadMessage {
  readonly urlOrBlob?: unknown;
}

/** The worker program and the module it loads, as the package ships them. */
function workerFiles(): { program: string; module: string } {
  const folder = join(dirname(require.resolve('@tensorflow/tfjs-backend-wasm')), '../wasm-out');
  const stem = join(folder, 'tfjs-backend-wasm-threaded-simd');
  const text = readFileSync(`${stem}.worker.js`, 'utf8');
  const program = text.slice(text.indexOf('`') + 1, text.lastIndexOf('`'));
  return { program, module: `${stem}.js` };
}

/**
 * Runs `start` in a state in which tfjs's wasm backend can start its threads.
 *
 * @param start - starts the backend
 * @returns what `start` gives
 */
export async function withWorkers<T>(start: () => Promise<T>): Promise<T> {
  // The CommonJS objects, which the package reads too; an ES import would be a frozen copy.
  const threads = require('node:worker_threads') as { Worker: WorkerConstructor };
  const system = require('node:os') as { cpus: () => unknown[] };
  const { program, module } = workerFiles();
  const Original = threads.Worker;
  const originalCpus = system.cpus;
  const started: ThreadWorker[] = [];

  threads.Worker = class extends Original {
    constructor(source: string | URL, options?: WorkerOptions) {
      if (String(source).startsWith('blob:')) {
        // Without this process's flags: --input-type=module would make the program a module.
        super(program, { ...options, eval: true, execArgv: [] });
        started.push(this);
      } else {
        super(source, options);
      }
    }

    override postMessage(message: unknown, transfer?: never): void {
      const blob = (message as LoadMessage | null)?.urlOrBlob instanceof Blob;
      const sent = blob ? { ...(message as LoadMessage), urlOrBlob: module } : message;
      super.postMessage(sent, transfer);
    }
  };
  system.cpus = () => [...originalCpus(), ...originalCpus()];
  try {
    return await start();
  } finally {
    threads.Worker = Original;
    system.cpus = originalCpus;
    // Idle workers must not keep the process from ending.
    for (const worker of started) {
      worker.unref();
    }
  }
}
