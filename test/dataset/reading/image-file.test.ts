import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { readImageFile, readImageHeader } from '../../../lib/dataset/reading/image-file.js';
import { DataError } from '../../../lib/errors.js';
import { jpegWithOrientation, pngWithOrientation, UPRIGHT } from '../../helpers/exif.js';
import { chunk, flatRgb, header, png } from '../../helpers/png.js';
import { temporaryFolder } from '../../helpers/temporary-folder.js';

const folder = temporaryFolder();
const file = path.join(folder, 'image.png');

async function read(bytes: Uint8Array, maxPixels?: number) {
  await writeFile(file, bytes);
  return readImageFile(file, maxPixels);
}

async function failure(bytes: Uint8Array, maxPixels?: number): Promise<string> {
  const error = await read(bytes, maxPixels).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(DataError);
  expect((error as DataError).file).toBe(file);
  return (error as Error).message;
}

/** The grey of a square of {@link UPRIGHT}. */
const grey = (name: string): number => 40 * (name.charCodeAt(0) - 'a'.charCodeAt(0)) + 10;

const rgb = [250, 1, 2, 3, 240, 4, 5, 6, 230, 9, 8, 7];

const FORMATS = [
  ['png', 'PNG'],
  ['jpeg', 'JPEG'],
  ['webp', 'WebP'],
  ['tiff', 'TIFF'],
] as const;

/** A grey TIFF of one row of 32-bit floats, written after the TIFF 6.0 specification. */
function floatTiff(values: readonly number[]): Buffer {
  const entries = [
    [256, values.length], // width
    [257, 1], // height
    [258, 32], // bits per sample
    [259, 1], // no compression
    [262, 1], // black is zero
    [273, 8], // where the row begins
    [277, 1], // samples per pixel
    [278, 1], // rows per strip
    [279, 4 * values.length], // bytes of the strip
    [339, 3], // floats
  ];
  const start = 8 + 4 * values.length;
  const bytes = Buffer.alloc(start + 2 + 12 * entries.length + 4);
  bytes.write('II*\0', 'latin1');
  bytes.writeUInt32LE(start, 4);
  values.forEach((value, i) => bytes.writeFloatLE(value, 8 + 4 * i));
  bytes.writeUInt16LE(entries.length, start);
  for (const [i, [tag, value]] of entries.entries()) {
    const at = start + 2 + 12 * i;
    bytes.writeUInt16LE(tag, at);
    bytes.writeUInt16LE(3, at + 2); // 16 bits
    bytes.writeUInt32LE(1, at + 4);
    bytes.writeUInt16LE(value, at + 8);
  }
  return bytes;
}

