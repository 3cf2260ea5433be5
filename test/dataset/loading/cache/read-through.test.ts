import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { mkdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryName } from '../../../../lib/files/temporary-file.js';
import { decodeEntry, encodeEntry } from '../../../../lib/dataset/loading/cache/entry-file.js';
import {
  entryName,
  entrySource,
  isEntryName,
  readingDigest,
} from '../../../../lib/dataset/loading/cache/entry-source.js';
import { readThrough } from '../../../../lib/dataset/loading/cache/read-through.js';
import {
  cacheBytes,
  openSampleCache,
  type SampleCache,
  type SampleCacheOptions,
} from '../../../../lib/dataset/loading/cache/sample-cache.js';
import { labelTable, type Sample } from '../../../../lib/dataset/dataset.js';
import { openFolder } from '../../../../lib/dataset/folder/folder.js';
import type { LabelledImage } from '../../../../lib/dataset/pixels.js';
import { readSample, type ReadSampleOptions } from '../../../../lib/dataset/reading/read-sample.js';
import { ConfigError, DataError } from '../../../../lib/errors.js';
import { png } from '../../../helpers/png.js';
import { temporaryFolder, writeTree } from '../../../helpers/temporary-folder.js';
import { classes, dataset, samples, splits } from '../seven-samples.js';

const temporary = temporaryFolder();
const table = dataset.labelTable;
const [sample] = samples;
const options: ReadSampleOptions = { resolution: 1, maxPixels: 1e6 };
const settled = () => sleep(120);
let count = 0;

/** A cache of its own, and a reader through it that collects what the user is told. */
async function newCache(more: Partial<SampleCacheOptions> = {}) {
  const folder = path.join(temporary, `cache-${count++}`);
  const { cache } = await openSampleCache({ folder, maxBytes: 1e6, keepFree: 0, ...more });
  const notes: string[] = [];
  const read = (one: Sample = sample, how = options, by = table): Promise<LabelledImage> =>
    readThrough(cache, one, by, how, (note) => notes.push(note));
  return { cache, folder: cache.folder, notes, read };
}

const entriesIn = (folder: string) => readdirSync(folder).filter(isEntryName).sort();

/** Puts other pixels into the entry of a sample, so that its use can be seen. */
async function mark({ folder }: SampleCache, one: Sample = sample, how = options) {
  const reading = readingDigest(table, how);
  const size = { height: 2, width: 3 };
  const marked = {
    image: { ...size, data: new Uint8Array(18).fill(7) },
    labels: { ...size, data: new Uint8Array(6).fill(2) },
  };
  const { text } = await entrySource(one, reading);
  await writeFile(path.join(folder, entryName(one, reading)), encodeEntry(marked, text));
  return marked;
}

beforeAll(settled);

describe('an entry', () => {
  it('gives the same pixels, with and without labels', async () => {
    const pixels = await readSample(sample, table);
    expect(decodeEntry(encodeEntry(pixels, 'x'), 'x')).toEqual(pixels);
    const image = { height: 1, width: 1, data: Uint8Array.of(1, 2, 3) };
    expect(decodeEntry(encodeEntry({ image, labels: undefined }, 'x'), 'x')).toEqual({
      image,
      labels: undefined,
    });
    expect(decodeEntry(encodeEntry(pixels, 'x'), 'y')).toBe('stale');
  });
});

