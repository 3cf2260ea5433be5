/** The options of the network that is retrained: its width, its first weights, how its layers train. */
import { ConfigError } from '../errors.js';
import { SEGMENTATION_DEFAULTS, type SegmentationTraining } from '../segmentation/options.js';
import { boolean, choice, nullable, pair, real, text, whole } from '../training/options/kinds.js';
import { option, under, type OptionsFor, type OptionValues } from '../training/options/table.js';

/** A probability to keep; with less hardly anything would reach the scores. */
const keep = real({ min: 0.1, max: 1 });

const authorsCode = { source: "Authors' code" };

/** The options of the network itself. */
export const NETWORK = under('Network', {
  /** Filter multiplier F. Paper: 20, 32, 48 for S, M, L. */
  filterMultiplier: option(
    whole({ min: 1 }),
    { paper: 20, laptop: 8, tiny: 4, source: 'Auto-DeepLab §5.2' },
    'filter multiplier F: 20, 32, 48 for S, M, L',
  ),
  /**
   * What follows the convolution behind image pooling: batch norm, or a bias, with which a batch of 1
   * can train.
   */
  imagePoolingNorm: option(
    choice('batch', 'none'),
    { paper: SEGMENTATION_DEFAULTS.imagePoolingNorm, ...authorsCode },
    'norm behind image pooling; none: a bias in its place, for a batch of 1',
  ),
  /** Channels of the stem at strides 2 and 4, whatever F is. */
  stemWidths: option(
    pair(whole({ min: 1 })),
    { paper: SEGMENTATION_DEFAULTS.stemWidths, source: 'Auto-DeepLab §5.2' },
    'channels of the stem at strides 2 and 4, such as 64,128, which do not follow F',
  ),
  /** Filters of the ASPP and of the DeepLab decoder, whatever F is. */
  headFilters: option(
    whole({ min: 1 }),
    { paper: SEGMENTATION_DEFAULTS.headFilters, ...authorsCode },
    'filters of the ASPP and of the DeepLab decoder, which do not follow F',
  ),
  /**
   * What image pooling in the ASPP averages over when an image is larger than the crop. *image* -
   * the whole image. *crop* - windows of the size of the crop, as in the authors' code.
   */
  imagePooling: option(
    choice('image', 'crop'),
    { paper: 'image', source: "Deviation: 'crop' in the authors' code" },
    'image pooling averages over the whole image, or over windows of the size of the crop',
  ),
  /**
   * Where first weights come from: the folder of a retraining or a checkpoint of one; null: from
   * scratch. A classifier for another number of classes begins again.
   */
  initialWeights: option(
    nullable(text('<run>'), 'none'),
    { paper: null, source: 'Auto-DeepLab §5.2' },
    'begin with the weights of this run or checkpoint',
  ),
});

/** How the derived network trains; {@link SegmentationTraining} explains the options. */
export const NETWORK_TRAINING: OptionsFor<Required<SegmentationTraining>> = under('Network', {
  batchNormMomentum: option(
    real({ min: 0, below: 1 }),
    { paper: SEGMENTATION_DEFAULTS.batchNormMomentum, laptop: 0.99, tiny: 0.9, ...authorsCode },
    'share of the old value that the moving statistics keep per step',
  ),
  fineTuneBatchNorm: option(
    boolean,
    { paper: SEGMENTATION_DEFAULTS.fineTuneBatchNorm, ...authorsCode },
    'whether batch norms use the statistics of the batch',
  ),
  dropPathKeepProbability: option(
    keep,
    {
      paper: SEGMENTATION_DEFAULTS.dropPathKeepProbability,
      source: 'Assumption: the value is not published',
    },
    'scheduled drop path keeps a branch of the last cell with this probability at the end; 1: off',
  ),
  dropoutKeepProbability: option(
    keep,
    { paper: SEGMENTATION_DEFAULTS.dropoutKeepProbability, ...authorsCode },
    'dropout behind the ASPP keeps an element with this probability',
  ),
});

/** Refuses frozen statistics where they were never learnt, and drop path that they turn off. */
export function checkFrozen({
  fineTuneBatchNorm,
  initialWeights,
  dropPathKeepProbability,
}: OptionValues<typeof NETWORK & typeof NETWORK_TRAINING>): void {
  if (!fineTuneBatchNorm && initialWeights === null) {
    throw new ConfigError(
      'retrain fineTuneBatchNorm: expected true without initialWeights, got false; the moving ' +
        'statistics would stay at 0 and 1 and normalise nothing: set initialWeights, or true',
    );
  }
  if (!fineTuneBatchNorm && dropPathKeepProbability < 1) {
    throw new ConfigError(
      'retrain dropPathKeepProbability: expected 1 with fineTuneBatchNorm false, which turns drop ' +
        `path off, got ${dropPathKeepProbability}; set it to 1, or fineTuneBatchNorm to true`,
    );
  }
}
