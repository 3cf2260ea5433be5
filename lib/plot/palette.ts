/** Colours with a fixed meaning: the classes of a dataset, the operations of a cell. */
import type { Color, DatasetClass } from '../dataset/dataset.js';
import type { Primitive } from '../search-space/primitives.js';
import { colors } from './style.js';

/**
 * A colour as `#rrggbb`.
 *
 * @example
 * hexColor([128, 64, 128]); // '#804080'
 */
export function hexColor(color: Color): string {
  return `#${color.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}

/** The colours of a dataset's classes as `#rrggbb`, in order of their train ids. */
export function classColors(classes: readonly DatasetClass[]): string[] {
  return classes.map(({ color }) => hexColor(color));
}

/**
 * Black or white, whichever is easier to read on a colour.
 *
 * Source: relative luminance of WCAG 2.
 */
export function readableOn([red, green, blue]: Color): '#000000' | '#ffffff' {
  const linear = [red, green, blue].map((channel) => (channel / 255) ** 2.2);
  const luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
  return luminance > 0.179 ? '#000000' : '#ffffff';
}

/** The colour of each operation: one hue a kind, as the figures of this library use it. */
export const OPERATION_COLORS: Readonly<Record<Primitive, string>> = {
  none: colors.faint,
  max_pool_3x3: colors.yellow,
  avg_pool_3x3: colors.orange,
  skip_connect: colors.purple,
  sep_conv_3x3: colors.sky,
  sep_conv_5x5: colors.blue,
  dil_conv_3x3: colors.green,
  dil_conv_5x5: colors.vermilion,
};

/** Short names of the operations, as Fig. 3 of the paper writes them. */
export const OPERATION_NAMES: Readonly<Record<Primitive, string>> = {
  none: 'none',
  max_pool_3x3: 'max 3×3',
  avg_pool_3x3: 'avg 3×3',
  skip_connect: 'skip',
  sep_conv_3x3: 'sep 3×3',
  sep_conv_5x5: 'sep 5×5',
  dil_conv_3x3: 'atr 3×3',
  dil_conv_5x5: 'atr 5×5',
};
