/** Messages between the kernel's threads. */
import type { Connection, Content, Request } from './message.js';

/** What the control thread starts with. */
export interface ControlJob {
  readonly connection: Connection;
  /** The answer to `kernel_info_request`. */
  readonly kernelInfo: Content;
  /** Flags that both threads see, see {@link FLAG}. */
  readonly flags: Int32Array;
  /** The process that started the kernel, as it was when the kernel began. */
  readonly parent: number;
  /** Where the state of the kernel is noted. */
  readonly stateFile: string;
  /** What JavaScript objects of the main thread may take, in bytes. */
  readonly heapLimit: number;
}

/** Indices of the flags; each is 0 or 1, but for the number of the cell. */
export const FLAG = {
  /** An interrupt arrived that the main thread has not seen yet. */
  interrupt: 0,
  /** The control thread sent SIGINT for that interrupt. */
  signalled: 1,
  /** The control thread has closed its sockets: the process may end. */
  closed: 2,
  /** The number of the cell that runs; 0 if none does. */
  cell: 3,
} as const;

/** What the main thread tells the control thread, once: close the sockets. */
export const CLOSE = 'close';

/** What the control thread tells the main thread. */
export type ControlEvent =
  | { readonly kind: 'ready' }
  | { readonly kind: 'interrupt' }
  /** `request` was answered: its status is to be published. */
  | { readonly kind: 'answered'; readonly request: Request }
  /** A message was not what the protocol says, or came again. */
  | { readonly kind: 'left-out'; readonly reason: string }
  | { readonly kind: 'stop'; readonly reason: 'shutdown' | 'orphan' };
