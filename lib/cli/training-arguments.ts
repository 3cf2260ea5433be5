/** Arguments of `search` and `retrain` that another command passes on: checked before anything runs. */
import type { Command } from 'commander';
import { ConfigError } from '../errors.js';
import { RETRAIN } from '../retrain/options.js';
import { SEARCH } from '../search/options.js';
import type { ProgramOptions } from '../training/options/resolve.js';
import type { OptionTable } from '../training/options/table.js';
import { retrainCommand } from './retrain.js';
import { searchCommand } from './search.js';
import { checkFlags, type TrainingFlags } from './training-command.js';

/** The commands whose arguments may be passed on. */
const PROGRAMS: Readonly<
  Record<
    string,
    { readonly options: ProgramOptions<OptionTable>; readonly command: () => Command } | undefined
  >
> = {
  search: { options: SEARCH, command: searchCommand },
  retrain: { options: RETRAIN, command: retrainCommand },
};

/** What else is known of the arguments. */
export interface ArgumentContext {
  /** The command that passes them on; errors are written as it writes its own. */
  readonly command: Command;
  /** Flags that it sets itself, without `--`. */
  readonly own: readonly string[];
  /** Whether it names the architecture itself. */
  readonly namesArchitecture: boolean;
  /** Whether files that the arguments name are there, on this machine. */
  readonly isHere: boolean;
}

function hasFlag(command: Command, name: string): boolean {
  const attribute = name.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());
  return command.getOptionValueSource(attribute) === 'cli';
}

/**
 * Checks the arguments of a search or a retraining: flags, their values, whether they go together.
 *
 * Modules of `--import` are not loaded; with them, and where files are elsewhere, what the flags mean
 * together is left to the run.
 *
 * @throws {@link ConfigError} naming what is wrong
 * @throws commander's error for a flag without a usable value
 */
export async function checkTrainingArguments(
  args: readonly string[],
  { command: outer, own, namesArchitecture, isHere }: ArgumentContext,
): Promise<void> {
  const [name = '', ...rest] = args;
  const program = Object.hasOwn(PROGRAMS, name) ? PROGRAMS[name] : undefined;
  if (program === undefined) {
    throw new ConfigError(
      `${outer.name()}: expected ${Object.keys(PROGRAMS).join(' or ')} and its arguments behind --, got ` +
        `${name === '' ? 'nothing' : `"${name}"`}`,
    );
  }
  const command = program.command().copyInheritedSettings(outer);
  const { operands, unknown } = command.parseOptions([...rest]);
  if (unknown.length > 0) {
    throw new ConfigError(
      `${name}: expected flags that it has, got ${unknown[0]}; see npx autodeeplab ${name} --help`,
    );
  }
  const taken = own.find((flag) => hasFlag(command, flag));
  if (taken !== undefined) {
    throw new ConfigError(
      `${outer.name()}: expected the arguments of ${name} without --${taken}, which each trial gets, got ` +
        'it; leave it out',
    );
  }
  const most = namesArchitecture ? 0 : command.registeredArguments.length;
  if (operands.length > most) {
    throw new ConfigError(
      `${outer.name()}: expected at most ${most} arguments of ${name} besides flags, got ` +
        operands.map((operand) => `"${operand}"`).join(', '),
    );
  }
  const flags = command.opts<TrainingFlags>();
  if (flags.import === undefined && (isHere || flags.config === undefined)) {
    await checkFlags(program.options, flags);
  }
}
