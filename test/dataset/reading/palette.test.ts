import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { vocColor } from '../../../lib/dataset/color-map.js';
import { labelTable, type Color } from '../../../lib/dataset/dataset.js';
import { readTrainIds } from '../../../lib/dataset/reading/label-file.js';
import { openFolder } from '../../../lib/dataset/folder/folder.js';
import { openVoc } from '../../../lib/dataset/voc/voc.js';
import { png } from '../../helpers/png.js';
import { describeWithData } from '../../helpers/shared-data.js';
import { temporaryFolder, writeTree } from '../../helpers/temporary-folder.js';

const root = temporaryFolder();
const BLACK: Color = [0, 0, 0];
const CAT: Color = [200, 10, 10];
const DOG: Color = [10, 10, 200];
const EDGE: Color = [240, 240, 90];
const OTHER: Color = [7, 8, 9];

/** Background 0, cat 1, dog 2; 255 is ignored. */
const table = labelTable(
  [BLACK, CAT, DOG].map((color, i) => ({
    name: ['background', 'cat', 'dog'][i],
    trainId: i,
    color,
    labelValues: [i],
  })),
  [{ value: 255, color: EDGE }],
);

async function read(values: readonly number[], palette: readonly Color[], of = table) {
  const file = png({ width: values.length, height: 1, colorType: 3, values, palette });
  await writeTree(root, { 'label.png': file });
  return [...(await readTrainIds(path.join(root, 'label.png'), of)).data];
}

const vocMap = Array.from({ length: 256 }, (_, i) => vocColor(i));
const greys = Array.from({ length: 256 }, (_, i): Color => [i, i, i]);

describe('a label map with a palette', () => {
  it('is read by its indices where the palette has the colours of the classes', async () => {
    const palette = [BLACK, CAT, DOG, ...Array<Color>(252).fill(BLACK), EDGE];
    expect(await read([0, 1, 2, 255], palette)).toEqual([0, 1, 2, 255]);
  });

  it('is read by its colours where the palette has them in another order', async () => {
    expect(await read([0, 1, 2, 3], [EDGE, DOG, BLACK, CAT])).toEqual([255, 2, 0, 1]);
    // The same where only one class occurs: what a tool that drops unused entries leaves.
    expect(await read([0, 0], [DOG])).toEqual([2, 2]);
  });

  it('is read by its colours where only a value that is ignored stands at another index', async () => {
    // What is left of a map of void and cat when a tool sorts its palette anew.
    expect(await read([0, 1], [EDGE, CAT])).toEqual([255, 1]);
    expect(await read([1, 0], [CAT, EDGE])).toEqual([255, 1]);
    expect(await read([0, 1, 2], [EDGE, CAT, DOG])).toEqual([255, 1, 2]);
    const unknown = await read([0, 7], [BLACK, CAT, DOG, OTHER, OTHER, OTHER, OTHER, EDGE]);
    expect(unknown).toEqual([0, 255]);
  });

  it('is refused where a palette may be filled up with the colour of an ignored value', async () => {
    const filled = [BLACK, CAT, ...Array<Color>(254).fill(EDGE)];
    await expect(read([0, 1, 2], filled)).rejects.toThrow(
      /got the colour \(240, 240, 90\) of the label value 255 at index 2, and .* of an ignored value, which may be filling, at index 2/,
    );
    // It is not asked where it is not used, or where the index is ignored, too.
    expect(await read([0, 1], filled)).toEqual([0, 1]);
    expect(await read([0, 1, 255], filled)).toEqual([0, 1, 255]);
  });

  it('is read by its indices where no colour is that of a class', async () => {
    expect(await read([0, 1, 2], [OTHER, [1, 1, 1], [2, 2, 2]])).toEqual([0, 1, 2]);
    expect(await read([2, 2], greys)).toEqual([2, 2]);
    expect(await read([0, 1, 2], Array<Color>(256).fill(BLACK))).toEqual([0, 1, 2]);
  });

  it('is read by its indices where a grey ramp meets the colour of a class by chance', async () => {
    const grey = labelTable(
      [
        { name: 'wall', trainId: 0, color: [2, 2, 2], labelValues: [0] },
        { name: 'road', trainId: 1, color: [9, 9, 9], labelValues: [2] },
      ],
      [255],
    );
    expect(await read([0, 2, 2], greys, grey)).toEqual([0, 1, 1]);
  });

  it('is refused where one colour is that of another class and another is of none', async () => {
    await expect(read([0, 1, 2], [BLACK, DOG, OTHER])).rejects.toThrow(
      /got the colour \(10, 10, 200\) of the label value 2 at index 1, and the colour \(7, 8, 9\) of no class at index 2; save the label values as 8-bit grey/,
    );
  });

  it('is refused where a colour is that of two classes', async () => {
    const twins = labelTable(
      [BLACK, CAT, CAT].map((color, i) => ({ name: `${i}`, trainId: i, color, labelValues: [i] })),
      [],
    );
    expect(await read([0, 1, 2], [BLACK, CAT, CAT], twins)).toEqual([0, 1, 2]);
    await expect(read([0, 1], [CAT, BLACK], twins)).rejects.toThrow(
      /of several classes at index 0/,
    );
  });

  it('keeps an ignored value ignored, whatever its colour', async () => {
    const plain = { ...table, colors: table.colors.map((color, i) => (i === 255 ? -1 : color)) };
    const palette = [BLACK, DOG, CAT, ...Array<Color>(252).fill(OTHER), EDGE];
    expect(await read([1, 2, 255], palette, plain)).toEqual([2, 1, 255]);
  });
});

