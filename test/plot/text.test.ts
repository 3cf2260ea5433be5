import { describe, expect, it } from 'vitest';
import { escapeText, round, stateLabel, wrap } from '../../lib/plot/text.js';

describe('escapeText', () => {
  it('leaves nothing that could be a tag', () => {
    expect(escapeText('a < b & <i>')).toBe('a &lt; b &amp; &lt;i&gt;');
  });
});

describe('wrap', () => {
  it('breaks between words, and never inside one', () => {
    expect(wrap('one two three', 7)).toEqual(['one two', 'three']);
    expect(wrap('one two three', 6)).toEqual(['one', 'two', 'three']);
    expect(wrap('extraordinary', 5)).toEqual(['extraordinary']);
  });
});

describe('round', () => {
  it('keeps few digits after the point', () => {
    expect(round(0.12345)).toBe(0.123);
    expect(round(12.345, 1)).toBe(12.3);
  });
});

describe('stateLabel', () => {
  it('counts the blocks from 1, behind the two inputs', () => {
    expect([0, 1, 2, 5].map(stateLabel)).toEqual([
      ...['H<sup>l−2</sup>', 'H<sup>l−1</sup>'],
      ...['block 1', 'block 4'],
    ]);
  });
});
