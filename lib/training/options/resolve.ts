/** From a preset and changes to a value for every option. */
import { ConfigError, DataError } from '../../errors.js';
import type { PresetProgram } from '../../dataset/kind.js';
import { presetChanges } from '../../dataset/open-dataset.js';
import type { OptionKind } from './kinds.js';
import { PRESETS, presetOptions, type OptionTable, type OptionValues } from './table.js';

/** Values of some options, not checked yet. */
export type Changes = Readonly<Record<string, unknown>>;

/** The options of a program, and what holds among them. */
export interface ProgramOptions<T extends OptionTable> {
  /** Names the program in errors, on the command line and in runs. */
  readonly name: PresetProgram;
  readonly table: T;
  /** Adds to changes what they imply for other options. */
  imply?(changes: Changes): Changes;
  /** Throws a {@link ConfigError} if options do not fit together. */
  check?(options: OptionValues<T>): void;
}

const isObject = (value: unknown): value is Changes =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A number with what tensors hold in its place, where that is another end of a range. */
function shownNumber(value: number): string {
  const held = Math.fround(value);
  return Number.isInteger(held) && !Number.isInteger(value)
    ? `${value} (${held} in float32)`
    : String(value);
}

const shown = (value: unknown): string =>
  typeof value === 'number' ? shownNumber(value) : (JSON.stringify(value) ?? String(value));

/** What is wrong with a value, with its place; undefined if nothing is. */
function problemOf(kind: OptionKind<unknown>, value: unknown, place: string): string | undefined {
  if (kind.accepts(value)) {
    return undefined;
  }
  for (const [name, field] of Object.entries(isObject(value) ? (kind.fields ?? {}) : {})) {
    const problem = problemOf(field, (value as Changes)[name], `${place}.${name}`);
    if (problem !== undefined) {
      return problem;
    }
  }
  return `${place}: expected ${kind.expected}, got ${shown(value)}`;
}

/** What is wrong with options, with the place; undefined if nothing is. */
function problemIn({ name, table }: ProgramOptions<OptionTable>, options: Changes) {
  const unknown = Object.keys(options).find((key) => !Object.hasOwn(table, key));
  if (unknown !== undefined) {
    return (
      `${name}: expected options that there are, got "${unknown}"; ` +
      `npx autodeeplab options ${name} lists them`
    );
  }
  for (const [key, { kind }] of Object.entries(table)) {
    const problem = problemOf(kind, options[key], `${name} ${key}`);
    if (problem !== undefined) {
      return problem;
    }
  }
  return undefined;
}

/** Options with changes: undefined counts for nothing, and groups change field by field. */
export function withChanges(table: OptionTable, options: Changes, changes: Changes): Changes {
  const result: Record<string, unknown> = { ...options };
  for (const [key, value] of Object.entries(changes)) {
    const isGroup = Object.hasOwn(table, key) && table[key].kind.fields !== undefined;
    const before = result[key];
    if (value !== undefined) {
      result[key] =
        isGroup && isObject(value) && isObject(before) ? { ...before, ...value } : value;
    }
  }
  return result;
}

/**
 * Completes options from a preset and checks them.
 *
 * @param changes - to the preset; of a group, such as `augment`, the fields that differ
 * @param kind - the kind of dataset, which may change presets
 * @throws {@link ConfigError} naming the option that is unknown or out of its range
 */
export function resolveOptions<T extends OptionTable>(
  program: ProgramOptions<T>,
  changes: object,
  preset: string,
  kind: string,
): OptionValues<T> {
  const { name, table } = program;
  const known = PRESETS.find((one) => one === preset);
  if (known === undefined) {
    throw new ConfigError(`${name} preset: expected one of ${PRESETS.join(', ')}, got "${preset}"`);
  }
  const given = changes as Changes;
  const options = [presetChanges(kind, name, known), program.imply?.(given) ?? given].reduce(
    (before, after) => withChanges(table, before, after),
    presetOptions(table, known),
  );
  const problem = problemIn(program, options);
  if (problem !== undefined) {
    throw new ConfigError(problem);
  }
  program.check?.(options as OptionValues<T>);
  return options as OptionValues<T>;
}

/**
 * Checks options that were stored; each must be there.
 *
 * @throws {@link DataError} naming the option that is missing or wrong
 */
export function checkStoredOptions<T extends OptionTable>(
  program: ProgramOptions<T>,
  options: unknown,
  file: string,
): OptionValues<T> {
  const problem = isObject(options)
    ? problemIn(program, options)
    : `${program.name}: expected its options, got ${shown(options)}`;
  if (problem !== undefined) {
    throw new DataError(`${file}: ${problem}`, file);
  }
  return options as OptionValues<T>;
}
