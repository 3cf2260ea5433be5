import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../../lib/errors.js';
import { graphFolder, keepSteps, readSteps } from '../../../lib/runtime/compiled/graph-folder.js';
import { temporaryFolder } from '../../helpers/temporary-folder.js';

const scratch = temporaryFolder();

let places = 0;
const place = (limit = 2 ** 20) => ({ folder: join(scratch, `place${places++}`), limit });

const keyOf = (digit: string) => digit.repeat(64);

/** Steps whose file has about so many bytes. */
const steps = (bytes: number, mark = 0) => ({
  facts: { ends: {}, works: {}, prepares: null, tried: [] },
  graph: new Uint8Array(bytes).fill(mark),
});

/** Makes a file one that was used a number of hours ago. */
function age(folder: string, key: string, hours: number): void {
  const then = new Date(Date.now() - hours * 3_600_000);
  utimesSync(join(folder, `${key}.graph`), then, then);
}

describe('graphFolder', () => {
  it('is beside what the set-up keeps, where a variable says, or nowhere', () => {
    expect(graphFolder({})?.folder).toBe(join(homedir(), '.cache', 'autodeeplab', 'graphs'));
    expect(graphFolder({ AUTODEEPLAB_CACHE: '/c' })?.folder).toBe(resolve('/c/graphs'));
    expect(graphFolder({ AUTODEEPLAB_GRAPHS: 'g' })?.folder).toBe(resolve('g'));
    expect(graphFolder({ AUTODEEPLAB_GRAPHS: 'none' })).toBeUndefined();
  });

  it('has a limit', () => {
    expect(graphFolder({})?.limit).toBe(512 * 2 ** 20);
    expect(graphFolder({ AUTODEEPLAB_GRAPHS_MIB: '1.5' })?.limit).toBe(1.5 * 2 ** 20);
    const wrong = () => graphFolder({ AUTODEEPLAB_GRAPHS_MIB: '1 GiB' });
    expect(wrong).toThrow(ConfigError);
    expect(wrong).toThrow(
      'AUTODEEPLAB_GRAPHS_MIB: expected a number of MiB such as 512, got "1 GiB"',
    );
  });
});

describe('kept steps', () => {
  it('are there for the same key, and for no other', () => {
    const here = place();
    expect(readSteps(here, keyOf('a'))).toBeUndefined();
    keepSteps(here, keyOf('a'), steps(10, 7));
    expect([...readSteps(here, keyOf('a'))!.graph]).toEqual(Array(10).fill(7));
    expect(readSteps(here, keyOf('b'))).toBeUndefined();
    keepSteps(here, keyOf('a'), steps(10, 8));
    expect([...readSteps(here, keyOf('a'))!.graph]).toEqual(Array(10).fill(8));
    expect(readdirSync(here.folder)).toEqual([`${keyOf('a')}.graph`]);
  });

  it('are for their user alone', () => {
    const here = place();
    keepSteps(here, keyOf('a'), steps(10));
    expect(statSync(here.folder).mode & 0o777).toBe(0o700);
    expect(statSync(join(here.folder, `${keyOf('a')}.graph`)).mode & 0o777).toBe(0o600);
  });

  it('make room by what was used longest ago, and never by the latest', () => {
    const here = place(3600);
    for (const [digit, hours] of [
      ['a', 3],
      ['b', 2],
      ['c', 1],
    ] as const) {
      keepSteps(here, keyOf(digit), steps(1000));
      age(here.folder, keyOf(digit), hours);
    }
    readSteps(here, keyOf('a')); // used now
    keepSteps(here, keyOf('d'), steps(1000));
    const left = readdirSync(here.folder).map((name) => name[0]);
    expect(left.sort()).toEqual(['a', 'c', 'd']);
    keepSteps(here, keyOf('e'), steps(3300));
    expect(readdirSync(here.folder)).toEqual([`${keyOf('e')}.graph`]);
    age(here.folder, keyOf('e'), -1); // of a clock that is ahead
    keepSteps(here, keyOf('d'), steps(1000));
    expect(readdirSync(here.folder)).toEqual([`${keyOf('d')}.graph`]);
    keepSteps(here, keyOf('f'), steps(3600)); // more than all may take
    expect(readdirSync(here.folder)).toEqual([`${keyOf('d')}.graph`]);
  });

  it('leave alone what is not theirs', () => {
    const here = place(1000);
    mkdirSync(here.folder);
    writeFileSync(join(here.folder, 'notes.txt'), 'x'.repeat(2000));
    keepSteps(here, keyOf('a'), steps(0));
    expect(readdirSync(here.folder).sort()).toEqual([`${keyOf('a')}.graph`, 'notes.txt']);
  });

  it('do without a folder that cannot be had', () => {
    const here = place();
    writeFileSync(here.folder, 'a file');
    keepSteps(here, keyOf('a'), steps(10));
    expect(readSteps(here, keyOf('a'))).toBeUndefined();
    expect(readFileSync(here.folder, 'utf8')).toBe('a file');
    const unused = place();
    mkdirSync(join(unused.folder, `${keyOf('a')}.graph`), { recursive: true });
    keepSteps(unused, keyOf('a'), steps(10)); // a folder is in the way of the file
    expect(readSteps(unused, keyOf('a'))).toBeUndefined();
    expect(readdirSync(unused.folder)).toEqual([`${keyOf('a')}.graph`]);
  });

  it('are whole where two processes keep the same at once, and leave nothing else', async () => {
    const here = place();
    const program = fileURLToPath(new URL('child/keep.mjs', import.meta.url));
    const run = (mark: number) =>
      promisify(execFile)(process.execPath, [program, here.folder, keyOf('e'), String(mark)]);
    const outputs = await Promise.all([run(1), run(2)]);
    const seen = outputs.flatMap(({ stdout }) => stdout.trim().split(','));
    expect(seen).toContain('1');
    expect(seen).toContain('2');
    const names = readdirSync(here.folder);
    expect(names.filter((name) => !/^[0-9e]{64}\.graph$/.test(name))).toEqual([]);
    expect(names.length).toBeLessThanOrEqual(3);
  });
});
