/** What the system says of another process. */
import { readFile, readdir } from 'node:fs/promises';
import type { Outside } from './sample.js';

/** Reads a process's resident memory, threads and open files where `/proc` says them. */
export async function readOutside(pid: number): Promise<Outside> {
  const folder = `/proc/${pid}`;
  try {
    const [status, open] = await Promise.all([
      readFile(`${folder}/status`, 'utf8'),
      readdir(`${folder}/fd`),
    ]);
    const number = (name: string) =>
      Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? NaN);
    return { rss: number('VmRSS') * 1024, threads: number('Threads'), fileHandles: open.length };
  } catch {
    return {};
  }
}
