import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ensureCompiled } from '../../cli/compiled-cli.js';
import { openCamvid } from '../../../lib/dataset/camvid/camvid.js';
import type { Batch } from '../../../lib/dataset/loading/batch.js';
import { openFolder } from '../../../lib/dataset/folder/folder.js';
import {
  createLoader,
  type EpochOptions,
  type Loader,
} from '../../../lib/dataset/loading/loader.js';
import type { LoaderOptions } from '../../../lib/dataset/loading/loader-options.js';
import { WorkerPool } from '../../../lib/dataset/loading/worker-pool.js';
import { ConfigError, DataError, ShapeError } from '../../../lib/errors.js';
import { png } from '../../helpers/png.js';
import { describeWithData } from '../../helpers/shared-data.js';
import { temporaryFolder, writeTree } from '../../helpers/temporary-folder.js';
import { classes, dataset, height, names, root, samples, splits, width } from './seven-samples.js';

const loaders: Loader[] = [];
function load(options: Partial<LoaderOptions> = {}): Loader {
  const loader = createLoader({
    dataset,
    samples,
    crop: 8,
    batchSize: 2,
    seed: 1,
    workers: 0,
    ...options,
  });
  loaders.push(loader);
  return loader;
}
afterEach(async () => {
  await Promise.all(loaders.splice(0).map((loader) => loader.close()));
});
beforeAll(ensureCompiled);

async function batches(loader: Loader, epoch: number, options?: EpochOptions): Promise<Batch[]> {
  const all: Batch[] = [];
  for await (const batch of loader.epoch(epoch, options)) {
    all.push(batch);
  }
  return all;
}

describe('the batches of an epoch', () => {
  it('have the stated shapes, ids and sizes', async () => {
    const [first, ...others] = await batches(load({ crop: { height: 8, width: 10 } }), 0);
    expect(others).toHaveLength(2); // 7 samples, the odd one is dropped
    expect([first.height, first.width]).toEqual([8, 10]);
    expect(first.images).toHaveLength(2 * 8 * 10 * 3);
    expect(first.images.every((value) => value >= -1 && value <= 1)).toBe(true);
    expect(first.labels).toBeInstanceOf(Int32Array);
    expect(first.labels).toHaveLength(2 * 8 * 10);
    expect(first.sizes).toEqual([
      { height, width },
      { height, width },
    ]);
    const ids = [first, ...others].flatMap((batch) => batch.ids);
    expect(new Set(ids).size).toBe(6);
    for (const id of ids) {
      expect(names).toContain(id);
    }
  });

  it('are the same from 0, 1 and 2 workers, with little or much prefetching', async () => {
    const expected = await batches(load(), 3);
    expect(await batches(load({ workers: 1, prefetch: 1 }), 3)).toEqual(expected);
    expect(await batches(load({ workers: 2, prefetch: 5 }), 3)).toEqual(expected);
    expect(await batches(load({ cacheBytes: 0 }), 3)).toEqual(expected);
  });

  it('depend on epoch and seed alone, not on what was loaded before', async () => {
    const loader = load();
    const [zero, one, again] = [
      await batches(loader, 0),
      await batches(loader, 1),
      await batches(loader, 0),
    ];
    expect(again).toEqual(zero);
    expect(one).not.toEqual(zero);
    expect(await batches(load(), 1)).toEqual(one);
    expect(await batches(load({ seed: 2 }), 0)).not.toEqual(zero);
  });

  it('go on at startStep as if nothing had been interrupted', async () => {
    const whole = await batches(load(), 2);
    for (const startStep of [0, 1, 2, 3]) {
      expect(await batches(load({ workers: 1 }), 2, { startStep })).toEqual(whole.slice(startStep));
    }
    await expect(batches(load(), 2, { startStep: 4 })).rejects.toThrow(
      'loader: expected startStep to be an integer from 0 to 3, got 4',
    );
  });

  it('show each sample once in an epoch if the last batch is kept', async () => {
    const all = await batches(load({ lastBatch: 'keep', batchSize: 3 }), 0);
    expect(all.map(({ ids }) => ids.length)).toEqual([3, 3, 1]);
    expect(all.flatMap(({ ids }) => ids).sort()).toEqual(names);
    expect(all[2].images).toHaveLength(8 * 8 * 3);
  });

  it('give a sample the same view whatever the batch size, and each sample its own', async () => {
    const bySample = async (batchSize: number) => {
      const views = new Map<string, string>();
      const loader = load({ batchSize, lastBatch: 'keep', shuffle: batchSize === 3 });
      for (const { ids, labels, height: rows, width: columns } of await batches(loader, 4)) {
        for (const [i, id] of ids.entries()) {
          const length = rows * columns;
          views.set(id, labels.subarray(i * length, (i + 1) * length).join());
        }
      }
      return views;
    };
    const views = await bySample(1);
    const shuffled = await bySample(3);
    for (const id of names) {
      expect(shuffled.get(id)).toBe(views.get(id));
    }
    // Seen through one and the same view, f0 and f3 would be equal: labels repeat every three.
    expect(views.get('f0')).not.toBe(views.get('f3'));
    expect(views.get('f3')).not.toBe(views.get('f6'));
  });

  it('hold whole images in their order, padded, without augmentation', async () => {
    const loader = load({ augment: false, crop: { height: 10, width: 16 }, batchSize: 1 });
    expect(loader.stepsPerEpoch).toBe(7);
    const all = await batches(loader, 0);
    expect(all.flatMap(({ ids }) => ids)).toEqual(names);
    const { labels, images } = all[1];
    for (let i = 0; i < 160; i++) {
      const [y, x] = [Math.floor(i / 16), i % 16];
      const isInside = y < height && x < width;
      expect(labels[i]).toBe(isInside ? (y * width + x + 1) % 3 : 255);
      const value = ((y * width + x) * 3 * 31 + 17) % 256;
      expect(images[i * 3]).toBeCloseTo(isInside ? (value * 2) / 255 - 1 : 0, 6);
    }
  });

  it('are read at half the size if asked to', async () => {
    const options = { augment: false, batchSize: 1, resolution: 0.5 } as const;
    const [batch] = await batches(load(options), 0);
    expect(batch.sizes).toEqual([{ height: 5, width: 7 }]);
  });

  it('have only ignored labels where samples have none', async () => {
    const unlabelled = await dataset.samples('new');
    const [batch] = await batches(load({ samples: unlabelled, augment: false, crop: 16 }), 0);
    expect(batch.labels.every((label) => label === 255)).toBe(true);
  });
});

