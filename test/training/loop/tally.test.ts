import { describe, expect, it } from 'vitest';
import { addStep, NOTHING_YET, parseTally, summarise } from '../../../lib/training/loop/tally.js';

const step = { loss: 2, architectureLoss: null, seconds: 3, dataSeconds: 1 };

describe('the tally of an epoch', () => {
  it('gives means over the steps that had a loss', () => {
    const tally = [step, { ...step, loss: 4, architectureLoss: 1.5 }].reduce(addStep, NOTHING_YET);
    expect(summarise(tally)).toEqual({
      loss: 3,
      architectureLoss: 1.5,
      seconds: 6,
      dataSeconds: 2,
    });
    expect(summarise(NOTHING_YET)).toMatchObject({ loss: null, architectureLoss: null });
  });

  it('is the same after a way through JSON, to the last bit', () => {
    const tally = [0.1, 0.2, 1 / 3].reduce(
      (sum, loss) => addStep(sum, { ...step, loss }),
      NOTHING_YET,
    );
    expect(parseTally(JSON.parse(JSON.stringify({ tally })))).toEqual(tally);
  });

  it('is empty where a checkpoint has none', () => {
    expect(parseTally(null)).toEqual(NOTHING_YET);
    expect(parseTally({ tally: { loss: 'much' } })).toEqual(NOTHING_YET);
  });
});