describe('reading through the cache', () => {
  it.each([{ resolution: 1 }, { resolution: 0.5 }, { resolution: { longerSide: 20 } }])(
    'gives the pixels of the files at %o, before and after there is an entry',
    async (how) => {
      const { cache, folder, notes, read } = await newCache();
      const expected = await readSample(sample, table, how);
      expect(await read(sample, how)).toEqual(expected);
      expect(entriesIn(folder)).toHaveLength(1);
      expect(await read(sample, how)).toEqual(expected);
      const marked = await mark(cache, sample, how);
      expect(await read(sample, how)).toEqual(marked);
      expect(notes).toEqual([]);
    },
  );

  it('uses no entry of another way of reading', async () => {
    const { cache, read } = await newCache();
    await read();
    const marked = await mark(cache);
    expect(await read()).toEqual(marked);
    for (const how of [
      { ...options, resolution: 0.5 },
      { ...options, maxPixels: 1e5 },
    ]) {
      expect(await read(sample, how)).toEqual(await readSample(sample, table, how));
    }
    const other = labelTable(
      dataset.classes.map((one) => ({ ...one, trainId: 2 - one.trainId })),
      [],
    );
    expect(await read(sample, options, other)).toEqual(await readSample(sample, other));
    expect(await read()).toEqual(marked);
  });

  it('uses no entry of another dataset with files of the same names and sizes', async () => {
    const roots = ['one', 'two'].map((name) => path.join(temporary, name));
    const { cache, read } = await newCache();
    const read2: LabelledImage[] = [];
    for (const [i, root] of roots.entries()) {
      await writeTree(root, {
        'images/x.png': png({ width: 1, height: 1, colorType: 2, values: [i, 2, 3] }),
        'labels/x.png': png({ width: 1, height: 1, values: [i] }),
      });
      await settled();
      const [one] = await (await openFolder({ root, classes, splits })).samples('train');
      read2.push(await read(one));
    }
    expect(read2.map(({ image }) => image.data[0])).toEqual([0, 1]);
    expect(read2.map(({ labels }) => labels!.data[0])).toEqual([0, 1]);
    expect(entriesIn(cache.folder)).toHaveLength(2);
  });

  it.each(['image', 'label'] as const)(
    'notices a changed %s file, though size and time stay',
    async (which) => {
      const root = path.join(temporary, `changing-${which}`);
      const content = (i: number) => ({
        image: png({
          width: 1,
          height: 1,
          colorType: 2,
          values: [which === 'image' ? i : 0, 2, 3],
        }),
        label: png({ width: 1, height: 1, values: [which === 'label' ? i : 0] }),
      });
      const file = path.join(root, `${which}s`, 'x.png');
      const seen = async () => {
        const { image, labels } = await read(one);
        return which === 'image' ? image.data[0] : labels!.data[0];
      };
      const { image, label } = content(0);
      await writeTree(root, { 'images/x.png': image, 'labels/x.png': label });
      await settled();
      const [one] = await (await openFolder({ root, classes, splits })).samples('train');
      const { cache, read } = await newCache();
      expect([await seen(), await seen()]).toEqual([0, 0]);
      const { size, atime, mtime } = await stat(file);
      // Written over, its time set back.
      await writeFile(file, content(1)[which]);
      await utimes(file, atime, mtime);
      expect((await stat(file)).size).toBe(size);
      expect(await seen()).toBe(1);
      await settled();
      expect([await seen(), await seen()]).toEqual([1, 1]);
      // Another file put in its place, as old as the first.
      await writeFile(`${file}.new`, content(2)[which]);
      await utimes(`${file}.new`, atime, mtime);
      await rename(`${file}.new`, file);
      expect(await seen()).toBe(2);
      expect(entriesIn(cache.folder)).toHaveLength(1); // replaced, not kept beside
    },
  );

  it('keeps nothing of a file that was changed just now', async () => {
    const root = await writeTree(path.join(temporary, 'fresh'), {
      'images/x.png': png({ width: 1, height: 1, colorType: 2, values: [1, 2, 3] }),
      'labels/x.png': png({ width: 1, height: 1, values: [1] }),
    });
    const [one] = await (await openFolder({ root, classes, splits })).samples('train');
    const { folder, read } = await newCache();
    await utimes(one.imageFile, new Date(), new Date(Date.now() + 10_000));
    await read(one);
    expect(() => entriesIn(folder)).toThrow(/ENOENT/);
  });

  it('says what is wrong with a sample as without a cache', async () => {
    const { read } = await newCache();
    await read();
    const gone = { ...sample, imageFile: path.join(temporary, 'gone.png') };
    await expect(read(gone)).rejects.toThrow(DataError);
    const few = labelTable([], []);
    await expect(readSample(sample, few)).rejects.toThrow(/expected values out of , got 0/);
    await expect(read(sample, options, few)).rejects.toThrow(/expected values out of , got 0/);
  });
});

describe('a damaged entry', () => {
  it('is made again from the files, and the user is told', async () => {
    const { folder, notes, read } = await newCache();
    const expected = await read();
    const file = path.join(folder, entriesIn(folder)[0]);
    const whole = readFileSync(file);
    const pixels = whole.indexOf(Buffer.from(expected.image.data));
    const labels = whole.indexOf(Buffer.from(expected.labels!.data));
    const flipped = (position: number) => {
      const bytes = Buffer.from(whole);
      bytes[position] ^= 4;
      return bytes;
    };
    const damaged = [
      Buffer.alloc(0),
      Buffer.from('not Arrow'),
      Buffer.alloc(whole.length),
      whole.subarray(0, 8),
      whole.subarray(0, pixels + 20),
      whole.subarray(0, labels + 20),
      whole.subarray(0, -1),
      whole.subarray(1),
      flipped(pixels),
      flipped(pixels + expected.image.data.length - 1),
      flipped(labels + 5),
    ];
    for (const [i, bytes] of damaged.entries()) {
      writeFileSync(file, bytes);
      expect(await read(), `damage ${i}`).toEqual(expected);
      expect(notes, `damage ${i}`).toHaveLength(i + 1);
      expect(notes[i]).toMatch(
        /^cache: expected a whole entry in .*\.arrow, got a damaged one \(.+\); /,
      );
      expect(readFileSync(file).equals(whole), `damage ${i}`).toBe(true);
    }
  });

  it('gives right pixels or is made again, whichever byte is damaged', async () => {
    const { folder, read } = await newCache();
    const expected = await read();
    const file = path.join(folder, entriesIn(folder)[0]);
    const whole = readFileSync(file);
    for (let position = 0; position < whole.length; position += 29) {
      const bytes = Buffer.from(whole);
      bytes[position] ^= 1 << (position % 8);
      writeFileSync(file, bytes);
      expect(await read(), `byte ${position}`).toEqual(expected);
    }
  });
});

