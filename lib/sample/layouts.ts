/** The folder layouts by name: that of the kind of dataset that reads them. */
import { ADE20K_LAYOUT } from './ade20k-layout.js';
import { CITYSCAPES_LAYOUT } from './cityscapes-layout.js';
import type { SampleLayout } from './layout.js';
import { VOC_LAYOUT } from './voc-layout.js';

/** Every layout that the sample can be written in. */
export const LAYOUTS = {
  cityscapes: CITYSCAPES_LAYOUT,
  voc: VOC_LAYOUT,
  ade20k: ADE20K_LAYOUT,
} as const satisfies Readonly<Record<string, SampleLayout>>;

/** The name of a layout. */
export type SampleLayoutName = keyof typeof LAYOUTS;

/** The names of the layouts. */
export const SAMPLE_LAYOUTS = Object.keys(LAYOUTS) as readonly SampleLayoutName[];
