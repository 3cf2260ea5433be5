/** The folder layouts by name. */
import { ADE20K_LAYOUT } from './ade20k-layout.js';
import { CITYSCAPES_LAYOUT } from './cityscapes-layout.js';
import type { SampleLayout } from './layout.js';
import type { SampleLayoutName } from './sample-manifest.js';
import { VOC_LAYOUT } from './voc-layout.js';

/** Every layout that the sample can be written in. */
export const LAYOUTS: Readonly<Record<SampleLayoutName, SampleLayout>> = {
  cityscapes: CITYSCAPES_LAYOUT,
  voc: VOC_LAYOUT,
  ade20k: ADE20K_LAYOUT,
};
