import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { skippedLines } from '../../lib/cli/predict.js';
import { useBackend } from '../helpers/backends.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { tinyDataset } from '../training/tiny-dataset.js';
import { trainTiny } from '../training/train-tiny.js';
import { autodeeplabHere } from './command-line.js';

const folder = temporaryFolder();
const trained = path.join(folder, 'trained');
const input = path.join(folder, 'data/val');

beforeAll(async () => {
  await useBackend('wasm');
  await trainTiny(await tinyDataset(path.join(folder, 'data'), { train: 2 }), trained);
}, 120_000);

describe('skippedLines', () => {
  it('names the first five files of a reason, and counts the others', () => {
    const files = Array.from({ length: 7 }, (_, i) => ({ file: `${i}.txt`, reason: 'a text' }));
    expect(skippedLines([...files, { file: 'x', reason: 'a link' }])).toEqual([
      'skipped: 0.txt, 1.txt, 2.txt, 3.txt, 4.txt and 2 more (a text)',
      'skipped: x (a link)',
    ]);
  });
});

describe('autodeeplab predict', () => {
  it('ends with 0 if only other files were skipped, with 1 if an image failed', async () => {
    await writeFile(path.join(input, 'notes.txt'), 'no image');
    const args = ['predict', trained, input, '--out', path.join(folder, 'out')];
    const good = await autodeeplabHere([...args, '--tile-size', '65', '--overlap', '32']);
    expect(good.output.trimEnd().split('\n')).toHaveLength(3);
    expect(good.errors.at(-1)).toBe(
      `skipped: ${path.join(input, 'notes.txt')} (a .txt file; images are PNG, JPEG, WebP or TIFF files)`,
    );
    expect(good.code).toBe(0);

    const whole = await readFile(path.join(input, '0.png'));
    await writeFile(path.join(input, 'cut.png'), whole.subarray(0, 200));
    const bad = await autodeeplabHere(args);
    expect(bad.output.trimEnd().split('\n')).toHaveLength(3);
    expect(bad.errors.at(-2)).toMatch(/^failed: image .*cut\.png: expected a complete PNG file/);
    expect(bad.errors.at(-1)).toBe('3 predicted, 1 failed');
    expect(bad.code).toBe(1);

    // What the library advises is written with flags, also of an image among others.
    const tight = await autodeeplabHere([...args, '--memory-limit', '0.01']);
    expect(tight.errors.join('\n')).toMatch(
      /failed: predict: .*, got 0\.01 GiB; raise --memory-limit, or/,
    );
  });
});
