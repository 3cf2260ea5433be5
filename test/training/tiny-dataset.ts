/** A few small images that a network can learn: three classes told by their colours. */
import path from 'node:path';
import type { Dataset } from '../../lib/dataset/dataset.js';
import { openFolder } from '../../lib/dataset/folder/folder.js';
import { Random } from '../../lib/random.js';
import { png } from '../helpers/png.js';
import { writeTree } from '../helpers/temporary-folder.js';

const COLORS = [
  [30, 30, 40],
  [200, 40, 40],
  [40, 180, 60],
] as const;

/** What may be asked of the images. */
export interface TinyDatasetOptions {
  readonly train?: number;
  readonly val?: number;
  readonly height?: number;
  readonly width?: number;
}

function scene(random: Random, height: number, width: number) {
  const [top, left] = [random.integer(height), random.integer(width)];
  const labels = new Uint8Array(height * width);
  const values = new Uint8Array(height * width * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const label = y >= top ? 2 : x >= left ? 1 : 0;
      labels[y * width + x] = label;
      const noise = random.integer(24);
      COLORS[label].forEach((value, c) => (values[(y * width + x) * 3 + c] = value + noise));
    }
  }
  return {
    image: png({ width, height, colorType: 2, values }),
    labels: png({ width, height, values: labels }),
  };
}

/** The description that makes the folder a dataset of the kind `folder`. */
export const DESCRIPTION = {
  name: 'tiny',
  classes: COLORS.map((color, id) => ({ name: ['dark', 'red', 'green'][id], id, color })),
  splits: {
    train: { images: 'train', labels: 'train_labels' },
    val: { images: 'val', labels: 'val_labels' },
  },
};

/** Writes the images with a `dataset.json` into a folder. */
export async function writeTinyDataset(
  root: string,
  { train = 8, val = 3, height = 40, width = 44 }: TinyDatasetOptions = {},
): Promise<string> {
  const files: Record<string, string | Uint8Array> = {
    'dataset.json': JSON.stringify(DESCRIPTION),
  };
  for (const [split, count] of Object.entries({ train, val })) {
    for (let i = 0; i < count; i++) {
      const { image, labels } = scene(new Random(3).fork(`${split}/${i}`), height, width);
      files[path.join(split, `${i}.png`)] = image;
      files[path.join(`${split}_labels`, `${i}.png`)] = labels;
    }
  }
  return writeTree(root, files);
}

/** Writes and opens the images. */
export async function tinyDataset(root: string, options?: TinyDatasetOptions): Promise<Dataset> {
  return openFolder({ root: await writeTinyDataset(root, options) });
}
