import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  lastImprovement,
  stoppingReason,
  type StoppingRule,
} from '../../../lib/training/loop/early-stopping.js';

const file = new URL('../../fixtures/early-stopping.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as {
  cases: readonly (StoppingRule & {
    readonly name: string;
    readonly scores: readonly number[];
    readonly stops: readonly boolean[];
  })[];
};

describe('stoppingReason', () => {
  it.each(cases)(
    "equals PyTorch Lightning's EarlyStopping: $name",
    ({ scores, stops, ...rule }) => {
      const found = scores.map(
        (_, i) => stoppingReason(scores.slice(0, i + 1), rule) !== undefined,
      );
      expect(found).toEqual(stops);
    },
  );

  it('says how long it waited for what', () => {
    const rule = { patience: 2, minImprovement: 0.01 };
    expect(stoppingReason([0.3, 0.5, 0.505, 0.4], rule)).toBe(
      'stopped early: the validation mIoU of 50.00 % was not exceeded by more than 1.00 % in ' +
        '2 validations (patience 2)',
    );
    expect(stoppingReason([0.5, 0.5, 0.5], { patience: null, minImprovement: 0 })).toBeUndefined();
    expect(stoppingReason([], { patience: 1, minImprovement: 0 })).toBeUndefined();
  });
});

describe('lastImprovement', () => {
  it('takes the first score, be it 0', () => {
    expect(lastImprovement([0, 0, 0], 0)).toEqual({ score: 0, waited: 2 });
    expect(lastImprovement([], 0)).toEqual({ score: undefined, waited: 0 });
  });
});
