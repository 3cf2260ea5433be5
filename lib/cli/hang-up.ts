/** `nohup`: a process that was started to outlive its terminal does. */
import { readFileSync, readlinkSync } from 'node:fs';
import path from 'node:path';

/** The bit of SIGHUP in the masks of `/proc/<pid>/status`. */
const SIGHUP_BIT = 1n;

/** How the flags of an open file say that it is open for writing only; octal. */
const WRITE_ONLY = 1;
const ACCESS = 3;

/** The text of a file of the process information system; empty where there is none. */
function processInformation(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** Whether a process ignores SIGHUP; false where that is unknown. */
function ignoresHangUp(pid: number): boolean {
  const mask = /^SigIgn:\s*([0-9a-f]+)$/m.exec(processInformation(`/proc/${pid}/status`))?.[1];
  return mask !== undefined && (BigInt(`0x${mask}`) & SIGHUP_BIT) !== 0n;
}

/** Whether standard input is what `nohup` puts in the place of a terminal: /dev/null, not to be read. */
function isInputOfNohup(): boolean {
  const flags = /^flags:\s*([0-7]+)$/m.exec(processInformation('/proc/self/fdinfo/0'))?.[1];
  if (flags === undefined || (Number.parseInt(flags, 8) & ACCESS) !== WRITE_ONLY) {
    return false;
  }
  try {
    return readlinkSync('/proc/self/fd/0') === '/dev/null';
  } catch {
    return false;
  }
}

/**
 * Whether this process was started to outlive its terminal. Node itself forgets at its start that
 * SIGHUP was to be ignored, so this goes by what is left: the program that the shell says it started,
 * the standard input that `nohup` gives instead of a terminal, also through `npx`, and a parent, such as
 * a script under `nohup`, that ignores SIGHUP.
 */
export function isStartedByNohup(): boolean {
  const started = process.env._;
  return (
    (started !== undefined && path.basename(started) === 'nohup') ||
    isInputOfNohup() ||
    ignoresHangUp(process.ppid)
  );
}
