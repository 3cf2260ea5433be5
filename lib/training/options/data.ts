/** Options of every training: which images are used, and how. */
import { AUTHORS_AUGMENTATION, type AugmentOptions } from '../../dataset/reading/augment.js';
import type { Resolution } from '../../dataset/reading/geometry.js';
import type { Size } from '../../size.js';
import { crop, resolution } from './image-kinds.js';
import { SAMPLING } from './sampling.js';
import { choice, group, nullable, real, text, whole } from './kinds.js';
import { option, under, type OptionValues, type PresetValues } from './table.js';

/** What differs between the programs. */
interface DataPresets {
  readonly crop: PresetValues<number | Size>;
  readonly batchSize: PresetValues<number>;
  readonly resolution: PresetValues<Resolution>;
  readonly validationImages?: Partial<PresetValues<number | null>>;
  readonly validationView?: Partial<PresetValues<'whole' | 'crop'>>;
}

/** The options that say which images are used, and how. */
export function dataOptions(own: DataPresets) {
  const images = under('Images', {
    /** The split that is trained on. */
    split: option(
      text('<name>'),
      { paper: 'train', source: 'Auto-DeepLab §5' },
      'the split to train on',
    ),
    /** The split that is validated on; null: no validation. */
    validationSplit: option(
      nullable(text('<name>'), 'none'),
      { paper: 'val', source: 'Auto-DeepLab §5' },
      'the split to validate on',
    ),
    /** At most n images of it, spread evenly; null: all. The history says how many. */
    validationImages: option(
      nullable(whole({ min: 1 }), 'all'),
      { paper: null, source: 'Auto-DeepLab §5', ...own.validationImages },
      'at most n of its images, spread evenly',
    ),
    /**
     * *whole* - all pixels: each image is padded on the right and below to the smallest 32·k + 1 that
     * holds it. *crop* - the pixels of a window of the size of the crop in the middle of each image:
     * faster. In both an image's score depends on that image alone.
     */
    validationView: option(
      choice('whole', 'crop'),
      { paper: 'whole', source: 'Auto-DeepLab §5.2', ...own.validationView },
      'whole images, or windows in the middle',
    ),
    /**
     * Which label maps are looked at before a new run trains. *all* - those of training, and
     * everything of validation. *sample* - at most 500 per part of training, spread evenly, and
     * everything of validation. *none* - nothing is looked at.
     */
    labelCheck: option(
      choice('all', 'sample', 'none'),
      {
        paper: 'all',
        laptop: 'sample',
        tiny: 'sample',
        source: 'Changes no result',
        onResume: 'free',
      },
      'label maps looked at before training: all, at most 500 per part, none',
    ),
    /**
     * What happens if an image or a label map of training cannot be read. *stop* - the run saves what
     * it has trained and ends. *skip* - another image, drawn at random, takes its place; more than a
     * tenth of them end the run all the same. Where all can be read, both are the same.
     */
    badImages: option(
      choice('stop', 'skip'),
      { paper: 'stop', source: 'Changes no result', onResume: 'free' },
      'what a training image that cannot be read does: end the run, or be replaced',
    ),
    /**
     * The share of the full height and width that images are read at, above 0 and up to 1, also for
     * validation; or `{ longerSide: pixels }`, for images of many sizes.
     */
    resolution: option(
      resolution,
      own.resolution,
      'size to read images at: a share such as 0.5, or a longer side such as 513px',
    ),
    /** Size of the windows that are trained on, best 32·k + 1. */
    crop: option(crop, own.crop, 'size of the windows that are trained on, such as 321 or 353x481'),
    /** Images per batch: those of a step, or of one of its micro-batches. */
    batchSize: option(whole({ min: 1 }), own.batchSize, 'images per batch'),
    /** How the images vary. */
    augment: option(
      group<AugmentOptions>({
        minScale: real({ above: 0 }),
        maxScale: real({ above: 0 }),
        scaleStep: real({ min: 0 }),
        flipProbability: real({ min: 0, max: 1 }),
      }),
      { paper: AUTHORS_AUGMENTATION, source: "Authors' code" },
      'random scale and mirroring',
    ),
  });
  return { ...images, ...SAMPLING };
}

/** The options that say which images are used, and how. */
export type DataOptions = ReturnType<typeof dataOptions>;

/** Which images are used, and how. */
export type DataConfig = OptionValues<DataOptions>;