describe('readImageFile', () => {
  it('gives the values of an RGB PNG', async () => {
    expect(await read(png({ width: 2, height: 2, colorType: 2, values: rgb }))).toEqual({
      width: 2,
      height: 2,
      data: Uint8Array.from(rgb),
    });
  });

  it('repeats grey in three channels', async () => {
    const { data } = await read(png({ width: 3, height: 1, values: [0, 100, 255] }));
    expect([...data]).toEqual([0, 0, 0, 100, 100, 100, 255, 255, 255]);
  });

  it('looks up the colours of a palette', async () => {
    const palette = [
      [9, 8, 7],
      [200, 100, 50],
    ] as const;
    const bytes = png({ width: 2, height: 1, depth: 1, colorType: 3, values: [1, 0], palette });
    expect([...(await read(bytes)).data]).toEqual([200, 100, 50, 9, 8, 7]);
  });

  it('drops alpha without blending', async () => {
    const values = [250, 1, 2, 0, 3, 240, 4, 128];
    const { data } = await read(png({ width: 2, height: 1, colorType: 6, values }));
    expect([...data]).toEqual([250, 1, 2, 3, 240, 4]);
    const grey = await read(png({ width: 1, height: 1, colorType: 4, values: [77, 0] }));
    expect([...grey.data]).toEqual([77, 77, 77]);
  });

  it('keeps the high byte of 16-bit channels', async () => {
    const values = [0x1234, 0xff00, 0x00ff];
    const { data } = await read(png({ width: 1, height: 1, depth: 16, colorType: 2, values }));
    expect([...data]).toEqual([0x12, 0xff, 0x00]);
  });

  it('reads a JPEG close to what was written', async () => {
    const bytes = await sharp(flatRgb(16, 8, [40, 160, 90]))
      .jpeg({ quality: 100 })
      .toBuffer();
    const { width, height, data } = await read(bytes);
    expect([width, height]).toEqual([16, 8]);
    for (const [i, value] of [40, 160, 90].entries()) {
      expect(Math.abs(data[i] - value)).toBeLessThanOrEqual(2);
    }
  });

  describe.each([1, 2, 3, 4, 5, 6, 7, 8])('with the EXIF orientation %i', (orientation) => {
    const rows = UPRIGHT[orientation];
    const size = { height: rows.length, width: rows[0].length };

    it('turns a PNG upright', async () => {
      const stored = png({ width: 3, height: 2, values: ['a', 'b', 'c', 'd', 'e', 'f'].map(grey) });
      const { height, width, data } = await read(pngWithOrientation(stored, orientation));
      expect({ height, width }).toEqual(size);
      expect([...data].filter((_, i) => i % 3 === 0)).toEqual([...rows.join('')].map(grey));
      expect(await readImageHeader(file)).toEqual({ size, orientation });
    });

    it('turns a JPEG upright', async () => {
      const square = 8; // one block of a JPEG, so that squares do not mix
      const values = Uint8Array.from({ length: 6 * square ** 2 }, (_, i) => {
        const [y, x] = [Math.floor(i / (3 * square)), i % (3 * square)];
        return grey('abcdef'[Math.floor(y / square) * 3 + Math.floor(x / square)]);
      });
      const raw = { width: 3 * square, height: 2 * square, channels: 1 } as const;
      const stored = await sharp(values, { raw }).jpeg({ quality: 100 }).toBuffer();
      const { height, width, data } = await read(jpegWithOrientation(stored, orientation));
      expect({ height: height / square, width: width / square }).toEqual(size);
      for (const [y, row] of rows.entries()) {
        for (const [x, name] of [...row].entries()) {
          const middle = (y * square + square / 2) * width + x * square + square / 2;
          expect(Math.abs(data[middle * 3] - grey(name))).toBeLessThanOrEqual(2);
        }
      }
      const header = await readImageHeader(file);
      expect(header).toEqual({ size: { height, width }, orientation });
    });
  });

  it.each([0, 9])('takes an EXIF orientation of %i, which there is not, as none', async (value) => {
    const stored = png({ width: 3, height: 1, values: [1, 2, 3] });
    const { height, width } = await read(pngWithOrientation(stored, value));
    expect({ height, width }).toEqual({ height: 1, width: 3 });
    expect(await readImageHeader(file)).toEqual({ size: { height: 1, width: 3 }, orientation: 1 });
  });

  it('refuses files that are missing or of another kind', async () => {
    await expect(readImageFile(path.join(folder, 'absent.png'))).rejects.toThrow(
      /image .*absent\.png: expected a readable file, got no such file or folder/,
    );
    expect(await failure(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'))).toContain(
      'expected a PNG, JPEG, WebP or TIFF file, got 41 bytes of another kind',
    );
    expect(await failure(Buffer.alloc(0))).toContain('got 0 bytes of another kind');
  });

  it('gives the values of a lossless WebP and of a TIFF', async () => {
    const picture = sharp(Uint8Array.from(rgb), { raw: { width: 2, height: 2, channels: 3 } });
    const webp = await picture.clone().webp({ lossless: true }).toBuffer();
    const tiff = await picture.clone().tiff({ compression: 'lzw' }).toBuffer();
    for (const bytes of [webp, tiff]) {
      expect([...(await read(bytes)).data]).toEqual(rgb);
    }
  });

  it('refuses files of several pages and values that are no 8 or 16 bits', async () => {
    const raw = { width: 4, height: 6, channels: 3, pageHeight: 3 } as const;
    const frames = sharp(
      Uint8Array.from({ length: 72 }, (_, i) => i * 3),
      { raw },
    );
    expect(await failure(await frames.clone().tiff().toBuffer())).toContain('got 2 pages');
    expect(await failure(await frames.clone().webp().toBuffer())).toContain('got 2 pages');
    expect(await failure(floatTiff([0.25, 0.5]))).toContain('got values of type float');
  });

  it('refuses files that are cut off', async () => {
    const noise = Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) => (i * 7919) % 251);
    const image = sharp(noise, { raw: { width: 64, height: 64, channels: 3 } });
    for (const [format, name] of FORMATS) {
      const bytes = await image.clone().toFormat(format).toBuffer();
      expect((await read(bytes)).data).toHaveLength(noise.length);
      const message = await failure(bytes.subarray(0, Math.floor(bytes.length / 2)));
      expect(message).toContain(`image ${file}: expected a complete ${name} file, got "`);
    }
  });

  it('refuses more pixels than allowed, before decoding them', async () => {
    expect(await failure(flatRgb(4, 3, [1, 2, 3]), 11)).toContain(
      'expected at most 11 pixels, got 4x3; scale it down; readSample and createLoader take more',
    );
    const huge = Buffer.concat([
      Buffer.from('89504e470d0a1a0a', 'hex'),
      chunk('IHDR', header(65_000, 65_000, 8, 2)),
      chunk('IDAT', Buffer.from('789c', 'hex')),
      chunk('IEND', Buffer.alloc(0)),
    ]);
    expect(await failure(huge)).toContain('got 65000x65000');
  });
});

describe('readImageHeader', () => {
  it('names a file that is not an image', async () => {
    await writeFile(file, 'no image');
    await expect(readImageHeader(file)).rejects.toThrow(DataError);
    await expect(readImageHeader(path.join(folder, 'absent.png'))).rejects.toThrow(/absent\.png/);
  });
});
