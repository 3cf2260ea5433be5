import { describe, expect, it } from 'vitest';
import { formatTable } from '../../lib/plot/format-table.js';

describe('formatTable', () => {
  it('aligns numbers to the right and words to the left', () => {
    const rows = [
      { name: 'a', count: 1234567, share: '9.5 %' },
      { name: 'long', count: 5n, share: '12 %' },
    ];
    expect(formatTable(rows)).toBe(
      ['name      count  share', 'a     1,234,567  9.5 %', 'long          5   12 %'].join('\n'),
    );
  });

  it('leaves a place empty where a row has no value', () => {
    expect(formatTable([{ a: 1 }, { a: 22, b: 'x' }])).toBe([' a  b', ' 1', '22  x'].join('\n'));
  });

  it('prints broken numbers as they are, and counts letters, not bytes', () => {
    expect(formatTable([{ φ: 1.618 }, { φ: -0.5 }])).toBe(['    φ', '1.618', ' -0.5'].join('\n'));
  });
});
