import { describe, expect, it } from 'vitest';
import { NumericError, ShapeError } from '../../lib/errors.js';
import { checkLogits, logSoftmax } from '../../lib/architecture/logits.js';

describe('logSoftmax', () => {
  it('gives the logarithms worked out by hand', () => {
    // e^0 : e^ln2 : e^ln5 = 1 : 2 : 5
    const values = logSoftmax('x', [0, Math.log(2), Math.log(5)]).map(Math.exp);
    [1 / 8, 2 / 8, 5 / 8].forEach((expected, i) => expect(values[i]).toBeCloseTo(expected, 14));
  });

  it('neither overflows nor loses small terms', () => {
    const values = logSoftmax('x', [1000, 0, -1000]);
    expect(values).toEqual([0, -1000, -2000]);
  });

  it('gives -Infinity to a forbidden entry', () => {
    expect(logSoftmax('x', [-Infinity, 0, 0])[0]).toBe(-Infinity);
    expect(logSoftmax('x', [-Infinity, 3])).toEqual([-Infinity, 0]);
  });

  it('ties exactly for the same numbers in another order', () => {
    const numbers = [0.1, 0.7, -0.3, 0.2, 1.9, -4.4, 0.05, 0.6];
    const backwards = [...numbers].reverse();
    expect(logSoftmax('x', backwards).reverse()).toEqual(logSoftmax('x', numbers));
  });

  it('refuses a group in which everything is forbidden', () => {
    expect(() => logSoftmax('alpha, edge 3', [-Infinity, -Infinity])).toThrow(
      'alpha, edge 3: expected at least one finite number, got only -Infinity',
    );
  });
});

describe('checkLogits', () => {
  it('names the first number that cannot be used', () => {
    expect(() => checkLogits('beta', [0, NaN], 2, 'two')).toThrow(NumericError);
    expect(() => checkLogits('beta', [0, NaN], 2, 'two')).toThrow('beta[1]: expected a finite');
    expect(() => checkLogits('beta', [Infinity], 1, 'one')).toThrow('got Infinity');
  });

  it('says how many there should be', () => {
    expect(() => checkLogits('beta', [0, 1], 7, 'one an arrow')).toThrow(ShapeError);
    expect(() => checkLogits('beta', [0, 1], 7, 'one an arrow')).toThrow(
      'beta: expected 7 numbers, one an arrow, got 2',
    );
  });
});
