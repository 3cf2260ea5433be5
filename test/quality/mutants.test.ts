import { describe, expect, it } from 'vitest';
import { countByFile, scoreOf, sumOf } from './mutants.js';

const mutants = [
  { fileName: '/root/lib/b.ts', status: 'Killed' },
  { fileName: '/root/lib/a.ts', status: 'Survived' },
  { fileName: '/root/lib/b.ts', status: 'NoCoverage' },
  { fileName: '/root/lib/b.ts', status: 'Timeout' },
  { fileName: '/root/lib/a.ts', status: 'RuntimeError' },
  { fileName: '/root/lib/b.ts', status: 'Killed' },
] as const;

describe('the counts of mutants', () => {
  const files = () => countByFile(mutants, '/root');

  it('stand by file, in the order of their names', () => {
    expect(Object.entries(files())).toEqual([
      ['lib/a.ts', { killed: 0, timeout: 0, survived: 1, notReached: 0, invalid: 1 }],
      ['lib/b.ts', { killed: 2, timeout: 1, survived: 0, notReached: 1, invalid: 0 }],
    ]);
  });

  it('add up', () => {
    const sum = { killed: 2, timeout: 1, survived: 1, notReached: 1, invalid: 1 };
    expect(sumOf(files())).toEqual(sum);
    expect(sumOf({})).toEqual({ killed: 0, timeout: 0, survived: 0, notReached: 0, invalid: 0 });
  });

  it('give the share of those that were noticed, without those that could not be tested', () => {
    expect(scoreOf(sumOf(files()))).toBe(3 / 5);
    expect(scoreOf(sumOf({}))).toBeNaN();
  });
});
