/** Options that are sizes of images. */
import type { Size } from '../../size.js';
import type { Resolution } from '../../dataset/reading/geometry.js';
import { group, real, share, whole, type OptionKind } from './kinds.js';

const pixels = whole({ min: 1 });
const size = group({ height: pixels, width: pixels });

/** The size of a crop: `321` for a square, or height and width as `353x481`. */
export const crop: OptionKind<number | Size> = {
  expected: 'a size such as 321, or { "height": 353, "width": 481 } (353x481 as a flag)',
  placeholder: '<size>',
  accepts: (value): value is number | Size => pixels.accepts(value) || size.accepts(value),
  parse: (text) => {
    const [height, width, ...more] = text.split('x').map((side) => pixels.parse(side));
    if (width === undefined) {
      return height;
    }
    return more.length === 0 ? { height, width } : undefined;
  },
  format: (value) => (typeof value === 'number' ? String(value) : `${value.height}x${value.width}`),
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
