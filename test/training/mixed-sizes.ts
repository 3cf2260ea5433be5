/** Tiny datasets whose validation images have several sizes. */
import path from 'node:path';
import type { Dataset, Sample } from '../../lib/dataset/dataset.js';
import { tinyDataset } from './tiny-dataset.js';

/** Sizes that are padded to 65 x 65 (two of them), 33 x 65 and 65 x 97. */
const SIZES = [
  { height: 40, width: 44 },
  { height: 33, width: 50 },
  { height: 64, width: 65 },
  { height: 60, width: 90 },
] as const;

/** A dataset that trains on images of one size and validates on images of several. */
export async function mixedDataset(root: string): Promise<Dataset> {
  const parts: { readonly dataset: Dataset; readonly name: string }[] = [];
  for (const size of SIZES) {
    const name = `${size.height}x${size.width}`;
    const dataset = await tinyDataset(path.join(root, name), { train: 4, val: 2, ...size });
    parts.push({ dataset, name });
  }
  const [{ dataset }] = parts;
  const samples = async (split: string): Promise<Sample[]> => {
    const lists = await Promise.all(
      parts.map(async ({ dataset: part, name }) =>
        (await part.samples(split)).map(({ id, imageFile, labelFile }) => ({
          id: `${name}/${id}`,
          imageFile,
          labelFile,
        })),
      ),
    );
    return split === 'train' ? lists[0] : lists.flat();
  };
  return { ...dataset, samples };
}
