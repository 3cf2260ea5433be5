/** Where a prediction is right and where it is wrong. */
import { IGNORE_LABEL } from '../../dataset/dataset.js';
import type { LabelMap, RgbImage } from '../../dataset/pixels.js';
import { percent } from '../../text.js';
import type { Figure } from '../figure.js';
import { hexColor, labelName, presentClasses, type PictureClass } from './classes.js';
import { HOVER_GRID, fitInto, labelUri, photographUri, type Rgba, wordsOf } from './data-uri.js';
import { checkSize, type PictureOptions } from './segmentation.js';
import { pictureSheet } from './sheet.js';

/** A prediction with what it should be. */
export interface ErrorMapInput {
  /** Train ids, 255 where nothing is known. */
  readonly labels: LabelMap;
  /** Class indices, of the same size. */
  readonly prediction: LabelMap;
  /** Shown in grey below the colours. */
  readonly image?: RgbImage | undefined;
}

/** A class with the pixels that are wrong. */
export interface ClassErrors {
  readonly name: string;
  /** Pixels of this class that were predicted as another one. */
  readonly wrong: number;
  readonly pixels: number;
}

const [RIGHT, WRONG, IGNORED] = [0, 1, 2];

/** What a pixel can be, with its colours over a grey image and over none. */
const STATES: readonly { readonly name: string; readonly over: Rgba; readonly alone: Rgba }[] = [
  { name: 'right', over: [0, 114, 178, 60], alone: [191, 219, 236, 255] },
  { name: 'wrong', over: [213, 94, 0, 225], alone: [213, 94, 0, 255] },
  { name: 'ignored', over: [0, 0, 0, 150], alone: [128, 128, 128, 255] },
];

function compare(labels: LabelMap, prediction: LabelMap): LabelMap {
  const data = labels.data.map((label, i) => {
    if (label === IGNORE_LABEL) {
      return IGNORED;
    }
    return label === prediction.data[i] ? RIGHT : WRONG;
  });
  return { height: labels.height, width: labels.width, data };
}

/**
 * The wrong pixels of each class that occurs in the labels, those with the most first.
 *
 * @throws {@link ShapeError} if the prediction has another size
 * @throws {@link DataError} if a label is neither a class nor 255
 */
export function classErrors(
  labels: LabelMap,
  prediction: LabelMap,
  classes: readonly PictureClass[],
): readonly ClassErrors[] {
  checkSize('classErrors', 'a prediction', prediction, labels);
  const pixels = new Float64Array(256);
  const wrong = new Float64Array(256);
  labels.data.forEach((label, i) => {
    pixels[label]++;
    wrong[label] += label === prediction.data[i] ? 0 : 1;
  });
  return presentClasses('classErrors', [labels], classes)
    .map(({ name, label }) => ({ name, wrong: wrong[label], pixels: pixels[label] }))
    .sort((a, b) => b.wrong - a.wrong);
}

/** A colour as it looks over a middle grey. */
function legendColor([red, green, blue, opacity]: Rgba): string {
  const share = opacity / 255;
  const [r, g, b] = [red, green, blue].map((channel) =>
    Math.round(channel * share + 160 * (1 - share)),
  );
  return hexColor([r, g, b]);
}

function note(errors: readonly ClassErrors[]): string {
  const total = errors.reduce((sum, { wrong }) => sum + wrong, 0);
  if (total === 0) {
    return 'every pixel that has a label is right';
  }
  const worst = errors
    .filter(({ wrong }) => wrong > 0)
    .slice(0, 3)
    .map(({ name, wrong }) => `${name} ${percent(wrong / total, 0)}`);
  return `of the wrong pixels, by label: ${worst.join(', ')}`;
}

/**
 * Each pixel of a prediction as right, wrong or ignored, over the image in grey.
 *
 * Label and prediction under the pointer are named. The classes with the most wrong pixels stand
 * below the title.
 *
 * @throws {@link ShapeError} if sizes differ
 * @throws {@link DataError} if a label or prediction is neither a class nor 255
 *
 * @example
 * const input = { image, labels, prediction: await network.predict(image) };
 * await show(await errorMapFigure(input, { classes: network.classes }));
 */
export async function errorMapFigure(
  { labels, prediction, image }: ErrorMapInput,
  options: PictureOptions,
): Promise<Figure> {
  const { classes, pictureWidth = 680, hoverGrid = HOVER_GRID } = options;
  checkSize('errorMapFigure', 'a prediction', prediction, labels);
  if (image) {
    checkSize('errorMapFigure', 'a label map', labels, image);
  }
  presentClasses('errorMapFigure', [prediction], classes);
  const errors = classErrors(labels, prediction, classes);
  const compared = compare(labels, prediction);
  const palette = STATES.map(({ over, alone }) => (image ? over : alone));
  const size = fitInto(labels, 1.25 * pictureWidth);
  const layers = [
    ...(image ? [{ source: await photographUri(image, size, { grey: true }) }] : []),
    { source: labelUri(compared, size, (state) => palette[state]) },
  ];
  const counts = STATES.map((_, state) => compared.data.filter((value) => value === state).length);
  const known = counts[RIGHT] + counts[WRONG];
  const shares = [
    percent(counts[RIGHT] / known),
    percent(counts[WRONG] / known),
    `${percent(counts[IGNORED] / compared.data.length)} of all`,
  ];
  const legend = STATES.map(({ name }, state) => ({
    name: `${name} (${shares[state]})`,
    color: legendColor(palette[state]),
  }));
  return pictureSheet({
    title:
      options.title ??
      (known === 0 ? 'No pixel has a label' : `${shares[RIGHT]} of the pixels right`),
    notes: known === 0 ? [] : [note(errors)],
    rows: [
      {
        pictures: [
          {
            height: labels.height,
            width: labels.width,
            layers,
            words: wordsOf([labels, prediction], hoverGrid, (label, predicted) => {
              const name = labelName(label, classes);
              if (label === predicted) {
                return name;
              }
              return `${name}, predicted as ${labelName(predicted, classes)}`;
            }),
          },
        ],
      },
    ],
    legend: legend.filter((_, state) => state !== IGNORED || counts[state] > 0),
    pictureWidth,
  });
}
