/** How a chief finds its workers. */
import { BackendError } from '../errors.js';
import { formatAddress, type Address } from './address.js';
import { Connection } from './connection.js';
import { memberProblem, type Member } from './member.js';
import { WELCOME } from './messages.js';
import { keepTrying, openSocket } from './reach.js';

/** A worker starts a new process for every chief, which takes seconds; ms. */
const WELCOME_MS = 60_000;

/** A worker that a chief is connected to. */
export interface Joined {
  /** As the user named it. */
  readonly name: string;
  readonly connection: Connection;
  readonly member: Member;
  /** Where its TensorFlow server will be. */
  readonly server: Address;
}

/** How to look for workers. */
export interface JoinOptions {
  /** A worker that is not there yet is waited for, seconds. */
  readonly wait: number;
  readonly signal?: AbortSignal | undefined;
  /** Receives what is waited for. */
  readonly onNote?: ((text: string) => void) | undefined;
}

function refuse(): Promise<object> {
  return Promise.reject(new BackendError('a chief answers no questions'));
}

/**
 * Connects to a worker and asks what it is.
 *
 * @throws {@link BackendError} naming the worker if it does not come, or is not one
 */
export async function join(address: Address, options: JoinOptions): Promise<Joined> {
  const { wait, signal, onNote } = options;
  const name = formatAddress(address);
  const socket = await keepTrying(
    () => openSocket(address),
    wait,
    signal,
    ({ message }) => {
      onNote?.(`waiting up to ${wait} s for the worker ${name} (${message})`);
    },
  ).catch((error: unknown) => {
    if (signal?.aborted) {
      throw error;
    }
    throw new BackendError(
      `cluster: expected a worker at ${name} within ${wait} s, got ${(error as Error).message}; start ` +
        `there: npx autodeeplab worker --listen ${address.port}`,
      { cause: error },
    );
  });
  const connection = new Connection(socket, `worker ${name}`, refuse);
  try {
    const { member, port, busy } = await connection.ask({ kind: 'hello' }, WELCOME, WELCOME_MS);
    if (busy !== undefined) {
      throw new BackendError(
        `worker ${name}: expected a worker that is free, got one that serves ${busy}; wait until that has ` +
          'ended, or start another worker on another port',
      );
    }
    return { name, connection, member, server: { host: address.host, port } };
  } catch (error) {
    connection.close();
    throw error;
  }
}

/**
 * Checks that a worker can compute what this process sends.
 *
 * @throws {@link BackendError} naming the worker and what differs
 */
export function checkMember(own: Member, { name, member }: Joined): void {
  const problem = memberProblem(own, member);
  if (problem !== undefined) {
    throw new BackendError(`worker ${name}: ${problem}`);
  }
}
