/** Classes laid over the image. */
import { IGNORE_LABEL } from '../../dataset/dataset.js';
import type { LabelMap, RgbImage } from '../../dataset/pixels.js';
import { ConfigError } from '../../errors.js';
import type { Figure } from '../figure.js';
import { labelName, presentClasses } from './classes.js';
import { HOVER_GRID, fitInto, labelUri, photographUri, wordsOf } from './data-uri.js';
import { checkSize, classColor, classLegend, type PictureOptions } from './segmentation.js';
import { pictureSheet } from './sheet.js';

/** How {@link overlayFigure} draws. */
export interface OverlayOptions extends PictureOptions {
  /** How much of each pixel is the colour of its class, 0 to 1; 0.55 by default. */
  readonly opacity?: number;
}

/**
 * A label map or prediction in the colours of its classes laid over the image, with a legend.
 * Ignored pixels show the image alone.
 *
 * @throws {@link ShapeError} if the two differ in size
 * @throws {@link DataError} if a label is neither a class nor 255
 * @throws {@link ConfigError} if the opacity is not from 0 to 1
 *
 * @example
 * const labels = await network.predict(image);
 * await show(await overlayFigure(image, labels, { classes: network.classes }));
 */
export async function overlayFigure(
  image: RgbImage,
  labels: LabelMap,
  options: OverlayOptions,
): Promise<Figure> {
  const { classes, pictureWidth = 680, hoverGrid = HOVER_GRID, opacity = 0.55 } = options;
  if (!(opacity >= 0 && opacity <= 1)) {
    throw new ConfigError(`overlayFigure: expected an opacity from 0 to 1, got ${opacity}`);
  }
  checkSize('overlayFigure', 'a label map', labels, image);
  const present = presentClasses('overlayFigure', [labels], classes);
  const color = classColor(classes);
  const size = fitInto(image, 1.25 * pictureWidth);
  const source = labelUri(labels, size, (label) => {
    const [red, green, blue] = color(label);
    return [red, green, blue, label === IGNORE_LABEL ? 0 : 255];
  });
  return pictureSheet({
    title: options.title ?? 'Classes over the image',
    rows: [
      {
        pictures: [
          {
            height: image.height,
            width: image.width,
            layers: [{ source: await photographUri(image, size) }, { source, opacity }],
            words: wordsOf([labels], hoverGrid, (label) => labelName(label, classes)),
          },
        ],
      },
    ],
    legend: classLegend(present),
    pictureWidth,
  });
}
