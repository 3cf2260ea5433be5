import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ensureCompiled } from '../../cli/compiled-cli.js';
import type { Dataset, Sample } from '../../../lib/dataset/dataset.js';
import { LabelCounts, type ClassPixels } from '../../../lib/dataset/inspection/label-counts.js';
import type { Batch } from '../../../lib/dataset/loading/batch.js';
import { createLoader } from '../../../lib/dataset/loading/loader.js';
import {
  rareClassProbabilities,
  rareClassSampler,
} from '../../../lib/dataset/loading/rare-classes.js';
import { ConfigError } from '../../../lib/errors.js';
import { Random } from '../../../lib/random.js';
import { temporaryFolder } from '../../helpers/temporary-folder.js';
import { tinyDataset } from '../../training/tiny-dataset.js';

const file = new URL('../../fixtures/rare-classes.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as {
  cases: readonly {
    readonly name: string;
    readonly temperature: number;
    readonly leastPixels: number;
    readonly counts: readonly (readonly number[])[];
    readonly classes: readonly number[];
    readonly images: readonly number[];
  }[];
};

const labelMaps = (counts: readonly (readonly number[])[]): ClassPixels[] =>
  counts.map(
    (row) =>
      new Map([...row.entries(), [255, 1000]].filter(([, n]) => n > 0) as [number, number][]),
  );
const names = (classes: readonly unknown[]) => classes.map((_, c) => `class ${c}`);

describe('rareClassSampler', () => {
  it.each(cases)("has the probabilities of DAFormer's code: $name", ({ counts, ...one }) => {
    const sampler = rareClassSampler(labelMaps(counts), names(one.classes), one);
    const { probabilities, imageProbabilities } = sampler;
    one.classes.forEach((p, c) => {
      expect(probabilities[c]).toBeCloseTo(p, 6);
    });
    one.images.forEach((p, i) => {
      expect(imageProbabilities[i]).toBeCloseTo(p, 6);
    });
    expect(probabilities[one.classes.length >> 1]).toBe(0);
  });

  it.each(cases)('draws as often as that: $name', ({ counts, ...one }) => {
    const sampler = rareClassSampler(labelMaps(counts), names(one.classes), one);
    const random = new Random(5);
    const draws = 20_000;
    const drawn = counts.map(() => 0);
    let withoutClass = 0;
    for (let i = 0; i < draws; i++) {
      const { index, trainId } = sampler.draw(random);
      withoutClass += counts[index][trainId] >= one.leastPixels ? 0 : 1;
      drawn[index]++;
    }
    expect(withoutClass).toBe(0);
    const expected = one.images.map((p) => p * draws);
    const hardlyEver = drawn.filter((_, i) => expected[i] < 1);
    expect(Math.max(0, ...hardlyEver)).toBeLessThan(4);
    // χ² of 11 degrees of freedom exceeds 31.3 with a probability of 0.001.
    const terms = drawn.map((n, i) => (expected[i] < 1 ? 0 : (n - expected[i]) ** 2 / expected[i]));
    const distance = terms.reduce((sum, term) => sum + term, 0);
    expect(distance).toBeLessThan(31.3);
  });

  it('draws only for the rarest class at a temperature near 0, for all alike at a high one', () => {
    expect(rareClassProbabilities([70, 20, 0, 10], 1e-30)).toEqual([0, 0, 0, 1]);
    rareClassProbabilities([70, 20, 0, 10], 1e9).forEach((p, c) => {
      expect(p).toBeCloseTo(c === 2 ? 0 : 1 / 3, 6);
    });
  });

  it('refuses what cannot be drawn', () => {
    const options = { temperature: 0.01, leastPixels: 30 };
    const maps = labelMaps([
      [90, 20],
      [90, 29],
    ]);
    expect(() => rareClassSampler(maps, ['road', 'car'], options)).toThrow(
      'expected an image with at least 30 pixels of each class that occurs, got at most 29 of "car"',
    );
    expect(() => rareClassSampler(labelMaps([[0, 0]]), ['road', 'car'], options)).toThrow(
      ConfigError,
    );
  });
});

describe('a loader with rare-class sampling', () => {
  const folder = temporaryFolder();
  let dataset: Dataset;
  let samples: readonly Sample[];
  beforeAll(async () => {
    ensureCompiled();
    dataset = await tinyDataset(path.join(folder, 'data'), { train: 4 });
    samples = await dataset.samples('train');
  }, 120_000);

  /** A loader that draws images for class 2 only, if such a window is wanted. */
  async function loader(cropPixels: number, workers = 0) {
    const counts = await new LabelCounts(dataset).of(samples);
    const labels = names(dataset.classes);
    const sampler = rareClassSampler(counts, labels, { temperature: 1e-9, leastPixels: 40 });
    return {
      rarest: sampler.probabilities.indexOf(1),
      made: createLoader({
        dataset,
        samples,
        crop: 16,
        batchSize: 2,
        seed: 3,
        workers,
        sampling: { sampler, cropPixels },
      }),
    };
  }
  async function batches(epoch: number, startStep = 0, cropPixels = 0, workers = 0) {
    const { made, rarest } = await loader(cropPixels, workers);
    const list: Batch[] = [];
    for (let e = epoch; e < epoch + (startStep === 0 ? 6 : 1); e++) {
      for await (const batch of made.epoch(e, { startStep })) {
        list.push(batch);
      }
    }
    await made.close();
    return { list, rarest };
  }

  it('continues in the middle of an epoch, in any thread, as if it had not stopped', async () => {
    const { list } = await batches(0);
    expect(list).toHaveLength(12); // as many batches as without sampling
    const { list: resumed } = await batches(3, 1);
    expect(resumed).toEqual([list[7]]);
    const { list: threads } = await batches(0, 0, 0, 1);
    expect(threads).toEqual(list);
  });

  it('shows an image that comes again in another window', async () => {
    const { list } = await batches(0);
    const epochs = Array.from({ length: 6 }, (_, e) => list.slice(2 * e, 2 * e + 2));
    const views = epochs.flatMap((epoch) => {
      const entries = epoch.flatMap(({ ids, images }) =>
        ids.map((id, i) => [id, images.slice(i * 768, (i + 1) * 768).join()] as const),
      );
      return entries.flatMap(([id, view], i) =>
        entries
          .slice(0, i)
          .filter(([other]) => other === id)
          .map(([, other]) => view === other),
      );
    });
    expect(views.length).toBeGreaterThan(5);
    expect(views).not.toContain(true);
  });

  it('draws windows again until they hold the class', async () => {
    const pixelsOf = async (cropPixels: number) => {
      const { list, rarest } = await batches(0, 0, cropPixels);
      return list.flatMap(({ labels }) =>
        [0, 1].map((i) =>
          labels.subarray(i * 256, (i + 1) * 256).reduce((sum, l) => sum + Number(l === rarest), 0),
        ),
      );
    };
    const without = await pixelsOf(0);
    const wanted = await pixelsOf(60);
    const enough = (counts: number[]) => counts.filter((n) => n >= 60).length;
    expect(enough(without)).toBeLessThan(20);
    expect(enough(wanted)).toBeGreaterThan(enough(without));
    without.forEach((n, i) => {
      if (n >= 60) {
        expect(wanted[i]).toBe(n); // a window that has enough stays
      }
    });
  });
});
