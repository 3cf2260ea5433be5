/** Flags that say for which networks and which image costs count. */
import { Option, type Command } from 'commander';
import { RETRAIN_OPTIONS } from '../retrain/options.js';
import { readerOf } from './option-flags.js';
import { wholeNumber } from './options.js';

/** Width of the networks and size of the image. */
export interface NetworkSizeFlags {
  readonly filterMultiplier: number;
  readonly stemWidths: readonly [number, number];
  readonly headFilters: number;
  readonly height: number;
  readonly width: number;
}

/** Adds the flags of {@link NetworkSizeFlags}. */
export function addNetworkSizeFlags(command: Command): Command {
  const { stemWidths, headFilters } = RETRAIN_OPTIONS;
  return command
    .option(
      '--filter-multiplier <n>',
      'filter multiplier F: 20, 32, 48 for S, M, L',
      wholeNumber,
      20,
    )
    .option(
      '--stem-widths <a,b>',
      'channels of the stem at strides 2 and 4',
      readerOf(stemWidths.kind),
      stemWidths.paper,
    )
    .option(
      '--head-filters <n>',
      'filters of the ASPP and of the DeepLab decoder',
      wholeNumber,
      headFilters.paper,
    )
    .option('--height <pixels>', 'height of the image', wholeNumber, 1025)
    .option('--width <pixels>', 'width of the image', wholeNumber, 2049);
}

/** The flag of the number of classes. */
export function classesOption(meaning = 'number of classes'): Option {
  return new Option('--classes <n>', meaning).argParser(wholeNumber);
}
