/** `autodeeplab data prepare`: makes of a download what a dataset opens. */
import { Command } from 'commander';
import { datasetKinds, openDataset, prepareDataset } from '../dataset/open-dataset.js';
import { count } from '../text.js';
import { addImportOption } from './import-modules.js';
import { watch } from './watch.js';

interface PrepareFlags {
  readonly root: string;
  readonly verify: boolean;
}

async function runPrepare(name: string, { root, verify }: PrepareFlags): Promise<void> {
  const advice = `the same command resumes: npx autodeeplab data prepare ${name} --root ${root}`;
  const report = await watch(({ signal, onProgress }) => {
    let begun = { what: '', at: 0 };
    return prepareDataset(name, {
      root,
      verify,
      signal,
      onProgress({ what, done, total }) {
        if (what !== begun.what) {
          begun = { what, at: performance.now() };
        }
        const perFile = (performance.now() - begun.at) / 1000 / done;
        const secondsLeft = perFile * (total - done);
        onProgress({ kind: 'images', purpose: what, done, total, secondsLeft });
      },
    });
  }, advice);
  if (report === undefined) {
    return;
  }
  for (const remark of report.remarks) {
    console.log(remark);
  }
  console.log(`${count(report.written, 'file')} written, ${report.kept} kept`);
  const dataset = await openDataset(name, { root });
  for (const split of dataset.splits) {
    console.log(`split ${split}: ${count((await dataset.samples(split)).length, 'image')}`);
  }
}

/** The command `data prepare`. */
export function prepareCommand(): Command {
  const names = datasetKinds().filter(({ prepare }) => prepare !== undefined);
  return addImportOption(new Command('prepare'))
    .description('unpack or convert a download, once; what is done already is kept')
    .argument('<kind>', `the kind of dataset: ${names.map(({ name }) => name).join(', ')}`)
    .requiredOption('--root <folder>', 'the folder of the download')
    .option('--verify', 'compare the content of files that are there already', false)
    .addHelpText(
      'after',
      '\nExample:\n  npx autodeeplab data prepare cityscapes --root /data/cityscapes',
    )
    .action(runPrepare);
}
