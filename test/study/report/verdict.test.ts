import { describe, expect, it } from 'vitest';
import type { Difference } from '../../../lib/study/report/differences.js';
import {
  intervalText,
  points,
  probabilityText,
  verdictOf,
} from '../../../lib/study/report/verdict.js';

describe('numbers of a report', () => {
  it('are points of a hundred with their sign, and no sign of what rounds to nothing', () => {
    expect([0.0123, -0.0123, 0, -0.00001, 0.00001].map((share) => points(share))).toEqual([
      '+1.23 points',
      '−1.23 points',
      '0.00 points',
      '0.00 points',
      '0.00 points',
    ]);
    expect(intervalText({ low: -0.02, high: 0.1, level: 0.95 })).toBe('−2.00 to +10.00');
    expect([0.0004, 0.0156].map(probabilityText)).toEqual(['below 0.001', '0.016']);
  });
});

const difference: Difference = {
  first: 'found',
  second: 'random',
  meaning: '',
  isPaired: true,
  searches: 3,
  difference: 0.02,
  each: [0.01, 0.02, 0.03].map((one, i) => ({ search: `search-${i + 1}`, difference: one })),
  interval: { low: 0.01, high: 0.03, level: 0.95 },
  probability: 0.05,
  validation: { difference: -0.01, probability: 0.3 },
};

describe('verdictOf', () => {
  it('is yes or no at a probability of 0.05, and unknown above it or with 0 in the interval', () => {
    const answer = (changes: Partial<Difference>) =>
      verdictOf({ ...difference, ...changes }, true).answer;
    expect(answer({})).toBe('yes');
    expect(answer({ probability: 0.051 })).toBe('unknown');
    expect(answer({ interval: { low: 0, high: 0.03, level: 0.95 } })).toBe('unknown');
    const below = { low: -0.03, high: -0.001, level: 0.95 };
    expect(answer({ difference: -0.02, interval: below })).toBe('no');
    expect(answer({ difference: -0.02, interval: { ...below, high: 0 } })).toBe('unknown');
    expect(answer({ interval: null })).toBe('unknown');
  });

  it('names the numbers that it follows from', () => {
    expect(verdictOf(difference, true).evidence).toBe(
      'Found − random is +2.00 points of mean IoU, the mean of 3 searches (+1.00, +2.00, +3.00), with a 95 % interval ' +
        'of +1.00 to +3.00. A difference as large has the probability 0.050 if the search does no more than a random ' +
        'draw. On the validation images, by which weights were chosen, it is −1.00 points (probability 0.300).',
    );
    const { evidence } = verdictOf({ ...difference, interval: null, validation: null }, true);
    expect(evidence).toBe(
      'Found − random is +2.00 points of mean IoU, the mean of 3 searches (+1.00, +2.00, +3.00). A difference as ' +
        'large has the probability 0.050 if the search does no more than a random draw.',
    );
  });
});
