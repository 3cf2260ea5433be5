/** Which cases and implementations a command line asks for. */
import { UsageError } from '../helpers/run-program.js';
import { CASES, IMPLEMENTATIONS, type Case, type Implementation } from './cases.js';

/** A pattern in which `*` stands for any text, as an expression for the whole name. */
function globExpression(pattern: string): RegExp {
  const literals = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${literals.join('.*')}$`);
}

/**
 * Whether `pattern` means `name`: its whole name, the beginning of it up to a hyphen (`search`,
 * `growth-batch`), or a pattern with `*`.
 */
export function matches(pattern: string, name: string): boolean {
  return pattern.includes('*')
    ? globExpression(pattern).test(name)
    : name === pattern || name.startsWith(pattern.endsWith('-') ? pattern : `${pattern}-`);
}

function listOf(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/**
 * The cases that `only` names, in their own order.
 *
 * @param only - names, beginnings or patterns, separated by commas; undefined: all
 * @param isQuick - without `only`, take the quick cases only
 * @throws {@link UsageError} if a part of `only` means no case
 */
export function selectCases(
  only: string | undefined,
  isQuick: boolean,
  cases: readonly Case[] = CASES,
): readonly Case[] {
  if (only === undefined) {
    return isQuick ? cases.filter((entry) => entry.isQuick) : cases;
  }
  const patterns = listOf(only);
  for (const pattern of patterns) {
    if (!cases.some(({ name }) => matches(pattern, name))) {
      throw new UsageError(`--only: expected names of cases, got ${pattern}; see --list`);
    }
  }
  if (patterns.length === 0) {
    throw new UsageError('--only: expected at least one name; see --list');
  }
  return cases.filter(({ name }) => patterns.some((pattern) => matches(pattern, name)));
}

/**
 * The implementations that `modes` names.
 *
 * @param modes - names separated by commas; undefined: all
 * @throws {@link UsageError} if a name is unknown
 */
export function selectModes(modes: string | undefined): readonly Implementation[] {
  if (modes === undefined) {
    return IMPLEMENTATIONS;
  }
  const wanted = listOf(modes);
  const known: readonly string[] = IMPLEMENTATIONS;
  for (const mode of wanted) {
    if (!known.includes(mode)) {
      throw new UsageError(`--modes: expected some of ${known.join(', ')}, got ${mode}`);
    }
  }
  if (wanted.length === 0) {
    throw new UsageError(`--modes: expected some of ${known.join(', ')}, got none`);
  }
  return IMPLEMENTATIONS.filter((mode) => wanted.includes(mode));
}
