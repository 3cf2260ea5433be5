import { mkdir, readFile, readdir, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryName } from '../../lib/files/temporary-file.js';
import { DataError } from '../../lib/errors.js';
import { unzip, type UnzipOptions } from '../../lib/files/zip.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { zip, type ZipMember } from '../helpers/zip.js';

const folder = temporaryFolder();
const MEMBERS: readonly ZipMember[] = [
  { name: 'a/', content: '', isStored: true },
  { name: 'a/one.txt', content: 'one '.repeat(50) },
  { name: 'a/b/two.txt', content: 'two', isStored: true },
  { name: 'notes.md', content: 'not needed' },
];
let files = 0;

/** Writes a zip file and unpacks what ends in `.txt`. */
async function unpack(bytes: Buffer, options: Partial<UnzipOptions> = {}) {
  const target = options.target ?? path.join(folder, `target${files}`);
  const file = path.join(folder, `file${files++}.zip`);
  await writeFile(file, bytes);
  const place = (name: string) => (name.endsWith('.txt') ? name : undefined);
  return { target, file, result: await unzip(file, { place, ...options, target }) };
}

const failure = async (bytes: Buffer, options: Partial<UnzipOptions> = {}): Promise<string> => {
  const error = await unpack(bytes, options).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(DataError);
  return (error as Error).message;
};

describe('unzip', () => {
  it('writes the members that are needed, compressed or stored, and counts', async () => {
    const counts: number[][] = [];
    const onMember = (done: number, total: number) => counts.push([done, total]);
    const { target, result } = await unpack(zip(MEMBERS), { onMember });
    expect(result).toEqual({ written: 2, kept: 0, skipped: 2 });
    expect(counts).toEqual([
      [1, 2],
      [2, 2],
    ]);
    expect(await readFile(path.join(target, 'a/one.txt'), 'utf8')).toBe('one '.repeat(50));
    expect(await readFile(path.join(target, 'a/b/two.txt'), 'utf8')).toBe('two');
    expect(await readdir(target)).toEqual(['a']);
  });

  it('keeps what is there, completes what is not, and compares contents if asked', async () => {
    const { target } = await unpack(zip(MEMBERS));
    const one = path.join(target, 'a/one.txt');
    const two = path.join(target, 'a/b/two.txt');
    await writeFile(one, 'cut short');
    await writeFile(two, 'TWO');
    const temporary = temporaryName(one);
    await writeFile(temporary, 'left by an interrupted call');
    await utimes(two, 1, 1);
    expect((await unpack(zip(MEMBERS), { target })).result).toMatchObject({ written: 1, kept: 1 });
    expect(await readFile(one, 'utf8')).toBe('one '.repeat(50));
    expect((await stat(two)).mtimeMs).toBe(1000);
    expect(await readdir(path.join(target, 'a'))).toEqual(['b', 'one.txt']);
    const verified = await unpack(zip(MEMBERS), { target, verify: true });
    expect(verified.result).toMatchObject({ written: 1, kept: 1 });
    expect(await readFile(two, 'utf8')).toBe('two');
  });

  it('stops between members when it is interrupted, and is completed later', async () => {
    const controller = new AbortController();
    const target = path.join(folder, 'interrupted');
    const reason = new Error('enough');
    const work = unpack(zip(MEMBERS), {
      target,
      signal: controller.signal,
      onMember: () => {
        controller.abort(reason);
      },
    });
    await expect(work).rejects.toBe(reason);
    expect(await readdir(path.join(target, 'a'))).toEqual(['one.txt']);
    expect((await unpack(zip(MEMBERS), { target })).result).toMatchObject({ written: 1, kept: 1 });
  });

  it.each([
    ['another kind of file', Buffer.from('no zip file'), /expected a complete one, got "[^"]*";/],
    ['a file that is cut off', zip(MEMBERS).subarray(0, -30), /got "[^"]*"; download it again/],
    [
      'a wrong checksum',
      zip([{ name: 'a.txt', content: 'abc', claimedCrc: 1 }]),
      /got "a\.txt with a wrong checksum"/,
    ],
    [
      'more bytes than promised',
      zip([{ name: 'a.txt', content: 'abc', claimedSize: 2 }]),
      /a\.txt: too many bytes/,
    ],
    [
      'fewer bytes than promised',
      zip([{ name: 'a.txt', content: 'abc', claimedSize: 4 }]),
      /a\.txt: not enough bytes/,
    ],
    [
      'a member that would fill the memory',
      zip([{ name: 'a.txt', content: 'abc', claimedSize: 2 ** 30 }]),
      /a\.txt of 1073741824 bytes/,
    ],
    [
      'a way out',
      zip([{ name: '../a.txt', content: 'abc' }]),
      /invalid relative path: \.\.\/a\.txt/,
    ],
    ['a path from the root', zip([{ name: '/a.txt', content: 'abc' }]), /absolute path: \/a\.txt/],
  ])('refuses %s and writes nothing', async (_, bytes, message) => {
    const target = path.join(folder, `refused${files}`);
    expect(await failure(bytes, { target })).toMatch(message);
    const names = await readdir(target, { recursive: true }).catch(() => []);
    expect(names.filter((name) => name.endsWith('.txt'))).toEqual([]);
  });

  it('refuses a place outside of the target, whatever chose it', async () => {
    const message = await failure(zip(MEMBERS), { place: () => '../elsewhere.txt' });
    expect(message).toMatch(/expected members inside .*, got a\/one\.txt; do not use it/);
  });

  it('says why a zip file or a target cannot be used', async () => {
    const target = path.join(folder, 'unused');
    await expect(
      unzip(path.join(folder, 'gone.zip'), { place: () => 'a', target }),
    ).rejects.toThrow(/cannot read .*gone\.zip: no such file/);
    const blocked = path.join(folder, 'blocked');
    await mkdir(blocked);
    await symlink('/dev/null', path.join(blocked, 'a'));
    expect(await failure(zip(MEMBERS), { target: blocked })).toMatch(/cannot unpack|cannot write/);
  });
});
