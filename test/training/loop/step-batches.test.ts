import { describe, expect, it } from 'vitest';
import type { EpochOptions } from '../../../lib/dataset/loading/loader.js';
import { StepBatches } from '../../../lib/training/loop/step-batches.js';

/** Seven steps, three per epoch; a batch is the place that it was made for. */
function task() {
  const opened: (EpochOptions & { epoch: number })[] = [];
  return {
    opened,
    steps: 7,
    stepsPerEpoch: 3,
    async *batches(epoch: number, options: EpochOptions) {
      opened.push({ epoch, ...options });
      const { startStep = 0, endStep = 3 } = options;
      for (let step = startStep; step < endStep; step++) {
        await Promise.resolve();
        if (epoch === 1 && step === 1) {
          throw new Error('cannot be read');
        }
        yield `${epoch}.${step}`;
      }
    },
  };
}

const at = (epoch: number, step: number) => ({ epoch, step, rateScale: 1 });

describe('batches of single steps', () => {
  it('come from one reading of an epoch while they follow one another', async () => {
    const { opened, ...rest } = task();
    const batches = new StepBatches(rest);
    expect(await batches.take(at(0, 1))).toBe('0.1');
    await batches.prepare(at(0, 2));
    expect(await batches.take(at(0, 2))).toBe('0.2');
    await batches.prepare(at(1, 3));
    expect(await batches.take(at(1, 3))).toBe('1.0');
    expect(opened).toEqual([
      { epoch: 0, startStep: 1, endStep: 3, nextEpoch: 1 },
      { epoch: 1, startStep: 0, endStep: 3, nextEpoch: 2 },
    ]);
  });

  it('begin again where a run goes back to, and end with the run', async () => {
    const { opened, ...rest } = task();
    const batches = new StepBatches(rest);
    await batches.prepare(at(0, 2));
    expect(await batches.take(at(0, 0))).toBe('0.0');
    expect(await batches.take(at(2, 6))).toBe('2.0');
    expect(opened.at(-1)).toEqual({ epoch: 2, startStep: 0, endStep: 1, nextEpoch: undefined });
  });

  it('fail when they are prepared', async () => {
    const batches = new StepBatches(task());
    await expect(batches.prepare(at(1, 4))).rejects.toThrow('cannot be read');
  });

  it('follow from where a step is', () => {
    const batches = new StepBatches(task());
    const next = [at(0, 1), at(0, 2), at(1, 5), at(2, 6)].map((place) => batches.after(place));
    expect(next).toEqual([at(0, 2), at(1, 3), at(2, 6), undefined]);
  });
});
