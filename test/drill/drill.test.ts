/** What drills are made of; their short form is in `drill.ci.test.ts`. */
import { describe, expect, it, vi } from 'vitest';
import { DRILLS } from './drills.js';
import { describeRows, rowOf } from './figures.js';
import { placesToKill } from './kill-at-file-operation.js';
import { parseOptions } from './options.js';

describe('the drills', () => {
  it('kill at the first, the middle and the last of the pieces of a file', () => {
    const operations = ['open a', ...Array<string>(9).fill('write a'), 'rename b', 'write a'];
    expect(placesToKill(operations).map(({ number }) => number)).toEqual([1, 2, 6, 10, 11, 12]);
  });

  it('are chosen by name, and refuse names that do not exist', () => {
    const { drills, commands, kills } = parseOptions(
      ['--only', 'full-disk,closed-pipes', '--commands', 'retrain', '--kills', '7'],
      DRILLS,
    );
    expect(drills.map(({ name }) => name)).toEqual(['full disk', 'closed pipes']);
    expect(commands.map(({ name }) => name)).toEqual(['retrain']);
    expect(kills).toBe(7);
    const printed = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    expect(() => parseOptions(['--only', 'fire'], DRILLS)).toThrow(/Expected names out of kill-at/);
    printed.mockRestore();
  });

  it('are summed up in a table', () => {
    const one = rowOf({ drill: 'a', command: 'b' }, 3, [
      { figures: { kills: 2, compared: 1 }, problems: [] },
      { figures: { kills: 1 }, problems: ['wrong'] },
    ]);
    const lines = describeRows([one, { ...one, skipped: 'no tmpfs' }]).split('\n');
    expect(lines[2]).toBe('| a | b | 2 | 0 | 3 | 0 | 0 | 0 | 1 | 1 |');
    expect(lines[3]).toContain('skipped: no tmpfs');
    expect(lines).toHaveLength(5);
  });
});
