import { existsSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  describeLastState,
  readLastState,
  stateFile,
  StateNotes,
} from '../../lib/notebook/kernel/last-state.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

const GIB = 2 ** 30;
const limits = { heapLimit: 4 * GIB, machine: 8 * GIB };

describe('the last state of a kernel', () => {
  it('is noted when it changes, and read by the next', () => {
    const file = stateFile(join(temporaryFolder(), 'kernel-1.json'));
    const notes = new StateNotes(file, limits);
    expect(readLastState(file)).toBeUndefined();
    notes.note(3, GIB);
    expect(readLastState(file)).toEqual({ cell: 3, memory: GIB, ...limits });
    utimesSync(file, 1, 1);
    notes.note(3, 1.01 * GIB);
    expect(statSync(file).mtimeMs).toBe(1000);
    notes.note(3, 2 * GIB);
    notes.note(0, 2 * GIB);
    expect(readLastState(file)).toMatchObject({ cell: 0, memory: 2 * GIB });
    notes.remove();
    expect(existsSync(file)).toBe(false);
  });

  it('is nothing where it cannot be written or read', () => {
    const folder = temporaryFolder();
    new StateNotes(join(folder, 'missing', 'file'), limits).note(1, GIB);
    for (const text of ['', '{', '[]', '{"cell":"1"}']) {
      writeFileSync(join(folder, 'file'), text);
      expect(readLastState(join(folder, 'file'))).toBeUndefined();
    }
    expect(readFileSync(join(folder, 'file'), 'utf8')).toBe('{"cell":"1"}');
  });

  it('tells of memory where that was short, and else that the reason is not known', () => {
    const full = describeLastState({ cell: 5, memory: 3.6 * GIB, ...limits });
    expect(full).toContain('ended without a word in cell [5]');
    expect(full).toContain('it held 3.6 GiB of memory, where the machine has 8.0 GiB');
    expect(full).toContain('objects of JavaScript may take 4.0 GiB');
    expect(full).toContain('it was out of memory, most likely');
    const half = describeLastState({ cell: 0, memory: 2 * GIB, ...limits });
    expect(half).toContain('ended without a word, and');
    expect(half).toContain('the terminal of Jupyter may say why');
  });
});
