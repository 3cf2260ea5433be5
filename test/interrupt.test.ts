import { describe, expect, it } from 'vitest';
import { interruptSignal, setInterruptSource } from '../lib/interrupt.js';

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
