/**
 * The process in which a worker computes: it has TensorFlow, and its server once a chief wants it. A new one
 * is started for every chief, since TensorFlow's server cannot be stopped.
 */
import { programThreads } from '../backend/native.js';
import { useBackend } from '../backend/use-backend.js';
import type { ServeRequest } from './messages.js';
import { thisMember, type Member } from './member.js';
import { parseAddress } from './address.js';
import { openSocket } from './reach.js';
import { checkServerBinding, clusterJobs, startServer } from './server.js';

/** What the worker says to it. */
export type ProcessRequest = { readonly kind: 'look' } | ServeRequest;

/** What it says to the worker. */
export type ProcessReply =
  | { readonly kind: 'ready'; readonly member: Member; readonly device: string }
  | { readonly kind: 'here' }
  | { readonly kind: 'serving' }
  | { readonly kind: 'failed'; readonly reason: string };

function say(reply: ProcessReply): void {
  process.send?.(reply, undefined, undefined, () => undefined); // the worker may be gone
}

const textOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

async function serve({ cluster, task, work }: ServeRequest): Promise<void> {
  try {
    const jobs = clusterJobs(cluster);
    startServer({ jobs, job: 'worker', task, threads: programThreads(work) });
    const chief = parseAddress(cluster.chief, 'chief');
    (
      await openSocket(chief).catch((error: unknown) => {
        throw new Error(
          `expected to reach the chief's TensorFlow at ${cluster.chief}, got ${textOf(error)}; open that ` +
            'port of its machine to this one, or name another with the option chief',
        );
      })
    ).destroy();
    say({ kind: 'serving' });
  } catch (error) {
    say({ kind: 'failed', reason: textOf(error) });
  }
}

async function start(): Promise<void> {
  try {
    const { versions, device } = await useBackend('tensorflow');
    checkServerBinding();
    say({ kind: 'ready', member: thisMember(versions.tensorflow), device });
  } catch (error) {
    say({ kind: 'failed', reason: textOf(error) });
  }
}

process.on('message', (request: ProcessRequest) => {
  if (request.kind === 'look') {
    say({ kind: 'here' });
  } else {
    void serve(request);
  }
});
process.on('disconnect', () => {
  process.exit(0); // the worker is gone
});
process.on('SIGINT', () => undefined); // Ctrl-C goes to the worker too, which ends this process
await start();
