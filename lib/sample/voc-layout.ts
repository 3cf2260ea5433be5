/** The sample in the layout of PASCAL VOC 2012. */
import { vocColor } from '../dataset/color-map.js';
import {
  frameName,
  jpeg,
  palettePng,
  type SampleCounts,
  type SampleFile,
  type SampleLayout,
  type SampleSplit,
} from './layout.js';
import { vocLabels } from './voc-labels.js';

const ROOT = 'VOCdevkit/VOC2012';

/** The id of a picture; no id of VOC looks like it, for they begin with a year. */
function idOf(split: SampleSplit, frame: number): string {
  return `rendered_${split}_${frameName(frame, 6)}`;
}

/** The lists of the splits that have pictures. */
function lists(counts: SampleCounts): SampleFile[] {
  const ids = (split: SampleSplit) =>
    Array.from({ length: counts[split] }, (_, frame) => idOf(split, frame));
  const [train, val, test] = [ids('train'), ids('val'), ids('test')];
  const all = { train, val, trainval: [...train, ...val], test };
  return Object.entries(all)
    .filter(([split, names]) => split !== 'test' || names.length > 0)
    .map(([split, names]) => ({
      path: `${ROOT}/ImageSets/Segmentation/${split}.txt`,
      bytes: Buffer.from(names.map((name) => `${name}\n`).join('')),
    }));
}

/**
 * `JPEGImages/<id>.jpg`, `SegmentationClass/<id>.png` with VOC's palette, lists of ids; the longer
 * side has 500 pixels as in VOC, and `test` has no label maps.
 */
export const VOC_LAYOUT: SampleLayout = {
  size: { height: 375, width: 500 },
  hasUpright: true,
  top: ['VOCdevkit'],
  paths(split, frame) {
    const id = idOf(split, frame);
    const label = split === 'test' ? [] : [`${ROOT}/SegmentationClass/${id}.png`];
    return [...label, `${ROOT}/JPEGImages/${id}.jpg`];
  },
  async contents(rendering, split) {
    const label = split === 'test' ? [] : [palettePng(rendering, vocLabels(rendering), vocColor)];
    return [...label, await jpeg(rendering, rendering.rgb)];
  },
  lists,
};
