/** The sample in the layout of ADE20K (MIT Scene Parsing). */
import { ade20kLabels } from './ade20k-labels.js';
import { frameName, greyPng, jpeg, type SampleLayout } from './layout.js';

const ROOT = 'ADEChallengeData2016';
const FOLDERS = { train: 'training', val: 'validation', test: 'testing' };

/**
 * `images/<split>/*.jpg` and `annotations/<split>/*.png`, grey, 0 for what belongs to none of
 * the 150 classes; `testing` has no label maps.
 */
export const ADE20K_LAYOUT: SampleLayout = {
  size: { height: 384, width: 512 },
  hasUpright: true,
  top: [ROOT],
  paths(split, frame) {
    const place = `${FOLDERS[split]}/rendered_${split}_${frameName(frame, 8)}`;
    const label = split === 'test' ? [] : [`${ROOT}/annotations/${place}.png`];
    return [...label, `${ROOT}/images/${place}.jpg`];
  },
  async contents(rendering, split) {
    const label = split === 'test' ? [] : [greyPng(rendering, ade20kLabels(rendering))];
    return [...label, await jpeg(rendering, rendering.rgb)];
  },
  lists: () => [],
};
