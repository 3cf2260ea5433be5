/** What a reader of a notebook types to resume a run that was interrupted. */
import { adviseOnInterrupt } from '../interrupt.js';
import type { RunRequest, RunResult } from './run-work.js';

/** What the call says anew; a signal belongs to the cell that was interrupted. */
const OWN = new Set(['folder', 'preset', 'resume', 'signal']);

/** A text as JavaScript writes it. */
const quoted = (text: string): string => JSON.stringify(text).slice(1, -1).replaceAll("'", "\\'");

/** The call that resumes a run: what it was given by name, and its folder. */
export function resumeCall(
  name: string,
  request: Pick<RunRequest<unknown>, 'folder' | 'preset'>,
): string {
  const { folder, preset } = request;
  const given = Object.entries(request).flatMap(([key, value]) =>
    value === undefined || OWN.has(key) ? [] : [key],
  );
  const texts = Object.entries({ folder, preset }).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key}: '${quoted(value)}'`],
  );
  return `await ${name}({ ${[...given, ...texts, 'resume: true'].join(', ')} })`;
}

/** Tells the host of an interrupted run, such as a notebook, that it is saved and how to resume it. */
export function adviseToResume(
  name: string,
  request: RunRequest<unknown>,
  { interrupted, steps }: RunResult,
): void {
  const isOwnSignal = request.signal !== undefined; // whoever gave it knows what it stopped
  if (interrupted && !isOwnSignal && request.estimate !== 'only') {
    adviseOnInterrupt(
      `interrupted after step ${steps}, and saved; resume so, with the options that it had: ` +
        resumeCall(name, request),
    );
  }
}
