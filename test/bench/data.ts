/** `npm run bench:data`: how long listing, checking and sampling of whole benchmarks take. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createLoader, data, openDataset, type Dataset } from 'autodeeplab';
import sharp from 'sharp';
import { FULL_TREES, writeFullTree, type FullTree } from './full-trees.js';
import { table } from './report.js';

/** Seconds that work takes, and of processor time, with its result. */
async function timed<T>(work: () => Promise<T>): Promise<readonly [T, string]> {
  const start = performance.now();
  const before = process.cpuUsage();
  const result = await work();
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(before);
  return [result, `${seconds.toFixed(1)} (${((user + system) / 1e6).toFixed(1)})`];
}

/** Lists every split; the numbers of images. */
async function list(dataset: Dataset): Promise<number[]> {
  const counts: number[] = [];
  for (const split of dataset.splits) {
    counts.push((await dataset.samples(split)).length);
  }
  return counts;
}

/** The halves of a search, the fingerprint of the data, and four batches of an epoch. */
async function sample(dataset: Dataset, split: string): Promise<number> {
  const samples = await dataset.samples(split);
  data.restoreHalves(samples, data.splitHalves(samples, 1));
  const loader = createLoader({ dataset, samples, crop: 33, batchSize: 2, seed: 1, workers: 0 });
  let batches = 0;
  for await (const batch of loader.epoch(0)) {
    batches += batch.ids.length / 2;
    if (batches === 4) {
      break;
    }
  }
  await loader.close();
  return batches;
}

async function measure(tree: FullTree, root: string): Promise<string[]> {
  const image = await sharp({ create: { width: 4, height: 2, channels: 3, background: '#456' } })
    .png()
    .toBuffer();
  const labels = await sharp({
    create: { width: 4, height: 2, channels: 3, background: '#010101' },
  })
    .toColourspace('b-w')
    .png()
    .toBuffer();
  const [, written] = await timed(() => {
    writeFullTree(root, tree, { image, labels });
    return Promise.resolve();
  });
  const dataset = await openDataset(tree.kind, { root });
  const [counts, listed] = await timed(() => list(dataset));
  const expected = Object.values(tree.splits).join();
  if (counts.join() !== expected) {
    throw new Error(`${tree.kind}: expected ${expected} images, got ${counts.join()}`);
  }
  const [, named] = await timed(() => data.checkDataset(dataset, { read: 'nothing' }));
  const [, read] = await timed(() => data.checkDataset(dataset, { read: 'labels' }));
  const [, sampled] = await timed(() => sample(dataset, 'train'));
  const total = counts.reduce((sum, count) => sum + count, 0);
  return [tree.kind, String(total), written, listed, named, read, sampled];
}

const names = process.argv.slice(2);
const rows = [['tree', 'samples', 'written', 'listed', 'check: nothing', 'labels', 'sampled']];
for (const [name, tree] of Object.entries(FULL_TREES)) {
  if (names.length === 0 || names.includes(name)) {
    const root = mkdtempSync(path.join(tmpdir(), 'autodeeplab-bench-'));
    try {
      rows.push(await measure(tree, root));
    } finally {
      rmSync(root, { recursive: true });
    }
  }
}
console.log(table(rows, 1));
