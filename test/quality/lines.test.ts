import { describe, expect, it } from 'vitest';
import { byRoom, countLines, executedLines, sumOfLines, union } from './lines.js';

/** Statements as pairs of a line and a count. */
function coverage(...statements: [line: number, count: number][]) {
  return {
    statementMap: Object.fromEntries(statements.map(([line], i) => [i, { start: { line } }])),
    s: Object.fromEntries(statements.map(([, count], i) => [i, count])),
  };
}

describe('executedLines', () => {
  it('has a line executed if one of its statements was', () => {
    const lines = executedLines(coverage([1, 3], [2, 0], [2, 1], [2, 0], [4, 0]));
    expect([...lines]).toEqual([
      [1, true],
      [2, true],
      [4, false],
    ]);
  });
});

describe('union', () => {
  it('takes executions from elsewhere, but no lines', () => {
    const own = new Map([
      [1, true],
      [2, false],
      [3, false],
    ]);
    const elsewhere = new Map([
      [1, false],
      [2, true],
      [9, true],
    ]);
    expect([...union(own, elsewhere)]).toEqual([
      [1, true],
      [2, true],
      [3, false],
    ]);
  });
});

describe('the counts of lines', () => {
  it('add up by room and in all', () => {
    const lines = new Map([
      [1, true],
      [2, true],
      [3, false],
    ]);
    expect(countLines(lines)).toEqual({ covered: 2, lines: 3 });
    const rooms = byRoom({
      'lib/size.ts': { covered: 1, lines: 1 },
      'lib/plot/a.ts': { covered: 2, lines: 3 },
      'lib/plot/show/b.ts': { covered: 0, lines: 4 },
    });
    expect(rooms).toEqual({
      plot: { covered: 2, lines: 7 },
      'size.ts': { covered: 1, lines: 1 },
    });
    expect(sumOfLines(Object.values(rooms))).toEqual({ covered: 3, lines: 8 });
  });
});
