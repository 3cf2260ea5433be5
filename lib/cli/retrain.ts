/** `autodeeplab retrain`: trains a found network. */
import { Command } from 'commander';
import { join } from 'node:path';
import { stat } from 'node:fs/promises';
import type { BackendChoice } from '../backend/backend-name.js';
import type { Architecture } from '../architecture/architecture.js';
import { publishedArchitecture } from '../architecture/published.js';
import { readArchitecture } from '../architecture/file.js';
import type { PresetName } from '../training/data-config.js';
import { retrain } from '../retrain/retrain.js';
import { resolveRetrainConfig, type RetrainConfig } from '../retrain/config.js';
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
import { openData, startBackend, storedConfig, type DataFlags } from './start.js';

interface RetrainFlags extends DataFlags {
  readonly preset: PresetName;
  readonly out: string;
  readonly resume: boolean;
  readonly backend: BackendChoice;
}

/** Fields of the configuration that have a flag of their own. */
const FLAGS = [
  'seed',
  'filterMultiplier',
  'steps',
  'epochs',
  'batchSize',
  'crop',
  'resolution',
  'learningRate',
  'weightDecay',
  'clipNorm',
  'dropPathKeepProbability',
  'initialWeights',
  'validateEvery',
  'split',
  'validationSplit',
  'validationImages',
  'validationView',
  'workers',
] as const;

/** The stored configuration, or nothing, with what the flags change. */
function changesOf(
  flags: RetrainFlags,
  stored: Partial<RetrainConfig> = {},
): Partial<RetrainConfig> {
  const base = { ...resolveRetrainConfig({}, flags.preset, flags.data), ...stored };
  return { ...stored, ...changesFrom<RetrainConfig>(flags, FLAGS, base) };
}

/**
 * The architecture that a word of the command line means.
 *
 * @param source - `published`, an architecture file, or the folder of a run that holds one
 */
export async function architectureFrom(source: string): Promise<Architecture> {
  if (source === 'published') {
    return publishedArchitecture;
  }
  const isFolder = (await stat(source).catch(() => undefined))?.isDirectory() ?? false;
  return readArchitecture(isFolder ? join(source, 'architecture.json') : source);
}

async function runRetrain(source: string | undefined, flags: RetrainFlags): Promise<void> {
  const { out, resume, preset, backend } = flags;
  const stored = resume ? await storedConfig(out) : undefined;
  delete stored?.config.architecture; // it comes from the run's architecture.json
  const config = changesOf(flags, stored?.config);
  resolveRetrainConfig(config, preset, flags.data); // refuses what is wrong before anything is loaded
  const architecture = await architectureFrom(source ?? (resume ? out : 'published'));
  const dataset = await openData(flags, stored?.dataset);
  const environment = { backend: await startBackend(backend) };
  const display = new ProgressDisplay();
  const { onProgress } = display;
  try {
    const result = await interruptible(
      (signal) =>
        retrain({
          dataset,
          architecture,
          folder: out,
          preset,
          config,
          resume,
          signal,
          onProgress,
          environment,
        }),
      `go on with: npx autodeeplab retrain --resume --out ${out}`,
    );
    display.stop();
    if (result && !result.interrupted) {
      const scores = Number.isNaN(result.bestMeanIou)
        ? 'not validated'
        : `best validation mIoU ${(100 * result.bestMeanIou).toFixed(2)} %`;
      console.log(`trained ${result.steps} steps, ${scores}; the run is in ${out}`);
      if (!Number.isNaN(result.dataShare)) {
        console.log(waitingForData(result.dataShare));
      }
    }
  } finally {
    display.stop();
  }
}

/** The command `retrain`. */
export function retrainCommand(): Command {
  const command = addTrainingOptions(
    new Command('retrain')
      .description('train a found network from scratch')
      .argument(
        '[architecture]',
        'architecture.json, the folder of a search, or published (the default)',
      )
      .addOption(presetOption('laptop')),
  );
  return command
    .option('--filter-multiplier <n>', 'filter multiplier F', wholeNumber)
    .option('--steps <n>', 'length in steps, instead of --epochs', wholeNumber)
    .option('--validate-every <n>', 'validate after so many epochs', wholeNumber)
    .option(
      '--drop-path-keep-probability <p>',
      'scheduled drop path: keeps a branch with p at the end; 1 is off',
      anyNumber,
    )
    .option('--initial-weights <run>', 'begin with the weights of this run or checkpoint')
    .addHelpText(
      'after',
      '\nExample:\n  npx autodeeplab retrain runs/search --data camvid --root /data/CamVid --out runs/retrain',
    )
    .action(runRetrain);
}
