/**
 * The signal that stops long work when the user interrupts it.
 *
 * A host that can be interrupted, such as the notebook kernel, registers where the signal comes from.
 * The registration belongs to the process, not to this module: a notebook may load another copy of
 * the library than the kernel did.
 */

/** Returns the signal of the work that asks for it. */
export type InterruptSource = () => AbortSignal;

/** Receives what to type to resume work that was interrupted. */
export type AdviceReceiver = (text: string) => void;

const KEY = Symbol.for('autodeeplab.interrupt');
const ADVICE = Symbol.for('autodeeplab.interrupt-advice');

const registry = globalThis as {
  [KEY]?: InterruptSource | undefined;
  [ADVICE]?: AdviceReceiver | undefined;
};

/** A signal that is never aborted. */
const never = new AbortController().signal;

/**
 * The signal that is aborted when the user interrupts the code that asks for it.
 *
 * In a notebook every executed cell has a signal of its own; its reason is an error named
 * `KeyboardInterrupt`. Elsewhere the signal is never aborted.
 *
 * @example
 * ```ts no-run
 * const signal = interruptSignal();
 * while (!signal.aborted) await trainOneStep();
 * ```
 */
export function interruptSignal(): AbortSignal {
  return registry[KEY]?.() ?? never;
}

/** Sets where {@link interruptSignal} takes the signal from; undefined for nowhere. */
export function setInterruptSource(source: InterruptSource | undefined): void {
  registry[KEY] = source;
}

/** Tells the host whose signal stopped work how to resume it; without a host, nothing. */
export function adviseOnInterrupt(text: string): void {
  registry[ADVICE]?.(text);
}

/** Sets what receives the text of {@link adviseOnInterrupt}; undefined for nothing. */
export function setAdviceReceiver(receive: AdviceReceiver | undefined): void {
  registry[ADVICE] = receive;
}

/**
 * What a promise gives, or a rejection with the signal's reason as soon as that is aborted: an
 * interrupt does not wait for a file that a disk does not deliver.
 *
 * @throws the signal's reason if it is aborted first; what the promise gives then is dropped
 */
export async function abortable<T>(
  promise: Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  if (signal === undefined) {
    return promise;
  }
  let stop: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => {
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) {
      stop();
    }
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    if (stop) {
      signal.removeEventListener('abort', stop);
    }
  }
}

/** Work that was stopped because another process that shares it was. */
export class StoppedElsewhere extends Error {
  override readonly name = 'StoppedElsewhere';

  /** @param by - that process, in words */
  constructor(readonly by: string) {
    super(`stopped by ${by}`);
  }
}
