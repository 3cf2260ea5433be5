/** Sends messages in order, and a flood slowly enough that a Jupyter server drops none. */
import type { Frames } from './message.js';
import type { Sender } from './sockets.js';

/**
 * How many messages go out at once. A Jupyter server passes on 1000 messages per second, counted over
 * 3 seconds, and drops the rest.
 */
const BURST = 1000;
/** How many go out per second after that. */
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

  /** Sends everything that waits immediately, for the end of the process. */
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
