import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Notes, type ExportClass } from '../../../lib/dataset/import/format.js';
import { importDataset } from '../../../lib/dataset/import/import-dataset.js';
import { ColorMasks } from '../../../lib/dataset/import/mask-file.js';
import { DataError } from '../../../lib/errors.js';
import { flatRgb, png } from '../../helpers/png.js';
import { temporaryFolder, writeTree } from '../../helpers/temporary-folder.js';

const temporary = temporaryFolder();
let count = 0;
const next = (): string => path.join(temporary, `${count++}`);

const CLASSES: readonly ExportClass[] = [
  { name: 'sky', color: [128, 128, 128] },
  { name: 'road', color: [128, 64, 128] },
  { name: 'void', color: [0, 0, 0] },
];
const grey = (...values: number[]): Buffer => png({ width: values.length, height: 1, values });
const indexed = (values: number[], ...palette: [number, number, number][]): Buffer =>
  png({ width: values.length, height: 1, colorType: 3, values, palette });

/** The class indices of each of several masks of one export. */
async function readAll(
  masks: Readonly<Record<string, Buffer>>,
  classes: readonly ExportClass[] = CLASSES,
): Promise<Record<string, number[]>> {
  const root = await writeTree(next(), masks);
  const files = Object.keys(masks).map((name) => path.join(root, name));
  const options = { classes, unknown: 'error', notes: new Notes() } as const;
  const reader = await ColorMasks.of(files, options, new AbortController().signal);
  const maps = files.map(async (file): Promise<[string, number[]]> => [
    path.basename(file),
    [...(await reader.read(file)).data],
  ]);
  return Object.fromEntries(await Promise.all(maps));
}

describe('the values of all masks of an export', () => {
  it('are indices if those of one mask cannot be colours', async () => {
    const masks = { 'a.png': grey(0, 1), 'b.png': grey(0, 0), 'c.png': grey(1, 0) };
    expect(await readAll(masks)).toEqual({ 'a.png': [0, 1], 'b.png': [0, 0], 'c.png': [1, 0] });
    const foreign: [number, number, number][] = [
      [0, 0, 0],
      [128, 0, 0],
    ];
    const palettes = { 'a.png': indexed([0, 1], ...foreign), 'b.png': indexed([0], ...foreign) };
    expect(await readAll({ ...palettes, 'c.png': grey(0) })).toEqual({
      'a.png': [0, 1],
      'b.png': [0],
      'c.png': [0],
    });
  });

  it('are colours if those of one mask cannot be indices', async () => {
    const masks = { 'a.png': grey(0, 0), 'b.png': grey(128, 0) };
    expect(await readAll(masks)).toEqual({ 'a.png': [2, 2], 'b.png': [0, 2] });
    const palette = indexed([0, 1], [0, 0, 0], [128, 64, 128]);
    expect(await readAll({ 'a.png': palette, 'b.png': grey(0) })).toEqual({
      'a.png': [2, 1],
      'b.png': [2],
    });
  });

  it('may be both if that is the same', async () => {
    const greys = [0, 1, 2].map((v): ExportClass => ({ name: `c${v}`, color: [v, v, v] }));
    expect(await readAll({ 'a.png': grey(0, 2, 1) }, greys)).toEqual({ 'a.png': [0, 2, 1] });
  });

  it('are refused if all may be both, and a list of names decides', async () => {
    const masks = { 'a.png': grey(0, 0), 'b.png': grey(0) };
    await expect(readAll(masks)).rejects.toThrow(DataError);
    await expect(readAll(masks)).rejects.toThrow(
      'expected masks of one channel whose values are either colours of classes or their indices, got values ' +
        'that are both in all of 2: 0 is "void" as the colour 0,0,0 and "sky" as an index. If they ' +
        'are indices, name a file with one class a line and no colours by the option classes; if ' +
        'they are colours, save the masks as RGB',
    );
    const black = { 'a.png': indexed([0, 0], [0, 0, 0], [128, 0, 0]) };
    await expect(readAll(black)).rejects.toThrow('0 is "void" as the colour 0,0,0');
    const names = CLASSES.map(({ name }) => ({ name }));
    expect(await readAll(masks, names)).toEqual({ 'a.png': [0, 0], 'b.png': [0] });
    await expect(readAll({ 'a.png': grey(0, 3) }, names)).rejects.toThrow(
      /a.png: expected values out of 0, 1, 2, got 3 for 1 pixels/,
    );
  });
});

it.each([
  [
    'class_dict.csv',
    'name,r,g,b\nsky,128,128,128\nroad,128,64,128\nvoid,0,0,0\n',
    'masks',
    'images',
  ],
  [
    'labelmap.txt',
    'sky:128,128,128::\nroad:128,64,128::\nvoid:0,0,0::\n',
    'SegmentationClass',
    'JPEGImages',
  ],
])('an import with %s reads index masks alike', async (table, text, masks, images) => {
  const folder = await writeTree(next(), {
    [table]: text,
    ...Object.fromEntries(
      ['a', 'b', 'c'].map((n, i) => [`${images}/${n}.png`, flatRgb(2, 1, [i, 9, 9])]),
    ),
    [`${masks}/a.png`]: grey(0, 1),
    [`${masks}/b.png`]: grey(0, 0),
    [`${masks}/c.png`]: grey(0, 1),
  });
  const { classes } = await importDataset({ folder, out: next() });
  expect(classes.map(({ name, pixels }) => [name, pixels])).toEqual([
    ['sky', 4],
    ['road', 2],
    ['void', 0],
  ]);
});
