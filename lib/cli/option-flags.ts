/** Options of a program as flags of a command. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import { describePresets } from '../training/options/describe.js';
import type { OptionKind } from '../training/options/kinds.js';
import type { Changes } from '../training/options/resolve.js';
import type { OptionTable } from '../training/options/table.js';

/** A flag, the option that it changes and the field of it, if the option is a group. */
interface OptionFlag {
  readonly flag: Option;
  readonly kind: OptionKind<unknown>;
  readonly name: string;
  readonly field: string | undefined;
}

/** A name of the library as flags write it: `batchSize` is `batch-size`. */
export const kebab = (name: string): string =>
  name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** Reads a kind of value, or refuses the text. */
export function readerOf<T>(kind: OptionKind<T>): (text: string) => T {
  return (text) => {
    const value = kind.parse(text);
    if (!kind.accepts(value)) {
      throw new InvalidArgumentError(`expected ${kind.expected}, got "${text}".`);
    }
    return value;
  };
}

/** A flag that keeps the text that it was given, once it is read: commander knows no null. */
function flagFor(name: string, kind: OptionKind<unknown>, help: string): Option {
  const read = readerOf(kind);
  return new Option(`--${kebab(name)} ${kind.placeholder}`, help).argParser((text) => {
    read(text);
    return text;
  });
}

/** A flag for every option; for a group, one for every field. */
function flagsOf(table: OptionTable): OptionFlag[] {
  return Object.entries(table).flatMap(([name, option]): OptionFlag[] => {
    const { kind, help, heading, paper } = option;
    const described = `${help} (${describePresets(option)})`;
    if (kind.fields === undefined) {
      const flag = flagFor(name, kind, described).helpGroup(`${heading}:`);
      return [{ flag, kind, name, field: undefined }];
    }
    return Object.entries(kind.fields).map(([field, fieldKind]) => {
      const fieldName = `${name}${field[0].toUpperCase()}${field.slice(1)}`;
      const value = fieldKind.format((paper as Changes)[field]);
      const fieldHelp = `${help}: ${kebab(field).replaceAll('-', ' ')} (${value})`;
      const flag = flagFor(fieldName, fieldKind, fieldHelp).helpGroup(`${heading}:`);
      return { flag, kind: fieldKind, name, field };
    });
  });
}

/** Adds a flag for every option. */
export function addOptionFlags(command: Command, table: OptionTable): Command {
  for (const { flag } of flagsOf(table)) {
    command.addOption(flag);
  }
  return command;
}

/** The options that were given as flags; of a group, the fields that were given. */
export function changesFrom(flags: Changes, table: OptionTable): Changes {
  const changes: Record<string, unknown> = {};
  for (const { flag, kind, name, field } of flagsOf(table)) {
    const text = flags[flag.attributeName()] as string | undefined;
    if (text !== undefined) {
      const value = kind.parse(text);
      changes[name] =
        field === undefined ? value : { ...(changes[name] as object | undefined), [field]: value };
    }
  }
  return changes;
}
