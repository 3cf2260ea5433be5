import { describe, expect, it } from 'vitest';
import { UsageError } from '../helpers/run-program.js';
import { CASES, describeCase, IMPLEMENTATIONS } from './cases.js';
import { matches, selectCases, selectModes } from './select.js';

const names = (only: string | undefined, isQuick = false) =>
  selectCases(only, isQuick).map(({ name }) => name);

describe('the list of cases', () => {
  it('has every case once, with a description', () => {
    const all = CASES.map(({ name }) => name);
    expect(new Set(all).size).toBe(all.length);
    expect(CASES.every((entry) => describeCase(entry).length > 0)).toBe(true);
  });

  it('has the cases that are compared from version to version', () => {
    expect(names(undefined)).toEqual(
      expect.arrayContaining([
        ...['search-6-4-3-65', 'search-12-8-5-65', 'search-12-8-5-129', 'search-12-8-5-321'],
        ...['retrain-s-321', 'retrain-s-513', 'infer-s-513', 'infer-s-1025x2049'],
        ...['trace-12-8-5-321', 'growth-pixels-257', 'growth-batch-8'],
      ]),
    );
  });

  it('names the search cases by their sizes: layers, filters, blocks, crop', () => {
    for (const { name, work, growth } of CASES) {
      if (work.kind === 'search' && !growth) {
        const { layers, filterMultiplier, blocks, crop } = work;
        expect(name).toMatch(/^(search|trace)-/);
        expect(name.endsWith(`-${[layers, filterMultiplier, blocks, crop].join('-')}`)).toBe(true);
      }
    }
  });
});

describe('matches', () => {
  it.each([
    ['search-12-8-5-65', 'search-12-8-5-65', true],
    ['search', 'search-12-8-5-65', true],
    ['search-12-8-5', 'search-12-8-5-129', true],
    ['search-12-', 'search-12-8-5-129', true],
    ['search-12-8-5-6', 'search-12-8-5-65', false],
    ['infer-s-1025', 'infer-s-1025x2049', false],
    ['12-8', 'search-12-8-5-65', false],
    ['*-65', 'search-12-8-5-65', true],
    ['*-65', 'search-12-8-5-651', false],
    ['s*-8-*-65', 'search-12-8-5-65', true],
    ['sear.h', 'search', false],
    ['sear.h*', 'search-1', false],
  ])('%s for %s: %s', (pattern, name, expected) => {
    expect(matches(pattern, name)).toBe(expected);
  });
});

describe('selectCases', () => {
  it('takes all by default and few with quick', () => {
    expect(names(undefined)).toHaveLength(CASES.length);
    const quick = names(undefined, true);
    expect(quick).toContain('search-6-4-3-65');
    expect(quick).not.toContain('search-12-8-5-321');
  });

  it('takes several patterns, each case once, in the order of the list', () => {
    expect(names('trace-6-4-3-65, *-6-4-3-65')).toEqual(['search-6-4-3-65', 'trace-6-4-3-65']);
  });

  it('takes what is named even if it is not quick', () => {
    expect(names('search-12-8-5-321', true)).toEqual(['search-12-8-5-321']);
  });

  it('refuses a name that means nothing, and none at all', () => {
    expect(() => selectCases('search,seach-6', false)).toThrow(UsageError);
    expect(() => selectCases('search,seach-6', false)).toThrow('got seach-6');
    expect(() => selectCases(' , ', false)).toThrow(UsageError);
  });
});

describe('selectModes', () => {
  it('takes all by default and keeps their order', () => {
    expect(selectModes(undefined)).toEqual(IMPLEMENTATIONS);
    expect(selectModes('pytorch,compiled')).toEqual(['compiled', 'pytorch']);
  });

  it('refuses an unknown one, and none', () => {
    expect(() => selectModes('compiled,jax')).toThrow('got jax');
    expect(() => selectModes('')).toThrow(UsageError);
  });
});
