import { describe, expect, it } from 'vitest';
import { hexColor, presentClasses } from '../../../lib/plot/images/classes.js';
import { CLASSES, labelMap, labels } from './small-images.js';

describe('hexColor', () => {
  it('writes every channel with two digits', () => {
    expect(hexColor([0, 9, 255])).toBe('#0009ff');
  });
});

describe('presentClasses', () => {
  it('lists what occurs with its share of the pixels that are not ignored', () => {
    const present = presentClasses('test', [labels], CLASSES);
    expect(present.map(({ name, share }) => [name, share])).toEqual([
      ['road', 0.5],
      ['a < b', 1 / 6],
      ['sky', 1 / 3],
    ]);
  });

  it('names a value that is no class', () => {
    expect(() => presentClasses('test', [labelMap([0, 7])], CLASSES)).toThrow(
      /test: expected labels 0 to 2 or 255 \(ignore\), got 7/,
    );
  });
});
