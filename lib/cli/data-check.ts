/** `autodeeplab data check`: what a dataset on disk holds, and what is wrong with it. */
import { Command, Option } from 'commander';
import { writeFileAtomic } from '../files/atomic-file.js';
import {
  checkDataset,
  type CheckRead,
  type DatasetCheck,
} from '../dataset/inspection/check-dataset.js';
import { describeCheck } from '../dataset/inspection/describe-check.js';
import { datasetKinds } from '../dataset/open-dataset.js';
import { addImportOption } from './import-modules.js';
import type { Assignment } from './notebook-parameters.js';
import { assignment } from './notebook-parameters.js';
import { EXIT } from './report-error.js';
import { openData } from './start.js';
import { watch } from './watch.js';

interface CheckFlags {
  readonly root?: string;
  readonly dataOption?: readonly Assignment[];
  readonly splits?: readonly string[];
  readonly read: CheckRead;
  readonly json?: string;
}

const hasErrors = ({ findings }: DatasetCheck): boolean =>
  findings.some(({ severity }) => severity === 'error');

async function runCheck(data: string, flags: CheckFlags): Promise<void> {
  const { splits, read, json } = flags;
  const dataset = await openData({ ...flags, data });
  const start = performance.now();
  const check = await watch(
    ({ signal, onProgress }) =>
      checkDataset(dataset, {
        splits,
        read,
        signal,
        onProgress(done, total) {
          const secondsLeft = ((performance.now() - start) / 1000 / done) * (total - done);
          onProgress({ kind: 'images', purpose: 'check', done, total, secondsLeft });
        },
      }),
    'nothing was written',
  );
  if (check === undefined) {
    return;
  }
  if (json !== undefined) {
    await writeFileAtomic(json, `${JSON.stringify(check, undefined, 2)}\n`);
  }
  console.log(describeCheck(check));
  if (hasErrors(check)) {
    process.exitCode = EXIT.error;
  }
}

/** The command `data check`. */
export function checkCommand(): Command {
  const kinds = datasetKinds().map(({ name }) => name);
  return addImportOption(new Command('check'))
    .description('count, pair and read the files of a dataset; exit code 1 if there are errors')
    .argument('<kind>', `the kind of dataset: ${kinds.join(', ')}; or a folder with dataset.json`)
    .option('--root <folder>', 'the folder of the dataset, as its download unpacks')
    .option(
      '--data-option <name=value>',
      'another option of the kind of dataset, such as labels=labelTrainIds; may be repeated',
      assignment,
    )
    .option('--splits <names>', 'only these splits, with commas between them', (text) =>
      text.split(',').map((name) => name.trim()),
    )
    .addOption(
      new Option(
        '--read <what>',
        'all: every file; labels: label maps, and of images the header; nothing: counts and pairs',
      )
        .choices(['all', 'labels', 'nothing'])
        .default('all'),
    )
    .option('--json <file>', 'write everything that was found, every file at fault among it')
    .addHelpText(
      'after',
      '\nErrors would spoil a training or its scores: files that are missing, unreadable or of ' +
        'another size than their label map, unknown label values, splits that are not whole, images ' +
        'of the validation among those of the training. Warnings and notes do not change the exit ' +
        'code.\n\nExamples:\n  npx autodeeplab data check cityscapes --root /data/cityscapes\n' +
        '  npx autodeeplab data check voc --root /data/voc --read nothing\n' +
        '  npx autodeeplab data check data/fields --json check.json',
    )
    .action(runCheck);
}
