/** Comparing the outputs of a run with those that a notebook holds. */
import { compareText, type TextTolerance } from './compare-text.js';
import {
  hasTag,
  isExecutable,
  PLOTLY,
  type CodeCell,
  type Json,
  type MimeBundle,
  type Notebook,
  type Output,
} from './notebook.js';
import { INJECTED } from './parameters.js';

/**
 * The tag of cells whose outputs differ from run to run, or follow from a long training, whose last digits differ
 * from processor to processor and grow: only their kinds are compared.
 */
export const VARIES = 'varies';

/** How far two numbers may be apart by default, as a share of the larger one. */
export const DEFAULT_TOLERANCE = 1e-3;

/** The first difference between the outputs of two notebooks. */
export interface OutputDifference {
  /** The number of the cell among those that are executed, from 1. */
  readonly number: number;
  /** The cell's code. */
  readonly source: string;
  /** What differs, such as `output 2, line 3`. */
  readonly place: string;
  readonly reason: string;
  readonly expected: string;
  readonly got: string;
}

/** Media types that are compared as text. */
const isText = (type: string): boolean => type.startsWith('text/');

/** Pictures of figures, which are compared themselves. */
const isFallback = (type: string, bundle: MimeBundle): boolean =>
  PLOTLY in bundle && type.startsWith('image/');

function typesOf(bundle: MimeBundle): string[] {
  return Object.keys(bundle)
    .filter((type) => !isFallback(type, bundle))
    .sort();
}

/** What an output is, in words. */
function kindOf(output: Output): string {
  switch (output.output_type) {
    case 'stream':
      return output.name;
    case 'error':
      return `error ${output.ename}`;
    default:
      return `display of ${typesOf(output.data).join(' + ')}`;
  }
}

type Found = Pick<OutputDifference, 'place' | 'reason' | 'expected' | 'got'>;

/** The first place in which two JSON values differ. */
function compareJson(
  expected: Json | undefined,
  got: Json | undefined,
  tolerance: TextTolerance,
  place: string,
): Found | undefined {
  const found = (reason: string): Found => ({
    place,
    reason,
    expected: JSON.stringify(expected) ?? 'nothing',
    got: JSON.stringify(got) ?? 'nothing',
  });
  if (typeof expected === 'number' && typeof got === 'number') {
    const scale = Math.max(Math.abs(expected), Math.abs(got));
    const isNear = Math.abs(expected - got) <= tolerance.relative * scale + 1e-9;
    return isNear || !tolerance.comparesNumbers ? undefined : found('the numbers differ');
  }
  if (typeof expected === 'string' && typeof got === 'string') {
    const difference = compareText(expected, got, tolerance);
    return difference && { ...found(difference.reason), place };
  }
  const isBranch = (value: Json | undefined): value is Json[] | Record<string, Json> =>
    typeof value === 'object' && value !== null;
  if (!isBranch(expected) || !isBranch(got) || Array.isArray(expected) !== Array.isArray(got)) {
    return expected === got ? undefined : found('the values differ');
  }
  const [a, b] = [expected, got].map((value) => Object.entries<Json>(value));
  if (a.length !== b.length) {
    return { ...found(`there are ${a.length} values and ${b.length}`), expected: '', got: '' };
  }
  const other = new Map(b);
  for (const [key, value] of a) {
    const difference = compareJson(value, other.get(key), tolerance, `${place}.${key}`);
    if (difference) {
      return difference;
    }
  }
  return undefined;
}

function compareBundle(
  expected: MimeBundle,
  got: MimeBundle,
  tolerance: TextTolerance,
): Found | undefined {
  for (const type of typesOf(expected)) {
    const [a, b] = [expected[type], got[type]];
    if (isText(type) && typeof a === 'string' && typeof b === 'string') {
      const difference = compareText(a, b, tolerance);
      if (difference) {
        return { ...difference, place: `${type}, line ${difference.line}` };
      }
    } else if (type === PLOTLY) {
      const difference = compareJson(a, b, tolerance, 'figure');
      if (difference) {
        return difference;
      }
    }
  }
  return undefined;
}

function compareOutput(expected: Output, got: Output, tolerance: TextTolerance): Found | undefined {
  if (expected.output_type === 'stream' && got.output_type === 'stream') {
    const difference = compareText(expected.text, got.text, tolerance);
    return difference && { ...difference, place: `line ${difference.line}` };
  }
  if (expected.output_type === 'error' && got.output_type === 'error') {
    const difference = compareText(expected.evalue, got.evalue, tolerance);
    return difference && { ...difference, place: 'message' };
  }
  return 'data' in expected && 'data' in got
    ? compareBundle(expected.data, got.data, tolerance)
    : undefined;
}

function compareCell(
  expected: CodeCell,
  got: CodeCell,
  tolerance: TextTolerance,
): Found | undefined {
  const [kindsA, kindsB] = [expected, got].map(({ outputs }) => outputs.map(kindOf));
  if (kindsA.join('\n') !== kindsB.join('\n')) {
    const list = (kinds: string[]) => (kinds.length === 0 ? 'no outputs' : kinds.join(', '));
    return {
      place: 'outputs',
      reason: 'their number or kinds differ',
      expected: list(kindsA),
      got: list(kindsB),
    };
  }
  if (hasTag(expected, VARIES)) {
    return undefined;
  }
  for (const [i, output] of expected.outputs.entries()) {
    const difference = compareOutput(output, got.outputs[i], tolerance);
    if (difference) {
      return { ...difference, place: `output ${i + 1}, ${difference.place}` };
    }
  }
  return undefined;
}

/**
 * The first difference between the outputs that a notebook holds and those of a run of it.
 *
 * Outputs agree if they are of the same number and kinds, and their texts and figures are equal apart
 * from numbers within the tolerance, times, rates and memory (`0.12 s`, `12 images/s`, `512 MiB`).
 * Of cells tagged `varies` only number and kinds count; pictures only have to be there.
 *
 * @param relative - how far two numbers may be apart, as a share of the larger one
 * @param comparesNumbers - false to compare everything but numbers
 */
export function compareNotebooks(
  expected: Notebook,
  got: Notebook,
  relative = DEFAULT_TOLERANCE,
  comparesNumbers = true,
): OutputDifference | undefined {
  const executed = (notebook: Notebook) =>
    notebook.cells.filter((cell) => isExecutable(cell) && !hasTag(cell, INJECTED)) as CodeCell[];
  const [a, b] = [executed(expected), executed(got)];
  for (const [i, cell] of a.entries()) {
    const difference = b[i] && compareCell(cell, b[i], { relative, comparesNumbers });
    if (difference) {
      return { number: i + 1, source: cell.source, ...difference };
    }
  }
  return undefined;
}
