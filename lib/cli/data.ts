/** `autodeeplab data`: commands for datasets on disk. */
import { Command } from 'commander';
import { prepareCommand } from './data-prepare.js';

/** The commands below `data`, in the order in which `--help` lists them. */
const COMMANDS: readonly (() => Command)[] = [prepareCommand];

/** The command `data`. */
export function dataCommand(): Command {
  const data = new Command('data').description('prepare the files of a dataset');
  for (const makeCommand of COMMANDS) {
    data.addCommand(makeCommand());
  }
  return data;
}
