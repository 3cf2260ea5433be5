/** Memory of a process. */
import { readFileSync } from 'node:fs';

/** A line of `/proc/<process>/status` in MiB; undefined where there is no such file. */
export function statusMiB(process: number | 'self', line: 'VmHWM' | 'VmRSS'): number | undefined {
  try {
    const text = readFileSync(`/proc/${process}/status`, 'utf8');
    const found = new RegExp(`^${line}:\\s+(\\d+) kB`, 'm').exec(text);
    return found ? Number(found[1]) / 1024 : undefined;
  } catch {
    return undefined;
  }
}

/** The most memory that this process has held at any time, in MiB. */
export function peakMiB(): number {
  return statusMiB('self', 'VmHWM') ?? process.resourceUsage().maxRSS / 1024;
}
