import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readColorTable } from '../../../lib/dataset/import/class-lists.js';
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
