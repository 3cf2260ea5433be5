import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DataError } from '../../lib/errors.js';
import { writeFileAtomic } from '../../lib/files/atomic-file.js';
import { fileError } from '../../lib/files/file-error.js';
import { readJsonFile, writeJsonFile } from '../../lib/files/json-file.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

const root = temporaryFolder();
let count = 0;
function newFolder(): string {
  const folder = join(root, String(count++));
  mkdirSync(folder);
  return folder;
}

describe('writeFileAtomic', () => {
  it('writes text, bytes and pieces', async () => {
    const folder = newFolder();
    const file = join(folder, 'a');
    await writeFileAtomic(file, 'é');
    expect(readFileSync(file, 'utf8')).toBe('é');
    await writeFileAtomic(file, Uint8Array.of(1, 2));
    expect([...readFileSync(file)]).toEqual([1, 2]);
    await writeFileAtomic(file, [Uint8Array.of(3), Uint8Array.of(), Uint8Array.of(4, 5)]);
    expect([...readFileSync(file)]).toEqual([3, 4, 5]);
    expect(readdirSync(folder)).toEqual(['a']);
  });

  it('leaves the old file and nothing else when writing fails half way', async () => {
    const folder = newFolder();
    const file = join(folder, 'a');
    writeFileSync(file, 'old');
    function* pieces(): Generator<Uint8Array> {
      yield new Uint8Array(10);
      expect(readdirSync(folder)).toHaveLength(2);
      throw new Error('interrupted');
    }
    await expect(writeFileAtomic(file, pieces())).rejects.toThrow(
      `cannot write ${file}: interrupted`,
    );
    expect(readFileSync(file, 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['a']);
  });

  it('says that the folder is missing', async () => {
    const file = join(root, 'none', 'a');
    await expect(writeFileAtomic(file, '')).rejects.toThrow(
      `cannot write ${file}: no such file or folder; check the path`,
    );
  });
});

describe('fileError', () => {
  it.each([
    ['ENOSPC', 'cannot write f: the disk is full; free some space and resume'],
    ['EROFS', 'cannot write f: the file system is read-only; choose another folder'],
    ['EACCES', 'cannot write f: permission denied'],
  ])('explains %s', (code, message) => {
    const cause = Object.assign(new Error(`${code}: write`), { code });
    const error = fileError('write', 'f', cause);
    expect(error).toBeInstanceOf(DataError);
    expect(error.message).toContain(message);
    expect(error.cause).toBe(cause);
  });

  it('passes errors of this library unchanged', () => {
    const error = new DataError('already clear');
    expect(fileError('write', 'f', error)).toBe(error);
  });
});

describe('JSON files', () => {
  it('come back as written', async () => {
    const file = join(newFolder(), 'a.json');
    await writeJsonFile(file, { a: [1, null, 'x'] });
    expect(await readJsonFile(file)).toEqual({ a: [1, null, 'x'] });
    expect(readFileSync(file, 'utf8').endsWith('}\n')).toBe(true);
  });

  it('are refused with a clear line when they are cut off or nested too deeply', async () => {
    const file = join(newFolder(), 'a.json');
    writeFileSync(file, '{"a": [1, 2');
    await expect(readJsonFile(file)).rejects.toThrow(/a\.json: expected JSON, got a text/);
    writeFileSync(file, '['.repeat(100_000) + ']'.repeat(100_000));
    await expect(readJsonFile(file)).rejects.toThrow(DataError);
    writeFileSync(file, '['.repeat(200) + ']'.repeat(200));
    await expect(readJsonFile(file)).resolves.toBeDefined();
    writeFileSync(file, '['.repeat(201) + ']'.repeat(201));
    await expect(readJsonFile(file)).rejects.toThrow('expected at most 200 nested levels');
  });
});
