/** The formats that are fuzzed. A new one is a file in `formats` and an entry here. */
import type { FuzzFormat } from './format.js';
import { ARCHITECTURE } from './formats/architecture.js';
import { SUBMISSION_TGZ, SUBMISSION_ZIP } from './formats/archives.js';
import { CACHE_ENTRY } from './formats/cache-entry.js';
import { CHECKPOINT } from './formats/checkpoint.js';
import { COCO_ANNOTATIONS } from './formats/coco-annotations.js';
import { EXPORT_FORMATS } from './formats/exports.js';
import { FOLDER_DATASET } from './formats/folder-dataset.js';
import { FOREIGN_LISTING } from './formats/foreign-listing.js';
import { GRAPH_ENTRY } from './formats/graph-entry.js';
import { HISTORY } from './formats/history.js';
import { HISTORY_FOREIGN } from './formats/history-foreign.js';
import { IMAGE_JPEG, IMAGE_PNG, IMAGE_TIFF, IMAGE_WEBP } from './formats/images.js';
import { INSTANCE_PNG } from './formats/instance-png.js';
import { KERNEL_MESSAGE, KERNEL_MESSAGE_SIGNED } from './formats/kernel-message.js';
import { LABEL_PNG } from './formats/label-png.js';
import { CLASS_LIST, SPLIT_LIST, VOC_LISTS } from './formats/lists.js';
import { MAT } from './formats/mat.js';
import { NOTEBOOK_FORMAT } from './formats/notebook.js';
import { PROFILE_FORMAT } from './formats/profile.js';
import { RECIPE_FORMAT } from './formats/recipe.js';
import { RECIPE_STATE } from './formats/recipe-state.js';
import { RUN_DOCUMENTS } from './formats/run-documents.js';
import { RUN_OPTIONS } from './formats/run-options.js';
import { SAFETENSORS } from './formats/safetensors.js';
import { KERNELSPEC, LOCK, SAMPLE_MANIFEST } from './formats/small-documents.js';
import { ZIP } from './formats/zip.js';

/** All of them, in the order in which they are read. */
export const FORMATS: readonly FuzzFormat[] = [
  CHECKPOINT,
  SAFETENSORS,
  HISTORY,
  HISTORY_FOREIGN,
  RUN_DOCUMENTS,
  RUN_OPTIONS,
  CACHE_ENTRY,
  GRAPH_ENTRY,
  ARCHITECTURE,
  FOREIGN_LISTING,
  PROFILE_FORMAT,
  RECIPE_FORMAT,
  RECIPE_STATE,
  FOLDER_DATASET,
  SPLIT_LIST,
  VOC_LISTS,
  CLASS_LIST,
  COCO_ANNOTATIONS,
  MAT,
  LABEL_PNG,
  INSTANCE_PNG,
  IMAGE_PNG,
  IMAGE_JPEG,
  IMAGE_WEBP,
  IMAGE_TIFF,
  ...EXPORT_FORMATS,
  NOTEBOOK_FORMAT,
  KERNEL_MESSAGE,
  KERNEL_MESSAGE_SIGNED,
  ZIP,
  SUBMISSION_ZIP,
  SUBMISSION_TGZ,
  SAMPLE_MANIFEST,
  LOCK,
  KERNELSPEC,
];
