/** `autodeeplab export`: a trained network for use elsewhere. */
import { Command, Option } from 'commander';
import { ConfigError } from '../errors.js';
import type { ExportFlags } from './export/format.js';
import { FORMATS } from './export/formats.js';
import { addImportOption } from './import-modules.js';
import { interruptible } from './interrupt.js';
import { backendOption, checkpointOption } from './options.js';
import { startBackend } from './start.js';

/** The options that not all formats have, with the names of those that have them. */
function optionsOfFormats(): ReadonlyMap<Option, readonly string[]> {
  const formats = new Map<Option, string[]>();
  for (const [name, { options }] of Object.entries(FORMATS)) {
    options.forEach((option) => formats.set(option, [...(formats.get(option) ?? []), name]));
  }
  return formats;
}

/** Refuses options of other formats. */
function checkOptions(flags: ExportFlags): void {
  const given = new Set(Object.keys(flags));
  for (const [option, formats] of optionsOfFormats()) {
    if (given.has(option.attributeName()) && !formats.includes(flags.format)) {
      throw new ConfigError(
        `export ${option.long}: expected it with --format ${formats.join(' or ')} only, got ` +
          `--format ${flags.format}; leave it out`,
      );
    }
  }
}

async function runExport(folder: string, flags: ExportFlags): Promise<void> {
  checkOptions(flags);
  await startBackend(flags.backend);
  let isWritten = false;
  await interruptible(
    async (signal) => {
      const said = await FORMATS[flags.format].write(folder, flags, signal);
      isWritten = true;
      console.log(said);
    },
    () => (isWritten ? 'the model is whole' : 'nothing was written'),
  );
}

/** The command `export`. */
export function exportCommand(): Command {
  const formats = Object.entries(FORMATS);
  const list = formats.map(([name, { summary }]) => `  ${name.padEnd(13)}${summary}`).join('\n');
  const command = addImportOption(new Command('export'))
    .description('write a trained network for use elsewhere')
    .argument('<run>', 'the folder of a retraining, or of an exported network')
    .requiredOption('--out <folder>', 'the folder to write: new or empty')
    .addOption(
      new Option('--format <format>', 'what to write')
        .choices(Object.keys(FORMATS))
        .makeOptionMandatory(),
    )
    .addOption(checkpointOption())
    .addOption(backendOption());
  for (const [option, names] of optionsOfFormats()) {
    command.addOption(option.helpGroup(`Format ${names.join(', ')}:`));
  }
  return command
    .addHelpText(
      'after',
      `\nFormats:\n${list}\n\nExamples:\n` +
        '  npx autodeeplab export runs/retrain --format model --weights float16 --license Apache-2.0 --out model\n' +
        '  npx autodeeplab export runs/retrain --format saved-model --size 1025x2049 --out saved-model\n' +
        '  npx autodeeplab export runs/retrain --format graph-model --size any --weights float16 --out web-model\n' +
        '  npx autodeeplab export runs/retrain --format web --license Apache-2.0 --out web\n' +
        "In Python: tf.saved_model.load('saved-model').signatures['serving_default'](image=image)['labels']\n" +
        "In TensorFlow.js: (await tf.loadGraphModel('web-model/model.json')).execute({ image }, 'labels')",
    )
    .action(runExport);
}
