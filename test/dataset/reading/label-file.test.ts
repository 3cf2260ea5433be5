import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { labelTable } from '../../../lib/dataset/dataset.js';
import { readLabelFile, toTrainIds } from '../../../lib/dataset/reading/label-file.js';
import { readPngFile } from '../../../lib/dataset/reading/png-file.js';
import { DataError } from '../../../lib/errors.js';
import { chunk, flatGrey, header, png, type PngPixels } from '../../helpers/png.js';
import { describeWithData } from '../../helpers/shared-data.js';
import { temporaryFolder } from '../../helpers/temporary-folder.js';

const folder = temporaryFolder();
const file = path.join(folder, 'label.png');
const palette = Array.from({ length: 256 }, (_, i) => [255 - i, i, 7] as const);

async function read(bytes: Uint8Array, maxPixels?: number) {
  await writeFile(file, bytes);
  return readLabelFile(file, maxPixels);
}

async function failure(bytes: Uint8Array, maxPixels?: number): Promise<string> {
  const error = await read(bytes, maxPixels).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(DataError);
  expect((error as DataError).file).toBe(file);
  return (error as Error).message;
}

describe('readLabelFile', () => {
  it('gives the grey of an 8-bit PNG', async () => {
    const values = [0, 7, 33, 255, 128, 1];
    expect(await read(png({ width: 3, height: 2, values }))).toEqual({
      width: 3,
      height: 2,
      data: Uint8Array.from(values),
    });
  });

  it('gives the indices of palette PNGs of 1, 2, 4 and 8 bits, at any width', async () => {
    const anyMap = fc
      .record({
        width: fc.integer({ min: 1, max: 19 }),
        height: fc.integer({ min: 1, max: 5 }),
        depth: fc.constantFrom<1 | 2 | 4 | 8>(1, 2, 4, 8),
      })
      .chain(({ width, height, depth }) =>
        fc
          .uint8Array({ minLength: width * height, maxLength: width * height, max: 2 ** depth - 1 })
          .map((values): PngPixels => ({ width, height, depth, values, colorType: 3 })),
      );
    await fc.assert(
      fc.asyncProperty(anyMap, async (map) => {
        const bytes = png({ ...map, palette: palette.slice(0, 2 ** (map.depth ?? 8)) });
        expect([...(await read(bytes)).data]).toEqual([...Array.from(map.values)]);
      }),
      { numRuns: 40 },
    );
  });

  it('gives the same values for filtered and interlaced 8-bit PNGs of another writer', async () => {
    const values = Uint8Array.from({ length: 13 * 9 }, (_, i) => (i * 37) % 251);
    const grey = sharp(values, { raw: { width: 13, height: 9, channels: 1 } }).toColourspace('b-w');
    for (const progressive of [false, true]) {
      const bytes = await grey.clone().png({ progressive, adaptiveFiltering: true }).toBuffer();
      expect((await read(bytes)).data).toEqual(values);
    }
  });

  it('gives the indices of an interlaced palette PNG of less than 8 bits', async () => {
    const values = Uint8Array.from({ length: 13 * 9 }, (_, i) => ((i * 7) % 11) * 20);
    const grey = sharp(values, { raw: { width: 13, height: 9, channels: 1 } });
    const bytes = await grey.png({ palette: true, colours: 16, progressive: true }).toBuffer();
    const file = readPngFile(bytes);
    expect(file).toMatchObject({ depth: 4, colorType: 3, isInterlaced: true });
    const colors = bytes.subarray(bytes.indexOf('PLTE') + 4);
    const shown = Array.from((await read(bytes)).data, (index) => colors[3 * index]);
    expect(shown).toEqual([...values]);
  });

  it('refuses 16-bit, RGB and low-depth grey label maps, saying what they are', async () => {
    const size = { width: 2, height: 1 };
    expect(await failure(png({ ...size, depth: 16, values: [1, 2] }))).toBe(
      `label map ${file}: expected an 8-bit grey or palette PNG, got grey or indices of 16 bits; save ` +
        'class values as 8-bit grey',
    );
    const rgb = png({ ...size, colorType: 2, values: [1, 2, 3, 4, 5, 6] });
    expect(await failure(rgb)).toContain('got RGB of 8 bits');
    const rgba = png({ ...size, colorType: 6, values: [1, 2, 3, 4, 5, 6, 7, 8] });
    expect(await failure(rgba)).toContain('got RGB with alpha of 8 bits');
    expect(await failure(png({ ...size, depth: 1, values: [0, 1] }))).toContain(
      'indices of 1 bits',
    );
  });

  it('refuses files that are missing, of another kind, cut off or damaged', async () => {
    await expect(readLabelFile(path.join(folder, 'absent.png'))).rejects.toThrow(
      /label map .*absent\.png: expected a readable file, got no such file/,
    );
    await expect(readLabelFile(folder)).rejects.toThrow(/got a folder where a file should be/);
    expect(await failure(Buffer.from('GIF89a'))).toContain(
      'got a GIF file; save class values as 8-bit grey PNG',
    );
    expect(await failure(Buffer.alloc(0))).toContain('got a file of another kind');
    const whole = png({
      width: 9,
      height: 5,
      values: Uint8Array.from({ length: 45 }, (_, i) => i),
    });
    for (let length = 8; length < whole.length; length++) {
      expect(await failure(whole.subarray(0, length))).toMatch(
        /got a PNG (that is cut off|without)/,
      );
    }
    const flipped = Buffer.from(whole);
    flipped[whole.indexOf('IDAT') + 10] ^= 0x10;
    expect(await failure(flipped)).toContain(`label map ${file}: expected a complete PNG file`);
  });

  it('refuses pixel data that is shorter or longer than the size in the header', async () => {
    const claim = (width: number, height: number, bytes: number) =>
      Buffer.concat([
        Buffer.from('89504e470d0a1a0a', 'hex'),
        chunk('IHDR', header(width, height)),
        chunk('IDAT', deflateSync(Buffer.alloc(bytes))),
        chunk('IEND', Buffer.alloc(0)),
      ]);
    expect((await read(claim(3, 2, 8))).data).toHaveLength(6);
    expect(await failure(claim(3, 2, 7))).toContain('got pixel data for 7 of 8 bytes');
    expect(await failure(claim(3, 2, 5_000_000))).toContain('more pixel data than its size allows');
    expect(await failure(claim(0, 2, 8))).toContain('an image of 0x2 pixels');
    expect(await failure(claim(65_000, 65_000, 8))).toContain('got 65000x65000');
  });

  it('refuses more pixels than allowed, before decoding them', async () => {
    expect(await failure(flatGrey(4, 3, 1), 11)).toContain('expected at most 11 pixels, got 4x3');
    expect((await read(flatGrey(4, 3, 1), 12)).data).toHaveLength(12);
  });

  it('answers any damaged byte with a label map or a DataError', async () => {
    const whole = png({
      width: 9,
      height: 5,
      values: Uint8Array.from({ length: 45 }, (_, i) => i),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.nat(whole.length - 1),
        fc.integer({ min: 1, max: 255 }),
        async (at, by) => {
          const bytes = Buffer.from(whole);
          bytes[at] ^= by;
          const result = await read(bytes).catch((error: unknown) => error);
          if (!(result instanceof DataError)) {
            expect(result).toHaveProperty('data');
          }
        },
      ),
      { numRuns: 150 },
    );
  });
});

