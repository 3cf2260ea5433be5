/** `autodeeplab submission …`: files for the evaluation servers of the benchmarks. */
import { Command } from 'commander';
import type { BackendChoice } from '../backend/backend-name.js';
import { RETRAIN } from '../retrain/options.js';
import { checkSubmission, type SubmissionCheck } from '../submission/check-submission.js';
import type { SubmissionRule } from '../submission/label-rules.js';
import { writeSubmission } from '../submission/write-submission.js';
import { count } from '../text.js';
import { readStoredRun } from '../training/stored-run.js';
import { addImportOption } from './import-modules.js';
import { addDataOptions, backendOption, checkpointOption, imagePoolingOption } from './options.js';
import {
  addAveragingOptions,
  addTilingOptions,
  predictionOptions,
  type PredictionFlags,
} from './prediction-flags.js';
import { EXIT } from './report-error.js';
import { openData, startBackend, type DataFlags } from './start.js';
import { watch } from './watch.js';

interface TargetFlags extends DataFlags {
  readonly split: string;
  readonly competition?: string;
}

interface WriteFlags extends TargetFlags, PredictionFlags {
  readonly out: string;
  readonly part?: boolean;
  readonly backend: BackendChoice;
}

/** How many files of one rule are named. */
const NAMED = 5;

const RULES: Readonly<Record<SubmissionRule, string>> = {
  archive: 'kind of archive',
  split: 'images of the dataset',
  missing: 'missing files',
  several: 'several files for one image',
  extra: 'files of no image',
  format: 'kind of PNG',
  size: 'size',
  values: 'values',
};

/** What a check found, as lines. */
export function describeSubmission(check: SubmissionCheck): string {
  const { server, images, files, problems, isGood } = check;
  const read = `${count(files, 'file')} for ${count(images, 'image')}`;
  if (isGood) {
    return `${read}: as ${server} wants them`;
  }
  const blocks = (Object.keys(RULES) as SubmissionRule[]).flatMap((rule) => {
    const ofRule = problems.filter((problem) => problem.rule === rule);
    const lines = ofRule.slice(0, NAMED).map(({ file, problem }) => `  ${file}: ${problem}`);
    const more = ofRule.length > NAMED ? [`  and ${ofRule.length - NAMED} more`] : [];
    return ofRule.length === 0 ? [] : [`${RULES[rule]}: ${ofRule.length}`, ...lines, ...more];
  });
  return [`${read}: not as ${server} wants them`, ...blocks].join('\n');
}

const inWords = (bytes: number): string =>
  bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;

async function runWrite(folder: string, flags: WriteFlags): Promise<void> {
  const { out, split, competition, part, backend } = flags;
  const dataset = await openData(flags, await readStoredRun(folder, RETRAIN));
  await startBackend(backend);
  const written = await watch(
    ({ signal, onProgress }) =>
      writeSubmission({
        dataset,
        folder,
        out,
        split,
        competition,
        part,
        ...predictionOptions(flags),
        signal,
        onProgress,
      }),
    `the label maps written so far are in ${out}; the same command resumes`,
  );
  if (written) {
    const { archive, bytes, images, kept, server } = written;
    const before = kept > 0 ? `, ${kept} of them were there` : '';
    console.log(`${count(images, 'label map')}${before}, read again and checked`);
    console.log(`${archive}: ${inWords(bytes)}, for ${server}; nothing was sent`);
  }
}

async function runCheck(path: string, flags: TargetFlags): Promise<void> {
  const dataset = await openData(flags);
  const { split, competition } = flags;
  const check = await watch(
    ({ signal, onProgress }) =>
      checkSubmission({ path, dataset, split, competition, signal, onProgress }),
    'nothing was written',
  );
  if (check) {
    console.log(describeSubmission(check));
    process.exitCode = check.isGood ? 0 : EXIT.error;
  }
}

function addTargetOptions(command: Command): Command {
  return addImportOption(addDataOptions(command))
    .option('--split <name>', 'the images to predict; another one than test is a rehearsal', 'test')
    .option(
      '--competition <name>',
      'of VOC: comp6 (default), trained on any data, or comp5, on VOC 2012 only',
    );
}

/** The command `submission write`. */
export function writeSubmissionCommand(): Command {
  const command = new Command('write')
    .description('predict a test split and write what its server takes; resumes by itself')
    .argument('<run>', 'the folder of a retraining, or of an exported network')
    .requiredOption('--out <folder>', 'where the label maps go; the archive is written beside it');
  return addTilingOptions(addAveragingOptions(addTargetOptions(command)))
    .option('--part', 'write although images of the split are missing; no server takes that')
    .addOption(checkpointOption())
    .addOption(imagePoolingOption())
    .addOption(backendOption())
    .addHelpText(
      'after',
      '\nExamples:\n  npx autodeeplab submission write runs/retrain --out submission\n' +
        '  npx autodeeplab submission write runs/retrain --out rehearsal --split val\n' +
        'Without --data it predicts the dataset that it was trained on. Nothing is sent.',
    )
    .action(runWrite);
}

/** The command `submission check`. */
export function checkSubmissionCommand(): Command {
  return addTargetOptions(new Command('check'))
    .description('read files for a server and say what it would refuse')
    .argument('<path>', 'the archive, or a folder of what it would hold')
    .addHelpText(
      'after',
      '\nExample:\n  npx autodeeplab submission check submission.zip --data cityscapes --root /data/cityscapes',
    )
    .action(runCheck);
}

/** The command `submission`. */
export function submissionCommand(): Command {
  return new Command('submission')
    .description('files for the evaluation servers of Cityscapes, VOC and ADE20K')
    .addCommand(writeSubmissionCommand())
    .addCommand(checkSubmissionCommand());
}
