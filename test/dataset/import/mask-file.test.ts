import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Notes } from '../../../lib/dataset/import/format.js';
import { ColorMasks } from '../../../lib/dataset/import/mask-file.js';
import { DataError } from '../../../lib/errors.js';
import { chunk, flatGrey, flatRgb, png } from '../../helpers/png.js';
import { temporaryFolder, writeTree } from '../../helpers/temporary-folder.js';

const temporary = temporaryFolder();

describe('a mask of 16 bits', () => {
  it('that is damaged is refused by its name', async () => {
    const whole = png({ width: 3, height: 1, depth: 16, values: [1, 0, 1] });
    const pixels = chunk('IDAT', Buffer.alloc(9, 0xff)); // no zlib stream, in a chunk that is whole
    const end = chunk('IEND', Buffer.alloc(0));
    const damaged = Buffer.concat([whole.subarray(0, whole.indexOf('IDAT') - 4), pixels, end]);
    const root = await writeTree(path.join(temporary, 'masks'), {
      'whole.png': whole,
      'damaged.png': damaged,
    });
    const masks = await ColorMasks.of(
      [path.join(root, 'whole.png')],
      { classes: [{ name: 'a' }, { name: 'b' }], unknown: 'error', notes: new Notes() },
      new AbortController().signal,
    );
    expect([...(await masks.read(path.join(root, 'whole.png'))).data]).toEqual([1, 0, 1]);
    const refused = masks.read(path.join(root, 'damaged.png'));
    await expect(refused).rejects.toThrow(DataError);
    await expect(refused).rejects.toThrow(
      /mask .*damaged.png: expected a complete PNG file, got ".*"; export it again/,
    );
  });
});

describe('two classes of one colour', () => {
  const classes = (
    [
      [200, 0, 0],
      [1, 2, 3],
      [200, 0, 0],
    ] as const
  ).map((color, i) => ({ name: ['car', 'road', 'truck'][i], color }));
  const message =
    'import: expected a colour of its own for each class, got 200,0,0 for both "car" and "truck"; ' +
    'correct the table, or pass a correct one as option classes';
  const reader = async (name: string, mask: Buffer) => {
    const file = path.join(await writeTree(path.join(temporary, name), { 'a.png': mask }), 'a.png');
    const options = { classes, unknown: 'error', notes: new Notes() } as const;
    const masks = await ColorMasks.of([file], options, new AbortController().signal);
    return masks.read(file);
  };

  it('are refused where masks are read by colours', async () => {
    await expect(reader('rgb', flatRgb(2, 1, [1, 2, 3]))).rejects.toThrow(DataError);
    await expect(reader('rgb', flatRgb(2, 1, [1, 2, 3]))).rejects.toThrow(message);
    const palette = png({ width: 1, height: 1, colorType: 3, values: [0], palette: [[200, 0, 0]] });
    await expect(reader('palette', palette)).rejects.toThrow(message);
  });

  it('do no harm where all masks hold indices', async () => {
    expect([...(await reader('grey', flatGrey(2, 1, 2))).data]).toEqual([2, 2]);
  });
});
