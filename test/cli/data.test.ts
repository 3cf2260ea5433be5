import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { flatGrey, flatRgb } from '../helpers/png.js';
import { temporaryFolder, writeTree } from '../helpers/temporary-folder.js';
import { zip } from '../helpers/zip.js';
import { autodeeplabHere } from './command-line.js';

const folder = temporaryFolder();

describe('autodeeplab data prepare', () => {
  it('unpacks Cityscapes and says what there is now', async () => {
    const root = await writeTree(path.join(folder, 'whole'), {
      'leftImg8bit_trainvaltest.zip': zip([
        {
          name: 'leftImg8bit/train/bonn/bonn_1_2_leftImg8bit.png',
          content: flatRgb(4, 2, [1, 2, 3]),
        },
      ]),
      'gtFine_trainvaltest.zip': zip([
        { name: 'gtFine/train/bonn/bonn_1_2_gtFine_labelIds.png', content: flatGrey(4, 2, 7) },
      ]),
    });
    const { code, output } = await autodeeplabHere([
      'data',
      'prepare',
      'cityscapes',
      '--root',
      root,
    ]);
    expect(code).toBe(0);
    expect(output).toMatch(/^2 files written, 0 kept$/m);
    expect(output).toMatch(/^split train: 1 image$/m);
  });

  it('answers a kind that needs nothing, and a missing folder, in one line', async () => {
    const voc = await autodeeplabHere(['data', 'prepare', 'voc', '--root', folder]);
    expect([voc.code, voc.errors]).toEqual([
      1,
      [expect.stringMatching(/^error: prepare: expected one of cityscapes/)],
    ]);
    const missing = await autodeeplabHere([
      ...['data', 'prepare', 'cityscapes', '--root', path.join(folder, 'nowhere')],
    ]);
    expect([missing.code, missing.errors]).toEqual([
      1,
      [expect.stringMatching(/^error: cityscapes: expected the folder .*nowhere/)],
    ]);
  });
});
