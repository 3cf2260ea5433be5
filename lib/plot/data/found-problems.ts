/** Samples that show what a check of a dataset found. */
import { IGNORE_LABEL, type Color, type Dataset } from '../../dataset/dataset.js';
import type { DatasetCheck } from '../../dataset/inspection/check-dataset.js';
import type { FoundExample } from '../../dataset/inspection/file-problems.js';
import { readImageFile } from '../../dataset/reading/image-file.js';
import { labelCoding, readLabelFile } from '../../dataset/reading/label-file.js';
import { ConfigError } from '../../errors.js';
import type { Figure } from '../figure.js';
import { hexColor } from '../images/classes.js';
import {
  HOVER_GRID,
  fitInto,
  labelUri,
  photographUri,
  wordsOf,
  type Rgba,
} from '../images/data-uri.js';
import { ignoredColor, type PictureOptions } from '../images/segmentation.js';
import { pictureSheet, type SheetPicture, type SheetRow } from '../images/sheet.js';

/** Values that no class has. */
const UNKNOWN: Color = [255, 0, 255];
/** Rows that a figure shows. */
const MOST_ROWS = 8;

/** How {@link foundProblemsFigure} draws. */
export type FoundProblemsOptions = Omit<PictureOptions, 'classes'>;

/**
 * The images of samples that something is wrong with, and their label maps laid over them: unknown
 * values in magenta, ignored ones in the colour that the legend shows. A label map of another size than its image stands beside it,
 * in its own proportions.
 *
 * @param check - its `examples` are shown, at most eight; there may be none
 * @param dataset - the dataset that was checked
 * @throws {@link ConfigError} if there is no example
 * @throws {@link DataError} if files cannot be read any more
 *
 * @example
 * const found = await checkDataset(dataset);
 * if (found.examples.length > 0) await show(await foundProblemsFigure(found, dataset));
 */
export async function foundProblemsFigure(
  check: Pick<DatasetCheck, 'dataset' | 'examples'>,
  dataset: Pick<Dataset, 'classes' | 'labelTable'>,
  options: FoundProblemsOptions = {},
): Promise<Figure> {
  const examples = check.examples.slice(0, MOST_ROWS);
  if (examples.length === 0) {
    throw new ConfigError(
      'foundProblemsFigure: expected a check with examples, got none; ask for its length before',
    );
  }
  const { pictureWidth = 420 } = options;
  return pictureSheet({
    title: options.title ?? `Found in ${check.dataset}`,
    columns: ['image', 'label map'],
    rows: await Promise.all(examples.map((example) => rowOf(example, dataset, options))),
    legend: [
      { name: 'unknown value', color: hexColor(UNKNOWN) },
      { name: 'ignored', color: hexColor(ignoredColor(dataset.classes)) },
    ],
    pictureWidth,
  });
}

async function rowOf(
  { split, text, sample }: FoundExample,
  { classes, labelTable }: Pick<Dataset, 'classes' | 'labelTable'>,
  { pictureWidth = 420, hoverGrid = HOVER_GRID }: FoundProblemsOptions,
): Promise<SheetRow> {
  const image = await readImageFile(sample.imageFile);
  const { height, width } = image;
  const photograph = {
    source: await photographUri(image, fitInto(image, 1.25 * pictureWidth)),
  };
  const pictures: SheetPicture[] = [{ height, width, layers: [photograph] }];
  if (sample.labelFile !== undefined) {
    const labels = await readLabelFile(sample.labelFile);
    const { trainIds, unknown } = labelCoding(labels, labelTable, sample.labelFile);
    const colorOf = (value: number): Rgba => {
      const isIgnored = trainIds[value] === IGNORE_LABEL;
      const known = isIgnored ? ignoredColor(classes) : classes[trainIds[value]].color;
      return [...(unknown.includes(value) ? UNKNOWN : known), 255];
    };
    const nameOf = (value: number): string => {
      const name = trainIds[value] === IGNORE_LABEL ? 'ignored' : classes[trainIds[value]].name;
      return `${value}: ${unknown.includes(value) ? 'unknown value' : name}`;
    };
    const source = labelUri(labels, fitInto(labels, 1.25 * pictureWidth), colorOf);
    const isSame = labels.height === height && labels.width === width;
    pictures.push({
      height: labels.height,
      width: labels.width,
      layers: isSame ? [photograph, { source, opacity: 0.6 }] : [{ source }],
      words: wordsOf([labels], hoverGrid, nameOf),
    });
  }
  return { title: `${split}, ${sample.id}: ${text}`, pictures };
}
