/** `autodeeplab search`: searches an architecture. */
import { join } from 'node:path';
import type { Command } from 'commander';
import { describeArchitecture } from '../architecture/describe.js';
import { describeDecode } from '../decoder/describe-decode.js';
import { waitingForData } from '../duration.js';
import { SEARCH } from '../search/options.js';
import { search, type SearchResult } from '../search/search.js';
import { describeSharpness } from '../search/sharpness.js';
import { percent } from '../text.js';
import { SMALL_KERNELS } from './start.js';
import { runTraining, trainingCommand, type TrainingFlags } from './training-command.js';

/** What a search found, in words. */
export function describeSearch({
  decoded,
  sharpness,
  folder,
  meanIou,
  dataShare,
}: SearchResult): string {
  return [
    ...(decoded ? [describeArchitecture(decoded.architecture), describeDecode(decoded)] : []),
    ...(sharpness ? [describeSharpness(sharpness), ''] : []),
    ...(meanIou === undefined ? [] : [`validation mIoU of the supernet: ${percent(meanIou, 2)}`]),
    ...(Number.isNaN(dataShare) ? [] : [waitingForData(dataShare)]),
    `architecture: ${join(folder, 'architecture.json')}`,
  ].join('\n');
}

async function runSearch(flags: TrainingFlags): Promise<void> {
  const result = await runTraining(SEARCH, flags, SMALL_KERNELS, search);
  if (result) {
    console.log(describeSearch(result));
  }
}

/** The command `search`. */
export function searchCommand(): Command {
  return trainingCommand(SEARCH)
    .description('search an architecture for a dataset')
    .addHelpText(
      'after',
      '\nExample:\n  npx autodeeplab search --data camvid --root /data/CamVid --preset laptop --out runs/search',
    )
    .action(runSearch);
}
