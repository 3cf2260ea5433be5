/** What the system says of another process. */
import { readFile, readdir } from 'node:fs/promises';
import type { Outside } from './sample.js';

/** Ticks per second of the times in `/proc`, on every Linux. */
const TICKS = 100;

/** The processor's time of a process, from its line in `/proc/…/stat`. */
function cpuSeconds(stat: string): number {
  // Behind the name, which may hold anything, the 12th and 13th field are utime and stime.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}

/** Reads a process's resident memory, threads, open files and time where `/proc` says them. */
export async function readOutside(pid: number): Promise<Outside> {
  const folder = `/proc/${pid}`;
  try {
    const [status, stat, open] = await Promise.all([
      readFile(`${folder}/status`, 'utf8'),
      readFile(`${folder}/stat`, 'utf8'),
      readdir(`${folder}/fd`),
    ]);
    const number = (name: string) =>
      Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? NaN);
    return {
      rss: number('VmRSS') * 1024,
      threads: number('Threads'),
      fileHandles: open.length,
      cpuSeconds: cpuSeconds(stat),
    };
  } catch {
    return {};
  }
}
