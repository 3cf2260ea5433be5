/** What the images of a split look like: their sizes, and whether they are turned. */
import type { Size } from '../../size.js';
import { count, percent } from '../../text.js';
import { error, note, warning, type DataFinding } from './findings.js';
import type { Look } from './look.js';
import type { PartSummary } from './summary.js';

/** Examples that a finding shows. */
const MOST_EXAMPLES = 3;
/** More than this share of ignored pixels is worth a warning. */
const MUCH_IGNORED = 0.5;

/** How many images have a size. */
export interface SizeCount extends Size {
  readonly images: number;
}

/** The sizes of the upright images, the smallest first. */
export function countSizes(looks: readonly Look[]): SizeCount[] {
  const sizes = new Map<string, SizeCount>();
  for (const { header } of looks) {
    if (header !== undefined) {
      const { height, width } = header.size;
      const key = `${height} ${width}`;
      sizes.set(key, { height, width, images: (sizes.get(key)?.images ?? 0) + 1 });
    }
  }
  return [...sizes.values()].sort(
    (a, b) => a.height * a.width - b.height * b.width || a.height - b.height,
  );
}

/** Sizes in words: the only one, or the smallest and the largest. */
export function describeSizes(sizes: readonly SizeCount[]): string {
  const [smallest] = sizes;
  const text = ({ height, width }: Size) => `${width}x${height}`;
  return sizes.length === 0
    ? '-'
    : sizes.length === 1
      ? text(smallest)
      : `${text(smallest)} to ${text(sizes[sizes.length - 1])} (${sizes.length})`;
}

/** Whether the image is turned or mirrored by its EXIF data. */
export const isTurned = ({ header }: Look): boolean => (header?.orientation ?? 1) !== 1;

/**
 * Whether the sizes cannot tell if the label map was drawn on the upright image: turned by 180°,
 * mirrored, or square.
 */
export function isTurnUnclear(look: Look): boolean {
  const { header, pixels, misfit } = look;
  return (
    isTurned(look) &&
    pixels !== undefined &&
    misfit === undefined &&
    header !== undefined &&
    (header.orientation < 5 || header.size.height === header.size.width)
  );
}

const idsOf = (looks: readonly Look[]): string =>
  `such as ${looks
    .slice(0, MOST_EXAMPLES)
    .map(({ sample }) => sample.id)
    .join(', ')}`;

/** Splits whose images all have one size, but not the same in each. */
export function sizeFindings(
  splits: readonly { readonly name: string; readonly sizes: readonly SizeCount[] }[],
  dataset: string,
): DataFinding[] {
  const known = splits.filter(({ sizes }) => sizes.length > 0);
  const words = new Set(known.map(({ sizes }) => describeSizes(sizes)));
  if (words.size < 2 || known.some(({ sizes }) => sizes.length > 1)) {
    return [];
  }
  const shown = known.map(({ name, sizes }) => `${describeSizes(sizes)} in ${name}`).join(', ');
  const advice = 'a network that learns things at one size may miss them at another';
  return [warning('sizes', `${dataset}: images of ${shown}; ${advice}`)];
}

/** Orientation and ignored pixels of a split. */
export function imageFindings(
  part: PartSummary,
  looks: readonly Look[],
  dataset: string,
): DataFinding[] {
  const where = `${dataset}, ${part.name}`;
  const findings: DataFinding[] = [];
  const turned = looks.filter(isTurned);
  const unclear = turned.filter(isTurnUnclear);
  const wrong = turned.filter(({ misfit }) => misfit !== undefined);
  const fitting = turned.length - unclear.length - wrong.length;
  if (wrong.length > 0) {
    findings.push(
      error(
        'orientation',
        `${where}: ${count(wrong.length, 'label map')} do not lie on an image that its EXIF data turn, ` +
          `${idsOf(wrong)}; turn the label maps, or save the images without EXIF data`,
      ),
    );
  }
  if (unclear.length > 0) {
    findings.push(
      warning(
        'orientation',
        `${where}: ${count(unclear.length, 'image')} turned by EXIF data in a way that sizes do not ` +
          `show, ${idsOf(unclear)}; look whether the label maps lie on the upright images`,
      ),
    );
  }
  if (fitting > 0) {
    const text = `${count(fitting, 'image')} turned by EXIF data, read upright`;
    findings.push(note('orientation', `${where}: ${text}; the sizes of label maps fit`));
  }
  const counted = part.classes.reduce((sum, { pixels }) => sum + pixels, 0);
  const share = part.ignoredPixels / (counted + part.ignoredPixels);
  if (share > MUCH_IGNORED && counted > 0) {
    findings.push(
      warning(
        'values',
        `${where}: ${percent(share)} of the labelled pixels are ignored; check the class list, if so ` +
          'few should teach',
      ),
    );
  }
  return findings;
}
