/** Valid exports of labelling tools, small and with every kind of annotation. */
import { deflateSync } from 'node:zlib';
import { compressRuns } from '../../helpers/compressed-runs.js';
import { png } from '../../helpers/png.js';
import type { Files } from '../format.js';
import { deepPng, labelPngs, rgbPng } from './pictures.js';

const SIZE = { width: 9, height: 7 };
const PIXELS = SIZE.width * SIZE.height;
const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
const text = (...lines: readonly string[]): Buffer => Buffer.from(`${lines.join('\n')}\n`);

const colors = png({
  ...SIZE,
  colorType: 2,
  values: Array.from({ length: PIXELS }, (_, i) => (i % 2 === 0 ? [0, 0, 0] : [128, 64, 0])).flat(),
});

const small = { width: 3, height: 2, values: [1, 0, 1, 1, 1, 0] };

const coco = {
  images: [{ id: 1, file_name: 'a.png', ...SIZE }],
  categories: [
    { id: 1, name: 'road', supercategory: '' },
    { id: 2, name: 'sky' },
  ],
  annotations: [
    { id: 1, image_id: 1, category_id: 1, segmentation: [[0, 0, 5, 0, 5, 4, 0, 4]] },
    { id: 2, image_id: 1, category_id: 2, segmentation: { size: [7, 9], counts: [10, 20, 33] } },
    {
      id: 3,
      image_id: 1,
      category_id: 2,
      segmentation: { size: [7, 9], counts: compressRuns([2, 5, 6, 50]) },
    },
  ],
};

const shape = (shape_type: string, points: number[][], rest: object = {}) => ({
  label: shape_type === 'mask' ? 'sky' : 'road',
  shape_type,
  points,
  ...rest,
});

const labelme = {
  version: '5.7.0',
  flags: {},
  shapes: [
    shape('polygon', [
      [0, 0],
      [5, 0.5],
      [3, 4],
    ]),
    shape('rectangle', [
      [1, 1],
      [3, 3],
    ]),
    shape('circle', [
      [4, 4],
      [6, 4],
    ]),
    shape('linestrip', [
      [0, 0],
      [3, 3],
      [8, 1],
    ]),
    shape('point', [[2, 2]]),
    shape(
      'mask',
      [
        [1, 1],
        [3, 2],
      ],
      { mask: png(small).toString('base64') },
    ),
  ],
  imagePath: 'a.png',
  imageData: null,
  imageHeight: SIZE.height,
  imageWidth: SIZE.width,
};

const supervisely = {
  size: SIZE,
  objects: [
    {
      classTitle: 'road',
      geometryType: 'polygon',
      points: {
        exterior: [
          [0, 0],
          [6, 0],
          [6, 5],
        ],
        interior: [
          [
            [1, 1],
            [2, 1],
            [2, 2],
          ],
        ],
      },
    },
    {
      classTitle: 'sky',
      geometryType: 'bitmap',
      bitmap: {
        data: deflateSync(
          png({ ...small, depth: 1, colorType: 3, palette: [[0, 0, 0], [255, 255, 255]] }), // oxfmt-ignore
        ).toString('base64'),
        origin: [2, 3],
      },
    },
    {
      classTitle: 'road',
      geometryType: 'rectangle',
      points: {
        exterior: [
          [1, 1],
          [4, 4],
        ],
        interior: [],
      },
    },
    {
      classTitle: 'sky',
      geometryType: 'line',
      points: {
        exterior: [
          [0, 6],
          [8, 2],
        ],
        interior: [],
      },
    },
  ],
};

const region = (type: string, value: object) => ({
  id: type,
  type,
  from_name: 'label',
  original_width: SIZE.width,
  original_height: SIZE.height,
  value: { [type]: ['road'], ...value },
});

const labelStudio = [
  {
    id: 1,
    data: { image: '/data/upload/1/0123abcd-a.png' },
    annotations: [
      {
        was_cancelled: false,
        result: [
          region('polygonlabels', {
            points: [
              [0, 0],
              [50, 0],
              [50, 50],
            ],
          }),
          region('rectanglelabels', { x: 10, y: 10, width: 30, height: 20, rotation: 30 }),
          region('ellipselabels', { x: 50, y: 50, radiusX: 20, radiusY: 10, rotation: 0 }),
          region('brushlabels', { format: 'rle', rle: brush() }),
        ],
      },
    ],
  },
];

/** A stroke over the whole image: one run of words of 8 bits. */
function brush(): number[] {
  const bits = [
    ...(4 * PIXELS).toString(2).padStart(32, '0'),
    ...(7).toString(2).padStart(5, '0'),
    ...[3, 7, 11, 15].map((count) => count.toString(2).padStart(4, '0')).join(''),
    ...'1',
    ...'11',
    ...(4 * PIXELS - 1).toString(2).padStart(16, '0'),
    ...'11111111',
  ].join('');
  const bytes = bits.match(/.{1,8}/g) ?? [];
  return bytes.map((byte) => Number.parseInt(byte.padEnd(8, '0'), 2));
}

/** Valid exports by the name of their format. */
export const EXPORTS: Readonly<Record<string, readonly Files[]>> = {
  'cvat-masks': [
    {
      'labelmap.txt': text(
        '# label:color_rgb:parts:actions',
        'background:0,0,0::',
        'road:128,64,0::',
      ),
      'SegmentationClass/a.png': colors,
      'JPEGImages/a.png': rgbPng(false),
      'ImageSets/Segmentation/train.txt': text('a'),
    },
  ],
  'roboflow-masks': [
    {
      'train/_classes.csv': text(
        'Pixel Value, Class',
        '0, background',
        '1, road',
        '2, sky',
        '3, car',
      ),
      'train/a_mask.png': labelPngs()[0],
      'train/a.png': rgbPng(false),
    },
  ],
  'labelme-masks': [
    {
      'class_names.txt': text('__ignore__', '_background_', 'road', 'sky', 'car'),
      'SegmentationClassPNG/a.png': labelPngs()[1],
      'JPEGImages/a.png': rgbPng(false),
    },
  ],
  labelme: [
    { 'a.json': json(labelme), 'a.png': rgbPng(true) },
    {
      'a.json': json({
        ...labelme,
        imageData: rgbPng(false).toString('base64'),
        imagePath: 'b.png',
      }),
      'labels.txt': text('road', 'sky'),
    },
  ],
  coco: [
    { '_annotations.coco.json': json(coco), 'a.png': rgbPng(false) },
    { 'annotations/instances_val.json': json(coco), 'images/val/a.png': rgbPng(true) },
  ],
  supervisely: [
    {
      'meta.json': json({
        classes: [
          { title: 'road', color: '#804000' },
          { title: 'sky', color: '#0000ff' },
        ],
      }),
      'set/ann/a.png.json': json(supervisely),
      'set/img/a.png': rgbPng(false),
    },
  ],
  'label-studio': [{ 'project.json': json(labelStudio), 'a.png': rgbPng(false) }],
  'color-masks': [
    {
      'class_dict.csv': text('name,r,g,b', 'background,0,0,0', 'road,128,64,0'),
      'train_labels/a.png': colors,
      'train/a.png': rgbPng(false),
    },
    {
      'dataset_meta.json': json({
        label_map: { '0': 'background', '1': 'road', '2': 'sky' },
        segmentation_colors: [
          [0, 0, 0],
          [1, 1, 1],
          [2, 2, 2],
        ],
      }),
      'masks/a.png': deepPng(3),
      'images/a.png': rgbPng(false),
    },
  ],
};