describe("VOC's colour map, which tools write for any classes", () => {
  const fruit = (green: Color, red: Color) =>
    labelTable(
      [
        { name: 'background', trainId: 0, color: BLACK, labelValues: [0] },
        { name: 'avocado', trainId: 1, color: green, labelValues: [1] },
        { name: 'apple', trainId: 2, color: red, labelValues: [2] },
      ],
      [255],
    );

  it('says nothing of classes that have other colours', async () => {
    const own = fruit([0, 200, 0], [200, 0, 0]);
    expect(await read([0, 1, 2], vocMap, own)).toEqual([0, 1, 2]);
    // (128, 64, 128) and (128, 128, 0) are VOC's entries 21 and 3: far from the first three, or by chance.
    expect(await read([0, 1, 2], vocMap, fruit([128, 64, 128], [128, 0, 0]))).toEqual([0, 1, 2]);
  });

  it('is refused for classes that have its colours in another order', async () => {
    await expect(read([0, 1], vocMap, fruit([0, 128, 0], [128, 0, 0]))).rejects.toThrow(
      /got the colour \(128, 0, 0\) of the label value 2 at index 1, in VOC's colour map/,
    );
  });

  it('resolves a palette of VOC that was sorted anew', async () => {
    const voc = path.join(root, 'VOC2012');
    await writeTree(voc, {
      'ImageSets/Segmentation/train.txt': 'a\n',
      'JPEGImages/a.jpg': '',
      'SegmentationClass/a.png': png({
        width: 4,
        height: 1,
        colorType: 3,
        depth: 2,
        values: [0, 1, 2, 2],
        palette: [vocColor(15), vocColor(255), vocColor(0)],
      }),
    });
    const { labelTable: ofVoc } = await openVoc({ root: voc });
    const labels = await readTrainIds(path.join(voc, 'SegmentationClass/a.png'), ofVoc);
    expect([...labels.data]).toEqual([15, 255, 0, 0]);
  });
});

describeWithData('label_exports', 'label maps that tools exported', (exports) => {
  /** Pixels of each class as the notes of the exports give them, counted with Pillow. */
  it.each([
    ['labelme/semantic_segmentation/data_dataset_voc/SegmentationClass/2011_000003.png', 5, 873],
    ['labelme/semantic_segmentation/data_dataset_voc/SegmentationClass/2011_000003.png', 15, 32900],
    ['labelme/apple_avocado/data_dataset_voc/SegmentationClassPNG/manzano1.png', 2, 411688],
    ['labelme/tutorial/apc2016_obj3/label.png', 4, 490724],
    ['palette_png/mmseg_pseudo/tests/data/pseudo_dataset/gts/00000_gt.png', 2, 3190],
    ['palette_png/mmseg_pseudo/tests/data/pseudo_dataset/gts/00001_gt.png', 1, 11774],
    ['palette_png/mmseg_pseudo/tests/data/seg.png', 1, 127584],
  ])('reads %s by its indices: %i', async (file, value, pixels) => {
    const { labelTable: own } = await openFolder({
      root: exports,
      classes: Array.from({ length: 21 }, (_, id) => ({ name: `class ${id}`, id })),
      splits: { train: { images: '.' } },
    });
    const { data } = await readTrainIds(path.join(exports, file), own);
    expect(data.filter((trainId) => trainId === value)).toHaveLength(pixels);
  });
});
