import { InvalidArgumentError } from 'commander';
import { describe, expect, it } from 'vitest';
import { duration, waitingForData } from '../../lib/duration.js';
import { changesFrom, crop, resolution, setting, wholeNumber } from '../../lib/cli/options.js';
import { table } from '../../lib/cli/table.js';

describe('duration', () => {
  it.each([
    [0, '0 s'],
    [44.6, '45 s'],
    [60, '1 min'],
    [192, '3 min 12 s'],
    [7500, '2 h 5 min'],
    [3600, '1 h'],
    [273_601, '3 d 4 h'],
    [-1, '0 s'],
  ])('writes %d seconds as %s', (seconds, text) => {
    expect(duration(seconds)).toBe(text);
  });
});

describe('waitingForData', () => {
  it('gives the share with one digit', () => {
    expect(waitingForData(0.0042)).toBe('waiting for data: 0.4 % of the training time');
  });
});

describe('options', () => {
  it('read a resolution as a share or as a longer side', () => {
    expect(resolution('0.5')).toBe(0.5);
    expect(resolution('513px')).toEqual({ longerSide: 513 });
    expect(() => resolution('513 px')).toThrow(InvalidArgumentError);
  });

  it('read sizes and whole numbers, and refuse other texts', () => {
    expect(crop('321')).toBe(321);
    expect(crop('353x481')).toEqual([353, 481]);
    expect(() => crop('wide')).toThrow(InvalidArgumentError);
    expect(wholeNumber('12')).toBe(12);
    for (const text of ['', '1.5', 'x', ' ']) {
      expect(() => wholeNumber(text)).toThrow(InvalidArgumentError);
    }
  });

  it('collect settings as JSON or text, into fields and below them', () => {
    const settings = ['crop=65', 'split=train', 'clipNorm=null', 'augment.minScale=1'].reduce<
      ReturnType<typeof setting>
    >((before, text) => setting(text, before), []);
    const base = {
      crop: 1,
      split: '',
      clipNorm: 5 as number | null,
      seed: 1,
      augment: { minScale: 0.5, maxScale: 2 },
    };
    expect(changesFrom({ set: settings, seed: 3 }, ['seed'], base)).toEqual({
      crop: 65,
      split: 'train',
      clipNorm: null,
      seed: 3,
      augment: { minScale: 1, maxScale: 2 },
    });
    expect(() => setting('crop')).toThrow(InvalidArgumentError);
  });

  it('take the words that stand for nothing', () => {
    const base = { validationSplit: 'val' as string | null, validationImages: 3 as number | null };
    const flags = { validationSplit: 'none', validationImages: 'all' };
    expect(changesFrom(flags, ['validationSplit', 'validationImages'], base)).toEqual({
      validationSplit: null,
      validationImages: null,
    });
  });
});

describe('table', () => {
  it('aligns the first column left and the others right', () => {
    expect(
      table([
        ['a', 'bb'],
        ['long', '1'],
      ]),
    ).toBe('a     bb\nlong   1');
  });
});
