/** The sizes of the images of a dataset. */
import type { DatasetCheck } from '../../dataset/inspection/check-dataset.js';
import { ConfigError } from '../../errors.js';
import { count } from '../../text.js';
import type { Figure, FigureOptions, Trace } from '../figure.js';
import { framed, heading, legendBelow } from '../heading.js';
import { seriesColors, withOpacity } from '../style.js';
import { escapeText } from '../text.js';

const PLOT_HEIGHT = 320;
/** Diameter in pixels of the mark of one image, and of the size that most images have. */
const SMALLEST = 5;
const LARGEST = 26;

/**
 * Width and height of the images of each split, upright; a mark per size, whose area grows with the
 * number of images that have it.
 *
 * @throws {@link ConfigError} if no image was read
 */
export function imageSizesFigure(
  check: Pick<DatasetCheck, 'dataset' | 'splits'>,
  options: FigureOptions = {},
): Figure {
  const splits = check.splits.filter(({ sizes }) => sizes.length > 0);
  if (splits.length === 0) {
    throw new ConfigError(
      "imageSizesFigure: expected a check that read images, got none; check with { read: 'labels' }",
    );
  }
  const most = Math.max(...splits.flatMap(({ sizes }) => sizes.map(({ images }) => images)));
  const diameter = (images: number) => Math.max(SMALLEST, LARGEST * Math.sqrt(images / most));
  const data = splits.map(({ name, sizes }, i): Trace => {
    const color = seriesColors[i % seriesColors.length];
    return {
      type: 'scatter',
      mode: 'markers',
      name: escapeText(name),
      x: sizes.map(({ width }) => width),
      y: sizes.map(({ height }) => height),
      text: sizes.map(
        ({ width, height, images }) => `${width} x ${height}: ${count(images, 'image')}`,
      ),
      hovertemplate: `%{text}<extra>${escapeText(name)}</extra>`,
      marker: {
        size: sizes.map(({ images }) => diameter(images)),
        color: withOpacity(color, 0.45),
        line: { width: 1, color },
      },
    };
  });
  return {
    data,
    layout: {
      ...framed({
        heading: heading(options.title ?? `Image sizes of ${escapeText(check.dataset)}`, [
          'width and height in pixels; the area of a mark grows with the number of images',
        ]),
        plotHeight: PLOT_HEIGHT,
        above: 8,
        below: 86,
      }),
      xaxis: { title: { text: 'width' }, rangemode: 'tozero' },
      yaxis: { title: { text: 'height' }, rangemode: 'tozero' },
      showlegend: splits.length > 1,
      legend: legendBelow(PLOT_HEIGHT),
    },
  };
}
