import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readClassList, readColorTable } from '../../../lib/dataset/import/class-lists.js';
import { DataError } from '../../../lib/errors.js';
import { temporaryFolder, writeTree } from '../../helpers/temporary-folder.js';

const temporary = temporaryFolder();
const FILE = 'dataset_meta.json';
let count = 0;

async function readMeta(document: unknown) {
  const root = path.join(temporary, String(count++));
  await writeTree(root, { [FILE]: JSON.stringify(document) });
  return readColorTable({ root, files: [FILE] }, FILE);
}

describe('dataset_meta.json', () => {
  it('has a colour for each class that it lists one for', async () => {
    const classes = await readMeta({
      label_map: { 0: 'road', 1: 'ignore' },
      segmentation_colors: [[1, 2, 3]],
    });
    expect(classes).toEqual([
      { name: 'road', color: [1, 2, 3], isIgnored: false },
      { name: 'ignore', color: undefined, isIgnored: true },
    ]);
  });

  it.each([
    ['no object', null],
    ['no names', { label_map: null, segmentation_colors: [] }],
    ['colours that are no lists', { label_map: { 0: 'road' }, segmentation_colors: [5] }],
    ['colours as texts', { label_map: { 0: 'road' }, segmentation_colors: 'red' }],
    ['a name that is none', { label_map: { 0: { a: 1 } }, segmentation_colors: [[1, 2, 3]] }],
  ])('is of another form: %s', async (_, document) => {
    expect(await readMeta(document)).toBeUndefined();
  });
});

describe('a class file', () => {
  const classesOf = async (...lines: string[]) => {
    const root = await writeTree(path.join(temporary, String(count++)), {
      'classes.csv': `${lines.join('\n')}\n`,
    });
    return readClassList(path.join(root, 'classes.csv'));
  };
  const sky = { name: 'sky', color: [128, 128, 128], isIgnored: false };

  it.each([
    ['class,r,g,b', 'sky,128,128,128'],
    ['label, red, green, blue, note', 'sky, 128, 128, 128, far'],
    ['name,r,g,b', 'sky,128,128,128'],
    ['r g b class', '128 128 128 sky'],
    ['# red green blue name', '128 128 128 sky'],
    ['sky,128,128,128'],
    ['sky:128,128,128::'],
  ])('may have a header: %s', async (...lines) => {
    expect(await classesOf(...lines)).toEqual([sky]);
  });

  it('may have names alone, also with commas', async () => {
    const names = ['tree, large', 'a,b,c,d', 'class r g b'];
    expect((await classesOf(...names)).map(({ name }) => name)).toEqual(names);
  });

  it.each([
    [['class,r,g,b', 'sky,128,128,128', 'road,128,64'], 'road,128,64'],
    [['sky,128,128,128', 'class,r,g,b'], 'class,r,g,b'],
    [['sky,300,0,0', 'road,128,64,128'], 'sky,300,0,0'],
    [['sky,,,', 'road,128,64,128'], 'sky,,,'],
    [['sky:128,128,128::', 'road:1,2::'], 'road:1,2::'],
  ])('is refused if only some lines have a colour: %s', async (lines, wrong) => {
    await expect(classesOf(...lines)).rejects.toThrow(DataError);
    await expect(classesOf(...lines)).rejects.toThrow(
      `with numbers from 0 to 255, got "${wrong}" among them; correct that line`,
    );
  });
});
