/** Kinds of option values: what is accepted, and how the command line writes it. */
import { isDeviceName } from '../../runtime/devices.js';

/** What an option may be. Values are plain JSON. */
export interface OptionKind<T> {
  /** What a value has to be; errors say it after "expected". */
  readonly expected: string;
  /** What stands for a value in help, such as `<n>`. */
  readonly placeholder: string;
  /** The parts of a value that is an object; each has a flag of its own on the command line. */
  readonly fields?: Readonly<Record<string, OptionKind<unknown>>>;
  accepts(value: unknown): value is T;
  /** What a text of the command line stands for; the result may still be unacceptable. */
  parse(text: string): unknown;
  /** As the command line writes a value. */
  format(value: T): string;
}

/** The values of a kind. */
export type ValueOf<K> = K extends OptionKind<infer T> ? T : never;

/** How the command line writes values; by default a text stands for itself. */
interface Writing<T> {
  readonly parse?: (text: string) => unknown;
  readonly format?: (value: T) => string;
}

function makeKind<T>(
  expected: string,
  placeholder: string,
  accepts: (value: unknown) => boolean,
  { parse = (text) => text, format = String }: Writing<T> = {},
): OptionKind<T> {
  return { expected, placeholder, accepts: (value): value is T => accepts(value), parse, format };
}

/** The ends of a range; `above` and `below` are not in it. */
export interface Range {
  readonly min?: number;
  readonly above?: number;
  readonly max?: number;
  readonly below?: number;
}

function rangeText({ min, above, max, below }: Range): string {
  return [
    min === undefined ? '' : ` ≥ ${min}`,
    above === undefined ? '' : ` > ${above}`,
    max === undefined ? '' : ` ≤ ${max}`,
    below === undefined ? '' : ` < ${below}`,
  ]
    .filter((end) => end !== '')
    .join(' and');
}

function isWithin(value: unknown, range: Range): value is number {
  const { min = -Infinity, above = -Infinity, max = Infinity, below = Infinity } = range;
  const isNumber = typeof value === 'number' && Number.isFinite(value);
  return isNumber && value >= min && value > above && value <= max && value < below;
}

const parseNumber = (text: string): number => (text.trim() === '' ? NaN : Number(text));

/** Whether a number is in a range as tensors hold it, too: 1e-50 is 0 there, 0.99999999 is 1. */
function isWithinAsTensor(value: unknown, range: Range): boolean {
  const held = Math.fround(Number(value));
  return isWithin(value, range) && (!Number.isFinite(held) || isWithin(held, range));
}

/** A number in a range. */
export function real(range: Range): OptionKind<number> {
  const accepts = (value: unknown) => isWithinAsTensor(value, range);
  return makeKind(`a number${rangeText(range)}`, '<number>', accepts, { parse: parseNumber });
}

/** A whole number in a range. */
export function whole(range: Range): OptionKind<number> {
  const accepts = (value: unknown) => Number.isInteger(value) && isWithin(value, range);
  return makeKind(`a whole number${rangeText(range)}`, '<n>', accepts, { parse: parseNumber });
}

/** A share of 1, above 0. */
export const share = real({ above: 0, max: 1 });

/** True or false. */
export const boolean: OptionKind<boolean> = makeKind(
  'true or false',
  '<true|false>',
  (value) => typeof value === 'boolean',
  { parse: (text) => ({ true: true, false: false })[text] },
);

/** One of some words. */
export function choice<const W extends string>(...words: readonly W[]): OptionKind<W> {
  const expected = words.length === 1 ? `"${words[0]}"` : `one of ${words.join(', ')}`;
  return makeKind(expected, `<${words.join('|')}>`, (value) =>
    words.some((word) => word === value),
  );
}

const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';

/** A text that is not empty, such as a name or a path. */
export function text(placeholder: string): OptionKind<string> {
  return makeKind('a text that is not empty', placeholder, isText);
}

/** Names, separated by commas on the command line. */
export const names: OptionKind<readonly string[]> = makeKind(
  'a list of names',
  '<name,name,…>',
  (value) => Array.isArray(value) && value.length > 0 && value.every(isText),
  { parse: (list) => list.split(','), format: (value) => value.join(',') },
);

