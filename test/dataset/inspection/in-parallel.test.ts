import { describe, expect, it } from 'vitest';
import { inParallel } from '../../../lib/dataset/inspection/in-parallel.js';

describe('inParallel', () => {
  it('keeps the order of the items', async () => {
    const turns = [3, 1, 2, 0, 4];
    const work = async (count: number) => {
      for (let i = 0; i < count; i++) {
        await new Promise((resolve) => setImmediate(resolve));
      }
      return 10 * count;
    };
    expect(await inParallel(turns, work)).toEqual([30, 10, 20, 0, 40]);
  });

  it('ends at an interrupt, also while a file does not come', async () => {
    const controller = new AbortController();
    const reason = new Error('interrupted');
    const hanging = () => new Promise<never>(() => undefined);
    const work = inParallel([1, 2], hanging, { signal: controller.signal });
    controller.abort(reason);
    await expect(work).rejects.toBe(reason);
  });
});
