import { spawnSync } from 'node:child_process';
import { existsSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { withLock } from '../../../lib/backend/setup/lock.js';
import { BackendError } from '../../../lib/errors.js';
import { scratchFolder } from '../scratch-folder.js';

function lockFile(): string {
  return join(scratchFolder(), 'deep', 'a.lock');
}

describe('withLock', () => {
  it('lets one task run after the other', async () => {
    const file = lockFile();
    const events: string[] = [];
    const task = (name: string) => async () => {
      events.push(`${name} starts`);
      await sleep(30);
      events.push(`${name} ends`);
    };
    await Promise.all([withLock(file, task('a')), withLock(file, task('b'))]);
    expect(events).toEqual(['a starts', 'a ends', 'b starts', 'b ends']);
    expect(existsSync(file)).toBe(false);
  });

  it('is free again after a task that failed', async () => {
    const file = lockFile();
    await expect(withLock(file, () => Promise.reject(new Error('broken')))).rejects.toThrow(
      'broken',
    );
    expect(await withLock(file, () => Promise.resolve('free'))).toBe('free');
  });

  it('is taken over from a process that died', async () => {
    const file = join(scratchFolder(), 'a.lock');
    const dead = spawnSync(process.execPath, ['-e', '']).pid;
    writeFileSync(file, JSON.stringify({ process: dead, host: hostname() }));
    expect(await withLock(file, () => Promise.resolve('mine'))).toBe('mine');
  });

  it('is taken over where nobody touched it for a minute', async () => {
    const file = join(scratchFolder(), 'a.lock');
    writeFileSync(file, JSON.stringify({ process: process.pid, host: 'elsewhere' }));
    const longAgo = new Date(Date.now() - 61_000);
    utimesSync(file, longAgo, longAgo);
    expect(await withLock(file, () => Promise.resolve('mine'))).toBe('mine');
  });

  it('names the owner to one who waits, and to one who gave up', async () => {
    const file = join(scratchFolder(), 'a.lock');
    writeFileSync(file, JSON.stringify({ process: process.pid, host: hostname() }));
    const waits: string[] = [];
    const promise = withLock(file, () => Promise.resolve(), {
      onWait: (owner) => waits.push(owner),
      patienceMs: 300,
    });
    await expect(promise).rejects.toThrow(BackendError);
    await expect(promise).rejects.toThrow(`process ${process.pid} on ${hostname()}`);
    expect(waits).toEqual([`process ${process.pid} on ${hostname()}`]);
  });
});
