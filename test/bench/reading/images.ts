/** Images like those of two benchmarks, made when they are needed: nothing of theirs is here. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Random } from 'autodeeplab';
import sharp from 'sharp';

/** A kind of files to read. */
export interface ReadingCase {
  readonly name: string;
  readonly height: number;
  readonly width: number;
  readonly format: 'jpeg' | 'png';
  /** How many samples. */
  readonly count: number;
  readonly crop: number;
  readonly resolution: number;
  /** How strong the noise of the camera is, which decides how large the files are. */
  readonly noise: number;
}

const VOC = { height: 375, width: 500, format: 'jpeg', count: 60, noise: 6 } as const;
const CITYSCAPES = { height: 1024, width: 2048, format: 'png', count: 12, noise: 2 } as const;

/** What is measured: VOC as it is retrained, Cityscapes as it is searched and retrained. */
export const READING_CASES: readonly ReadingCase[] = [
  { name: 'voc-jpeg-513', ...VOC, crop: 513, resolution: 1 },
  { name: 'cityscapes-png-321-half', ...CITYSCAPES, crop: 321, resolution: 0.5 },
  { name: 'cityscapes-png-769', ...CITYSCAPES, crop: 769, resolution: 1 },
];

/** Pixels per value of the coarse picture. */
const COARSE = 32;

/** Smooth colours with a camera's noise, `[height, width, 3]`. */
async function photograph(
  random: Random,
  { height, width, noise }: ReadingCase,
): Promise<Uint8Array> {
  const [rows, columns] = [Math.ceil(height / COARSE), Math.ceil(width / COARSE)];
  const coarse = Uint8Array.from({ length: rows * columns * 3 }, () => random.integer(256));
  const pixels = await sharp(coarse, { raw: { width: columns, height: rows, channels: 3 } })
    .resize({ width, height, fit: 'fill', kernel: 'cubic' })
    .raw()
    .toBuffer();
  return pixels.map((value) => {
    return Math.max(0, Math.min(255, value + random.integer(2 * noise + 1) - noise));
  });
}

/** Regions of 19 classes, `[height, width]`. */
async function regions(random: Random, { height, width }: ReadingCase): Promise<Uint8Array> {
  const [rows, columns] = [Math.ceil(height / COARSE), Math.ceil(width / COARSE)];
  const coarse = Uint8Array.from({ length: rows * columns }, () => random.integer(19));
  return sharp(coarse, { raw: { width: columns, height: rows, channels: 1 } })
    .resize({ width, height, fit: 'fill', kernel: 'nearest' })
    .toColourspace('b-w')
    .raw()
    .toBuffer();
}

/** Writes the images and label maps of a case into a folder, as a dataset of the kind `folder`. */
export async function writeImages(folder: string, entry: ReadingCase): Promise<void> {
  const { height, width, format, count } = entry;
  for (const name of ['images', 'labels']) {
    await mkdir(path.join(folder, name), { recursive: true });
  }
  for (let i = 0; i < count; i++) {
    const random = new Random(1).fork(`${entry.name}/${i}`);
    const size = { width, height };
    const image = sharp(await photograph(random, entry), { raw: { ...size, channels: 3 } });
    const encoded = format === 'jpeg' ? image.jpeg({ quality: 90 }) : image.png();
    await writeFile(
      path.join(folder, 'images', `${i}.${format === 'jpeg' ? 'jpg' : 'png'}`),
      await encoded.toBuffer(),
    );
    const labels = sharp(await regions(random, entry), { raw: { ...size, channels: 1 } });
    const file = path.join(folder, 'labels', `${i}.png`);
    await labels.toColourspace('b-w').png().toFile(file);
  }
}
