/**
 * The signal that stops long work when the user interrupts it.
 *
 * A host that can be interrupted, such as the notebook kernel, registers where the signal comes from.
 * The registration belongs to the process, not to this module: a notebook may load another copy of
 * the library than the kernel did.
 */

/** Returns the signal of the work that asks for it. */
export type InterruptSource = () => AbortSignal;

const KEY = Symbol.for('autodeeplab.interrupt');

const registry = globalThis as { [KEY]?: InterruptSource | undefined };

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
