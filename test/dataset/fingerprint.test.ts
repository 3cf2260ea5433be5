import { createHash } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Dataset } from '../../lib/dataset/dataset.js';
import { dataDifferences } from '../../lib/dataset/fingerprint-difference.js';
import { fingerprint, fingerprintSchema } from '../../lib/dataset/fingerprint.js';
import { openFolder } from '../../lib/dataset/folder/folder.js';
import { temporaryFolder, writeTree } from '../helpers/temporary-folder.js';

const folder = temporaryFolder();
const classes = [
  { name: 'soil', id: 0, color: [1, 2, 3] },
  { name: 'crop', id: [1, 4], color: [4, 5, 6] },
  { name: 'unclear', id: 2, ignore: true },
];
const splits = {
  train: { images: 'images', labels: 'labels' },
  new: { images: 'images' },
};

/** Four images whose files have the sizes 1, 2, 3, 4 and 11, 12, 13, 14. */
async function data(name: string): Promise<string> {
  const files = ['a', 'b', 'c', 'd'].flatMap((id, i) => [
    [`images/${id}.png`, 'x'.repeat(i + 1)],
    [`labels/${id}.png`, 'x'.repeat(i + 11)],
  ]);
  return writeTree(path.join(folder, name), Object.fromEntries(files) as Record<string, string>);
}

const open = (root: string, own: typeof classes = classes): Promise<Dataset> =>
  openFolder({ root, name: 'fields', classes: own, splits });

/** As SHA-256 gives it of the size and what is read. */
const digestOf = (...parts: (string | Buffer)[]): string => {
  const hash = createHash('sha256');
  parts.forEach((part) => hash.update(part));
  return hash.digest('hex').slice(0, 16);
};

describe('fingerprint', () => {
  it('lists classes, label values and files with their sizes', async () => {
    const print = await fingerprint(await open(await data('listed')), ['train', 'new']);
    expect(print.classes).toEqual([
      { name: 'soil', color: [1, 2, 3], labelValues: [0] },
      { name: 'crop', color: [4, 5, 6], labelValues: [1, 4] },
    ]);
    expect(print.ignoredValues).toEqual([2, 255]);
    expect(print.splits.train[1]).toEqual({
      id: 'b',
      image: 'images/b.png',
      imageBytes: 2,
      imageDigest: digestOf('2', 'xx'),
      label: 'labels/b.png',
      labelBytes: 12,
      labelDigest: digestOf('12', 'x'.repeat(12)),
    });
    expect(print.splits.new[3]).toMatchObject({ imageBytes: 4, label: null, labelBytes: null });
    const { digest, ...content } = print;
    const hash = createHash('sha256').update(JSON.stringify(content)).digest('hex');
    expect(digest).toBe(hash);
    expect(fingerprintSchema.parse(JSON.parse(JSON.stringify(print)))).toEqual(print);
  });

  it('is the same wherever the folder lies', async () => {
    const [one, two] = [await data('one'), await data('two')];
    const prints = await Promise.all(
      [one, two].map(async (root) => fingerprint(await open(root), ['train'])),
    );
    expect(prints[1]).toEqual(prints[0]);
    expect(dataDifferences(prints[0], prints[1])).toEqual([]);
  });

  it('is the same on file systems that spell accents otherwise, in the same order', async () => {
    const spelt = async (name: string, accent: string) => {
      const root = await writeTree(path.join(folder, name), {
        [`images/${accent}.png`]: 'x',
        'images/f.png': 'x',
        [`labels/${accent}.png`]: 'x',
        'labels/f.png': 'x',
      });
      return fingerprint(await open(root), ['train']);
    };
    const composed = await spelt('composed', '\u00e9');
    expect(await spelt('decomposed', 'e\u0301')).toEqual(composed);
    expect(composed.splits.train.map(({ id }) => id)).toEqual(['f', '\u00e9']);
  });
});

