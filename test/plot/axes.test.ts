import { describe, expect, it } from 'vitest';
import { entropyAxis, epochsAxis } from '../../lib/plot/axes.js';

describe('epochsAxis', () => {
  it.each([
    [[], 1],
    [[3], 1],
    [[1, 2], 1],
    [[1, 9], 1],
    [[10, 1], 2],
    [[1, 40], 5],
    [[1, 80], 10],
    [[1, 81], 10],
    [[1, 82], 20],
    [[1, 1000], 200],
  ])('marks whole epochs, at most nine: %j, every %i', (epochs, step) => {
    expect(epochsAxis(epochs)).toMatchObject({ tick0: 0, dtick: step, tickformat: 'd' });
  });
});

describe('entropyAxis', () => {
  it.each([
    [[0.999, 1], [0.95, 1], ' (axis from 95 %)'],
    [[0.93, 1], [0.92, 1], ' (axis from 92 %)'],
    [[0.8, 0.99], [0.78, 1], ' (axis from 78 %)'],
    [[0.3, 0.9], [0.2, 1], ' (axis from 20 %)'],
    [[0.02, 1], [0, 1], ''],
    [[0, 1], [0, 1], ''],
    [[NaN, 1], [0.95, 1], ' (axis from 95 %)'],
    [[], [0.95, 1], ' (axis from 95 %)'],
  ])(
    'ends at 100 %%, spans five points at least, and says where it begins: %j',
    (values, range, note) => {
      expect(entropyAxis(values)).toMatchObject({ axis: { range }, note });
    },
  );

  it('has room for what is above another value', () => {
    expect(entropyAxis([1, 1.1, 0.9]).axis.range).toEqual([0.88, 1.1]);
  });
});
