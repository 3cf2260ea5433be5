/** How much memory a process may have. */
import { totalmem } from 'node:os';

/** The memory of this machine or of the container around this process, bytes. */
export function availableMemory(): number {
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}
