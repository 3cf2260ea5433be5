/** The formats that can be imported. A new one is one entry here. */
import type { ImportFormat } from './format.js';
import { COCO } from './formats/coco.js';
import { COLOR_MASKS } from './formats/color-masks.js';
import { CVAT_MASKS } from './formats/cvat-masks.js';
import { LABEL_STUDIO } from './formats/label-studio.js';
import { LABELME } from './formats/labelme.js';
import { LABELME_MASKS } from './formats/labelme-masks.js';
import { ROBOFLOW_MASKS } from './formats/roboflow-masks.js';
import { SUPERVISELY } from './formats/supervisely.js';

/** All formats, in the order in which they are tried and listed. */
export const IMPORT_FORMATS: readonly ImportFormat[] = [
  CVAT_MASKS,
  ROBOFLOW_MASKS,
  LABELME_MASKS,
  LABELME,
  COCO,
  SUPERVISELY,
  LABEL_STUDIO,
  COLOR_MASKS,
];
