/** `autodeeplab data import`: the export of a labelling tool as a dataset. */
import { Command, InvalidArgumentError, Option } from 'commander';
import type { Overlap, UnknownColors } from '../dataset/import/format.js';
import { IMPORT_FORMATS } from '../dataset/import/formats.js';
import { importDataset } from '../dataset/import/import-dataset.js';
import { describeImport } from '../dataset/import/report.js';
import type { SplitRule } from '../dataset/import/splits.js';
import type { Unlabelled } from '../dataset/import/values.js';
import { ConfigError } from '../errors.js';
import { listLines, readTextFile } from '../files/text-file.js';
import { wholeNumber } from './options.js';
import { watch } from './watch.js';

interface ImportFlags {
  readonly out: string;
  readonly format?: string;
  readonly images?: string;
  readonly name?: string;
  readonly classes?: string;
  readonly unlabelled: Unlabelled;
  readonly ignore?: readonly string[];
  readonly unknownColors?: UnknownColors;
  readonly overlap?: Overlap;
  readonly ratio?: Readonly<Record<string, number>>;
  readonly folds?: number;
  readonly lists?: Readonly<Record<string, string>>;
  readonly seed: number;
  readonly link: boolean;
  readonly json: boolean;
}

/** Reads `train=8,val=2` as pairs. */
function pairs(text: string): [string, string][] {
  return text.split(',').map((part) => {
    const match = /^\s*([^=]+?)\s*=\s*(.+?)\s*$/.exec(part);
    if (match === null) {
      throw new InvalidArgumentError(`expected pairs such as train=8,val=2, got "${text}".`);
    }
    return [match[1], match[2]];
  });
}

function readRatio(text: string): Record<string, number> {
  return Object.fromEntries(
    pairs(text).map(([name, share]) => {
      if (!(Number(share) > 0)) {
        throw new InvalidArgumentError(`expected positive shares, got "${text}".`);
      }
      return [name, Number(share)];
    }),
  );
}

const names = (text: string): string[] => text.split(',').map((name) => name.trim());

/** The lines of the list of each split. */
async function readLists(
  files: Readonly<Record<string, string>>,
): Promise<Record<string, string[]>> {
  const lists: Record<string, string[]> = {};
  for (const [split, file] of Object.entries(files)) {
    const lines = listLines(await readTextFile(file), file).map((line) => line.trim());
    lists[split] = lines.filter((line) => line !== '');
  }
  return lists;
}

async function splitRule({ ratio, folds, lists }: ImportFlags): Promise<SplitRule | undefined> {
  const given = [ratio, folds, lists].filter((one) => one !== undefined);
  if (given.length > 1) {
    throw new ConfigError(
      `splits: expected one of --ratio, --folds and --lists, got ${given.length} of them`,
    );
  }
  if (ratio !== undefined) {
    return { ratio };
  }
  if (folds !== undefined) {
    return { folds };
  }
  return lists && { lists: await readLists(lists) };
}

async function runImport(folder: string, flags: ImportFlags): Promise<void> {
  const { out, format, images, name, classes, unlabelled, ignore, unknownColors } = flags;
  const { overlap, seed, link, json } = flags;
  const splits = await splitRule(flags);
  const start = performance.now();
  const report = await watch(
    ({ signal, onProgress }) =>
      importDataset({
        folder,
        out,
        format,
        images,
        name,
        classes,
        unlabelled,
        ignore,
        unknownColors,
        overlap,
        splits,
        seed,
        link,
        signal,
        onProgress(done, total) {
          const secondsLeft = ((performance.now() - start) / 1000 / done) * (total - done);
          onProgress({ kind: 'images', purpose: 'import', done, total, secondsLeft });
        },
      }),
    'nothing was written',
  );
  if (report === undefined) {
    return;
  }
  const next = `npx autodeeplab search --data ${out} --preset laptop --out runs/search`;
  const text = `${describeImport(report)}\n\n${report.root}: ready; for example\n  ${next}`;
  console.log(json ? JSON.stringify(report, undefined, 2) : text);
}

/** The command `data import`. */
export function dataImportCommand(): Command {
  const formats = IMPORT_FORMATS.map(({ name, title, looksFor }) => {
    return `  ${name.padEnd(14)}  ${title}: ${looksFor}`;
  });
  return new Command('import')
    .description('convert the export of a labelling tool into a dataset to train on')
    .argument('<folder>', 'the export, as the tool wrote it, unpacked; it is only read')
    .requiredOption('--out <folder>', 'the folder of the dataset: new or empty')
    .addOption(
      new Option('--format <name>', 'the format, where it is not recognised').choices(
        IMPORT_FORMATS.map(({ name }) => name),
      ),
    )
    .option('--images <folder>', 'where the images are, if not in the export')
    .option('--name <name>', 'the name of the dataset; that of its folder by default')
    .option('--classes <file>', 'the classes in order: a name or name,red,green,blue per line')
    .addOption(
      new Option('--unlabelled <what>', 'what pixels without a label become')
        .choices(['background', 'ignore'])
        .default('background'),
    )
    .option('--ignore <names>', 'classes that are neither learned nor scored', names)
    .addOption(
      new Option(
        '--unknown-colors <what>',
        'what to do with colours of masks that no class has (default: "error")',
      ).choices(['error', 'ignore', 'nearest']),
    )
    .addOption(
      new Option(
        '--overlap <which>',
        'which of two overlapping objects of COCO shows (default: "smaller")',
      ).choices(['smaller', 'later']),
    )
    .option('--ratio <shares>', 'split by shares, such as train=8,val=1,test=1', readRatio)
    .option('--folds <k>', 'split into train-1, val-1, … train-k, val-k', wholeNumber)
    .option('--lists <files>', 'split by lists, such as train=train.txt,val=val.txt', (text) =>
      Object.fromEntries(pairs(text)),
    )
    .option('--seed <n>', 'seed of the splits that are drawn', wholeNumber, 1)
    .option('--link', 'hard links to the images instead of copies', false)
    .option('--json', 'print the report as JSON', false)
    .addHelpText(
      'after',
      `\nFormats:\n${formats.join('\n')}\n\nExample:\n` +
        '  npx autodeeplab data import exports/cvat --out data/fields --ratio train=8,val=2',
    )
    .action(runImport);
}
