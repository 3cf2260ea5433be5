import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { DataError } from '../../lib/errors.js';
import { FileLock, lockHolder, withLock } from '../../lib/files/lock.js';
import { compileRun, kill, nextOutput, startChild } from '../run/child.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

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

describe('FileLock', () => {
  it('keeps a second writer out, names the first, and lets it in after release', async () => {
    const file = newLockFile();
    const first = await FileLock.acquire(file);
    await expect(FileLock.acquire(file)).rejects.toThrow(
      `${file}: expected a free lock, got one held by process ${process.pid} (this one) on ` +
        hostname(),
    );
    await first.verify();
    await first.release();
    const second = await FileLock.acquire(file);
    await second.release();
    expect(readdirSync(join(file, '..'))).toEqual([]);
  });

  it('lets one of many in at once', async () => {
    const file = newLockFile();
    const results = await Promise.allSettled(
      Array.from({ length: 8 }, () => FileLock.acquire(file)),
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
      `import { FileLock } from './lib/files/lock.js';
       await FileLock.acquire(${JSON.stringify(file)});
       console.log('held');
       setInterval(() => undefined, 1000);`,
    );
    await nextOutput(child);
    await expect(FileLock.acquire(file)).rejects.toThrow(`held by process ${child.pid ?? 0} on`);
    await kill(child);
    const lock = await FileLock.acquire(file);
    await lock.verify();
    await lock.release();
  });

  it('lets one of many take a stale lock over', async () => {
    const file = newLockFile();
    writeOwner(file, { pid: await endedProcess() });
    const results = await Promise.allSettled(
      Array.from({ length: 4 }, () => FileLock.acquire(file)),
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
      const lock = await FileLock.acquire(file);
      await lock.release();
    },
  );

  it('never judges a lock of another machine or one that it cannot read', async () => {
    const file = newLockFile();
    writeOwner(file, { pid: await endedProcess(), host: 'another-machine' });
    await expect(FileLock.acquire(file)).rejects.toThrow('on another-machine since 2026-01-01');
    for (const text of ['', '{}', 'null', '{"pid": -1}']) {
      writeFileSync(file, text);
      await expect(FileLock.acquire(file)).rejects.toThrow(
        'held by an unknown process; wait for it or stop it. If it is certain',
      );
    }
    expect(readFileSync(file, 'utf8')).toBe('{"pid": -1}');
  });

  it.each([
    ['of Slurm', { SLURM_JOB_ID: '7', SLURM_CLUSTER_NAME: 'c', SLURM_RESTART_COUNT: '1' }],
    ['that is named', { AUTODEEPLAB_JOB: 'slurm c 7', AUTODEEPLAB_JOB_RESTART: '1' }],
  ])('takes over what an earlier start of a job %s left on another machine', async (_, job) => {
    const file = newLockFile();
    const owner = (id: string, restart: number) => {
      writeOwner(file, { host: 'another-machine', job: { id, restart } });
    };
    for (const [name, value] of Object.entries(job)) {
      vi.stubEnv(name, value);
    }
    owner('slurm c 7', 1); // this start: two processes of one job
    await expect(FileLock.acquire(file)).rejects.toThrow('on another-machine');
    owner('slurm c 8', 0);
    await expect(FileLock.acquire(file)).rejects.toThrow('on another-machine');
    owner('slurm c 7', 0);
    const lock = await FileLock.acquire(file);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
      host: hostname(),
      job: { id: 'slurm c 7', restart: 1 },
    });
    await lock.release();
    writeOwner(file, { pid: process.pid, job: { id: 'slurm c 7', restart: 0 } });
    const first = await FileLock.acquire(file); // no start time: cannot be known to run
    await first.verify();
    await first.release();
    vi.unstubAllEnvs();
  });

  it('never takes over what runs on this machine, whatever the job', async () => {
    const file = newLockFile();
    vi.stubEnv('AUTODEEPLAB_JOB', 'a');
    vi.stubEnv('AUTODEEPLAB_JOB_RESTART', '0');
    const lock = await FileLock.acquire(file);
    vi.stubEnv('AUTODEEPLAB_JOB_RESTART', '1');
    const second = FileLock.acquire(file);
    await (process.platform === 'linux'
      ? expect(second).rejects.toThrow('(this one)')
      : second.then((taken) => taken.release()));
    vi.unstubAllEnvs();
    await lock.release();
  });

  it('notices that it was removed or taken over, and then leaves it alone', async () => {
    const file = newLockFile();
    const lock = await FileLock.acquire(file);
    rmSync(file);
    await expect(lock.verify()).rejects.toThrow('expected the lock of this process, got no file');
    writeOwner(file, { pid: 1 });
    await expect(lock.verify()).rejects.toThrow('got one held by process 1 on');
    await lock.release();
    expect(readdirSync(join(file, '..'))).toEqual(['run.lock']);
  });

  it('says that the folder is missing', async () => {
    await expect(FileLock.acquire(join(root, 'none', 'run.lock'))).rejects.toThrow(DataError);
  });
});