describe('dataDifferences', () => {
  /** What is found after a change of the files or the classes. */
  async function after(
    name: string,
    change: (root: string) => Promise<unknown>,
    own = classes,
  ): Promise<string[]> {
    const root = await data(name);
    const before = await fingerprint(await open(root), ['train']);
    await change(root);
    return dataDifferences(before, await fingerprint(await open(root, own), ['train']));
  }
  const both = (root: string, id: string, work: (file: string) => Promise<unknown>) =>
    Promise.all(['images', 'labels'].map((part) => work(path.join(root, part, `${id}.png`))));

  it('names images that were added, removed or renamed, and files that changed', async () => {
    const differences = await after('changed', async (root) => {
      await both(root, 'e', (file) => writeFile(file, 'longer than all the others'));
      await both(root, 'a', rm);
      await both(root, 'b', (file) => rename(file, file.replace('b.png', 'z.png')));
      await writeFile(path.join(root, 'labels/d.png'), '');
    });
    expect(differences).toEqual([
      'in train 1 image added (e), 1 image removed (a), 1 image renamed (b is now z), ' +
        '1 image with other files (d: label map 14 bytes, now 0 bytes)',
    ]);
  });

  it('names files of the same size that hold something else', async () => {
    const differences = await after('exchanged', async (root) => {
      await writeFile(path.join(root, 'images/c.png'), 'y'.repeat(3));
      await writeFile(path.join(root, 'labels/d.png'), 'y'.repeat(14));
    });
    expect(differences).toEqual([
      'in train 2 images with other files (c: image of the same size with other content, ' +
        'd: label map of the same size with other content)',
    ]);
  });

  it.each([0, 50_000, 99_999])('notices a byte of a large file at %d', async (at) => {
    const large = Buffer.alloc(100_000, 'x');
    const root = await data(`large-${at}`);
    await writeFile(path.join(root, 'images/a.png'), large);
    const before = await fingerprint(await open(root), ['train']);
    const parts = [0, 47_952, 95_904].map((start) => large.subarray(start, start + 4096));
    expect(before.splits.train[0].imageDigest).toBe(digestOf('100000', ...parts));
    large[at] ^= 1;
    await writeFile(path.join(root, 'images/a.png'), large);
    const now = await fingerprint(await open(root), ['train']);
    expect(dataDifferences(before, now)).toEqual([
      'in train 1 image with other files (a: image of the same size with other content)',
    ]);
  });

  it('names three and counts the rest', async () => {
    const differences = await after('many', (root) =>
      Promise.all(
        ['e', 'f', 'g', 'h', 'i'].map((id) => both(root, id, (file) => writeFile(file, 'same'))),
      ),
    );
    expect(differences).toEqual(['in train 5 images added (e, f, g and 2 more)']);
  });

  it('does not guess which of several alike was renamed', async () => {
    const root = await data('alike');
    await Promise.all(['c', 'd'].map((id) => both(root, id, (file) => writeFile(file, 'same'))));
    const before = await fingerprint(await open(root), ['train']);
    await both(root, 'c', (file) => rename(file, file.replace('c.png', 'y.png')));
    await both(root, 'd', (file) => rename(file, file.replace('d.png', 'z.png')));
    expect(dataDifferences(before, await fingerprint(await open(root), ['train']))).toEqual([
      'in train 2 images added (y, z), 2 images removed (c, d)',
    ]);
  });

  it('says that a list has another order', async () => {
    const root = await data('order');
    const listed = async (lines: string) => {
      await writeFile(path.join(root, 'list.txt'), lines);
      const train = { list: 'list.txt' };
      return fingerprint(await openFolder({ root, classes, splits: { train } }), ['train']);
    };
    const before = await listed('images/a.png\nimages/b.png\n');
    expect(dataDifferences(before, await listed('images/b.png\nimages/a.png\n'))).toEqual([
      'in train the images in another order',
    ]);
  });

  it.each([
    [
      'a class of another name',
      [{ name: 'earth', id: 0, color: [1, 2, 3] }, classes[1], classes[2]],
      ['classes added "earth" and removed "soil"'],
    ],
    ['another order', [classes[1], classes[0], classes[2]], ['classes in another order']],
    [
      'other label values',
      [classes[0], { name: 'crop', id: 1, color: [4, 5, 6] }, { ...classes[2], id: [2, 4] }],
      ['label values of "crop" 1, 4, now 1', 'ignored label values 2, 255, now 2, 4, 255'],
    ],
    [
      'another colour',
      [{ name: 'soil', id: 0, color: [1, 2, 9] }, classes[1], classes[2]],
      ['colour of "soil" 1 2 3, now 1 2 9'],
    ],
  ])('names %s', async (name, own, expected) => {
    expect(await after(name, () => Promise.resolve(), own as typeof classes)).toEqual(expected);
  });
});
