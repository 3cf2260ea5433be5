/**
 * Palettes of label maps: whether their colours name the classes in another order than the indices.
 *
 * Tools that make files smaller sort palettes anew, and tools that label write palettes that have
 * nothing to do with the classes. An index counts as the label value unless a used index has the
 * colour of another class, or of a value that is ignored where its own is not. Then the colours count if each used
 * one is that of a class, or of a value that is ignored and stands at one index only (at several, it may be
 * what a palette was filled up with); otherwise the file is refused.
 *
 * Three palettes say nothing of classes, and the index counts: entries that are all equal, a ramp of
 * three or more greys, and VOC's colour map for classes whose colours are not among its first entries
 * (as many as there are label values). With classes that take their colours from there but in another
 * order, VOC's colour map may mean either, and is refused.
 */
import { DataError } from '../../errors.js';
import { vocColor } from '../color-map.js';
import { IGNORE_LABEL, packColor, type LabelTable } from '../dataset.js';

/** The train ids that a colour stands for: several where classes share it. */
type ColorTargets = ReadonlyMap<number, ReadonlySet<number>>;

/**
 * The train ids of a label map that its palette tells.
 *
 * @param used - the indices that occur
 * @param palette - red, green and blue of each index
 * @param file - where the label map is from, for the error
 * @returns 256 train ids by index; undefined if the index is the label value
 * @throws {@link DataError} if the palette contradicts the classes and cannot be resolved
 */
export function trainIdsByColor(
  used: readonly number[],
  palette: Uint8Array,
  table: LabelTable,
  file: string,
): Uint8Array | undefined {
  const { trainIds, unknownValues } = table;
  const colors = colorsOf(palette);
  const targets = targetsOf(table);
  const targetsAt = (index: number) => targets.get(colors[index] ?? -1) ?? new Set<number>();
  const isKnown = (index: number) => !unknownValues.includes(index);
  const agrees = (index: number) => isKnown(index) && targetsAt(index).has(trainIds[index]);
  const foreign = used.find((index) => !agrees(index) && targetsAt(index).size > 0);
  if (foreign === undefined || saysNothing(colors, table)) {
    return undefined;
  }
  /** Whose colour an index has, where that decides nothing. */
  const doubtAt = (index: number): string => {
    const found = targetsAt(index);
    const isIgnored = isKnown(index) && trainIds[index] === IGNORE_LABEL;
    if (found.size > 1) {
      return 'several classes';
    }
    if (isIgnored || (found.size > 0 && !found.has(IGNORE_LABEL))) {
      return '';
    }
    const isRepeated = colors.indexOf(colors[index]) !== colors.lastIndexOf(colors[index]);
    if (found.size === 0) {
      return 'no class';
    }
    return isRepeated ? 'an ignored value, which may be filling,' : '';
  };
  const byIndex = Uint8Array.from(trainIds);
  let unclear = isVocMap(colors) ? "in VOC's colour map, which tools write for any classes" : '';
  for (const index of used.filter((one) => !agrees(one))) {
    const [target = IGNORE_LABEL] = targetsAt(index);
    const owner = doubtAt(index);
    unclear ||= owner && `and ${colorText(colors[index])} of ${owner} at index ${index}`;
    byIndex[index] = target;
  }
  if (unclear === '') {
    return byIndex;
  }
  const value = table.colors.indexOf(colors[foreign]);
  throw new DataError(
    `label map ${file}: expected a palette in the colours of the classes, got ` +
      `${colorText(colors[foreign])} of the label value ${value} at index ${foreign}, ${unclear}; ` +
      'save the label values as 8-bit grey, or list classes of your own with the colours that the ' +
      'palette has for them (or without colours: then the index counts)',
    file,
  );
}

function colorsOf(palette: Uint8Array): number[] {
  return Array.from({ length: Math.floor(palette.length / 3) }, (_, i) =>
    packColor([palette[3 * i], palette[3 * i + 1], palette[3 * i + 2]]),
  );
}

function targetsOf({ colors, trainIds }: LabelTable): ColorTargets {
  const targets = new Map<number, Set<number>>();
  for (const [value, color] of colors.entries()) {
    if (color >= 0) {
      targets.set(color, (targets.get(color) ?? new Set()).add(trainIds[value]));
    }
  }
  return targets;
}

/** Whether a palette has nothing to do with the classes. */
function saysNothing(colors: readonly number[], table: LabelTable): boolean {
  const { length } = colors;
  const step = colors[1] & 255;
  const isRamp = length >= 3 && colors.every((color, i) => color === i * step * 0x010101);
  const isFlat = length >= 2 && colors.every((color) => color === colors[0]);
  return isRamp || isFlat || (isVocMap(colors) && !takesColorsOfVoc(table));
}

function isVocMap(colors: readonly number[]): boolean {
  return colors.length >= 3 && colors.every((color, i) => color === packColor(vocColor(i)));
}

/** Whether the classes have the colours of VOC's first entries, in whatever order. */
function takesColorsOfVoc({ colors, trainIds }: LabelTable): boolean {
  const values = Array.from(colors.keys()).filter((value) => trainIds[value] !== IGNORE_LABEL);
  const first = Array.from({ length: Math.max(...values) + 1 }, (_, i) => packColor(vocColor(i)));
  return values.every((value) => first.includes(colors[value]));
}

function colorText(color: number | undefined): string {
  return color === undefined
    ? 'the missing colour'
    : `the colour (${color >> 16}, ${(color >> 8) & 255}, ${color & 255})`;
}
