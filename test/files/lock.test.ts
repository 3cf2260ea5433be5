import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DataError } from '../../lib/errors.js';
import { RunLock } from '../../lib/files/lock.js';
import { compileRun, kill, nextOutput, startChild } from '../run/child.js';
import { temporaryFolder } from '../run/folder.js';

const root = temporaryFolder();
let count = 0;
function newLockFile(): string {
  const folder = join(root, String(count++));
  mkdirSync(folder);
  return join(folder, 'run.lock');
}

/** Writes a lock as another process would have. */
function writeOwner(file: string, owner: object): void {
  const usual = { token: 'x', pid: 1, host: hostname(), processStart: '', since: '2026-01-01' };
  writeFileSync(file, JSON.stringify({ ...usual, ...owner }));
}

/** The number of a process that is no more. */
async function endedProcess(): Promise<number> {
  const child = startChild(root, `ended-${count++}.mjs`, "console.log('started')");
  await nextOutput(child);
  await kill(child);
  return child.pid ?? 0;
}

describe('RunLock', () => {
  it('keeps a second writer out, names the first, and lets it in after release', async () => {
    const file = newLockFile();
    const first = await RunLock.acquire(file);
    await expect(RunLock.acquire(file)).rejects.toThrow(
      `${file}: the run is being written by process ${process.pid} (this one) on ${hostname()}`,
    );
    await first.verify();
    await first.release();
    const second = await RunLock.acquire(file);
    await second.release();
    expect(readdirSync(join(file, '..'))).toEqual([]);
  });

  it('lets one of many in at once', async () => {
    const file = newLockFile();
    const results = await Promise.allSettled(
      Array.from({ length: 8 }, () => RunLock.acquire(file)),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(readdirSync(join(file, '..'))).toEqual(['run.lock']);
  });

  it('is held by another process until that is killed, and is then taken over', async () => {
    const file = newLockFile();
    const program = join(root, 'program');
    compileRun(program);
    const child = startChild(
      program,
      'hold.js',
      `import { RunLock } from './lib/run/run-lock.js';
       await RunLock.acquire(${JSON.stringify(file)});
       console.log('held');
       setInterval(() => undefined, 1000);`,
    );
    await nextOutput(child);
    await expect(RunLock.acquire(file)).rejects.toThrow(`written by process ${child.pid ?? 0} on`);
    await kill(child);
    const lock = await RunLock.acquire(file);
    await lock.verify();
    await lock.release();
  });

  it('lets one of many take a stale lock over', async () => {
    const file = newLockFile();
    writeOwner(file, { pid: await endedProcess() });
    const results = await Promise.allSettled(
      Array.from({ length: 4 }, () => RunLock.acquire(file)),
    );
    const locks = results.flatMap((r) => (r.status === 'fulfilled' ? [r.value] : []));
    expect(locks).toHaveLength(1);
    await locks[0].verify();
  });

  it.runIf(process.platform === 'linux')(
    'knows that a process number now belongs to another process',
    async () => {
      const file = newLockFile();
      writeOwner(file, { pid: process.pid, processStart: 'an-earlier-boot/123' });
      const lock = await RunLock.acquire(file);
      await lock.release();
    },
  );

  it('never judges a lock of another machine or one that it cannot read', async () => {
    const file = newLockFile();
    writeOwner(file, { pid: await endedProcess(), host: 'another-machine' });
    await expect(RunLock.acquire(file)).rejects.toThrow('on another-machine since 2026-01-01');
    for (const text of ['', '{}', 'null', '{"pid": -1}']) {
      writeFileSync(file, text);
      await expect(RunLock.acquire(file)).rejects.toThrow(
        'written by an unknown process; wait for it or stop it. If it is certain',
      );
    }
    expect(readFileSync(file, 'utf8')).toBe('{"pid": -1}');
  });

  it('notices that it was removed or taken over, and then leaves it alone', async () => {
    const file = newLockFile();
    const lock = await RunLock.acquire(file);
    rmSync(file);
    await expect(lock.verify()).rejects.toThrow('the lock of this run was removed');
    writeOwner(file, { pid: 1 });
    await expect(lock.verify()).rejects.toThrow('being written by process 1 on');
    await lock.release();
    expect(readdirSync(join(file, '..'))).toEqual(['run.lock']);
  });

  it('says that the folder is missing', async () => {
    await expect(RunLock.acquire(join(root, 'none', 'run.lock'))).rejects.toThrow(DataError);
  });
});
