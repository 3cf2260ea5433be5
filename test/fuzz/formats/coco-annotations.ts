import path from 'node:path';
import { readCocoAnnotations } from '#lib/dataset/coco/annotations.js';
import { paintLabels } from '#lib/dataset/coco/paint.js';
import { compressRuns } from '../../helpers/compressed-runs.js';
import { single, type FuzzFormat } from '../format.js';

const FILE = 'instances_train2017.json';

const object = (id: number, segmentation: unknown, iscrowd = 0) => ({
  id,
  image_id: 1,
  category_id: 1,
  area: 6,
  iscrowd,
  segmentation,
});

const DOCUMENT = {
  info: { description: 'COCO' },
  images: [
    { id: 1, file_name: 'a.jpg', height: 4, width: 5 },
    { id: 2, file_name: 'b.jpg', height: 2, width: 2 },
  ],
  annotations: [
    object(1, [[0, 0, 3, 0, 3, 2, 0, 2]]),
    object(2, { size: [4, 5], counts: [3, 4, 13] }, 1),
    object(3, { size: [4, 5], counts: compressRuns([2, 5, 6, 7]) }),
  ],
  categories: [
    { id: 1, name: 'person', supercategory: 'person' },
    { id: 2, name: 'couch' },
  ],
};

/** The annotations of COCO as VOC's label maps. */
export const COCO_ANNOTATIONS: FuzzFormat = {
  name: 'coco-annotations',
  module: import.meta.url,
  readers: 'readCocoAnnotations, paintLabels',
  seeds: () =>
    Promise.resolve([
      single(FILE, JSON.stringify(DOCUMENT)),
      single(FILE, JSON.stringify(DOCUMENT, undefined, 2)),
    ]),
  isOnDisk: true,
  async read({ folder }) {
    const file = path.join(folder, FILE);
    return (await readCocoAnnotations(file)).map((image) => paintLabels(image, file));
  },
  // A label map of 64 megapixels by columns and by rows, and who covers each of its pixels.
  limitMiB: 512,
};
