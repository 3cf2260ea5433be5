/** Sends messages in order, and slower in a flood than a Jupyter server takes for too fast. */
import type { Frames } from './message.js';
import type { Sender } from './sockets.js';

/**
 * A Jupyter server passes on 1000 messages a second, counted over 3 seconds, and throws away the
 * rest: so many go out at once, and so many a second after them.
 */
const BURST = 1000;
const PER_SECOND = 600;
const PACE_MS = 50;

/** Sends messages in order; holds back a flood. */
export class Outbox {
  private readonly waiting: Frames[] = [];
  private allowance = BURST;
  private countedAt = performance.now();
  private timer: NodeJS.Timeout | undefined;
  private whenEmpty: (() => void)[] = [];

  constructor(private readonly socket: Sender) {}

  send(frames: Frames): void {
    this.waiting.push(frames);
    if (this.timer === undefined) {
      this.sendAllowed();
    }
  }

  /** Resolves when everything was sent. */
  drained(): Promise<void> {
    return this.waiting.length === 0
      ? Promise.resolve()
      : new Promise((resolve) => this.whenEmpty.push(resolve));
  }

  /** Sends all that waits at once, for the end of the process. */
  flush(): void {
    this.allowance = Infinity;
    this.sendAllowed();
  }

  private sendAllowed(): void {
    const now = performance.now();
    const regained = ((now - this.countedAt) / 1000) * PER_SECOND;
    this.allowance = Math.min(BURST, this.allowance + regained);
    this.countedAt = now;
    const frames = this.waiting.splice(0, Math.floor(this.allowance));
    this.allowance -= frames.length;
    for (const message of frames) {
      // Sent before the call returns; it fails only when the socket is closed.
      this.socket.send(message).catch(() => undefined);
    }
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.waiting.length > 0) {
      this.timer = setTimeout(() => {
        this.sendAllowed();
      }, PACE_MS);
    } else {
      this.whenEmpty.splice(0).forEach((resolve) => {
        resolve();
      });
    }
  }
}
