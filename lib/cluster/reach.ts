/** Connections to other processes: opened, tried, waited for. */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { abortable } from '../interrupt.js';
import { formatAddress, type Address } from './address.js';

/** A try takes at most so long, ms. */
const TRY_MS = 5000;

/** Pause between tries, ms. */
const PAUSE_MS = 250;

/** Opens a connection; throws what the system says. */
export function openSocket({ host, port }: Address, ms = TRY_MS): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port });
    const fail = (error: Error) => {
      socket.destroy();
      reject(error);
    };
    socket.setTimeout(ms, () => {
      fail(new Error(`connect ETIMEDOUT ${formatAddress({ host, port })}`));
    });
    socket.once('error', fail);
    socket.once('connect', () => {
      socket.setTimeout(0);
      socket.off('error', fail);
      resolve(socket);
    });
  });
}

/**
 * Tries until it works or the time is over.
 *
 * @param onWait - called after the first try that failed
 * @throws the error of the last try, or the signal's reason
 */
export async function keepTrying<T>(
  attempt: () => Promise<T>,
  seconds: number,
  signal: AbortSignal | undefined,
  onWait?: (error: Error) => void,
): Promise<T> {
  const end = performance.now() + 1000 * seconds;
  let tell = onWait;
  for (;;) {
    try {
      return await abortable(attempt(), signal);
    } catch (error) {
      if (signal?.aborted || !(error instanceof Error) || performance.now() >= end) {
        throw error;
      }
      tell?.(error);
      tell = undefined;
      await abortable(setTimeout(PAUSE_MS), signal);
    }
  }
}

/** A port of this machine that nothing listens on now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => {
        resolve(port);
      });
    });
  });
}
