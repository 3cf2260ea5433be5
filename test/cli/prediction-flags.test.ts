import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import {
  addAveragingOptions,
  addTilingOptions,
  predictionOptions,
  viewOptions,
  type PredictionFlags,
} from '../../lib/cli/prediction-flags.js';
import { checkpointOption, imagePoolingOption } from '../../lib/cli/options.js';

/** The flags of a command that predicts and has an argument of its own. */
function flagsOf(line: string): PredictionFlags & { readonly out: string } {
  const command = addTilingOptions(addAveragingOptions(new Command()))
    .addOption(checkpointOption())
    .addOption(imagePoolingOption())
    .option('--out <folder>');
  return command.parse(line.split(' '), { from: 'user' }).opts();
}

const VIEWS =
  '--scales 0.5,1 --flip --window 65 --stride 33 --checkpoint last --image-pooling crop';

describe('the flags of predictions', () => {
  const flags = flagsOf(`${VIEWS} --tile-size 129 --overlap 32 --memory-limit 1.5 --out here`);
  const views = {
    scales: [0.5, 1],
    flip: true,
    window: 65,
    stride: 33,
    checkpoint: 'last',
    imagePooling: 'crop',
  };

  it('are passed on, each of them, and no other', () => {
    const tiles = { tileSize: 129, overlap: 32, memoryLimit: 1.5 };
    expect(predictionOptions(flags)).toEqual({ ...views, ...tiles });
    expect(viewOptions(flags)).toEqual(views);
  });
});
