/** Keeps the child processes within the memory of the machine. */
import type { ChildProcess } from 'node:child_process';
import { statusMiB } from './child/process-memory.js';

const LOOK_EVERY_MS = 100;

const gibibytes = (mebibytes: number) => `${(mebibytes / 1024).toFixed(1)} GiB`;

/**
 * Ends the largest child as soon as all together hold more than a limit: a machine that runs out
 * of memory may end something else.
 */
export class MemoryGuard {
  private readonly children = new Map<ChildProcess, (reason: string) => void>();
  private timer: NodeJS.Timeout | undefined;

  /** @param limitMiB - memory for all children together */
  constructor(readonly limitMiB: number) {}

  /**
   * Watches a child until it ends.
   *
   * @param onLimit - told the reason when the child is ended for its memory
   */
  watch(child: ChildProcess, onLimit: (reason: string) => void): void {
    this.children.set(child, onLimit);
    child.once('exit', () => {
      this.children.delete(child);
      if (this.children.size === 0) {
        clearInterval(this.timer);
        this.timer = undefined;
      }
    });
    this.timer ??= setInterval(() => {
      this.look();
    }, LOOK_EVERY_MS);
  }

  private look(): void {
    const sizes = [...this.children].map(([child, onLimit]) => {
      const size = child.pid === undefined ? undefined : statusMiB(child.pid, 'VmRSS');
      return { child, onLimit, size: size ?? 0 };
    });
    const total = sizes.reduce((sum, { size }) => sum + size, 0);
    if (total > this.limitMiB) {
      const [largest] = sizes.sort((a, b) => b.size - a.size);
      largest.onLimit(
        `ended at ${gibibytes(largest.size)} of memory: all together were above the limit of ` +
          `${gibibytes(this.limitMiB)} (--memory)`,
      );
      largest.child.kill('SIGKILL');
    }
  }
}
