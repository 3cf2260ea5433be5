/** The sockets of a kernel. */
import { createRequire } from 'node:module';
import { BackendError } from '../../errors.js';
import type { Connection, Frames } from './message.js';

/** A socket that this kernel only sends on. */
export interface Sender {
  send(frames: Frames): Promise<void>;
  bind(address: string): Promise<void>;
  close(): void;
}

/** A socket that this kernel also receives on. */
export interface Receiver extends Sender, AsyncIterable<readonly Buffer[]> {}

interface SocketOptions {
  readonly sendHighWaterMark?: number;
  readonly sendTimeout?: number;
  readonly linger?: number;
}

interface ZeroMq {
  readonly Publisher: new (options: SocketOptions) => Sender;
  readonly Router: new (options: SocketOptions) => Receiver;
  readonly Reply: new (options: SocketOptions) => Receiver;
}

const require = createRequire(import.meta.url);

/** The ZeroMQ that tslab brings along. */
function zeroMq(): ZeroMq {
  return createRequire(require.resolve('tslab/package.json'))('zeromq') as ZeroMq;
}

/**
 * Sends immediately, however much it is, and drops nothing.
 *
 * With the defaults, a socket sends 512 messages per turn of the event loop and refuses the rest, and
 * drops messages when a thousand wait for a slow client.
 */
const LOSSLESS: SocketOptions = { sendHighWaterMark: 0, sendTimeout: 0, linger: 1000 };

/** The kinds of sockets, by channel. */
const KINDS = {
  shell: 'Router',
  control: 'Router',
  stdin: 'Router',
  iopub: 'Publisher',
  hb: 'Reply',
} as const;

/** The channels of a kernel. */
export type Channel = keyof typeof KINDS;

/**
 * Opens the socket of a channel.
 *
 * @throws {@link BackendError} if it cannot listen where the connection says
 */
export async function openSocket<C extends Channel>(
  channel: C,
  connection: Connection,
): Promise<C extends 'iopub' ? Sender : Receiver> {
  const socket = new (zeroMq()[KINDS[channel]])(LOSSLESS);
  const { transport, ip } = connection;
  const separator = transport === 'ipc' ? '-' : ':';
  const address = `${transport}://${ip}${separator}${connection[`${channel}_port`]}`;
  try {
    await socket.bind(address);
  } catch (cause) {
    socket.close();
    const { message } = cause as Error;
    throw new BackendError(
      `expected to listen on ${address} (${channel}), got "${message}"; restart the kernel, which takes ` +
        'other ports',
      { cause },
    );
  }
  return socket as Receiver;
}
