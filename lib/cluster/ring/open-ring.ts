/** The start of a ring by one of its processes. */
import type { Work } from '../../backend/threads.js';
import { useBackend } from '../../backend/use-backend.js';
import { BackendError } from '../../errors.js';
import { abortable } from '../../interrupt.js';
import { usesGpu } from '../../ops/native-kernels.js';
import { formatAddress } from '../address.js';
import { Connection } from '../connection.js';
import { thisMember } from '../member.js';
import { DONE } from '../messages.js';
import { keepTrying, openSocket } from '../reach.js';
import { checkServerBinding } from '../server.js';
import { deferred } from './deferred.js';
import type { RingFacts } from './facts.js';
import { RingFollower } from './follower.js';
import { Gathering } from './gather.js';
import { RingLeader } from './leader.js';
import { JOINED, VERDICT } from './messages.js';
import { startRingServer, type RingPlace } from './place.js';
import { checkRing, serverOf, type CheckedRing, type RingRequest } from './request.js';
import { watchConnection } from './watch.js';
import { watchOthers } from './watchdog.js';

/** TensorFlow's servers start at about the same time; they are waited for so long, seconds. */
const SERVER_SECONDS = 30;

/** Rank 0 is given so long to take note of a failure, ms. */
const FAIL_MS = 5000;

/** What a process of a ring is about to do. */
export interface RingWork {
  /** What decides the numbers: all processes must say the same. */
  readonly facts: unknown;
  /** The kind of work, which decides the number of threads. */
  readonly work: Work;
}

/** How to watch and stop the opening. */
export interface RingControl {
  readonly signal?: AbortSignal | undefined;
  readonly onNote?: ((text: string) => void) | undefined;
}

/** A process of a ring. */
export type OpenRing = RingLeader | RingFollower;

/** Tries TensorFlow's servers of the other processes. */
async function reachServers(
  { addresses, names, rank: own }: CheckedRing,
  signal: AbortSignal | undefined,
): Promise<void> {
  await Promise.all(
    addresses.map(async (address, rank) => {
      const server = serverOf(address);
      if (rank === own) {
        return;
      }
      const socket = await keepTrying(() => openSocket(server), SERVER_SECONDS, signal).catch(
        (error: unknown) => {
          if (signal?.aborted) {
            throw error;
          }
          throw new BackendError(
            `ring: expected rank ${own} (${names[own]}) to reach TensorFlow of rank ${rank} at ` +
              `${formatAddress(server)}, got ${(error as Error).message}; open that port of its machine to ` +
              'all others',
            { cause: error },
          );
        },
      );
      socket.destroy();
    }),
  );
}

async function startServerOf(
  ring: CheckedRing,
  hint: 'ring' | 'nccl',
  work: Work,
  { signal, onNote }: RingControl,
): Promise<RingPlace> {
  const place = startRingServer(ring, hint, work);
  const { port } = serverOf(ring.addresses[ring.rank]);
  onNote?.(
    `TensorFlow listens on port ${port} of every interface and without a password, until this process ends`,
  );
  await reachServers(ring, signal);
  return place;
}

async function lead(
  ring: CheckedRing,
  facts: RingFacts,
  work: Work,
  control: RingControl,
): Promise<RingLeader> {
  const gathering = new Gathering(ring, facts, control.onNote);
  const leading = deferred<RingLeader>();
  try {
    const { others, useGpus } = await gathering.meet(control.signal);
    const hint = ring.reduce ?? (useGpus && usesGpu() ? 'nccl' : 'ring');
    const lost = new AbortController();
    gathering.admit({ hint }, async (other, request) => {
      if (request.kind === 'fail') {
        lost.abort(new BackendError(`ring: ${other.name} failed: ${request.reason}`));
      }
      return (await leading.promise).answer(other, request);
    });
    for (const { name, connection } of others) {
      void connection.ended.then(() => {
        lost.abort(new BackendError(`ring: expected ${name} to stay, got: ${connection.reason}`));
      });
    }
    const signal = AbortSignal.any([lost.signal, ...(control.signal ? [control.signal] : [])]);
    const place = await startServerOf(ring, hint, work, { ...control, signal });
    const stopWatch = watchOthers(
      others.map(({ name, rank }) => ({ name, server: serverOf(ring.addresses[rank]) })),
    );
    const leader = new RingLeader(place, others, {
      stepTimeout: ring.stepTimeout,
      stopWatch,
      onNote: control.onNote,
    });
    leading.resolve(leader);
    others.forEach(({ connection }) => {
      watchConnection(connection, ring.stepTimeout);
    });
    gathering.close();
    return leader;
  } catch (error) {
    leading.reject(error as Error);
    await gathering.refuse((error as Error).message);
    throw error;
  }
}

async function follow(
  ring: CheckedRing,
  { member, facts }: RingFacts,
  work: Work,
  control: RingControl,
): Promise<RingFollower> {
  const { addresses, names, rank, wait } = ring;
  const { signal, onNote } = control;
  const socket = await keepTrying(
    () => openSocket(addresses[0]),
    wait,
    signal,
    ({ message }) => {
      onNote?.(`waiting up to ${wait} s for rank 0 at ${names[0]} (${message})`);
    },
  ).catch((error: unknown) => {
    if (signal?.aborted) {
      throw error;
    }
    throw new BackendError(
      `ring: expected rank 0 at ${names[0]} within ${wait} s, got ${(error as Error).message}; start it with ` +
        'the same list and { rank: 0 }',
      { cause: error },
    );
  });
  const connection = new Connection(socket, `rank 0 (${names[0]})`, () =>
    Promise.resolve(DONE.parse({ done: true })),
  );
  try {
    const request = { kind: 'join', rank, ring: names, member, usesGpu: usesGpu(), facts };
    const joined = connection.ask(request, JOINED, 1000 * (wait + SERVER_SECONDS));
    const { hint } = await abortable(joined, signal);
    const place = await startServerOf(ring, hint, work, control).catch(async (error: unknown) => {
      const reason = (error as Error).message;
      await connection
        .ask({ kind: 'fail', reason, inStep: false }, VERDICT, FAIL_MS)
        .catch(() => undefined);
      throw error;
    });
    watchConnection(connection, ring.stepTimeout);
    const server = serverOf(addresses[0]);
    const stopWatch = watchOthers([{ name: connection.name, server }]);
    return new RingFollower(rank, place, connection, stopWatch);
  } catch (error) {
    connection.close();
    throw error;
  }
}

/**
 * Meets the other processes of a ring, and starts TensorFlow's server in each.
 *
 * Versions, kernels, options and data are compared first; what differs is an error in all processes.
 *
 * @throws {@link ConfigError} if the request is wrong, or a port is taken
 * @throws {@link BackendError} naming the process that does not come, differs, or cannot be reached
 */
export async function openRing(
  request: RingRequest,
  { facts, work }: RingWork,
  control: RingControl = {},
): Promise<OpenRing> {
  const ring = checkRing(request);
  checkServerBinding();
  const { versions } = await useBackend('tensorflow');
  const own: RingFacts = { member: thisMember(versions.tensorflow), facts };
  return ring.rank === 0 ? lead(ring, own, work, control) : follow(ring, own, work, control);
}
