/** `autodeeplab evaluate`: scores a trained network. */
import { Command, Option } from 'commander';
import type { BackendChoice } from '../backend/backend-name.js';
import { evaluate, type EvaluationReport } from '../evaluate/evaluate.js';
import type { CheckpointChoice } from '../training/first-weights.js';
import { duration } from '../duration.js';
import { interruptible } from './interrupt.js';
import { addDataOptions, backendOption, wholeNumber } from './options.js';
import { ProgressDisplay } from './progress.js';
import { openData, startBackend, storedConfig, type DataFlags } from './start.js';
import { table } from './table.js';

interface EvaluateFlags extends DataFlags {
  readonly split: string;
  readonly images?: number;
  readonly checkpoint: CheckpointChoice;
  readonly batchSize: number;
  readonly scoreSize: 'read' | 'original';
  readonly baselines: boolean;
  readonly backend: BackendChoice;
}

const percent = (share: number | null): string =>
  share === null || Number.isNaN(share) ? '-' : (100 * share).toFixed(2);

/** The report as tables. */
export function describeReport(report: EvaluationReport): string {
  const { baselines, images, imagesOfSplit, split, dataset, padded } = report;
  const rows = [
    ['prediction', 'mIoU %', 'pixel accuracy %'],
    ['network', percent(report.meanIou), percent(report.pixelAccuracy)],
    ...(baselines
      ? [
          [
            'most frequent class at each place',
            percent(baselines.position.meanIou),
            percent(baselines.position.pixelAccuracy),
          ],
          [
            `"${baselines.frequentClass.name}" everywhere`,
            percent(baselines.frequentClass.meanIou),
            percent(baselines.frequentClass.pixelAccuracy),
          ],
        ]
      : []),
  ];
  return [
    `${dataset}, split ${split}: ${images} of ${imagesOfSplit} images, padded to ` +
      `${padded.height} x ${padded.width}, ${duration(report.seconds)}`,
    '',
    table([
      ['class', 'IoU %', 'accuracy %'],
      ...report.classes.map(({ name, iou, accuracy }) => [name, percent(iou), percent(accuracy)]),
    ]),
    '',
    table(rows),
  ].join('\n');
}

async function runEvaluate(folder: string, flags: EvaluateFlags): Promise<void> {
  const { split, images, checkpoint, batchSize, baselines, backend, scoreSize } = flags;
  const stored = await storedConfig(folder);
  const dataset = await openData(flags, stored.dataset);
  await startBackend(backend);
  const display = new ProgressDisplay();
  const { onProgress } = display;
  try {
    const report = await interruptible(
      (signal) =>
        evaluate({
          dataset,
          folder,
          split,
          checkpoint,
          batchSize,
          withBaselines: baselines,
          signal,
          onProgress,
          scoreSize,
          ...(images === undefined ? {} : { images }),
        }),
      'nothing was written',
    );
    display.stop();
    if (report) {
      console.log(describeReport(report));
    }
  } finally {
    display.stop();
  }
}

/** The command `evaluate`. */
export function evaluateCommand(): Command {
  return addDataOptions(
    new Command('evaluate')
      .description('score a trained network on whole images and write metrics.json into its run')
      .argument('<run>', 'the folder of a retraining'),
  )
    .option('--split <name>', 'the split to score on', 'val')
    .option('--images <n>', 'at most so many of its images, spread evenly', wholeNumber)
    .addOption(checkpointOption())
    .option('--batch-size <n>', 'images predicted at once', wholeNumber, 1)
    .addOption(
      new Option(
        '--score-size <which>',
        'score at the size that images are read at, or at their size on disk',
      )
        .choices(['read', 'original'])
        .default('read'),
    )
    .option('--no-baselines', 'do not read the training labels to score baselines')
    .addOption(backendOption())
    .addHelpText(
      'after',
      '\nExample:\n  npx autodeeplab evaluate runs/retrain --split test\n' +
        'Without --data and --root the dataset that the network was trained on is taken.',
    )
    .action(runEvaluate);
}

/** Which weights of a run. */
export function checkpointOption(): Option {
  return new Option('--checkpoint <which>', 'weights of the best validation or of the last step')
    .choices(['best', 'last'])
    .default('best');
}