describe('toTrainIds', () => {
  const table = labelTable(
    [
      { name: 'soil', trainId: 0, color: [0, 0, 0], labelValues: [1, 2] },
      { name: 'crop', trainId: 1, color: [0, 0, 0], labelValues: [0] },
    ],
    [5, 255],
  );

  it('looks each value up', () => {
    const labels = { width: 3, height: 2, data: Uint8Array.of(0, 1, 2, 5, 255, 0) };
    expect(toTrainIds(labels, table, 'x.png').data).toEqual(Uint8Array.of(1, 0, 0, 255, 255, 1));
  });

  it('names file, value and position of the first value that is not in the table', () => {
    const labels = { width: 3, height: 2, data: Uint8Array.of(0, 1, 2, 5, 77, 78) };
    expect(() => toTrainIds(labels, table, 'x.png')).toThrow(
      'label map x.png: expected values out of 0-2, 5, 255, got 77 at row 1, column 1; give the ' +
        'value a class, or choose the coding that the files have',
    );
  });
});

describeWithData('voc2012_mini/VOCdevkit/VOC2012', 'palette label maps of PASCAL VOC', (root) => {
  it('give indices 0 to 20 and 255, not colours', async () => {
    const names = (await readFile(path.join(root, 'ImageSets/Segmentation/val.txt'), 'utf8'))
      .trim()
      .split('\n')
      .slice(0, 5);
    for (const name of names) {
      const { data } = await readLabelFile(path.join(root, 'SegmentationClass', `${name}.png`));
      expect([...new Set(data)].every((value) => value <= 20 || value === 255)).toBe(true);
      expect(data.some((value) => value > 0 && value <= 20)).toBe(true);
    }
  });
});
