import { describe, expect, it } from 'vitest';
import {
  boolean,
  byName,
  choice,
  either,
  group,
  names,
  nullable,
  pair,
  real,
  share,
  text,
  whole,
  type OptionKind,
} from '../../../lib/training/options/kinds.js';

/** Kinds with values that they take, as the command line writes them, and values they refuse. */
const KINDS: Record<string, [OptionKind<unknown>, Record<string, unknown>, unknown[]]> = {
  whole: [whole({ min: 1, max: 9 }), { '1': 1, '9': 9 }, [0, 10, 1.5, '1', null]],
  real: [real({ min: 0, below: 1 }), { '0': 0, '0.5': 0.5 }, [-0.1, 1, NaN, Infinity, '0.5']],
  share: [share, { '1': 1, '0.25': 0.25 }, [0, 1.01]],
  boolean: [boolean, { true: true, false: false }, [0, 'true', null]],
  choice: [choice('first', 'second'), { first: 'first', second: 'second' }, ['third', 1]],
  text: [text('<name>'), { train: 'train' }, ['', 3]],
  names: [names, { 'none,skip': ['none', 'skip'] }, [[], ['none', ''], 'none']],
  byName: [
    byName(real({ min: 0 })),
    { 'car=2': { car: 2 }, 'a=b=1,road=0.5': { 'a=b': 1, road: 0.5 } },
    [{}, { car: -1 }, { car: '2' }, ['car'], null, 'car=2'],
  ],
  pair: [pair(whole({ min: 0 })), { '3,4': [3, 4] }, [[3], [3, 4, 5], [3, -1], 3]],
  either: [
    either(choice('scaled'), pair(whole({ min: 1 }))),
    { scaled: 'scaled', '64,32': [64, 32] },
    ['wide', [64, 0]],
  ],
  nullable: [nullable(whole({ min: 1 }), 'all'), { all: null, '3': 3 }, [0, 'all', undefined]],
};

describe.each(Object.entries(KINDS))('the kind %s', (_, [kind, accepted, refused]) => {
  it('reads and writes its values as the command line has them', () => {
    for (const [written, value] of Object.entries(accepted)) {
      expect(kind.accepts(value)).toBe(true);
      expect(kind.parse(written)).toEqual(value);
      expect(kind.format(value)).toBe(written);
    }
  });

  it('refuses other values and texts', () => {
    for (const value of refused) {
      expect(kind.accepts(value), JSON.stringify(value)).toBe(false);
    }
    expect(kind.accepts(kind.parse(''))).toBe(false);
  });
});

describe('kinds', () => {
  it('say what they expect, with the ends of ranges and the word for null', () => {
    expect(whole({ min: 1 }).expected).toBe('a whole number ≥ 1');
    expect(share.expected).toBe('a number > 0 and ≤ 1');
    expect(real({}).expected).toBe('a number');
    expect(nullable(choice('a', 'b'), 'none').expected).toBe(
      'one of a, b, or null ("none" on the command line)',
    );
  });

  it('name what stands for a value in help', () => {
    expect(choice('a', 'b').placeholder).toBe('<a|b>');
    expect(nullable(whole({}), 'all').placeholder).toBe('<n|all>');
    expect(either(choice('scaled'), pair(share)).placeholder).toBe('<scaled|a,b>');
  });
});

describe('group', () => {
  const kind = group({ minScale: real({ above: 0 }), flip: boolean });

  it('takes an object with exactly its fields', () => {
    expect(kind.accepts({ minScale: 0.5, flip: true })).toBe(true);
    for (const wrong of [{ minScale: 0.5 }, { minScale: 0, flip: true }, null, 3]) {
      expect(kind.accepts(wrong)).toBe(false);
    }
    expect(kind.accepts({ minScale: 0.5, flip: true, more: 1 })).toBe(false);
  });

  it('writes its fields', () => {
    expect(kind.format({ minScale: 0.5, flip: true })).toBe('minScale 0.5, flip true');
  });
});
