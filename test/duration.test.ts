import { describe, expect, it } from 'vitest';
import { duration, waitingForData } from '../lib/duration.js';

describe('duration', () => {
  it.each([
    [0, '0 s'],
    [44.6, '45 s'],
    [60, '1 min'],
    [192, '3 min 12 s'],
    [7500, '2 h 5 min'],
    [3600, '1 h'],
    [273_601, '3 d 4 h'],
    [-1, '0 s'],
  ])('writes %d seconds as %s', (seconds, text) => {
    expect(duration(seconds)).toBe(text);
  });
});

describe('waitingForData', () => {
  it('gives the share with one digit', () => {
    expect(waitingForData(0.0042)).toBe('waiting for data: 0.4 % of the training time');
  });
});