/** Devices of this machine, each once. */
export const devices: OptionKind<readonly string[]> = makeKind(
  'a list of different devices such as cpu:0 or gpu:1',
  '<device,device,…>',
  (value) =>
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((one) => typeof one === 'string' && isDeviceName(one)) &&
    new Set(value).size === value.length,
  { parse: (list) => list.split(','), format: (value) => value.join(',') },
);

/** A text `name=value,name=value` as an object of texts; undefined if it is not one. */
function assignments(list: string): [name: string, value: string][] | undefined {
  const parts = list.split(',').map((part) => [part, part.lastIndexOf('=')] as const);
  return parts.some(([, at]) => at < 1)
    ? undefined
    : parts.map(([part, at]) => [part.slice(0, at), part.slice(at + 1)]);
}

/** A value per name, at least one; `name=value,name=value` on the command line. */
export function byName<T>(kind: OptionKind<T>): OptionKind<Readonly<Record<string, T>>> {
  return makeKind<Readonly<Record<string, T>>>(
    `an object with ${kind.expected} for each name`,
    '<name=value,…>',
    (value) =>
      typeof value === 'object' &&
      value !== null &&
      !Array.isArray(value) &&
      Object.keys(value).length > 0 &&
      Object.values(value).every((one) => kind.accepts(one)),
    {
      parse: (list) => {
        const parts = assignments(list);
        return parts && Object.fromEntries(parts.map(([name, part]) => [name, kind.parse(part)]));
      },
      format: (value) =>
        Object.entries(value)
          .map(([name, one]) => `${name}=${kind.format(one)}`)
          .join(','),
    },
  );
}

/** Two values of a kind, separated by a comma on the command line. */
export function pair<T>(kind: OptionKind<T>): OptionKind<readonly [T, T]> {
  return makeKind<readonly [T, T]>(
    `two values, each ${kind.expected}`,
    '<a,b>',
    (value) =>
      Array.isArray(value) && value.length === 2 && value.every((one) => kind.accepts(one)),
    {
      parse: (list) => list.split(',').map((part) => kind.parse(part)),
      format: (value) => value.map((part) => kind.format(part)).join(','),
    },
  );
}

/** The placeholder of one of several kinds or words. */
const oneOf = (...placeholders: readonly string[]): string =>
  `<${placeholders.map((one) => one.replace(/^<|>$/g, '')).join('|')}>`;

/** A value of either kind; the first that takes a text reads it. */
export function either<A, B>(first: OptionKind<A>, second: OptionKind<B>): OptionKind<A | B> {
  return makeKind<A | B>(
    `${first.expected}, or ${second.expected}`,
    oneOf(first.placeholder, second.placeholder),
    (value) => first.accepts(value) || second.accepts(value),
    {
      parse: (given) => {
        const value = first.parse(given);
        return first.accepts(value) ? value : second.parse(given);
      },
      format: (value) => (first.accepts(value) ? first.format(value) : second.format(value)),
    },
  );
}

/** A value or null, for which a word stands on the command line. */
export function nullable<T>(kind: OptionKind<T>, word: string): OptionKind<T | null> {
  return makeKind<T | null>(
    `${kind.expected}, or null ("${word}" on the command line)`,
    oneOf(kind.placeholder, word),
    (value) => value === null || kind.accepts(value),
    {
      parse: (given) => (given === word ? null : kind.parse(given)),
      format: (value) => (value === null ? word : kind.format(value)),
    },
  );
}

/** An object with exactly these fields. */
export function group<T extends object>(fields: {
  readonly [K in keyof T]: OptionKind<T[K]>;
}): OptionKind<T> {
  const list = Object.entries<OptionKind<unknown>>(fields);
  const fieldOf = (value: object, name: string) => (value as Record<string, unknown>)[name];
  return {
    expected: `an object with ${Object.keys(fields).join(', ')}`,
    placeholder: '<json>',
    fields,
    accepts: (value): value is T =>
      typeof value === 'object' &&
      value !== null &&
      Object.keys(value).every((name) => Object.hasOwn(fields, name)) &&
      list.every(([name, kind]) => kind.accepts(fieldOf(value, name))),
    parse: () => undefined,
    format: (value) =>
      list.map(([name, kind]) => `${name} ${kind.format(fieldOf(value, name))}`).join(', '),
  };
}
