/** `autodeeplab retrain`: trains a derived network. */
import type { Command } from 'commander';
import { waitingForData } from '../duration.js';
import { RETRAIN } from '../retrain/options.js';
import { retrain } from '../retrain/retrain.js';
import { percent } from '../text.js';
import { architectureFrom } from '../run/architecture-source.js';
import { runTraining, trainingCommand, type TrainingFlags } from './training-command.js';

async function runRetrain(source: string | undefined, flags: TrainingFlags): Promise<void> {
  const { out, resume } = flags;
  const result = await runTraining(RETRAIN, flags, {}, async (request) =>
    retrain({
      ...request,
      architecture: await architectureFrom(source ?? (resume ? out : 'published')),
    }),
  );
  if (result) {
    const { bestMeanIou, steps, stoppedEarly, dataShare } = result;
    const scores =
      bestMeanIou === undefined
        ? 'not validated'
        : `best validation mIoU ${percent(bestMeanIou, 2)}`;
    const early = stoppedEarly ? ' (stopped early)' : '';
    console.log(`trained ${steps} steps${early}, ${scores}; the run is in ${out}`);
    if (!Number.isNaN(dataShare)) {
      console.log(waitingForData(dataShare));
    }
  }
}

/** The command `retrain`. */
export function retrainCommand(): Command {
  return trainingCommand(RETRAIN)
    .description('train a derived network from scratch')
    .argument(
      '[architecture]',
      'architecture.json, the folder of a search, or published (the default)',
    )
    .addHelpText(
      'after',
      '\nExample:\n  npx autodeeplab retrain runs/search --data camvid --root /data/CamVid --out runs/retrain',
    )
    .action(runRetrain);
}
