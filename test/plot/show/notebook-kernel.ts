/** A notebook kernel that keeps what it is asked to send. */
import { createRequire } from 'node:module';
import { afterEach, beforeEach, vi } from 'vitest';
import type { MimeBundle } from '../../../lib/plot/show/bundle.js';
import type { DisplayData } from '../../../lib/plot/show/kernel.js';

/** One output that the kernel was asked to send. */
export interface Sent extends DisplayData {
  readonly data: MimeBundle;
  readonly update: boolean | undefined;
}

/** tslab's own module, in which the kernel keeps what sends outputs. */
const kernel = createRequire(import.meta.url)('tslab/dist/jupyter') as {
  lastWriteDisplayData: unknown;
};

/** Ends the notebook before its test does. */
export function leaveNotebook(): void {
  kernel.lastWriteDisplayData = null;
}

/**
 * Lets each test of the file run in a notebook.
 *
 * @returns the outputs of the current test
 */
export function inNotebook(): Sent[] {
  const sent: Sent[] = [];
  beforeEach(() => {
    sent.length = 0;
    kernel.lastWriteDisplayData = (content: DisplayData, update?: boolean) => {
      sent.push({ ...content, data: content.data as MimeBundle, update });
    };
  });
  afterEach(() => {
    leaveNotebook();
    vi.unstubAllEnvs();
  });
  return sent;
}
