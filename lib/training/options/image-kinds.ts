/** Options that are sizes of images. */
import type { Size } from '../../size.js';
import type { Resolution } from '../../dataset/reading/geometry.js';
import { either, pair, real, share, whole, type OptionKind } from './kinds.js';

/** Height and width in pixels; one number means a square. */
export type CropSize = number | readonly [height: number, width: number];

/** A crop as height and width. */
export function cropSize(crop: CropSize): Size {
  return typeof crop === 'number'
    ? { height: crop, width: crop }
    : { height: crop[0], width: crop[1] };
}

const pixels = whole({ min: 1 });
const square = either(pixels, pair(pixels));

/** A {@link CropSize}: `321`, or height and width as `353x481`. */
export const crop: OptionKind<CropSize> = {
  expected: 'a size such as 321, or height and width such as [353, 481] (353x481 as a flag)',
  placeholder: '<size>',
  accepts: (value): value is CropSize => square.accepts(value),
  parse: (text) => square.parse(text.replace('x', ',')),
  format: (value) => (typeof value === 'number' ? String(value) : value.join('x')),
};

/** A {@link Resolution}: a share of the size of images as `0.5`, or their longer side as `513px`. */
export const resolution: OptionKind<Resolution> = {
  expected:
    'a share above 0 and up to 1, or a longer side such as { "longerSide": 513 } (513px as a flag)',
  placeholder: '<share|pixels>',
  accepts: (value): value is Resolution =>
    share.accepts(value) ||
    (typeof value === 'object' &&
      value !== null &&
      Object.keys(value).join() === 'longerSide' &&
      pixels.accepts((value as { readonly longerSide?: unknown }).longerSide)),
  parse: (text) => {
    const side = /^(\d+)px$/.exec(text);
    return side ? { longerSide: Number(side[1]) } : real({}).parse(text);
  },
  format: (value) => (typeof value === 'number' ? String(value) : `${value.longerSide}px`),
};
