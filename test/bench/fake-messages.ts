/** Messages as children send them, for tests. */
import type { ReadyMessage, StepMessage } from './messages.js';

/** A child that is ready. */
export function readyMessage(changes: Partial<ReadyMessage> = {}): ReadyMessage {
  return {
    event: 'ready',
    setupMs: 100,
    setupPeakMiB: 200,
    estimate: { recompute: 'none', totalMiB: 280 },
    warmUpMs: [30, 20],
    threads: { intra: 1, inter: 2 },
    versions: { node: '20.0.0' },
    ...changes,
  };
}

/** A step that was run. */
export function stepMessage(changes: Partial<StepMessage> = {}): StepMessage {
  return { event: 'step', ms: 10, parts: {}, peakMiB: 300, loss: 2.5, ...changes };
}
