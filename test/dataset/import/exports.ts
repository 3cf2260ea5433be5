/** Writes labelled images as labelling tools export them, to import them back. */
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { deflateSync } from 'node:zlib';
import type { Color } from '../../../lib/dataset/dataset.js';
import type { LabelMap } from '../../../lib/dataset/pixels.js';
import { compressRuns } from '../../helpers/compressed-runs.js';
import { png } from '../../helpers/png.js';
import { runsOf } from '../reading/masks/runs.js';

/** An image with its label map. */
export interface Labelled {
  readonly name: string;
  readonly file: string;
  readonly split: 'train' | 'val';
  /** Class indices; 255 is unlabelled. */
  readonly labels: LabelMap;
}

/** A class with its colour. */
export interface NamedColor {
  readonly name: string;
  readonly color: Color;
}

/** Writes an export into a folder. */
type Exporter = (
  folder: string,
  images: readonly Labelled[],
  classes: readonly NamedColor[],
) => Promise<void>;

async function write(file: string, content: string | Uint8Array): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, content);
}

async function copy(source: string, target: string): Promise<void> {
  await mkdir(path.dirname(target), { recursive: true });
  await copyFile(source, target);
}

/** The smallest box with all pixels of a class, and which of them are; undefined if there is none. */
function boxOf({ height, width, data }: LabelMap, index: number) {
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (let i = 0; i < data.length; i++) {
    if (data[i] === index) {
      left = Math.min(left, i % width);
      right = Math.max(right, i % width);
      top = Math.min(top, Math.floor(i / width));
      bottom = Math.max(bottom, Math.floor(i / width));
    }
  }
  if (right < 0) {
    return undefined;
  }
  const [boxWidth, boxHeight] = [right - left + 1, bottom - top + 1];
  const values = Array.from({ length: boxWidth * boxHeight }, (_, i) => {
    const [x, y] = [left + (i % boxWidth), top + Math.floor(i / boxWidth)];
    return data[y * width + x] === index ? 1 : 0;
  });
  return { left, top, right, bottom, mask: { width: boxWidth, height: boxHeight, values } };
}

/** CVAT's "Segmentation mask 1.1" with RGB masks. */
export const writeCvat: Exporter = async (folder, images, classes) => {
  const lines = classes.map(({ name, color }) => `${name}:${color.join(',')}::`);
  const text = ['# label:color_rgb:parts:actions', 'background:0,0,0::', ...lines].join('\n');
  await write(`${folder}/labelmap.txt`, `${text}\n`);
  for (const { name, file, labels } of images) {
    const { height, width, data } = labels;
    const colors = Array.from(data).flatMap((index) =>
      index === 255 ? [0, 0, 0] : classes[index].color,
    );
    await write(
      `${folder}/SegmentationClass/${name}.png`,
      png({ width, height, colorType: 2, values: colors }),
    );
    await copy(file, `${folder}/JPEGImages/${name}${path.extname(file)}`);
  }
  for (const split of ['train', 'val']) {
    const names = images.filter((one) => one.split === split).map(({ name }) => name);
    await write(`${folder}/ImageSets/Segmentation/${split}.txt`, `${names.join('\n')}\n`);
  }
};

/** COCO as CVAT exports it: run lengths, as numbers in train and as text in val. */
export const writeCoco: Exporter = async (folder, images, classes) => {
  for (const split of ['train', 'val'] as const) {
    const own = images.filter((one) => one.split === split);
    const annotations = own.flatMap(({ labels }, image) =>
      classes.flatMap((_, index) => {
        const runs = runsOf(labels, index);
        const size = [labels.height, labels.width];
        const counts = split === 'train' ? runs : compressRuns(runs);
        const one = { image_id: image + 1, category_id: index + 1, segmentation: { size, counts } };
        return runs.length < 2 ? [] : [{ id: 100 * image + index, iscrowd: 1, ...one }];
      }),
    );
    const document = {
      images: own.map(({ file, labels }, i) => {
        const { height, width } = labels;
        return { id: i + 1, file_name: path.basename(file), height, width };
      }),
      categories: classes.map(({ name }, i) => ({ id: i + 1, name, supercategory: '' })),
      annotations,
    };
    await write(`${folder}/annotations/instances_${split}.json`, JSON.stringify(document));
    for (const { file } of own) {
      await copy(file, `${folder}/images/${split}/${path.basename(file)}`);
    }
  }
};

/** labelme's JSON with shapes of the type mask. */
export const writeLabelme: Exporter = async (folder, images, classes) => {
  for (const { name, file, split, labels } of images) {
    const shapes = classes.flatMap(({ name: label }, index) => {
      const box = boxOf(labels, index);
      return box === undefined
        ? []
        : [
            {
              label,
              shape_type: 'mask',
              points: [
                [box.left + 0.4, box.top],
                [box.right, box.bottom],
              ],
              mask: png(box.mask).toString('base64'),
            },
          ];
    });
    const { height, width } = labels;
    const document = {
      version: '5.7.0',
      flags: {},
      shapes,
      imagePath: `..\\pictures\\${path.basename(file)}`,
      imageData: null,
      imageHeight: height,
      imageWidth: width,
    };
    await write(`${folder}/${split}/${name}.json`, JSON.stringify(document));
    await copy(file, `${folder}/pictures/${path.basename(file)}`);
  }
};

/** Supervisely's project with bitmaps. */
export const writeSupervisely: Exporter = async (folder, images, classes) => {
  const hex = (color: Color) => `#${Buffer.from(color).toString('hex').toUpperCase()}`;
  const meta = { classes: classes.map(({ name, color }) => ({ title: name, color: hex(color) })) };
  await write(`${folder}/meta.json`, JSON.stringify(meta));
  for (const { file, split, labels } of images) {
    const objects = classes.flatMap(({ name }, index) => {
      const box = boxOf(labels, index);
      if (box === undefined) {
        return [];
      }
      const palette = [
        [0, 0, 0],
        [255, 255, 255],
      ] as const;
      const bytes = png({ ...box.mask, depth: 1, colorType: 3, palette });
      const data = deflateSync(bytes).toString('base64');
      const bitmap = { data, origin: [box.left, box.top] };
      return [{ classTitle: name, geometryType: 'bitmap', bitmap }];
    });
    const { height, width } = labels;
    const document = { size: { height, width }, objects };
    const target = path.basename(file);
    await write(`${folder}/${split}/ann/${target}.json`, JSON.stringify(document));
    await copy(file, `${folder}/${split}/img/${target}`);
  }
};

/** The exporters by the format that their folders are recognised as. */
export const EXPORTERS: Readonly<Record<string, Exporter>> = {
  'cvat-masks': writeCvat,
  coco: writeCoco,
  labelme: writeLabelme,
  supervisely: writeSupervisely,
};
