/** The options of a search that define its search space; {@link SearchSpaceOptions} explains them. */
import {
  FAITHFUL,
  PAPER_SIZE,
  type SearchSpaceAssumptions,
  type SearchSpaceSize,
} from '../search-space/options.js';
import { choice, either, names, pair, whole } from '../training/options/kinds.js';
import { option, under, type OptionsFor } from '../training/options/table.js';

const size = { source: 'Auto-DeepLab §5.1' };

/** An option for every choice but the number of classes, which the dataset has. */
export const SEARCH_SPACE: OptionsFor<Omit<SearchSpaceSize, 'classes'> & SearchSpaceAssumptions> =
  under('Search space', {
    layers: option(
      whole({ min: 2 }),
      { paper: PAPER_SIZE.layers, laptop: 8, tiny: 4, ...size },
      'layers L',
    ),
    filterMultiplier: option(
      whole({ min: 1 }),
      { paper: PAPER_SIZE.filterMultiplier, laptop: 4, tiny: 2, ...size },
      'filter multiplier F: an operation at stride s has F·s/4 filters',
    ),
    blocks: option(
      whole({ min: 1 }),
      { paper: PAPER_SIZE.blocks, laptop: 3, tiny: 2, ...size },
      'blocks per cell, B',
    ),
    operations: option(
      names,
      { paper: FAITHFUL.operations, source: 'Auto-DeepLab §3.1' },
      "candidate operations, in the order of α's columns",
    ),
    missingInput: option(
      choice('resize', 'drop'),
      { paper: FAITHFUL.missingInput, source: "Assumption: the paper's author by e-mail" },
      'what stands for H^{l-2} at a level that layer l-2 does not have',
    ),
    cellWeights: option(
      choice('shared', 'separate'),
      { paper: FAITHFUL.cellWeights, source: 'Assumption: the paper is silent' },
      'one set of operation weights per node, or one per arrow that enters it',
    ),
    bnAffine: option(
      choice('outside-cells', 'none', 'all'),
      { paper: FAITHFUL.bnAffine, source: "Assumption: as in DARTS's search" },
      'which batch norms train a scale and an offset',
    ),
    stemWidths: option(
      either(choice('scaled'), pair(whole({ min: 1 }))),
      { paper: FAITHFUL.stemWidths, source: 'Assumption: the rule B·F·s/4 of all other layers' },
      'channels of the two stem layers, such as 32,64; scaled: B·F/2 and B·F',
    ),
    asppProjection: option(
      choice('none', 'conv'),
      { paper: FAITHFUL.asppProjection, source: 'Assumption: the paper is silent' },
      'what stands between the ASPP branches and the classifier',
    ),
    endNormalisation: option(
      choice('valid', 'two-thirds'),
      { paper: FAITHFUL.endNormalisation, source: 'Auto-DeepLab eq. 7' },
      'sum of the probabilities β of the two arrows that leave an end level: 1 or 2/3',
    ),
    firstLayer: option(
      choice('free', 'stride-4'),
      { paper: FAITHFUL.firstLayer, source: 'Auto-DeepLab §3.2, Fig. 1' },
      'level of the first layer: free (stride 4 or 8), or fixed at stride 4',
    ),
  });
