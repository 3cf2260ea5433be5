import { describe, expect, it } from 'vitest';
import { remainingWork } from '../../../lib/training/loop/remaining-work.js';

/** Three epochs of four steps, the last cut short; the second and the last are validated. */
const task = {
  steps: 10,
  stepsPerEpoch: 4,
  phase: (epoch: number) => (epoch === 0 ? 'weights' : 'architecture'),
  isValidationDue: (done: number) => done >= 2,
  validation: {
    images: 5,
    run: () => Promise.reject(new Error('not run here')),
  },
};
const counts = (step: number, epoch: number, imagesDone = 0) =>
  remainingWork(task, { step, epoch }, { imagesDone, lastPhase: 'weights' }).map(
    ({ kind, count }) => [kind, count],
  );

describe('remainingWork', () => {
  it('counts the steps of each phase and the images of all validations', () => {
    expect(counts(0, 0)).toEqual([
      ['weights', 4],
      ['architecture', 6],
      ['validation', 10],
    ]);
    expect(counts(6, 1)).toEqual([
      ['architecture', 4],
      ['validation', 10],
    ]);
  });

  it('counts the images of the validation under way that are not done', () => {
    expect(counts(8, 1, 3)).toEqual([
      ['architecture', 2],
      ['validation', 7],
    ]);
  });

  it('is nothing at the end', () => {
    expect(counts(10, 3)).toEqual([['validation', 0]]);
  });
});
