import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeFileAtomic } from '../../lib/files/atomic-file.js';
import {
  isTemporaryName,
  makeTemporaryFolder,
  removeAbandonedFiles,
  removeTemporaryFiles,
  temporaryName,
} from '../../lib/files/temporary-file.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

const root = temporaryFolder();
let count = 0;
function newFolder(): string {
  const folder = join(root, String(count++));
  mkdirSync(folder);
  return folder;
}

/** The number of a process that has ended. */
const { pid: ended } = spawnSync(process.execPath, ['--version']);

/** A temporary name as another process gives it. */
const nameOf = (file: string, pid: number) =>
  temporaryName(file).replace(`.${process.pid}-`, `.${pid}-`);

/** A temporary name as a process of another machine gives it. */
const fromElsewhere = (file: string) => temporaryName(file).replace(/-[0-9a-f]{8}-/, '-0123abcd-');

describe('temporaryName', () => {
  it('gives hidden names, each another, that are told from others', () => {
    const [one, two] = [temporaryName('a/b.json'), temporaryName('a/b.json')];
    expect(one).not.toBe(two);
    expect(basename(one)).toMatch(/^\.b\.json\./);
    expect([one, two].map((file) => isTemporaryName(basename(file)))).toEqual([true, true]);
    expect(['.hidden.tmp', 'notes.tmp', '.b.json'].some(isTemporaryName)).toBe(false);
  });
});

describe('removeTemporaryFiles', () => {
  it('removes all temporary files, and nothing else', async () => {
    const folder = newFolder();
    writeFileSync(temporaryName(join(folder, 'a.json')), 'half');
    writeFileSync(fromElsewhere(join(folder, 'a.json')), 'half');
    writeFileSync(join(folder, 'notes.tmp'), '');
    writeFileSync(join(folder, '.hidden.tmp'), '');
    expect(await removeTemporaryFiles(folder)).toHaveLength(2);
    expect(readdirSync(folder).sort()).toEqual(['.hidden.tmp', 'notes.tmp']);
  });
});

describe('makeTemporaryFolder', () => {
  it('makes a new folder, and once removes those of processes that are gone', () => {
    const parent = newFolder();
    const living = makeTemporaryFolder('graph', newFolder());
    const [alive, gone] = [process.pid, ended].map((pid) =>
      join(parent, basename(living).replace(`-${process.pid}-`, `-${pid}-`)),
    );
    for (const folder of [alive, gone]) {
      mkdirSync(join(folder, 'variables'), { recursive: true });
    }
    mkdirSync(join(parent, 'autodeeplab-mine'));
    const made = makeTemporaryFolder('graph', parent);
    expect(readdirSync(made)).toEqual([]);
    const expected = [alive, made].map((folder) => basename(folder));
    expect(readdirSync(parent).sort()).toEqual([...expected, 'autodeeplab-mine'].sort());
  });
});

describe('removeAbandonedFiles', () => {
  it('removes what processes that are gone left, never what a living one writes', async () => {
    const folder = newFolder();
    const file = join(folder, 'map.png');
    const gone = nameOf(file, ended);
    const living = [temporaryName(file), nameOf(file, process.ppid)];
    for (const name of [gone, ...living]) {
      writeFileSync(name, 'half');
      utimesSync(name, 1, 1);
    }
    await removeAbandonedFiles(folder);
    expect(readdirSync(folder).sort()).toEqual(living.map((name) => basename(name)).sort());
  });

  it('removes those of other machines when nobody has changed them for a day', async () => {
    const folder = newFolder();
    const [old, recent] = [1, 2].map(() => fromElsewhere(join(folder, 'map.png')));
    writeFileSync(old, 'half');
    writeFileSync(recent, 'half');
    const now = Date.now() / 1000;
    utimesSync(old, now, now - 90_000);
    utimesSync(recent, now, now - 80_000);
    await removeAbandonedFiles(folder);
    expect(readdirSync(folder)).toEqual([basename(recent)]);
  });

  it('is done by the first write into a folder', async () => {
    const folder = newFolder();
    writeFileSync(nameOf(join(folder, 'other.json'), ended), 'half');
    await writeFileAtomic(join(folder, 'a'), 'whole');
    expect(readdirSync(folder)).toEqual(['a']);
  });

  it('leaves a folder that cannot be listed to whoever writes into it', async () => {
    await expect(removeAbandonedFiles(join(root, 'none'))).resolves.toBeUndefined();
  });
});
