/** The text of a tensor, as NumPy writes arrays: long axes shortened, columns aligned. */

/** What the text needs of a tensor, of whichever copy of TensorFlow.js it is. */
interface TensorLike {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly isDisposed: boolean;
  dataSync(): ArrayLike<number | string>;
}

/** Tensors with more values are shortened: numpy.set_printoptions, `threshold`. */
const MOST_VALUES = 1000;
/** How many values a shortened axis shows at each end: `edgeitems`. */
const EDGE = 3;
/** Longer lines are wrapped: `linewidth`. */
const LINE_LENGTH = 75;
/** How many digits of a float are shown. */
const DIGITS = 6;

const GAP = '...';

/** Whether a value is a tensor of TensorFlow.js. */
export function isTensor(value: unknown): value is TensorLike {
  const { shape, dtype, dataId, dataSync } = (value ?? {}) as Record<string, unknown>;
  return (
    Array.isArray(shape) &&
    typeof dtype === 'string' &&
    typeof dataId === 'object' &&
    typeof dataSync === 'function'
  );
}

/** The text of one value. */
function formatterOf(dtype: string, values: ArrayLike<number | string>): (i: number) => string {
  const number = (i: number): string => String(Number(Number(values[i]).toPrecision(DIGITS)));
  switch (dtype) {
    case 'bool':
      return (i) => String(Boolean(values[i]));
    case 'string':
      return (i) => JSON.stringify(values[i]);
    case 'int32':
      return (i) => String(values[i]);
    case 'complex64': // pairs
      return (i) => `${number(2 * i)}+${number(2 * i + 1)}i`.replace('+-', '-');
    default:
      return number;
  }
}

/** The places of an axis that are shown; undefined stands for those that are left out. */
function shownPlaces(length: number, isShortened: boolean): readonly (number | undefined)[] {
  const all = Array.from(
    { length: isShortened ? Math.min(length, 2 * EDGE) : length },
    (_, i) => i,
  );
  return isShortened && length > 2 * EDGE
    ? [...all.slice(0, EDGE), undefined, ...all.slice(EDGE).map((i) => i + length - 2 * EDGE)]
    : all;
}

/** Values of the last axis, in lines. */
function joinValues(texts: readonly string[], depth: number): string {
  const indent = ' '.repeat(depth + 1);
  const lines = [''];
  texts.forEach((text, i) => {
    const last = lines.length - 1;
    const end = i < texts.length - 1 ? ',' : '';
    if (lines[last] === '') {
      lines[last] = text + end;
    } else if (indent.length + lines[last].length + 1 + text.length + 1 > LINE_LENGTH) {
      lines.push(text + end);
    } else {
      lines[last] += ` ${text}${end}`;
    }
  });
  return `[${lines.join(`\n${indent}`)}]`;
}

/** The values of a tensor, in brackets by its shape. */
function formatValues(shape: readonly number[], format: (i: number) => string): string {
  const size = shape.reduce((product, length) => product * length, 1);
  if (shape.length === 0) {
    return format(0);
  }
  if (size === 0) {
    return '[]';
  }
  const isShortened = size > MOST_VALUES;
  const places = shape.map((length) => shownPlaces(length, isShortened));
  /** All values that are shown, from an axis on. */
  const shown = (axis: number, start: number): readonly string[] =>
    axis === shape.length
      ? [format(start)]
      : places[axis].flatMap((i) =>
          i === undefined ? [] : shown(axis + 1, start * shape[axis] + i),
        );
  const width = Math.max(...shown(0, 0).map(({ length }) => length));
  const render = (axis: number, start: number): string => {
    const isLast = axis === shape.length - 1;
    const parts = places[axis].map((i) => {
      if (i === undefined) {
        return GAP;
      }
      const next = start * shape[axis] + i;
      return isLast ? format(next).padStart(width) : render(axis + 1, next);
    });
    const separator = `,${'\n'.repeat(shape.length - 1 - axis)}${' '.repeat(axis + 1)}`;
    return isLast ? joinValues(parts, axis) : `[${parts.join(separator)}]`;
  };
  return render(0, 0);
}

/**
 * Type, shape and values of a tensor. It is read, and neither kept nor disposed.
 *
 * Source: numpy.array2string, with `separator=', '`; floats have six digits.
 */
export function tensorText(tensor: TensorLike): string {
  const { dtype, shape, isDisposed } = tensor;
  const head = `Tensor ${dtype} [${shape.join(', ')}]`;
  if (isDisposed) {
    return `${head}, disposed: its values are gone`;
  }
  try {
    return `${head}\n${formatValues(shape, formatterOf(dtype, tensor.dataSync()))}`;
  } catch (error) {
    return `${head}, whose values cannot be read: ${(error as Error).message}`;
  }
}
