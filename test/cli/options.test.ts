import { InvalidArgumentError } from 'commander';
import { describe, expect, it } from 'vitest';
import { anyNumber, wholeNumber } from '../../lib/cli/options.js';

describe('numbers', () => {
  it('are read, and other texts refused', () => {
    expect(wholeNumber('12')).toBe(12);
    expect(anyNumber('-0.5')).toBe(-0.5);
    for (const text of ['', 'x', ' ']) {
      expect(() => wholeNumber(text)).toThrow(InvalidArgumentError);
      expect(() => anyNumber(text)).toThrow(InvalidArgumentError);
    }
    expect(() => wholeNumber('1.5')).toThrow('expected a whole number, got "1.5".');
  });
});
