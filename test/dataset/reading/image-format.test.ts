import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { imageFormat } from '../../../lib/dataset/reading/image-format.js';

const pixels = sharp(Buffer.alloc(4 * 3 * 3, 90), { raw: { width: 4, height: 3, channels: 3 } });

describe('imageFormat', () => {
  it.each([
    ['png', 'PNG'],
    ['jpeg', 'JPEG'],
    ['webp', 'WebP'],
    ['tiff', 'TIFF'],
    ['gif', 'GIF'],
    ['avif', 'AVIF'],
  ] as const)('knows %s as libvips writes it', async (format, name) => {
    expect(imageFormat(await pixels.clone().toFormat(format).toBuffer())).toBe(name);
  });

  it.each([
    ['\0\0\0\x18ftypheic', 'HEIC'],
    ['\0\0\0\x18ftypmif1', 'HEIC'],
    ['MM\0*\0\0\0\x08', 'TIFF'],
    ['BM\x36\0', 'BMP'],
    ['%PDF-1.7', 'PDF'],
    ['a text', undefined],
    ['', undefined],
  ])('tells %j by its first bytes', (text, name) => {
    expect(imageFormat(Buffer.from(text, 'latin1'))).toBe(name);
  });
});
