/** `autodeeplab search`: searches an architecture. */
import { Command, Option } from 'commander';
import { join } from 'node:path';
import type { BackendChoice } from '../backend/backend-name.js';
import { describeArchitecture } from '../architecture/describe.js';
import { describeDecode } from '../decoder/describe-decode.js';
import { resolveSearchConfig, type SearchConfig } from '../search/config.js';
import { search, type SearchResult } from '../search/search.js';
import type { PresetName } from '../training/data-config.js';
import { waitingForData } from '../duration.js';
import { interruptible } from './interrupt.js';
import {
  addTrainingOptions,
  changesFrom,
  anyNumber,
  presetOption,
  wholeNumber,
} from './options.js';
import { ProgressDisplay } from './progress.js';
import { openData, SMALL_KERNELS, startBackend, storedConfig, type DataFlags } from './start.js';

interface SearchFlags extends DataFlags {
  readonly preset: PresetName;
  readonly out: string;
  readonly resume: boolean;
  readonly backend: BackendChoice;
}

/** Fields of the configuration that have a flag of their own. */
const FLAGS = [
  'seed',
  'layers',
  'filterMultiplier',
  'blocks',
  'epochs',
  'architectureStart',
  'batchSize',
  'crop',
  'resolution',
  'learningRate',
  'weightDecay',
  'clipNorm',
  'architectureLearningRate',
  'order',
  'split',
  'validationSplit',
  'validationImages',
  'validationView',
  'workers',
] as const;

/** The stored configuration, or nothing, with what the flags change. */
function changesOf(flags: SearchFlags, stored: Partial<SearchConfig> = {}): Partial<SearchConfig> {
  const base = { ...resolveSearchConfig({}, flags.preset, flags.data), ...stored };
  return { ...stored, ...changesFrom<SearchConfig>(flags, FLAGS, base) };
}

/** What a search found, in words. */
export function describeSearch({ decoded, folder, meanIou, dataShare }: SearchResult): string {
  return [
    ...(decoded ? [describeArchitecture(decoded.architecture), describeDecode(decoded), ''] : []),
    ...(meanIou === undefined ? [] : [`validation mIoU of the supernet: ${percent(meanIou)}`]),
    ...(Number.isNaN(dataShare) ? [] : [waitingForData(dataShare)]),
    `architecture: ${join(folder, 'architecture.json')}`,
  ].join('\n');
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}

async function runSearch(flags: SearchFlags): Promise<void> {
  const { out, resume, preset, backend } = flags;
  const stored = resume ? await storedConfig(out) : undefined;
  const config = changesOf(flags, stored?.config);
  resolveSearchConfig(config, preset, flags.data); // refuses what is wrong before anything is loaded
  const dataset = await openData(flags, stored?.dataset);
  const environment = { backend: await startBackend(backend, SMALL_KERNELS) };
  const display = new ProgressDisplay();
  const { onProgress } = display;
  try {
    const result = await interruptible(
      (signal) =>
        search({ dataset, folder: out, preset, config, resume, signal, onProgress, environment }),
      `go on with: npx autodeeplab search --resume --out ${out}`,
    );
    display.stop();
    if (result && !result.interrupted) {
      console.log(describeSearch(result));
    }
  } finally {
    display.stop();
  }
}

/** The command `search`. */
export function searchCommand(): Command {
  const command = addTrainingOptions(
    new Command('search')
      .description('search an architecture for a dataset')
      .addOption(presetOption('laptop')),
  );
  return command
    .option('--layers <n>', 'layers L of the search space', wholeNumber)
    .option('--filter-multiplier <n>', 'filter multiplier F', wholeNumber)
    .option('--blocks <n>', 'blocks B of a cell', wholeNumber)
    .option('--architecture-start <epoch>', 'first epoch that trains the architecture', wholeNumber)
    .option('--architecture-learning-rate <rate>', 'learning rate of the architecture', anyNumber)
    .addOption(new Option('--order <order>', 'approximation').choices(['first', 'second']))
    .addHelpText(
      'after',
      '\nExample:\n  npx autodeeplab search --data camvid --root /data/CamVid --preset laptop --out runs/search',
    )
    .action(runSearch);
}
