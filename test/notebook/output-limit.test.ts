import { describe, expect, it } from 'vitest';
import { OutputLimit } from '../../lib/notebook/kernel/output-limit.js';

describe('OutputLimit', () => {
  it('shows 10,000 lines, whichever way they come, and counts the others', () => {
    const limit = new OutputLimit();
    for (let i = 0; i < 4999; i++) {
      expect(limit.take('a\nb\n')).toEqual({ shown: 'a\nb\n', notice: undefined });
    }
    expect(limit.take('c')).toEqual({ shown: 'c', notice: undefined });
    expect(limit.summary).toBeUndefined();
    const { shown, notice } = limit.take('\nd\ne\nf');
    expect(shown).toBe('\nd\n');
    expect(notice).toContain('more than 10,000 lines or 4 MiB');
    expect(limit.take('\ng\n')).toEqual({ shown: '', notice: undefined });
    expect(limit.summary).toBe('3 lines left out; write long output to a file\n');
  });

  it('says nothing about exactly 10,000 lines', () => {
    const limit = new OutputLimit();
    expect(limit.take('a\n'.repeat(10_000)).notice).toBeUndefined();
    expect(limit.summary).toBeUndefined();
    expect(limit.take('').notice).toBeUndefined();
    expect(limit.take('b\n').shown).toBe('');
    expect(limit.summary).toContain('1 line left out');
  });

  it('shows 4 MiB of a line without an end', () => {
    const limit = new OutputLimit();
    const { shown } = limit.take('.'.repeat(4 * 2 ** 20 + 1000));
    expect(shown).toHaveLength(4 * 2 ** 20);
    expect(limit.summary).toContain('1,000 characters left out');
  });
});
