/** The colours of a dataset's classes. */
import type { Color, DatasetClass } from '../dataset/dataset.js';

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
