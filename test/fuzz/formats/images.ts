/** Images, by format: their headers and their pixels. */
import path from 'node:path';
import { readImageFile, readImageHeader } from '#lib/dataset/reading/image-file.js';
import { isPredicted } from '#lib/inference/output-mark.js';
import { single, type Files, type FuzzFormat, type Mutation } from '../format.js';
import { deepPng, jpegs, labelPngs, rgbaPng, rgbPng, tiffs, webps } from './pictures.js';
import { CHANGE_PNG } from './png-changes.js';

/** 64 megapixels in RGB, in the decoder and out of it. */
const LIMIT_MIB = 768;

function imageFormat(
  extension: string,
  pictures: () => Promise<readonly Buffer[]>,
  structured: readonly Mutation[] = [],
): FuzzFormat {
  const name = `image.${extension}`;
  return {
    name: `image-${extension}`,
    module: import.meta.url,
    readers: 'readImageFile, readImageHeader, isPredicted',
    seeds: async (): Promise<Files[]> => (await pictures()).map((bytes) => single(name, bytes)),
    structured,
    isOnDisk: true,
    async read({ folder }) {
      const file = path.join(folder, name);
      await isPredicted(file);
      const [header] = await Promise.allSettled([readImageHeader(file)]);
      const image = await readImageFile(file);
      if (header.status === 'rejected') {
        throw header.reason;
      }
      return image;
    },
    limitMiB: LIMIT_MIB,
  };
}

export const IMAGE_PNG = imageFormat(
  'png',
  () => Promise.resolve([rgbPng(false), rgbPng(true), rgbaPng(), deepPng(60_000), ...labelPngs()]),
  [CHANGE_PNG],
);

export const IMAGE_JPEG = imageFormat('jpg', jpegs);

export const IMAGE_WEBP = imageFormat('webp', webps);

export const IMAGE_TIFF = imageFormat('tif', tiffs);
