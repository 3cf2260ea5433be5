/** The sample in the layout of Cityscapes. */
import { cityscapesMaps } from './cityscapes-labels.js';
import { colorPng, deepPng, frameName, greyPng, type SampleLayout } from './layout.js';

const MAPS = ['labelIds', 'labelTrainIds', 'instanceIds', 'color'];

/** Photographs of 2:1 in `leftImg8bit`, four label maps of each in `gtFine`, by split and city. */
export const CITYSCAPES_LAYOUT: SampleLayout = {
  size: { height: 256, width: 512 },
  hasUpright: false,
  top: ['leftImg8bit', 'gtFine'],
  paths(split, frame) {
    const city = `rendered_${split}`; // no real city has such a name
    const stem = `${city}_000000_${frameName(frame, 6)}`;
    return [
      ...MAPS.map((map) => `gtFine/${split}/${city}/${stem}_gtFine_${map}.png`),
      `leftImg8bit/${split}/${city}/${stem}_leftImg8bit.png`,
    ];
  },
  contents(rendering) {
    const maps = cityscapesMaps(rendering);
    return Promise.resolve([
      greyPng(rendering, maps.labelIds),
      greyPng(rendering, maps.labelTrainIds),
      deepPng(rendering, maps.instanceIds),
      colorPng(rendering, maps.color),
      colorPng(rendering, rendering.rgb),
    ]);
  },
  lists: () => [],
};
