import { describe, expect, it } from 'vitest';
import { readForeignNumbers, splitForeignText } from '../../lib/decoder/foreign-numbers.js';
import { DataError } from '../../lib/errors.js';

describe('readForeignNumbers', () => {
  it.each([
    ['numpy', '[[ 1  5]\n [ 0 11]]'],
    ['numpy with its type', 'array([[1, 5],\n       [0, 11]], dtype=uint8)'],
    ['Python', '[(1, 5), (0, 11)]'],
    ['MATLAB', '[1 5; 0 11]'],
    ['a label and a colon', 'cell: 1 5 0 11'],
    ['a label and an equals sign', 'genotype = [1, 5, 0, 11]'],
    ['floats', '1. 5.0 0.000 11.'],
  ])('reads what %s prints', (_, text) => {
    expect(readForeignNumbers('list', text)).toEqual([1, 5, 0, 11]);
  });

  it('takes lists of numbers, nested or flat, and keeps signs', () => {
    expect(readForeignNumbers('list', [1, 5, 0])).toEqual([1, 5, 0]);
    expect(readForeignNumbers('list', [[1, 5], [0]])).toEqual([1, 5, 0]);
    expect(readForeignNumbers('list', '-3 4')).toEqual([-3, 4]);
  });

  it.each([
    ['1 2.5', 'list: expected whole numbers, got "2.5"'],
    ['1 1e3', 'got "1e3"'],
    ['1 two', 'got "two"'],
    ['', 'list: expected whole numbers, got none'],
    ['[[] []]', 'got none'],
    [[1, NaN], 'list: expected whole numbers, got NaN'],
    [[2 ** 53], 'got 9007199254740992'],
    ['x'.repeat(200), `got "${'x'.repeat(60)}"`],
  ])('refuses %j', (numbers, message) => {
    expect(() => readForeignNumbers('list', numbers)).toThrow(DataError);
    expect(() => readForeignNumbers('list', numbers)).toThrow(message);
  });
});

describe('a text that is too long', () => {
  it('is refused before it is read', () => {
    expect(() => readForeignNumbers('list', '9'.repeat(300_000))).toThrow(
      new DataError('list: expected at most 262144 characters, got 300000'),
    );
  });
});

describe('splitForeignText', () => {
  const path = '[1 2 2]';
  const cell = '[[0 4]\n [1 5]]';

  it('finds the two lists by their labels, whatever is printed around them', () => {
    const text = `loading\nArchitecture search results: ${path}\nNew cell structure: ${cell}\n[9 9]`;
    expect(splitForeignText(text)).toEqual({ path, cell });
  });

  it('finds them without a space behind the labels, and with spaces inside', () => {
    const spaced = '[ [0 4]  [1 5] ]';
    expect(
      splitForeignText(`architecture search results:${path} new cell structure:${spaced}`),
    ).toEqual({ path, cell: spaced });
  });

  it('reads no more than 262144 characters', () => {
    expect(() => splitForeignText(' '.repeat(262_145))).toThrow(
      'foreign decode: expected at most 262144 characters, got 262145',
    );
    expect(() => splitForeignText(' '.repeat(262_144))).toThrow('got a text without the first');
  });

  it('finds them in either order', () => {
    const text = `new cell structure ${cell} architecture search results ${path}`;
    expect(splitForeignText(text)).toEqual({ path, cell });
  });

  it.each([
    [`new cell structure: ${cell}`, 'got a text without the first'],
    [`architecture search results: ${path}`, 'got a text without the second'],
    [`architecture search results: ${path} new cell structure: [0 4]`, 'without the second'],
  ])('says which list is missing and what to do: %j', (text, message) => {
    expect(() => splitForeignText(text)).toThrow(DataError);
    expect(() => splitForeignText(text)).toThrow(message);
    expect(() => splitForeignText(text)).toThrow('give them as { path, cell } instead');
    expect(() => splitForeignText(text)).toThrow(
      'foreign decode: expected the lists "architecture search results: [...]" and ' +
        '"new cell structure: [[...] ...]", got a text',
    );
  });
});
