/** A dataset of seven images of 13 x 9 pixels, no two of which look alike. */
import path from 'node:path';
import { openFolder } from '../../../lib/dataset/folder/folder.js';
import { png } from '../../helpers/png.js';
import { processFolder, writeTree } from '../../helpers/temporary-folder.js';

export const [width, height] = [13, 9];
export const names = Array.from({ length: 7 }, (_, i) => `f${i}`);
export const root = await writeTree(
  path.join(processFolder(), 'seven'),
  Object.fromEntries(
    names.flatMap((name, n) => {
      const rgb = Uint8Array.from(
        { length: width * height * 3 },
        (_, i) => (i * 31 + n * 17) % 256,
      );
      const labels = Uint8Array.from({ length: width * height }, (_, i) => (i + n) % 3);
      return [
        [`images/${name}.png`, png({ width, height, colorType: 2, values: rgb })],
        [`labels/${name}.png`, png({ width, height, values: labels })],
      ];
    }),
  ),
);
export const classes = ['a', 'b', 'c'].map((name, id) => ({ name, id }));
export const splits = { train: { images: 'images', labels: 'labels' }, new: { images: 'images' } };
export const dataset = await openFolder({ root, classes, splits });
export const samples = await dataset.samples('train');
