/** Whether the process that started this one still runs. */

/**
 * True if the process that started this one has ended.
 *
 * @param parent - its number, as `process.ppid` had it
 */
export function isOrphan(parent: number): boolean {
  if (process.platform !== 'win32') {
    return process.ppid !== parent;
  }
  try {
    process.kill(parent, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
