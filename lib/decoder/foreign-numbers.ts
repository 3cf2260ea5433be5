/** Reading lists of whole numbers as other programs print them. */
import { DataError } from '../errors.js';
import { ARCHITECTURE_MAX_LENGTH } from '../architecture/architecture.js';

/** A list of numbers, nested or flat, or its printed form, such as `[[1 5]\n [0 4]]`. */
export type ForeignNumbers = string | readonly number[] | readonly (readonly number[])[];

/**
 * The whole numbers in a list or in its printed form. Brackets, commas, semicolons, a leading
 * label that ends in a colon or an equals sign, and numpy's `array(…, dtype=…)` are skipped.
 *
 * @throws {@link DataError} at the first thing that is not a whole number
 */
export function readForeignNumbers(where: string, numbers: ForeignNumbers): number[] {
  const values = typeof numbers === 'string' ? readText(where, numbers) : numbers.flat();
  for (const value of values) {
    if (!Number.isSafeInteger(value)) {
      throw new DataError(`${where}: expected whole numbers, got ${String(value)}`);
    }
  }
  if (values.length === 0) {
    throw new DataError(`${where}: expected whole numbers, got none`);
  }
  return values;
}

/**
 * Splits the whole printed output of the PyTorch port's decoder, whose two lists carry the labels
 * `architecture search results:` and `new cell structure:`.
 *
 * @throws {@link DataError} if a list is missing, or there are several
 */
export function splitForeignText(text: string): { readonly path: string; readonly cell: string } {
  checkLength('foreign decode', text);
  const path = listAfter(text, 'architecture search results', String.raw`\[[^[\]]*\]`);
  const cell = listAfter(text, 'new cell structure', String.raw`\[(?:\s*\[[^[\]]*\])+\s*\]`);
  if (path === undefined || cell === undefined) {
    throw new DataError(
      'foreign decode: expected the lists "architecture search results: [...]" and "new cell ' +
        `structure: [[...] ...]", got a text without the ${path === undefined ? 'first' : 'second'}; ` +
        'give them as { path, cell } instead',
    );
  }
  return { path, cell };
}

/**
 * The list that stands after a label; undefined without one.
 *
 * @throws {@link DataError} if several do, as in a log of several decodes
 */
function listAfter(text: string, label: string, list: string): string | undefined {
  const found = [...text.matchAll(new RegExp(`${label}:?\\s*(${list})`, 'gi'))];
  if (found.length > 1) {
    throw new DataError(
      `foreign decode: expected one list "${label}: ...", got ${found.length}; keep those of one decode, ` +
        'or give them as { path, cell }',
    );
  }
  return found[0]?.[1];
}

function readText(where: string, text: string): number[] {
  checkLength(where, text);
  return text
    .replace(/^[^[\]:=]*[:=]/, ' ')
    .replace(/\barray\b|\bdtype=\w+/g, ' ')
    .split(/[\s,;()[\]]+/)
    .filter((token) => token !== '')
    .map((token) => {
      if (!/^-?\d+(\.0*)?$/.test(token)) {
        throw new DataError(
          `${where}: expected whole numbers, got ${JSON.stringify(token.slice(0, 60))}`,
        );
      }
      return Number(token);
    });
}

function checkLength(where: string, text: string): void {
  if (text.length > ARCHITECTURE_MAX_LENGTH) {
    throw new DataError(
      `${where}: expected at most ${ARCHITECTURE_MAX_LENGTH} characters, got ${text.length}`,
    );
  }
}
