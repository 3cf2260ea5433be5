/** `autodeeplab predict`: label maps for images of your own. */
import { Command } from 'commander';
import type { BackendChoice } from '../backend/backend-name.js';
import type { CheckpointChoice } from '../training/first-weights.js';
import { predict } from '../inference/predict.js';
import { checkpointOption } from './evaluate.js';
import { interruptible } from './interrupt.js';
import { backendOption } from './options.js';
import { ProgressDisplay } from './progress.js';
import { startBackend } from './start.js';

interface PredictFlags {
  readonly out: string;
  readonly checkpoint: CheckpointChoice;
  readonly backend: BackendChoice;
}

async function runPredict(folder: string, input: string, flags: PredictFlags): Promise<void> {
  const { out, checkpoint, backend } = flags;
  await startBackend(backend);
  const display = new ProgressDisplay();
  const { onProgress } = display;
  try {
    const predictions = await interruptible(
      (signal) => predict({ folder, input, out, checkpoint, signal, onProgress }),
      `the pictures written so far are in ${out}`,
    );
    display.stop();
    for (const { overlay, shares } of predictions ?? []) {
      const largest = Object.entries(shares)
        .sort(([, a], [, b]) => b - a)
        .slice(0, 4)
        .map(([name, share]) => `${name} ${Math.round(100 * share)} %`);
      console.log(`${overlay}: ${largest.join(', ')}`);
    }
  } finally {
    display.stop();
  }
}

/** The command `predict`. */
export function predictCommand(): Command {
  return new Command('predict')
    .description('write label maps, coloured label maps and overlays for an image or a folder')
    .argument('<run>', 'the folder of a retraining')
    .argument('<input>', 'an image or a folder of images')
    .requiredOption('--out <folder>', 'where the pictures go')
    .addOption(checkpointOption())
    .addOption(backendOption())
    .addHelpText(
      'after',
      '\nExample:\n  npx autodeeplab predict runs/retrain street.png --out predictions',
    )
    .action(runPredict);
}
