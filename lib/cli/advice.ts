/** What errors advise, as it is typed on the command line. */
import type { Command } from 'commander';
import { kebab } from './option-flags.js';

/** Options whose flags have other names; `=` joins a value to its flag. */
const NAMES: Readonly<Record<string, string>> = {
  folder: '--out',
  kind: '--data',
  labels: '--data-option labels=',
  sbd: '--data-option sbd=',
};

const NAMED = /\b(?:the )?option ([a-z]\w*)/g;
const WITH_VALUE = /\{ ([a-z]\w*): ('[^']*'|[\d.]+|true|false) \}/g;
/** A name of several words as an option's, in a sentence: not that of a field, a call, a file or a text. */
const BARE = /(?<![\w./"'`-])([a-z]+(?:[A-Z][a-z]*)+)(?![\w(:/"'`=-]|\.\w)/g;
const SEVERAL = /\{ ([a-z]\w*(?:, [a-z]\w*)+) \}/g;

/** All flags of a command, such as `--batch-size`. */
export function flagsOfCommand(command: Command): ReadonlySet<string> {
  return new Set(command.options.map(({ long }) => long ?? ''));
}

/**
 * A message with the options that it advises as flags. The library names them as scripts write them:
 * `option batchSize`, `{ workers: 0 }`, `{ path, cell }` or `raise memoryLimit`; they become `--batch-size`,
 * `--workers 0`, `--path and --cell` and `raise --memory-limit`. Options that the command does not have stay as
 * they are.
 *
 * @param flags - the flags of the command that failed
 */
export function withFlags(message: string, flags: ReadonlySet<string>): string {
  const flagOf = (name: string): string => NAMES[name] ?? `--${kebab(name)}`;
  const has = (flag: string): boolean => flags.has(flag.split(' ', 1)[0]);
  return message
    .replaceAll(NAMED, (text, name: string) => (has(flagOf(name)) ? flagOf(name) : text))
    .replaceAll(WITH_VALUE, (text, name: string, value: string) => {
      const negated = `--no-${kebab(name).replace(/^with-/, '')}`;
      if (value === 'false' && flags.has(negated)) {
        return negated;
      }
      const flag = flagOf(name);
      if (!has(flag)) {
        return text;
      }
      return value === 'true'
        ? flag
        : `${flag.replace(/[^=]$/, '$& ')}${value.replaceAll("'", '')}`;
    })
    .replaceAll(SEVERAL, (text, names: string) => {
      const several = names.split(', ').map(flagOf);
      return several.every(has) ? several.join(' and ') : text;
    })
    .replaceAll(BARE, (text, name: string) => (has(flagOf(name)) ? flagOf(name) : text));
}