describe('the limit of the cache', () => {
  it('is kept, and said once when it is reached', async () => {
    const first = await newCache();
    await first.read();
    const bytes = cacheBytes(first.cache);
    expect(bytes).toBe(statSync(path.join(first.folder, entriesIn(first.folder)[0])).size);
    const { cache, folder, notes, read } = await newCache({ maxBytes: 3.5 * bytes });
    for (const one of [...samples, ...samples]) {
      expect(await read(one)).toEqual(await readSample(one, table));
    }
    expect(entriesIn(folder)).toHaveLength(3);
    expect(cacheBytes(cache)).toBeLessThanOrEqual(3.5 * bytes);
    expect(notes).toEqual([
      expect.stringMatching(/GiB are full \(option cacheLimit\).*nothing more/),
    ]);
  });

  it('makes the entries go that were not used for longest, but none that is needed', async () => {
    const { folder, cache, read } = await newCache();
    const used: string[] = [];
    for (const [i, one] of samples.slice(0, 5).entries()) {
      await read(one);
      const name = entryName(one, readingDigest(table, options));
      used.push(name);
      await utimes(path.join(folder, name), new Date(), new Date(Date.now() - 1e6 + 1000 * i));
    }
    const each = cacheBytes(cache) / 5;
    const notes: string[] = [];
    const needed = [used[0]]; // the oldest
    const again = await openSampleCache({ folder, maxBytes: 5.3 * each, keepFree: 0, needed });
    expect(again.entries).toBe(5);
    for (const one of samples.slice(5)) {
      await readThrough(again.cache, one, table, options, (note) => notes.push(note));
    }
    const left = entriesIn(folder);
    expect(left).not.toContain(used[1]);
    for (const name of [used[0], used[3], used[4]]) {
      expect(left).toContain(name);
    }
    expect(left.length).toBeLessThanOrEqual(5);
    expect(notes).toEqual([]);
  });

  it('counts what other processes have added meanwhile', async () => {
    const a = await newCache();
    await a.read();
    const each = cacheBytes(a.cache);
    const folder = path.join(temporary, 'shared');
    const limited = { folder, maxBytes: 4 * each + 10, keepFree: 0 };
    const [first, second] = [await openSampleCache(limited), await openSampleCache(limited)];
    for (const [i, one] of samples.entries()) {
      const { cache } = i % 2 === 0 ? first : second;
      await readThrough(cache, one, table, options, () => undefined);
    }
    expect(entriesIn(folder)).toHaveLength(4);
  });

  it('leaves the last of the disk free', async () => {
    const { folder, notes, read } = await newCache({ keepFree: 2 ** 60 });
    expect(await read()).toEqual(await readSample(sample, table));
    await read(samples[1]);
    expect(entriesIn(folder)).toEqual([]);
    expect(notes).toEqual([
      expect.stringMatching(/the disk is nearly full; .* nothing more is added/),
    ]);
  });
});

describe('a folder', () => {
  it('that cannot be written any more ends the adding, not the reading', async () => {
    const { folder, notes, read } = await newCache();
    await read();
    await rm(folder, { recursive: true });
    await writeFile(folder, 'in the way');
    for (const one of samples) {
      expect(await read(one)).toEqual(await readSample(one, table));
    }
    expect(notes.filter((note) => note.includes('nothing more is added'))).toHaveLength(1);
  });

  it('is refused if there is a file instead of it', async () => {
    const file = path.join(temporary, 'file');
    await writeFile(file, '');
    for (const folder of [file, path.join(file, 'cache')]) {
      await expect(openSampleCache({ folder, maxBytes: 1 })).rejects.toThrow(ConfigError);
      await expect(openSampleCache({ folder, maxBytes: 1 })).rejects.toThrow(
        /expected a folder, or a place for a new one, got the file .*file; choose another folder/,
      );
    }
  });

  it('keeps files of others, and loses what was given up while it was written', async () => {
    const folder = path.join(temporary, 'leftovers');
    await mkdir(folder);
    const hash = 'a'.repeat(64);
    const entry = path.join(folder, `${hash}.arrow`);
    const names = [temporaryName(entry), temporaryName(entry), 'mine.txt'].map((file) =>
      path.basename(file),
    );
    for (const name of names) {
      await writeFile(path.join(folder, name), 'x');
    }
    for (const name of [names[0], names[2]]) {
      await utimes(path.join(folder, name), 0, 0);
    }
    expect((await openSampleCache({ folder, maxBytes: 1e6 })).entries).toBe(0);
    expect(readdirSync(folder).sort()).toEqual([names[1], names[2]]);
  });
});
