/** `autodeeplab cost`: parameters and multiply-adds of a network. */
import { Command } from 'commander';
import { describeCost } from '../segmentation/cost/describe.js';
import { networkCost } from '../segmentation/cost/cost.js';
import { architectureFrom } from '../run/architecture-source.js';
import { addImportOption } from './import-modules.js';
import { RETRAIN_OPTIONS } from '../retrain/options.js';
import { readerOf } from './option-flags.js';
import { wholeNumber } from './options.js';

interface CostFlags {
  readonly filterMultiplier: number;
  readonly stemWidths: readonly [number, number];
  readonly headFilters: number;
  readonly classes: number;
  readonly height: number;
  readonly width: number;
  readonly json: boolean;
}

async function runCost(source: string, { json, ...size }: CostFlags): Promise<void> {
  const cost = networkCost({ architecture: await architectureFrom(source), ...size });
  const { parameters, multiplyAdds, paperMultiplyAdds } = cost;
  console.log(
    json
      ? JSON.stringify({ ...size, parameters, multiplyAdds, paperMultiplyAdds }, undefined, 2)
      : describeCost(cost),
  );
}

/** The command `cost`. */
export function costCommand(): Command {
  return addImportOption(new Command('cost'))
    .description('count parameters and multiply-adds of a network, exactly and as the paper does')
    .argument('[architecture]', 'published, architecture.json, or the folder of a run', 'published')
    .option(
      '--filter-multiplier <n>',
      'filter multiplier F: 20, 32, 48 for S, M, L',
      wholeNumber,
      20,
    )
    .option(
      '--stem-widths <a,b>',
      'channels of the stem at strides 2 and 4',
      readerOf(RETRAIN_OPTIONS.stemWidths.kind),
      RETRAIN_OPTIONS.stemWidths.paper,
    )
    .option(
      '--head-filters <n>',
      'filters of the ASPP and of the DeepLab decoder',
      wholeNumber,
      RETRAIN_OPTIONS.headFilters.paper,
    )
    .option('--classes <n>', 'number of classes', wholeNumber, 19)
    .option('--height <pixels>', 'height of the image', wholeNumber, 1025)
    .option('--width <pixels>', 'width of the image', wholeNumber, 2049)
    .option('--json', 'print the totals as JSON', false)
    .action(runCost);
}
