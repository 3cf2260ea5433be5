import { expect, it } from 'vitest';
import { UnlabelledSteps } from '../../../lib/training/loop/unlabelled-steps.js';

it('tells of 2, 4, 8, … steps in a row without a label, once each', () => {
  const watch = new UnlabelledSteps();
  let step = 0;
  const told = (labelled: boolean[]) =>
    labelled.flatMap((one) => {
      const text = watch.add(++step, one);
      return text === undefined ? [] : [[step, Number(/last (\d+) step/.exec(text)?.[1])]];
    });
  const no = (n: number) => Array.from({ length: n }, () => false);
  expect(told([false, true, false, true])).toEqual([]);
  expect(told(no(5))).toEqual([
    [6, 2],
    [8, 4],
  ]);
  expect(told([true, ...no(7)])).toEqual([]); // no longer row than before
  expect(told(no(1))).toEqual([[step, 8]]);
});
