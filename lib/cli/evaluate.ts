/** `autodeeplab evaluate`: scores a trained network. */
import { Command, Option } from 'commander';
import type { BackendChoice } from '../backend/backend-name.js';
import { evaluate } from '../evaluate/evaluate.js';
import type { EvaluationReport } from '../evaluate/report.js';
import type { CheckpointChoice } from '../training/first-weights.js';
import { readStoredRun } from '../training/stored-run.js';
import { duration } from '../duration.js';
import { RETRAIN } from '../retrain/options.js';
import { percent, table } from '../text.js';
import { addImportOption } from './import-modules.js';
import { addDataOptions, backendOption, checkpointOption, wholeNumber } from './options.js';
import { openData, startBackend, type DataFlags } from './start.js';
import { watch } from './watch.js';

interface EvaluateFlags extends DataFlags {
  readonly split: string;
  readonly images?: number;
  readonly checkpoint: CheckpointChoice;
  readonly batchSize: number;
  readonly scoreSize: 'read' | 'original';
  readonly workers?: number;
  readonly baselines: boolean;
  readonly backend: BackendChoice;
}

/** The report as tables. */
export function describeReport(report: EvaluationReport): string {
  const { baselines, images, imagesOfSplit, split, dataset, padded } = report;
  const rows = [
    ['prediction', 'mIoU', 'pixel accuracy'],
    ['network', percent(report.meanIou, 2), percent(report.pixelAccuracy, 2)],
    ...(baselines
      ? [
          [
            'most frequent class at each place',
            percent(baselines.position.meanIou, 2),
            percent(baselines.position.pixelAccuracy, 2),
          ],
          [
            `"${baselines.frequentClass.name}" everywhere`,
            percent(baselines.frequentClass.meanIou, 2),
            percent(baselines.frequentClass.pixelAccuracy, 2),
          ],
        ]
      : []),
  ];
  return [
    `${dataset}, split ${split}: ${images} of ${imagesOfSplit} images, padded to ` +
      `${padded.height} x ${padded.width}, ${duration(report.seconds)}`,
    '',
    table([
      ['class', 'IoU', 'accuracy'],
      ...report.classes.map(({ name, iou, accuracy }) => [
        name,
        percent(iou, 2),
        percent(accuracy, 2),
      ]),
    ]),
    '',
    table(rows),
  ].join('\n');
}

async function runEvaluate(folder: string, flags: EvaluateFlags): Promise<void> {
  const { split, images, checkpoint, batchSize, baselines, backend, scoreSize, workers } = flags;
  const stored = await readStoredRun(folder, RETRAIN);
  const dataset = await openData(flags, stored);
  await startBackend(backend);
  const report = await watch(
    ({ signal, onProgress }) =>
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
        ...(workers === undefined ? {} : { workers }),
      }),
    'nothing was written',
  );
  if (report) {
    console.log(describeReport(report));
  }
}

/** The command `evaluate`. */
export function evaluateCommand(): Command {
  const command = new Command('evaluate')
    .description('score a trained network on whole images and write metrics.json into its run')
    .argument('<run>', 'the folder of a retraining');
  return addImportOption(addDataOptions(command))
    .option('--split <name>', 'the split to score on', 'val')
    .option('--images <n>', 'at most n of its images, spread evenly', wholeNumber)
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
    .option('--workers <n>', 'threads that read images; 0: the main thread', wholeNumber)
    .option('--no-baselines', 'do not read the training labels to score baselines')
    .addOption(backendOption())
    .addHelpText(
      'after',
      '\nExample:\n  npx autodeeplab evaluate runs/retrain --split test\n' +
        'Without --data it is scored on the dataset that it was trained on.',
    )
    .action(runEvaluate);
}
