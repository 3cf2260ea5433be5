/** Images per second: the loader, without and with a cache, beside sharp alone. */
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLoader, data, openDataset } from 'autodeeplab';
import sharp from 'sharp';
import { median } from '../statistics.js';
import { writeImages, type ReadingCase } from './images.js';

/** Who reads. *cached* - the loader, everything in its cache. *sharp* - decodes both files, no more. */
export type Reader = 'loader' | 'cached' | 'sharp';

/** Images per second of a case by a reader. */
export interface ReadingRow {
  readonly name: string;
  readonly reader: Reader;
  readonly workers: number;
  readonly imagesPerSecond: number;
  /** Time of all threads per image, which other work on the machine changes least. */
  readonly cpuMs: number;
  readonly runs: number;
  /** The mean size of an image's two files. */
  readonly fileBytes: number;
}

/** Threads that read. */
const WORKERS = [1, 2];
const BATCH = 2;

/** The cache leaves out files that were written a moment ago. */
const SETTLE_MS = 200;

interface Pass {
  readonly reader: Reader;
  readonly workers: number;
  run(): Promise<void>;
  close(): Promise<void>;
}

/** Decodes image and label map of each sample, as many samples at once as there are workers. */
async function decodeAll(samples: readonly data.Sample[], atOnce: number): Promise<void> {
  const queue = [...samples];
  const work = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      await sharp(next.imageFile).raw().toBuffer();
      await sharp(next.labelFile).raw().toBuffer();
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}

async function passesOf(folder: string, entry: ReadingCase): Promise<Pass[]> {
  const classes = Array.from({ length: 19 }, (_, id) => ({ name: `class ${id}`, id }));
  const splits = { train: { images: 'images', labels: 'labels' } };
  const dataset = await openDataset('folder', { root: folder, classes, splits });
  const samples = await dataset.samples('train');
  const { crop, resolution } = entry;
  const { cache } = await data.openSampleCache({
    folder: path.join(folder, 'cache'),
    maxBytes: 2 ** 33,
  });
  const loaderPass = (reader: 'loader' | 'cached', workers: number): Pass => {
    const pool = new data.WorkerPool(workers);
    const maker = reader === 'loader' ? pool : data.cachingMaker(pool, cache, console.error);
    const common = { dataset, samples, crop, resolution, batchSize: BATCH, seed: 1 };
    const loader = createLoader({ ...common, workers, maker, cacheBytes: 0 });
    let epoch = 0;
    return {
      reader,
      workers,
      run: async () => {
        let count = 0;
        for await (const { ids } of loader.epoch(epoch++)) {
          count += ids.length;
        }
        if (count !== samples.length) {
          throw new Error(`expected ${samples.length} images, got ${count}`);
        }
      },
      close: () => pool.close(),
    };
  };
  return WORKERS.flatMap((workers) => [
    {
      reader: 'sharp',
      workers,
      run: () => decodeAll(samples, workers),
      close: () => Promise.resolve(),
    } satisfies Pass,
    loaderPass('loader', workers),
    loaderPass('cached', workers),
  ]);
}

/** The mean size of an image with its label map. */
async function meanBytes(folder: string, { count, format }: ReadingCase): Promise<number> {
  const sizes = Array.from({ length: count }, async (_, i) => {
    const image = path.join(folder, 'images', `${i}.${format === 'jpeg' ? 'jpg' : 'png'}`);
    const label = path.join(folder, 'labels', `${i}.png`);
    return (await stat(image)).size + (await stat(label)).size;
  });
  return (await Promise.all(sizes)).reduce((a, b) => a + b) / count;
}

/**
 * Measures a case: after a pass of each reader that does not count, they take turns, a pass each.
 *
 * @param runs - measured passes of each
 */
export async function measureReading(entry: ReadingCase, runs: number): Promise<ReadingRow[]> {
  sharp.concurrency(1); // threads are compared, and each sample is one thread's work
  const folder = await mkdtemp(path.join(tmpdir(), 'autodeeplab-bench-'));
  try {
    await writeImages(folder, entry);
    await sleep(SETTLE_MS);
    const passes = (await passesOf(folder, entry)).filter(
      ({ workers }) => workers <= availableParallelism(),
    );
    const times = passes.map(() => ({ ms: [] as number[], cpuMs: [] as number[] }));
    for (let run = -1; run < runs; run++) {
      for (const [i, pass] of passes.entries()) {
        const [start, before] = [performance.now(), process.cpuUsage()];
        await pass.run();
        const { user, system } = process.cpuUsage(before);
        if (run >= 0) {
          times[i].ms.push((performance.now() - start) / entry.count);
          times[i].cpuMs.push((user + system) / 1000 / entry.count);
        }
      }
    }
    await Promise.all(passes.map((pass) => pass.close()));
    const fileBytes = await meanBytes(folder, entry);
    return passes.map(({ reader, workers }, i) => {
      const { ms, cpuMs } = times[i];
      const imagesPerSecond = 1000 / median(ms);
      return {
        name: entry.name,
        reader,
        workers,
        imagesPerSecond,
        cpuMs: median(cpuMs),
        runs,
        fileBytes,
      };
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The cells of the report, the header first. */
export function readingCells(rows: readonly ReadingRow[]): string[][] {
  const header = ['case', 'by', 'workers', 'images/s', 'CPU per image', 'of sharp alone', 'files'];
  return [
    header,
    ...rows.map((row) => {
      const alone = rows.find(
        ({ name, reader, workers }) =>
          name === row.name && reader === 'sharp' && workers === row.workers,
      );
      const ratio =
        alone === undefined ? '' : (row.imagesPerSecond / alone.imagesPerSecond).toFixed(2);
      return [
        row.name,
        row.reader,
        String(row.workers),
        row.imagesPerSecond.toFixed(1),
        `${row.cpuMs.toFixed(1)} ms`,
        ratio,
        `${Math.round(row.fileBytes / 1024)} KiB`,
      ];
    }),
  ];
}
