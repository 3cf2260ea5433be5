import { describe, expect, it } from 'vitest';
import { configDifferences } from '../../lib/run/config-difference.js';

describe('configDifferences', () => {
  it('compares what JSON keeps: order of keys and undefined fields do not matter', () => {
    expect(configDifferences({ a: 1, b: undefined, c: [] }, { c: [], a: 1 })).toEqual([]);
    expect(configDifferences({ a: [1, { b: 2 }] }, { a: [1, { b: 3 }] })).toEqual([
      { path: 'a[1].b', before: '2', now: '3' },
    ]);
    expect(configDifferences({ a: {} }, { a: [] })).toEqual([
      { path: 'a', before: '{}', now: '[]' },
    ]);
  });
});