describe('FileLock.attempt', () => {
  it('takes a free lock, and leaves one that is held to its holder', async () => {
    const file = newLockFile();
    const lock = await FileLock.attempt(file);
    await lock?.verify();
    expect(await FileLock.attempt(file)).toBeUndefined();
    expect(await lockHolder(file)).toContain(`process ${process.pid}`);
    await lock?.release();
    expect(await lockHolder(file)).toBeUndefined();
    expect(existsSync(file)).toBe(false);
  });

  it('takes the lock of a process that is gone, and of another machine that went silent', async () => {
    const [dead, silent] = [newLockFile(), newLockFile()];
    writeOwner(dead, { pid: await endedProcess() });
    writeOwner(silent, { host: 'elsewhere' });
    expect(await lockHolder(dead)).toBeUndefined();
    expect(await lockHolder(silent)).toContain('elsewhere');
    expect(await FileLock.attempt(silent)).toBeUndefined();
    const long = new Date(Date.now() - 120_000);
    utimesSync(silent, long, long);
    expect(await lockHolder(silent)).toBeUndefined();
    for (const file of [dead, silent]) {
      const lock = await FileLock.attempt(file);
      await lock?.verify();
      await lock?.release();
      expect(lock).toBeDefined();
    }
  });
});

describe('withLock', () => {
  const mine = () => Promise.resolve('mine');

  it('lets one task run after the other, and makes the folder of the lock', async () => {
    const file = join(newLockFile(), 'deep', 'a.lock');
    const events: string[] = [];
    const task = (name: string) => async () => {
      events.push(`${name} starts`);
      await sleep(30);
      events.push(`${name} ends`);
    };
    await Promise.all([withLock(file, task('a')), withLock(file, task('b'))]);
    const [first, second] = events[0] === 'a starts' ? ['a', 'b'] : ['b', 'a'];
    expect(events).toEqual([
      `${first} starts`,
      `${first} ends`,
      `${second} starts`,
      `${second} ends`,
    ]);
    expect(existsSync(file)).toBe(false);
  });

  it('frees the lock after a task that failed', async () => {
    const file = newLockFile();
    await expect(withLock(file, () => Promise.reject(new Error('broken')))).rejects.toThrow(
      'broken',
    );
    expect(await withLock(file, mine)).toBe('mine');
  });

  it('takes the lock of a process that died, and of many that wait lets one in at a time', async () => {
    const file = newLockFile();
    writeOwner(file, { pid: await endedProcess() });
    let inside = 0;
    let most = 0;
    const task = async () => {
      most = Math.max(most, ++inside);
      await sleep(20);
      inside--;
    };
    await Promise.all(Array.from({ length: 4 }, () => withLock(file, task)));
    expect(most).toBe(1);
  });

  it.each([
    ['of another machine', JSON.stringify({ token: 'x', pid: 1, host: 'elsewhere' })],
    ['that names no owner', 'damaged'],
  ])('takes a lock %s that nobody touched for a minute, not before', async (_, content) => {
    const file = newLockFile();
    writeFileSync(file, content);
    const touch = (ageMs: number) => {
      const then = new Date(Date.now() - ageMs);
      utimesSync(file, then, then);
    };
    touch(55_000);
    await expect(withLock(file, mine, { patienceMs: 0 })).rejects.toThrow('an unknown process');
    touch(61_000);
    expect(await withLock(file, mine, { patienceMs: 0 })).toBe('mine');
  });

  it('never takes the lock of a process that is known to run', async () => {
    const file = newLockFile();
    const holder = await FileLock.acquire(file);
    const longAgo = new Date(Date.now() - 3_600_000);
    utimesSync(file, longAgo, longAgo);
    await expect(withLock(file, mine, { patienceMs: 0 })).rejects.toThrow('(this one)');
    await holder.release();
  });

  it('shows others that the holder still runs, until it is done', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const file = newLockFile();
    await withLock(file, async () => {
      const longAgo = new Date(Date.now() - 3_600_000);
      utimesSync(file, longAgo, longAgo);
      vi.advanceTimersByTime(5_000);
      await vi.waitFor(() => {
        expect(Date.now() - statSync(file).mtimeMs).toBeLessThan(60_000);
      });
    });
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });

  it('names the holder once to one who waits, and to one who gives up', async () => {
    const file = newLockFile();
    writeOwner(file, { host: 'elsewhere' });
    const waits: string[] = [];
    const promise = withLock(file, mine, {
      onWait: (holder) => waits.push(holder),
      patienceMs: 300,
    });
    await expect(promise).rejects.toThrow(DataError);
    await expect(promise).rejects.toThrow('held by process 1 on elsewhere since 2026-01-01');
    expect(waits).toEqual(['process 1 on elsewhere since 2026-01-01']);
  });

  it('stops waiting when its signal is aborted, with its reason', async () => {
    const file = newLockFile();
    writeOwner(file, { host: 'elsewhere' });
    const controller = new AbortController();
    const onWait = () => {
      controller.abort(new Error('enough'));
    };
    const promise = withLock(file, mine, { onWait, signal: controller.signal });
    await expect(promise).rejects.toThrow('enough');
    expect(readFileSync(file, 'utf8')).toContain('elsewhere');
  });
});
