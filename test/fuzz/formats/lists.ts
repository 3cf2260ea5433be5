/** Lists of splits and of classes. */
import path from 'node:path';
import { openDataset } from '#lib/dataset/open-dataset.js';
import { readIds } from '#lib/dataset/voc/lists.js';
import { readList } from '#lib/dataset/list-split.js';
import { readClassList } from '#lib/dataset/import/class-lists.js';
import { single, type Files, type FuzzFormat } from '../format.js';

const LIMIT_MIB = 256;
const LIST = 'train.txt';
const NOTHING = Buffer.alloc(0);

const images: Files = {
  'images/a.png': NOTHING,
  'images/b c.png': NOTHING,
  'labels/a.png': NOTHING,
};

/** A list of images and label maps, and one of ids as VOC has it. */
export const SPLIT_LIST: FuzzFormat = {
  name: 'split-list',
  module: import.meta.url,
  readers: 'readList, readIds',
  seeds: () =>
    Promise.resolve([
      { [LIST]: Buffer.from('images/a.png labels/a.png\n\n# none\nimages/b c.png\t\n'), ...images },
      { [LIST]: Buffer.from('images\\a.png\r\n'), ...images },
    ]),
  changes: (name) => name === LIST,
  isOnDisk: true,
  async read({ folder }) {
    const [samples, ids] = await Promise.allSettled([
      readList(folder, { list: LIST, missing: 'skip' }, 'a split'),
      readIds(path.join(folder, LIST)),
    ]);
    for (const one of [samples, ids]) {
      if (one.status === 'rejected') {
        throw one.reason;
      }
    }
    return [samples, ids];
  },
  limitMiB: LIMIT_MIB,
};

/** Names and colours of classes, as tools write them. */
export const CLASS_LIST: FuzzFormat = {
  name: 'class-list',
  module: import.meta.url,
  readers: 'readClassList',
  seeds: () =>
    Promise.resolve(
      [
        '# label:color_rgb:parts:actions\nbackground:0,0,0::\nroad:128,64,128::\n',
        'name,r,g,b\nsky,1,2,3\nroad,128,64,128\n',
        '0 0 0 void\n1 2 3 sky\n',
        'background\nroad\n__ignore__\n',
      ].map((text) => single('classes.txt', text)),
    ),
  isOnDisk: true,
  read: ({ folder }) => readClassList(path.join(folder, 'classes.txt')),
  limitMiB: LIMIT_MIB,
};

/** The folders of VOC with their lists. */
export const VOC_LISTS: FuzzFormat = {
  name: 'voc-lists',
  module: import.meta.url,
  readers: "openDataset('voc'), Dataset.samples",
  seeds: () => {
    const lists = 'ImageSets/Segmentation';
    return Promise.resolve([
      {
        [`${lists}/train.txt`]: Buffer.from('2007_000032\n2007_000039\n'),
        [`${lists}/val.txt`]: Buffer.from('2007_000033\n'),
        'JPEGImages/2007_000032.jpg': NOTHING,
        'JPEGImages/2007_000033.jpg': NOTHING,
        'JPEGImages/2007_000039.jpg': NOTHING,
        'SegmentationClass/2007_000032.png': NOTHING,
        'SegmentationClass/2007_000033.png': NOTHING,
        'SegmentationClass/2007_000039.png': NOTHING,
      },
    ]);
  },
  changes: (name) => name.endsWith('.txt'),
  isOnDisk: true,
  async read({ folder }) {
    const dataset = await openDataset('voc', { root: folder });
    const found: unknown[] = [];
    for (const split of dataset.splits) {
      found.push(await dataset.samples(split));
    }
    return found;
  },
  limitMiB: LIMIT_MIB,
};
