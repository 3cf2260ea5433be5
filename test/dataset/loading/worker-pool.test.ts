import { execFile } from 'node:child_process';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { CROP_ONLY } from '../../../lib/dataset/reading/augment.js';
import type { BatchTask } from '../../../lib/dataset/loading/batch.js';
import { labelTable } from '../../../lib/dataset/dataset.js';
import { packError, unpackError } from '../../../lib/dataset/loading/worker-messages.js';
import { WorkerPool } from '../../../lib/dataset/loading/worker-pool.js';
import { ConfigError, DataError, ShapeError } from '../../../lib/errors.js';
import { temporaryFolder, writeTree } from '../../helpers/temporary-folder.js';

const task: BatchTask = {
  entries: [],
  height: 1,
  width: 1,
  labelTable: labelTable([], []),
  seed: 1,
  epoch: 0,
  augment: CROP_ONLY,
  fit: 'pad',
  resolution: 1,
  maxPixels: 100,
  keepDecoded: false,
};
const listen = "require('node:worker_threads').parentPort.on('message', ";
const compiledPool = new URL('../../../dist/dataset/loading/worker-pool.js', import.meta.url).href;
const folder = await writeTree(temporaryFolder(), {
  'throws.cjs': `${listen}() => { throw new TypeError('out of luck'); });`,
  'exits.cjs': `${listen}() => { process.exit(3); });`,
  'silent.cjs': `${listen}() => {});`,
  'turns.cjs': `${listen}() => { for (;;); });`,
  // Answers the first two tasks at once when the second comes.
  'pairs.cjs': `const { parentPort } = require('node:worker_threads');
    parentPort.on('message', ({ id }) => {
      for (let owed = id - 1; id % 2 === 1 && owed <= id; owed++) {
        parentPort.postMessage({ id: owed, result: {} });
      }
    });`,
  'last-line.mjs': `
    import { WorkerPool } from ${JSON.stringify(compiledPool)};
    for (let i = 0; i < 20; i++) {
      const pool = new WorkerPool(1, new URL('pairs.cjs', import.meta.url));
      const first = pool.make({});
      pool.make({}).catch(() => undefined);
      await first;
      await pool.close();
    }
    console.log('the end');`,
});
const pools: WorkerPool[] = [];
function pool(script: string, patienceMs?: number): WorkerPool {
  const created = new WorkerPool(1, pathToFileURL(path.join(folder, script)), patienceMs);
  pools.push(created);
  return created;
}
afterEach(async () => {
  await Promise.all(pools.splice(0).map((created) => created.close()));
});

describe('WorkerPool', () => {
  it('answers a thread that throws with a DataError, for batches under way and later ones', async () => {
    const workers = pool('throws.cjs');
    const results = await Promise.allSettled([workers.make(task), workers.make(task)]);
    for (const result of [...results, ...(await Promise.allSettled([workers.make(task)]))]) {
      const error = (result as PromiseRejectedResult).reason as Error;
      expect(error).toBeInstanceOf(DataError);
      expect(error.message).toContain('got none: it stopped with TypeError: out of luck');
    }
  });

  it('answers a thread that ends with a DataError', async () => {
    await expect(pool('exits.cjs').make(task)).rejects.toThrow(/it ended with code 3/);
  });

  it('rejects batches under way when it is closed, and all later ones', async () => {
    const workers = pool('silent.cjs');
    const waiting = workers.make(task);
    const rejection = expect(waiting).rejects.toThrow(/the loader was closed/);
    await new Promise((resolve) => setImmediate(resolve));
    await workers.close();
    await rejection;
    await expect(workers.make(task)).rejects.toThrow(/expected an open loader, got a closed one/);
  });

  it.each(['silent.cjs', 'turns.cjs'])(
    'gives up a thread that does not answer, and names what it read: %s',
    async (script) => {
      const workers = pool(script, 120);
      const entries = ['a.png', 'b.png', 'c.png'].map((imageFile, index) => ({
        sample: { id: imageFile, imageFile, labelFile: undefined },
        index,
        draw: index,
        decoded: undefined,
      }));
      const batches = [workers.make({ ...task, entries }), workers.make(task)];
      for (const result of await Promise.allSettled(batches)) {
        const error = (result as PromiseRejectedResult).reason as DataError;
        expect(error).toBeInstanceOf(DataError);
        expect(error.message).toContain('got none: it gave no answer for 0 s while it read a.png');
        expect(error.message).toContain('a.png and 2 more; start again');
        expect(error.file).toBe('a.png');
      }
      await expect(workers.make(task)).rejects.toThrow(/no answer/);
    },
  );

  it('does not take a busy main thread for the silence of another', async () => {
    const workers = pool('pairs.cjs', 300);
    const first = workers.make(task);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 600); // busy, twice as long
    await new Promise((resolve) => setImmediate(resolve));
    const second = workers.make(task);
    expect(await Promise.all([first, second])).toEqual([{}, {}]);
  });

  it('keeps the process until it is closed, though an answer comes meanwhile', async () => {
    const script = path.join(folder, 'last-line.mjs');
    const { stdout } = await promisify(execFile)(process.execPath, [script]);
    expect(stdout).toBe('the end\n');
  });
});

describe('errors between threads', () => {
  it('keep class, message and file', () => {
    const data = unpackError(packError(new DataError('x: wrong', 'x.png')));
    expect(data).toBeInstanceOf(DataError);
    expect(data).toMatchObject({ message: 'x: wrong', file: 'x.png' });
    expect(unpackError(packError(new ShapeError('too large')))).toEqual(
      new ShapeError('too large'),
    );
  });

  it('become a DataError that names them if they are not expected', () => {
    const error = unpackError(packError(new RangeError('too many')));
    expect(error).toBeInstanceOf(DataError);
    expect(error.message).toBe('worker thread: expected a batch, got RangeError: too many');
    expect(unpackError(packError(new ConfigError('odd')))).toBeInstanceOf(DataError);
    expect(unpackError(packError('text')).message).toContain('text');
  });
});
