/** Predictions for an image over the epochs of a training. */
import type { LabelMap } from '../../dataset/pixels.js';
import { ConfigError } from '../../errors.js';
import type { ImageOverEpochs } from '../../search/predictions-over-epochs.js';
import { percent } from '../../text.js';
import type { Figure } from '../figure.js';
import { thin } from '../traces.js';
import { hasIgnored, labelName, presentClasses } from './classes.js';
import { fitInto, HOVER_GRID, labelUri, photographUri, wordsOf } from './data-uri.js';
import {
  checkSize,
  classColor,
  classLegend,
  ignoredColor,
  shareRight,
  type PictureOptions,
} from './segmentation.js';
import { pictureSheet, type SheetPicture, type SheetRow } from './sheet.js';

/** How predictions over the epochs are drawn. */
export interface PredictionsFigureOptions extends PictureOptions {
  /** The most epochs of an image, 2 or more: the first, the last and some between them; 6 by default. */
  readonly most?: number;
  /** Pictures in a row, 4 by default. */
  readonly columns?: number;
}

/**
 * An image, its label map and what was predicted for it after some of the epochs, with the share of pixels that are
 * right; one after the other for several images.
 *
 * @param courses - as `predictionsOverEpochs` gives them
 * @throws {@link ConfigError} if there is no image, or one without predictions
 * @throws {@link ShapeError} if a map has another size than its image
 * @throws {@link DataError} if a label is neither a class nor 255
 *
 * @example
 * const courses = await predictionsOverEpochs({ dataset, folder: 'runs/search', images: 2 });
 * await show(await predictionsFigure(courses, { classes: dataset.classes, most: 4 }));
 */
export async function predictionsFigure(
  courses: ImageOverEpochs | readonly ImageOverEpochs[],
  options: PredictionsFigureOptions,
): Promise<Figure> {
  const list = 'image' in courses ? [courses] : courses;
  if (list.length === 0 || list.some(({ predictions }) => predictions.length === 0)) {
    throw new ConfigError(
      'predictionsFigure: expected images with predictions after at least one epoch, got none',
    );
  }
  const { classes, pictureWidth = 210, columns = 4, most = 6 } = options;
  checkCount('columns', columns, 1);
  checkCount('most', most, 2);
  const shown = list.map((course) => ({
    ...course,
    predictions: thin(course.predictions, most),
  }));
  const maps = shown.flatMap(({ image, labels, predictions }) => {
    const all = [labels, ...predictions.map(({ prediction }) => prediction)];
    all.forEach((map) => checkSize('predictionsFigure', 'a label map', map, image));
    return all;
  });
  const present = presentClasses('predictionsFigure', maps, classes);
  const rows = await Promise.all(
    shown.map(async (course) => inRows(await picturesOf(course, pictureWidth, options), columns)),
  );
  return pictureSheet({
    title: options.title ?? 'What the supernet predicts, epoch by epoch',
    rows: rows.flat(),
    legend: classLegend(present, hasIgnored(maps) ? ignoredColor(classes) : undefined),
    pictureWidth,
  });
}

/** Image, label map and predictions, each with its caption. */
async function picturesOf(
  { image, labels, predictions }: ImageOverEpochs,
  pictureWidth: number,
  { classes, hoverGrid = HOVER_GRID }: PictureOptions,
): Promise<SheetPicture[]> {
  const { height, width } = image;
  const size = fitInto(image, 2 * pictureWidth);
  const labelled = (map: LabelMap, caption: string): SheetPicture => ({
    height,
    width,
    caption,
    layers: [{ source: labelUri(map, size, classColor(classes)) }],
    words: wordsOf([map], hoverGrid, (label) => labelName(label, classes)),
  });
  return [
    {
      height,
      width,
      caption: 'image',
      layers: [{ source: await photographUri(image, fitInto(image, 1.25 * pictureWidth)) }],
    },
    labelled(labels, 'label map'),
    ...predictions.map(({ epoch, prediction }) => {
      const share = shareRight(labels, prediction);
      const right = Number.isNaN(share) ? '' : `: ${percent(share)} right`;
      return labelled(prediction, `after epoch ${epoch}${right}`);
    }),
  ];
}

function checkCount(name: string, value: number, least: number): void {
  if (!Number.isInteger(value) || value < least) {
    throw new ConfigError(
      `predictionsFigure: expected a whole number from ${least} on as ${name}, got ${value}`,
    );
  }
}

function inRows(pictures: readonly SheetPicture[], columns: number): SheetRow[] {
  return Array.from({ length: Math.ceil(pictures.length / columns) }, (_, row) => ({
    pictures: pictures.slice(row * columns, (row + 1) * columns),
  }));
}
