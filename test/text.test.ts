import { format } from 'oxfmt';
import { describe, expect, it } from 'vitest';
import {
  count,
  deviation,
  markdownTable,
  mean,
  median,
  percent,
  short,
  table,
} from '../lib/text.js';

describe('percent', () => {
  it('writes a share, and a dash where there is none', () => {
    expect(percent(0.3512)).toBe('35.1 %');
    expect(percent(0.3512, 0)).toBe('35 %');
    expect([null, undefined, NaN].map((none) => percent(none))).toEqual(['-', '-', '-']);
  });
});

describe('short', () => {
  it('rounds to significant digits, without zeros at the end', () => {
    expect([1.2949, 0.05, 120.4, 2].map((value) => short(value))).toEqual([
      '1.29',
      '0.05',
      '120',
      '2',
    ]);
    expect(short(0.012345, 2)).toBe('0.012');
  });
});

describe('median', () => {
  it('is the one in the middle, or the mean of the two', () => {
    expect(median([9, 1, 4])).toBe(4);
    expect(median([9, 1, 4, 2])).toBe(3);
    expect(median([7])).toBe(7);
    expect(median([])).toBeNaN();
  });
});

describe('count', () => {
  it('adds an s to all numbers but 1', () => {
    expect([0, 1, 2].map((n) => count(n, 'image'))).toEqual(['0 images', '1 image', '2 images']);
  });
});

describe('mean', () => {
  it('is NaN of nothing', () => {
    expect(mean([1, 2, 6])).toBe(3);
    expect(mean([])).toBeNaN();
  });
});

describe('deviation', () => {
  it('is that of a sample', () => {
    expect(deviation([2, 4, 4, 4, 5, 5, 7, 9])).toBeCloseTo(Math.sqrt(32 / 7), 12);
    expect(deviation([3])).toBeNaN();
  });
});

describe('table', () => {
  const rows = [
    ['a', 'bb'],
    ['long', '1'],
  ];

  it('aligns the first column left and the others right', () => {
    expect(table(rows)).toBe('a     bb\nlong   1');
  });

  it('aligns as it is told, without spaces at the ends of lines', () => {
    expect(table(rows, { align: ['right', 'left'] })).toBe('   a  bb\nlong  1');
    expect(table(rows, { align: ['right'] })).toBe('   a  bb\nlong   1');
    expect(table(rows, { align: 'left' })).toBe('a     bb\nlong  1');
  });
});

describe('markdownTable', () => {
  it('is as the formatter writes it, with what would end a cell escaped', async () => {
    const rows = [
      ['name', 'score'],
      ['a|b\nc', '1.25'],
      ['α', '10.5'],
      ['', ''],
    ];
    const text = markdownTable(rows, { align: ['left', 'right'] });
    expect(text.split('\n')[1]).toMatch(/^\| -+ \| -+: \|$/);
    expect(text).toContain(String.raw`a\|b c`);
    expect((await format('table.md', text)).code).toBe(`${text}\n`);
  });
});