describe('a loader', () => {
  it('keeps decoded samples up to its limit, and gives the same with and without', async () => {
    const bytes = width * height * 4;
    const loader = load({ cacheBytes: 3 * bytes + 1, workers: 2 });
    const first = await batches(loader, 0);
    expect(loader.cachedBytes).toBe(3 * bytes);
    expect(await batches(loader, 0)).toEqual(first);
    expect(await batches(load({ cacheBytes: 0 }), 0)).toEqual(first);
    const all = load({ lastBatch: 'keep' });
    await batches(all, 0);
    expect(all.cachedBytes).toBe(7 * bytes);
  });

  it('no longer reads files that it keeps', async () => {
    const folder = await writeTree(path.join(temporaryFolder(), 'one'), {
      'images/x.png': png({ width: 1, height: 1, colorType: 2, values: [1, 2, 3] }),
      'labels/x.png': png({ width: 1, height: 1, values: [2] }),
    });
    const one = await (await openFolder({ root: folder, classes, splits })).samples('train');
    const loader = load({ samples: one, batchSize: 1 });
    await batches(loader, 0);
    await writeFile(one[0].imageFile, 'gone');
    expect(await batches(loader, 1)).toHaveLength(1);
    await expect(batches(load({ samples: one, batchSize: 1 }), 1)).rejects.toThrow(DataError);
  });

  it('measures the time that its consumer waited', async () => {
    const loader = load();
    expect(loader.waitedMs).toBe(0);
    await batches(loader, 0);
    expect(loader.waitedMs).toBeGreaterThan(0);
  });

  it('names the file that cannot be read, from any thread', async () => {
    const broken = [{ id: 'broken', imageFile: path.join(root, 'no.png'), labelFile: undefined }];
    for (const workers of [0, 1]) {
      const loader = load({ samples: broken, augment: false, batchSize: 1, workers });
      const error = await batches(loader, 0).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(DataError);
      expect((error as DataError).file).toBe(path.join(root, 'no.png'));
    }
  });

  it('refuses whole images that are larger than the batch, from any thread', async () => {
    for (const workers of [0, 1]) {
      const loader = load({ augment: false, crop: 8, workers });
      await expect(batches(loader, 0)).rejects.toBeInstanceOf(ShapeError);
    }
    const centred = load({ augment: false, crop: 8, fit: 'center' });
    expect(await batches(centred, 0)).toHaveLength(4);
  });

  it('stops with the reason of the signal, at once or between two batches', async () => {
    const before = AbortSignal.abort(new Error('before'));
    await expect(batches(load(), 0, { signal: before })).rejects.toThrow('before');
    const controller = new AbortController();
    let seen = 0;
    await expect(async () => {
      for await (const batch of load({ workers: 1 }).epoch(0, { signal: controller.signal })) {
        seen += batch.ids.length;
        controller.abort(new Error('enough'));
      }
    }).rejects.toThrow('enough');
    expect(seen).toBe(2);
  });

  it('stops while it waits for a batch', async () => {
    const controller = new AbortController();
    const never = {
      make: () => new Promise<never>(() => undefined),
      close: () => Promise.resolve(),
    };
    const waiting = batches(load({ maker: never }), 0, { signal: controller.signal });
    setTimeout(() => {
      controller.abort(new Error('too long'));
    }, 5);
    await expect(waiting).rejects.toThrow('too long');
  });

  it('makes no more batches ahead than told', async () => {
    let underWay = 0;
    let most = 0;
    const counting = {
      make: async () => {
        most = Math.max(most, ++underWay);
        await new Promise((resolve) => setTimeout(resolve, 1));
        underWay--;
        const batch = {
          height,
          width,
          images: new Float32Array(),
          labels: new Int32Array(),
          ids: [],
          sizes: [],
        };
        return { batch, decoded: [], notes: [] };
      },
      close: () => Promise.resolve(),
    };
    expect(await batches(load({ maker: counting, batchSize: 1, prefetch: 3 }), 0)).toHaveLength(7);
    expect(most).toBe(3);
  });

  it('can be left in the middle of an epoch and used again', async () => {
    const loader = load({ workers: 1 });
    for await (const batch of loader.epoch(0)) {
      expect(batch.ids).toHaveLength(2);
      break;
    }
    expect(await batches(loader, 0)).toHaveLength(3);
  });

  it('shares threads with another loader, which closing does not end', async () => {
    const pool = new WorkerPool(1);
    const [a, b] = [load({ maker: pool }), load({ maker: pool })];
    await batches(a, 0);
    await a.close();
    expect(await batches(b, 0)).toHaveLength(3);
    await pool.close();
    await expect(batches(b, 0)).rejects.toThrow(/got a closed one/);
  });

  it.each([
    [{ crop: 0 }, /crop height to be an integer of at least 1, got 0/],
    [{ batchSize: 1.5 }, /batchSize/],
    [{ batchSize: 8 }, /expected at least 8 samples .* got 7; lower the option batchSize/],
    [{ samples: [], augment: false as const }, /expected at least 1 samples/],
    [{ workers: -1 }, /workers/],
    [{ prefetch: 0 }, /prefetch/],
    [{ cacheBytes: Number.NaN }, /cacheBytes/],
    [{ resolution: 0 }, /expected a resolution above 0 and up to 1, got 0/],
    [{ augment: { minScale: -1 } }, /minScale/],
    [{ seed: -1 }, /seed: expected an integer/],
    [{ fit: 'stretch' as 'pad' }, /fit/],
    [{ lastBatch: 'repeat' as 'keep' }, /lastBatch/],
  ])('refuses %o', (options, message) => {
    expect(() => load(options)).toThrow(ConfigError);
    expect(() => load(options)).toThrow(message);
  });

  it('refuses to train on samples without label maps', async () => {
    const unlabelled = await dataset.samples('new');
    expect(() => load({ samples: unlabelled })).toThrow(/got none for f0; train on a labelled/);
  });

  it('lets a process of compiled code end by itself, also if nobody closed it', async () => {
    const compiled = (name: string) => pathToFileURL(path.resolve('dist', 'dataset', name)).href;
    const script = path.join(root, 'script.mjs');
    await writeFile(
      script,
      `import { openFolder } from '${compiled('folder/folder.js')}';
       import { createLoader } from '${compiled('loading/loader.js')}';
       const dataset = await openFolder(${JSON.stringify({ root, classes, splits })});
       const samples = await dataset.samples('train');
       const loader = createLoader({ dataset, samples, crop: 8, batchSize: 2, seed: 1, workers: 2 });
       let count = 0;
       for await (const batch of loader.epoch(0)) count += batch.ids.length;
       for await (const batch of loader.epoch(1)) { count += batch.ids.length; break; }
       console.log(count);`,
    );
    const output = execFileSync(process.execPath, [script], { encoding: 'utf8', timeout: 20_000 });
    expect(output.trim()).toBe('8');
  });
});

describeWithData('camvid/CamVid', 'loading CamVid', (folder) => {
  it('gives the same batches from two workers as from the main thread', async () => {
    const camvid = await openCamvid({ root: folder });
    const few = (await camvid.samples('train')).slice(0, 6);
    const options = { dataset: camvid, samples: few, crop: 65 };
    expect(await batches(load({ ...options, workers: 2 }), 0)).toEqual(
      await batches(load(options), 0),
    );
  });
});
