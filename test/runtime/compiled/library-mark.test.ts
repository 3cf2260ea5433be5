import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { libraryMark, markOf } from '../../../lib/runtime/compiled/library-mark.js';
import { temporaryFolder } from '../../helpers/temporary-folder.js';

const scratch = temporaryFolder();

/** A folder with files, by name. */
function folderOf(name: string, files: Readonly<Record<string, string>>): string {
  const folder = join(scratch, name);
  mkdirSync(join(folder, 'room'), { recursive: true });
  Object.entries(files).forEach(([file, text]) => {
    writeFileSync(join(folder, file), text);
  });
  return folder;
}

const files = { 'a.js': '1', 'room/b.ts': '2' };
const LATER = Date.now() + 3_600_000;

describe('markOf', () => {
  it('follows from names and contents of code, not from types and other files', () => {
    const mark = markOf(folderOf('one', files), LATER);
    expect(mark).toMatch(/^[0-9a-f]{64}$/);
    const same = { ...files, 'a.d.ts': 'types', 'a.js.map': 'map' };
    expect(markOf(folderOf('two', same), LATER)).toBe(mark);
    expect(markOf(folderOf('three', { ...files, 'a.js': '3' }), LATER)).not.toBe(mark);
    expect(markOf(folderOf('four', { 'c.js': '1', 'room/b.ts': '2' }), LATER)).not.toBe(mark);
  });

  it('is none where a file is newer than what runs', () => {
    const began = Date.now() - 60_000;
    expect(markOf(folderOf('new', files), began)).toBeUndefined();
  });

  it('is one for the library that runs', () => {
    expect(libraryMark()).toMatch(/^[0-9a-f]{64}$/);
  });
});
