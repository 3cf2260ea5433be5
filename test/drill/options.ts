/** The command line of the drills. */
import { Command, InvalidArgumentError } from 'commander';
import { COMMANDS, type DrilledCommand } from './commands.js';
import type { Drill } from './drill.js';

/** What a command line asks for. */
export interface DrillOptions {
  readonly drills: readonly Drill[];
  readonly commands: readonly DrilledCommand[];
  readonly seed: number;
  readonly kills: number;
  readonly every: number;
  readonly lanes: number;
  /** No trial begins after so many minutes; undefined: all are run. */
  readonly minutes?: number | undefined;
  /** A file for the results. */
  readonly json?: string | undefined;
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) {
    throw new InvalidArgumentError('Expected a whole number above 0.');
  }
  return Number(text);
}

/** A parser of names out of a list. */
function namesOutOf<T extends { readonly name: string }>(all: readonly T[]) {
  return (text: string): T[] =>
    text.split(',').map((name) => {
      const found = all.find((entry) => entry.name.replaceAll(' ', '-') === name);
      if (found === undefined) {
        const names = all.map((entry) => entry.name.replaceAll(' ', '-')).join(', ');
        throw new InvalidArgumentError(`Expected names out of ${names}, got "${name}".`);
      }
      return found;
    });
}

/**
 * Reads a command line.
 *
 * @throws commander's error for an unknown option or a wrong value, and for `--help`
 */
export function parseOptions(
  parameters: readonly string[],
  drills: readonly Drill[],
): DrillOptions {
  const command = new Command('npm run drill --')
    .description(
      'Kills runs, fills their disk, damages their files and breaks what they work with; each must ' +
        'come to the results of the uninterrupted run.',
    )
    .option('--only <drills>', 'kinds of drills, separated by commas', namesOutOf(drills))
    .option('--commands <names>', 'commands to drill, separated by commas', namesOutOf(COMMANDS))
    .option('--kills <n>', 'kills at random times, per command', wholeNumber, 30)
    .option('--every <n>', 'of the file operations and the damages, each n-th', wholeNumber, 1)
    .option('--seed <n>', 'all random choices follow from it', wholeNumber, 1)
    .option('--lanes <n>', 'trials at a time', wholeNumber, 2)
    .option('--minutes <n>', 'begin no trial later; by default all are run', wholeNumber)
    .option('--json <file>', 'write the results to this file')
    .exitOverride();
  command.parse(parameters, { from: 'user' });
  const { only, commands, ...others } = command.opts<
    Omit<DrillOptions, 'drills'> & { readonly only?: Drill[]; readonly commands?: DrilledCommand[] }
  >();
  return { ...others, drills: only ?? drills, commands: commands ?? COMMANDS };
}
