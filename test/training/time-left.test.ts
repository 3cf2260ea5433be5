import { describe, expect, it } from 'vitest';
import { TimeLeft } from '../../lib/training/time-left.js';

describe('TimeLeft', () => {
  it('multiplies what remains by the median duration, so that a slow first step counts little', () => {
    const timeLeft = new TimeLeft();
    [30, 2, 3, 2, 3].forEach((seconds) => timeLeft.add('step', seconds));
    expect(timeLeft.estimate([{ kind: 'step', count: 10 }])).toBe(30);
    timeLeft.add('step', 4);
    expect(timeLeft.estimate([{ kind: 'step', count: 10 }])).toBe(30); // (3 + 3) / 2
  });

  it('guesses a kind that was not measured yet by another', () => {
    const timeLeft = new TimeLeft();
    timeLeft.add('weights', 2);
    const work = [
      { kind: 'weights', count: 5 },
      { kind: 'architecture', count: 5, guess: { reference: 'weights', times: 2 } },
    ];
    expect(timeLeft.estimate(work)).toBe(10 + 20);
    timeLeft.add('architecture', 3);
    expect(timeLeft.estimate(work)).toBe(10 + 15);
  });

  it('says nothing while it knows nothing, and nothing remains where nothing is to do', () => {
    const timeLeft = new TimeLeft();
    expect(timeLeft.estimate([{ kind: 'step', count: 1 }])).toBeUndefined();
    expect(timeLeft.estimate([{ kind: 'step', count: 0 }])).toBe(0);
  });

  it('forgets old durations', () => {
    const timeLeft = new TimeLeft();
    for (let i = 0; i < 25; i++) {
      timeLeft.add('step', 9);
    }
    for (let i = 0; i < 25; i++) {
      timeLeft.add('step', 1);
    }
    expect(timeLeft.estimate([{ kind: 'step', count: 3 }])).toBe(3);
  });
});
