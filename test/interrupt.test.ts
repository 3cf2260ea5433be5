import { describe, expect, it } from 'vitest';
import { abortable, interruptSignal, setInterruptSource } from '../lib/interrupt.js';

describe('interruptSignal', () => {
  it('is never aborted where nobody can interrupt', () => {
    expect(interruptSignal().aborted).toBe(false);
    expect(interruptSignal()).toBe(interruptSignal());
  });

  it('comes from the source that was set', () => {
    const controller = new AbortController();
    setInterruptSource(() => controller.signal);
    try {
      expect(interruptSignal()).toBe(controller.signal);
    } finally {
      setInterruptSource(undefined);
    }
    expect(interruptSignal()).not.toBe(controller.signal);
  });
});

describe('abortable', () => {
  const hanging = new Promise<never>(() => undefined);
  const reason = new Error('interrupted');

  it('gives what the promise gives', async () => {
    const { signal } = new AbortController();
    expect(await abortable(Promise.resolve(3), signal)).toBe(3);
    expect(await abortable(Promise.resolve(4), undefined)).toBe(4);
    await expect(abortable(Promise.reject(reason), signal)).rejects.toBe(reason);
  });

  it('does not wait once the signal is aborted', async () => {
    const controller = new AbortController();
    const waiting = abortable(hanging, controller.signal);
    controller.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    await expect(abortable(hanging, controller.signal)).rejects.toBe(reason);
  });

  it('drops an error of a promise that nobody waits for any more', async () => {
    const late = Promise.reject(new Error('late'));
    await expect(abortable(late, AbortSignal.abort(reason))).rejects.toThrow();
  });
});
