/** Pictures for the card of a network: what it predicts beside the label maps. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { palette, type Dataset } from '../../dataset/dataset.js';
import type { LabelMap, RgbImage } from '../../dataset/pixels.js';
import { readSample } from '../../dataset/reading/read-sample.js';
import { spreadEvenly } from '../../dataset/spread-evenly.js';
import { fileError } from '../../files/file-error.js';
import { colorize, writeImage } from '../../inference/label-pictures.js';
import type { LoadedNetwork } from '../../inference/load-network.js';
import { PICTURES_FOLDER } from '../../model/document.js';

/** White pixels between two pictures of a row. */
const GAP = 8;

/** Pictures of one height beside each other. */
function beside(pictures: readonly RgbImage[]): RgbImage {
  const [{ height }] = pictures;
  const width = pictures.reduce((sum, picture) => sum + picture.width + GAP, -GAP);
  const data = new Uint8Array(height * width * 3).fill(255);
  let left = 0;
  for (const picture of pictures) {
    for (let y = 0; y < height; y++) {
      const row = picture.data.subarray(y * picture.width * 3, (y + 1) * picture.width * 3);
      data.set(row, (y * width + left) * 3);
    }
    left += picture.width + GAP;
  }
  return { height, width, data };
}

/** Which pictures. */
export interface PictureOptions {
  readonly dataset: Dataset;
  readonly split: string;
  readonly count: number;
  /** Whether the images are shown too. */
  readonly showImages: boolean;
  readonly signal: AbortSignal;
}

/**
 * Predicts some images of a split, spread evenly, and writes for each a row: label map and prediction,
 * behind the image itself if that is asked for. Pixels without a class are black.
 *
 * @param folder - of the network that is being written
 * @returns the paths of the pictures in it
 */
export async function writePictures(
  folder: string,
  network: LoadedNetwork,
  { dataset, split, count, showImages, signal }: PictureOptions,
): Promise<string[]> {
  const target = path.join(folder, PICTURES_FOLDER);
  await mkdir(target).catch((error: unknown) => {
    throw fileError('create', target, error);
  });
  const colors = palette(dataset);
  const samples = spreadEvenly(await dataset.samples(split), count);
  const names: string[] = [];
  for (const [i, sample] of samples.entries()) {
    signal.throwIfAborted();
    const { resolution } = network.options;
    const { image, labels } = await readSample(sample, dataset.labelTable, { resolution });
    const inColor = (map: LabelMap) => colorize(map, colors);
    const predicted = inColor(await network.predict(image, { signal }));
    const row = [...(showImages ? [image] : []), ...(labels ? [inColor(labels)] : []), predicted];
    const name = `${PICTURES_FOLDER}/${i + 1}.png`;
    await writeImage(path.join(folder, name), beside(row));
    names.push(name);
  }
  return names;
}
