/** `autodeeplab data …`: work on datasets before training. */
import { Command } from 'commander';
import { checkCommand } from './data-check.js';
import { dataImportCommand } from './data-import.js';
import { prepareCommand } from './data-prepare.js';

/** The subcommands, in the order in which `--help` lists them. */
const SUBCOMMANDS: readonly (() => Command)[] = [prepareCommand, checkCommand, dataImportCommand];

/** The command `data`. */
export function dataCommand(): Command {
  const command = new Command('data').description(
    'prepare and check datasets, import from labelling tools',
  );
  for (const makeCommand of SUBCOMMANDS) {
    command.addCommand(makeCommand());
  }
  return command;
}
