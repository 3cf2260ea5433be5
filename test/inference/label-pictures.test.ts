import { link, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readImageFile } from '../../lib/dataset/reading/image-file.js';
import {
  writeImage,
  writeLabelMap,
  writePaletteLabelMap,
} from '../../lib/inference/label-pictures.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

const folder = temporaryFolder();
const flat = (channels: 1 | 3, value: number) => ({
  height: 2,
  width: 3,
  data: new Uint8Array(6 * channels).fill(value),
});
const palette = new Uint8Array(768);

const WRITERS = {
  labels: (file: string, value: number) => writeLabelMap(file, flat(1, value)),
  palette: (file: string, value: number) => writePaletteLabelMap(file, flat(1, value), palette),
  image: (file: string, value: number) => writeImage(file, flat(3, value), 'a program'),
};

describe('pictures', () => {
  // Who has the old picture open, here by a second name, never sees a part of the new one.
  it.each(Object.entries(WRITERS))('are replaced in one step: %s', async (name, write) => {
    const [file, second] = ['png', 'second.png'].map((end) => path.join(folder, `${name}.${end}`));
    await write(file, 1);
    const before = await readFile(file);
    await link(file, second);
    await write(file, 2);
    expect((await readFile(second)).equals(before)).toBe(true);
    expect((await readFile(file)).equals(before)).toBe(false);
    expect((await readdir(folder)).filter((entry) => entry.startsWith('.'))).toEqual([]);
  });

  it('hold what was written', async () => {
    const file = path.join(folder, 'written.png');
    await writeImage(file, flat(3, 77));
    expect(await readImageFile(file)).toEqual(flat(3, 77));
  });
});
