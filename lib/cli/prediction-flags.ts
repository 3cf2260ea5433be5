/** The flags of predictions, whichever command predicts: of which weights, over which views, in which tiles. */
import type { Command } from 'commander';
import type { AveragingOptions } from '../inference/averaging-options.js';
import type { TilingOptions } from '../inference/tiling-options.js';
import type { PrecisionChoice } from '../runtime/precision.js';
import type { CheckpointChoice } from '../run/checkpoint-folder.js';
import type { ImagePooling } from '../segmentation/aspp.js';
import { anyNumber, wholeNumber } from './options.js';

/** The flags of a trained network and of the views that its predictions are averaged over. */
export interface ViewFlags extends AveragingOptions {
  readonly checkpoint: CheckpointChoice;
  readonly imagePooling?: ImagePooling | undefined;
  readonly precision?: PrecisionChoice | undefined;
}

/** The flags of predictions that are written, image by image and tile by tile. */
export interface PredictionFlags extends ViewFlags, TilingOptions {}

/** Reads numbers with commas between them. */
function numbers(text: string): number[] {
  return text.split(',').map(anyNumber);
}

/** Adds the options of predictions that are averaged over views. */
export function addAveragingOptions(command: Command): Command {
  return command
    .option(
      '--scales <numbers>',
      'average the probabilities of the image at these scales, such as 0.5,0.75,1,1.25,1.5,1.75 (1)',
      numbers,
    )
    .option('--flip', 'average those of the mirrored image too')
    .option(
      '--window <pixels>',
      'predict in windows of 32·k + 1 pixels, such as the training crop, instead of whole images',
      wholeNumber,
    )
    .option('--stride <pixels>', 'how far windows lie apart (two thirds of a window)', wholeNumber);
}

/** Adds the options of predictions tile by tile. */
export function addTilingOptions(command: Command): Command {
  return command
    .option(
      '--tile-size <pixels>',
      'predict tiles of this size (as much as fits into memory)',
      wholeNumber,
    )
    .option('--overlap <pixels>', 'what tiles share (640, or half of a smaller tile)', wholeNumber)
    .option(
      '--memory-limit <GiB>',
      "memory for the process (nine tenths of the machine's)",
      anyNumber,
    );
}

/** The weights and views among the flags of a command, as its function takes them. */
export function viewOptions(flags: ViewFlags): ViewFlags {
  const { checkpoint, imagePooling, precision, scales, flip, window, stride } = flags;
  return { checkpoint, imagePooling, precision, scales, flip, window, stride };
}

/** The weights, views and tiles among the flags of a command, as its function takes them. */
export function predictionOptions(flags: PredictionFlags): PredictionFlags {
  const { tileSize, overlap, memoryLimit } = flags;
  return { ...viewOptions(flags), tileSize, overlap, memoryLimit };
}
