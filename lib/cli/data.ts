/** `autodeeplab data …`: work on datasets before training. */
import { Command } from 'commander';
import { dataImportCommand } from './data-import.js';

/** The subcommands, in the order in which `--help` lists them. */
const SUBCOMMANDS: readonly (() => Command)[] = [dataImportCommand];

/** The command `data`. */
export function dataCommand(): Command {
  const command = new Command('data').description('import datasets');
  for (const makeCommand of SUBCOMMANDS) {
    command.addCommand(makeCommand());
  }
  return command;
}
