/** `autodeeplab evaluate`: scores a trained network. */
import { Command, Option } from 'commander';
import type { BackendChoice } from '../backend/backend-name.js';
import { evaluate } from '../evaluate/evaluate.js';
import { UnwrittenReportError } from '../evaluate/unwritten-report.js';
import { findModel } from '../model/document.js';
import { readStoredRun } from '../training/stored-run.js';
import { RETRAIN } from '../retrain/options.js';
import { describeReport } from './describe-evaluation.js';
import { addImportOption } from './import-modules.js';
import {
  addDataOptions,
  backendOption,
  checkpointOption,
  imagePoolingOption,
  precisionOption,
  wholeNumber,
} from './options.js';
import { addAveragingOptions, viewOptions, type ViewFlags } from './prediction-flags.js';
import { openData, startBackend, type DataFlags } from './start.js';
import { watch } from './watch.js';

interface EvaluateFlags extends DataFlags, ViewFlags {
  readonly split: string;
  readonly images?: number;
  readonly batchSize: number;
  readonly scoreSize: 'read' | 'original';
  readonly workers?: number;
  readonly baselines: boolean;
  readonly boundaryIou: boolean;
  readonly backend: BackendChoice;
}

async function runEvaluate(folder: string, flags: EvaluateFlags): Promise<void> {
  const { split, images, batchSize, baselines, boundaryIou, backend, scoreSize, workers } = flags;
  const isModel = (await findModel(folder)) !== undefined;
  const stored = isModel ? undefined : await readStoredRun(folder, RETRAIN);
  const dataset = await openData(flags, stored);
  await startBackend(backend);
  const report = await watch(
    ({ signal, onProgress }) =>
      evaluate({
        dataset,
        folder,
        split,
        batchSize,
        withBaselines: baselines,
        withBoundaryIou: boundaryIou,
        scoreSize,
        images,
        workers,
        ...viewOptions(flags),
        signal,
        onProgress,
      }),
    'nothing was written',
  ).catch((error: unknown) => {
    if (error instanceof UnwrittenReportError) {
      console.log(describeReport(error.report));
    }
    throw error;
  });
  if (report) {
    console.log(describeReport(report));
    if (isModel) {
      console.log(`${folder} stays as it was exported: the scores above are not written into it`);
    }
  }
}

/** The command `evaluate`. */
export function evaluateCommand(): Command {
  const command = new Command('evaluate')
    .description('score a trained network on whole images and write metrics.json into its run')
    .argument('<run>', 'the folder of a retraining, or of an exported network');
  return addAveragingOptions(addImportOption(addDataOptions(command)))
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
    .addOption(imagePoolingOption())
    .addOption(precisionOption())
    .option('--no-baselines', 'do not read the training labels to score baselines')
    .option('--no-boundary-iou', 'do not score the bands along contours, which takes longer')
    .addOption(backendOption())
    .addHelpText(
      'after',
      '\nExamples:\n  npx autodeeplab evaluate runs/retrain --split test\n' +
        '  npx autodeeplab evaluate runs/retrain --scales 0.5,0.75,1,1.25,1.5,1.75 --flip\n' +
        '  npx autodeeplab evaluate runs/retrain --window 769 --stride 513\n' +
        'Each image is padded to its own size, so that its score depends on it alone.\n' +
        'Without --data a run is scored on the dataset that it was trained on; an exported network needs --data.',
    )
    .action(runEvaluate);
}
