/** Work that runs as in a cell of a notebook, whose host has the signal and shows the advice. */
import { setAdviceReceiver, setInterruptSource } from '../../lib/interrupt.js';

/** What work gives whose cell may be interrupted, and what the host was told. */
export async function inCell<T>(
  work: (interrupt: () => void) => Promise<T>,
): Promise<{ readonly result: T; readonly advice: readonly string[] }> {
  const controller = new AbortController();
  const advice: string[] = [];
  setInterruptSource(() => controller.signal);
  setAdviceReceiver((text) => advice.push(text));
  try {
    const result = await work(() => {
      controller.abort();
    });
    return { result, advice };
  } finally {
    setInterruptSource(undefined);
    setAdviceReceiver(undefined);
  }
}
