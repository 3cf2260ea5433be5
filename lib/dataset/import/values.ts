/** From the classes of an export to the values of the label maps that are written. */
import { ConfigError } from '../../errors.js';
import { IGNORE_LABEL } from '../dataset.js';
import { UNLABELLED, type ExportContent } from './format.js';
import { isBackground } from './names.js';

/** What unlabelled pixels become. */
export type Unlabelled = 'background' | 'ignore';

/** The name of the background where the export has none. */
const BACKGROUND = 'background';

/** The classes that are written, and how the drawn values become theirs. */
export interface ClassValues {
  /** The index of each written class in the export; undefined for an added background. */
  readonly sources: readonly (number | undefined)[];
  readonly names: readonly string[];
  /** 256 entries: the written value of each drawn one. */
  readonly table: Uint8Array;
  /** What became of unlabelled pixels, in words. */
  readonly unlabelled: string;
}

/**
 * Gives each class that counts a value from 0.
 *
 * @param ignored - names of further classes that do not count
 * @throws {@link ConfigError} if an ignored class does not exist or none is left
 */
export function classValues(
  { classes, canBeUnlabelled }: Pick<ExportContent, 'classes' | 'canBeUnlabelled'>,
  unlabelled: Unlabelled,
  ignored: readonly string[],
): ClassValues {
  const absent = ignored.find((name) => !classes.some((one) => one.name === name));
  if (absent !== undefined) {
    const names = classes.map(({ name }) => name).join(', ');
    throw new ConfigError(`ignore: expected classes out of ${names}, got "${absent}"`);
  }
  const table = new Uint8Array(256).fill(IGNORE_LABEL);
  const names: string[] = [];
  const sources: (number | undefined)[] = [];
  const hasBackground = classes.some(isBackground);
  if (canBeUnlabelled && !hasBackground && unlabelled === 'background') {
    names.push(BACKGROUND);
    sources.push(undefined);
  }
  for (const [index, one] of classes.entries()) {
    const isLeftOut = unlabelled === 'ignore' && isBackground(one);
    if (one.isIgnored !== true && !ignored.includes(one.name) && !isLeftOut) {
      table[index] = names.length;
      names.push(one.name);
      sources.push(index);
    }
  }
  if (names.length === 0) {
    throw new ConfigError('import: expected a class to learn, got none that is not ignored');
  }
  const background = names.findIndex((name) => isBackground({ name }));
  if (unlabelled === 'background' && background >= 0) {
    table[UNLABELLED] = background;
  }
  return { sources, names, table, unlabelled: inWords() };

  function inWords(): string {
    if (!canBeUnlabelled && !hasBackground) {
      return 'no class is called background; every pixel keeps the class of its mask';
    }
    if (unlabelled === 'ignore') {
      return `ignored (value ${IGNORE_LABEL}), background included`;
    }
    return background >= 0
      ? `the class "${names[background]}" (value ${background})`
      : `ignored (value ${IGNORE_LABEL}), as the class "${classes.find(isBackground)?.name}" is`;
  }
}
