/** What the last statements of a script are, and the ways in which they end. */
import type { Control, Given } from './given.js';

/** How a script ends; `throw`: with the error `enough`. */
export type Way = 'end' | 'break' | 'return' | 'throw' | 'abort' | 'left open';

/** A script that ends in its ways. */
export type Scenario = Readonly<Partial<Record<Way, (at: Given) => Promise<unknown>>>>;

/** The end of a script by an error. */
export const enough = (): never => {
  throw new Error('enough');
};

/** Work that is watched to its end, stopped by an error in its first report, or by a signal. */
export function stoppable(work: (at: Given, control: Control) => Promise<unknown>): Scenario {
  return {
    end: (at) => work(at, {}),
    throw: (at) => work(at, { onProgress: enough }),
    abort: async (at) => {
      const controller = new AbortController();
      const stop = () => {
        controller.abort(new Error('stopped'));
      };
      const { signal } = controller;
      await work(at, { signal, onProgress: stop }).catch((error: unknown) => {
        if (error !== signal.reason) {
          throw error;
        }
      });
    },
  };
}
