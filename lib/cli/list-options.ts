/** `autodeeplab options`: the settings table of a program. */
import { Argument, Command } from 'commander';
import { RETRAIN } from '../retrain/options.js';
import { SEARCH } from '../search/options.js';
import { describeOptions, optionsDocument } from '../training/options/describe.js';

const PROGRAMS = { search: SEARCH, retrain: RETRAIN };

function printOptions(
  name: keyof typeof PROGRAMS,
  { markdown }: { readonly markdown: boolean },
): void {
  const program = PROGRAMS[name];
  process.stdout.write(markdown ? optionsDocument(program) : `${describeOptions(program)}\n`);
}

/** The command `options`. */
export function optionsCommand(): Command {
  return new Command('options')
    .description('list the options of a program with their presets and sources')
    .addArgument(new Argument('<program>', 'search or retrain').choices(Object.keys(PROGRAMS)))
    .option('--markdown', 'write the document that lies beside the program', false)
    .action(printOptions);
}
