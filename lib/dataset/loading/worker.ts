/** The script of a loader's worker thread: makes the batches it is asked for. */
import { parentPort } from 'node:worker_threads';
import { makeBatch } from './batch.js';
import { packError, type WorkerReply, type WorkerRequest } from './worker-messages.js';

parentPort?.on('message', ({ id, task }: WorkerRequest) => {
  makeBatch(task).then(
    (result) => {
      const { images, labels } = result.batch;
      const transfer = [images.buffer as ArrayBuffer, labels.buffer as ArrayBuffer];
      parentPort?.postMessage({ id, result } satisfies WorkerReply, transfer);
    },
    (error: unknown) => {
      parentPort?.postMessage({ id, error: packError(error) } satisfies WorkerReply);
    },
  );
});
