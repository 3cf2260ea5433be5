/** What an image says about itself, and its bytes as the dataset holds them. */
import sharp, { type Metadata } from 'sharp';
import { expectFile } from '../../files/read-file.js';
import type { Size } from '../../size.js';
import { barePng, headerInput } from '../reading/bare-png.js';
import { DEFAULT_MAX_PIXELS, readBytes } from '../reading/files.js';
import type { ImageSource } from './format.js';

/** An image before it is decoded. */
export interface ImageHeader extends Size {
  /** The EXIF orientation, 1 to 8. */
  readonly orientation: number;
  /** The extension that it gets. */
  readonly extension: '.png' | '.jpg';
  /** Whether it must be converted: it is neither PNG nor JPEG. */
  readonly isConverted: boolean;
}

async function bytesOf(image: ImageSource): Promise<Buffer> {
  return barePng('file' in image ? await readBytes(image.file, 'image') : await image.read());
}

/** Reads the header of an image, or says why it cannot be imported. */
export async function readHeader(image: ImageSource): Promise<ImageHeader | string> {
  let metadata: Metadata;
  try {
    if ('file' in image) {
      await expectFile(image.file);
    }
    const input = 'file' in image ? await headerInput(image.file) : await bytesOf(image);
    metadata = await sharp(input, { limitInputPixels: false }).metadata();
  } catch (cause) {
    return `its image cannot be read (${(cause as Error).message.split('\n')[0]})`;
  }
  const { format, height, width, orientation = 1, depth, pages = 1 } = metadata;
  const isConverted = format !== 'png' && format !== 'jpeg';
  if (isConverted && format !== 'tiff' && format !== 'webp') {
    return `its image is neither PNG, JPEG, TIFF nor WebP (${format})`;
  }
  if (isConverted && (depth !== 'uchar' || pages > 1)) {
    return `its image has ${pages} pages of depth ${depth}: convert it to an 8-bit PNG first`;
  }
  const extension = format === 'jpeg' ? '.jpg' : '.png';
  return { height, width, orientation, extension, isConverted };
}

/** The pixels of a TIFF or WebP as a PNG, upright. */
export async function convertToPng(image: ImageSource): Promise<Buffer> {
  const input = await bytesOf(image);
  return sharp(input, { limitInputPixels: DEFAULT_MAX_PIXELS }).autoOrient().png().toBuffer();
}
