import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { publishedArchitecture } from '../../lib/architecture/published.js';
import { readArchitecture, writeArchitecture } from '../../lib/architecture/file.js';
import { DataError } from '../../lib/errors.js';

describe('architecture files', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'architecture-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('are read as they were written, and replace older ones without leaving anything behind', async () => {
    const file = join(folder, 'architecture.json');
    await writeFile(file, 'old');
    await writeArchitecture(file, publishedArchitecture);
    expect(await readArchitecture(file)).toEqual(publishedArchitecture);
    expect(await readdir(folder)).toEqual(['architecture.json']);
  });

  it('are left alone when the new one is not valid', async () => {
    const file = join(folder, 'architecture.json');
    await writeFile(file, 'old');
    await expect(writeArchitecture(file, { ...publishedArchitecture, path: [] })).rejects.toThrow(
      DataError,
    );
    expect(await readFile(file, 'utf8')).toBe('old');
    expect(await readdir(folder)).toEqual(['architecture.json']);
  });

  it('give an error with the name of the file where they cannot be written', async () => {
    const file = join(folder, 'missing', 'architecture.json');
    await expect(writeArchitecture(file, publishedArchitecture)).rejects.toMatchObject({
      file,
      message: `cannot write ${file}: no such file or folder; check the path`,
    });
    const taken = join(folder, 'taken');
    await mkdir(taken);
    await expect(writeArchitecture(taken, publishedArchitecture)).rejects.toThrow(DataError);
    expect(await readdir(folder)).toEqual(['taken']);
  });

  it.each<[string, string | undefined, string]>([
    ['missing', undefined, 'architecture.json: no such file or folder'],
    ['not JSON', '{"version": 1,', 'architecture.json: expected a JSON document'],
    [
      'not an architecture',
      '{"version": 1}',
      'architecture.json: path: expected an array of levels',
    ],
    [
      'too large',
      ' '.repeat(300_000),
      'architecture.json: expected at most 262144 bytes, got 300000',
    ],
  ])('give an error with the name of the file when %s', async (_, text, message) => {
    const file = join(folder, 'architecture.json');
    if (text !== undefined) {
      await writeFile(file, text);
    }
    const error = await readArchitecture(file).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(DataError);
    expect(error).toMatchObject({ file });
    expect((error as Error).message).toContain(message);
  });

  it('must be files', async () => {
    await expect(readArchitecture(folder)).rejects.toThrow('expected a file, got a folder');
    await expect(readArchitecture('/dev/zero')).rejects.toThrow('expected a file, got a device');
  });
});
