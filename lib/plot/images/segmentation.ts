/** Images beside label map and prediction. */
import { IGNORE_LABEL, type Color } from '../../dataset/dataset.js';
import type { LabelMap, RgbImage } from '../../dataset/pixels.js';
import type { Size } from '../../size.js';
import { ConfigError, ShapeError } from '../../errors.js';
import { percent } from '../../text.js';
import type { Figure, FigureOptions } from '../figure.js';
import {
  hexColor,
  hasIgnored,
  labelName,
  presentClasses,
  type PictureClass,
  type PresentClass,
} from './classes.js';
import { HOVER_GRID, fitInto, labelUri, photographUri, type Rgba, wordsOf } from './data-uri.js';
import { pictureSheet, type LegendEntry, type SheetPicture } from './sheet.js';

/** One image with what belongs to it; all of one size. */
export interface SegmentationExample {
  readonly image: RgbImage;
  /** Train ids, 255 where nothing is known, as `readSample` returns them. */
  readonly labels?: LabelMap | undefined;
  /** Class indices, as `network.predict` returns them. */
  readonly prediction?: LabelMap | undefined;
  /** Stands above the row. */
  readonly title?: string | undefined;
}

/** What may stand beside an image. */
const PARTS = [
  { part: 'labels', name: 'label map' },
  { part: 'prediction', name: 'prediction' },
] as const;

/** What all figures of images take. */
export interface PictureOptions extends FigureOptions {
  /** Names and colours by class index: those of a dataset or of a trained network. */
  readonly classes: readonly PictureClass[];
  /** Width of each picture in the figure, in pixels. */
  readonly pictureWidth?: number;
  /**
   * Places along the longer side of a picture at which the class under the pointer is named, 48 by
   * default; 0 makes the figure smaller.
   */
  readonly hoverGrid?: number;
}

/** The colours of ignored pixels: black, or where a class is black, the cream of VOC's palette. */
const IGNORED: readonly Color[] = [
  [0, 0, 0],
  [224, 224, 192],
];

/** A colour for ignored pixels that no class has. */
export function ignoredColor(classes: readonly PictureClass[]): Color {
  const [black, cream] = IGNORED;
  return classes.some(({ color }) => color.every((value) => value === 0)) ? cream : black;
}

/** More classes than this are not all named in a legend. */
const MOST_LEGEND = 30;

/**
 * Checks that a label map has the size of its image.
 *
 * @throws {@link ShapeError} otherwise
 */
export function checkSize(where: string, what: string, map: Size, image: Size): void {
  if (map.height !== image.height || map.width !== image.width) {
    throw new ShapeError(
      `${where}: expected ${what} of the image's size ${image.width}x${image.height}, got ` +
        `${map.width}x${map.height}`,
    );
  }
}

/**
 * The legend of the classes that occur; of very many only the largest.
 *
 * @param ignored - the colour of ignored pixels, if there are any
 */
export function classLegend(
  present: readonly PresentClass[],
  ignored?: Color,
): readonly LegendEntry[] {
  const shares = present.map(({ share }) => share).sort((a, b) => b - a);
  const smallest = shares[Math.min(MOST_LEGEND, shares.length) - 1] ?? 0;
  const named = present.filter(({ share }) => share >= smallest).slice(0, MOST_LEGEND);
  const left = present.length - named.length;
  return [
    ...named.map(({ name, color }) => ({ name, color: hexColor(color) })),
    ...(left > 0 ? [{ name: `and ${left} more`, color: 'rgba(0,0,0,0)' }] : []),
    ...(ignored === undefined ? [] : [{ name: 'ignored', color: hexColor(ignored) }]),
  ];
}

/** The opaque colour of each label. */
export function classColor(classes: readonly PictureClass[]): (label: number) => Rgba {
  const ignored = ignoredColor(classes);
  return (label) => {
    const [red, green, blue] = label === IGNORE_LABEL ? ignored : classes[label].color;
    return [red, green, blue, 255];
  };
}

function labelPicture(
  map: LabelMap | undefined,
  size: Size,
  { classes, hoverGrid = HOVER_GRID }: PictureOptions,
): SheetPicture | undefined {
  return (
    map && {
      height: map.height,
      width: map.width,
      layers: [{ source: labelUri(map, size, classColor(classes)) }],
      words: wordsOf([map], hoverGrid, (label) => labelName(label, classes)),
    }
  );
}

/** Share of the pixels with a label that are predicted correctly; NaN if there is none. */
export function shareRight(labels: LabelMap, prediction: LabelMap): number {
  let [right, known] = [0, 0];
  labels.data.forEach((label, i) => {
    known += label === IGNORE_LABEL ? 0 : 1;
    right += label !== IGNORE_LABEL && label === prediction.data[i] ? 1 : 0;
  });
  return right / known;
}

function rowTitle({ title, labels, prediction }: SegmentationExample): string | undefined {
  const right = labels && prediction ? shareRight(labels, prediction) : NaN;
  const score = Number.isNaN(right) ? undefined : `${percent(right)} of the pixels right`;
  const words = [title, score].filter((part) => part !== undefined);
  return words.length > 0 ? words.join(': ') : undefined;
}

/**
 * Images beside their label maps and predictions, one row each, with a legend of the classes that
 * occur. Where neither has label maps, or predictions, their column is left out.
 *
 * Pictures are scaled to twice their width in the figure at most; the class under the pointer is
 * named. A row takes some 50 kB.
 *
 * @param examples - one or several
 * @throws {@link ConfigError} if there is none
 * @throws {@link ShapeError} if a label map or prediction has another size than its image
 * @throws {@link DataError} if a label is neither a class nor 255
 *
 * @example
 * const { image, labels } = await readSample(sample, dataset.labelTable);
 * const prediction = await network.predict(image);
 * await show(await segmentationFigure({ image, labels, prediction }, { classes: dataset.classes }));
 */
export async function segmentationFigure(
  examples: SegmentationExample | readonly SegmentationExample[],
  options: PictureOptions,
): Promise<Figure> {
  const list = 'image' in examples ? [examples] : examples;
  if (list.length === 0) {
    throw new ConfigError('segmentationFigure: expected at least one example, got none');
  }
  const maps = list.flatMap(({ image, ...example }) =>
    PARTS.flatMap(({ part, name }) => {
      const map = example[part];
      if (map !== undefined) {
        checkSize('segmentationFigure', `a ${name}`, map, image);
      }
      return map ?? [];
    }),
  );
  const parts = PARTS.filter(({ part }) => list.some((example) => example[part] !== undefined));
  const { pictureWidth = [640, 420, 320][parts.length] } = options;
  const present = presentClasses('segmentationFigure', maps, options.classes);
  const rows = await Promise.all(
    list.map(async (example) => {
      const { image } = example;
      const size = fitInto(image, 2 * pictureWidth);
      const source = await photographUri(image, fitInto(image, 1.25 * pictureWidth));
      const { height, width } = image;
      return {
        title: rowTitle(example),
        pictures: [
          { height, width, layers: [{ source }] },
          ...parts.map(({ part }) => labelPicture(example[part], size, options)),
        ],
      };
    }),
  );
  return pictureSheet({
    title: options.title ?? 'Segmentation',
    columns: ['image', ...parts.map(({ name }) => name)],
    rows,
    legend: classLegend(present, hasIgnored(maps) ? ignoredColor(options.classes) : undefined),
    pictureWidth,
  });
}
