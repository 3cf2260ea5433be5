/** How often each class occurs in the splits of a dataset. */
import type { DatasetCheck } from '../../dataset/inspection/check-dataset.js';
import { ConfigError } from '../../errors.js';
import { percent, short } from '../../text.js';
import type { Figure, FigureOptions, Trace } from '../figure.js';
import { framed, heading, legendBelow } from '../heading.js';
import { seriesColors } from '../style.js';
import { escapeText } from '../text.js';

const BAR = 15;
/** The shares that the axis names. */
const DECADES = [1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1];

/**
 * The share of the pixels that each class has in each split, on a logarithmic axis, the most frequent
 * first; the number of images that hold it is under the pointer. Ignored pixels do not count; a class
 * that a split lacks has no bar there.
 *
 * @throws {@link ConfigError} if no label map was read
 *
 * @example
 * await show(classFrequencyFigure(await checkDataset(dataset, { read: 'labels' })));
 */
export function classFrequencyFigure(
  check: Pick<DatasetCheck, 'dataset' | 'splits'>,
  options: FigureOptions = {},
): Figure {
  const parts = check.splits.flatMap(({ content }) =>
    content !== undefined && content.labelMaps > 0 ? [content] : [],
  );
  if (parts.length === 0) {
    throw new ConfigError(
      'classFrequencyFigure: expected a check that read label maps, got none; check a labelled ' +
        "split with { read: 'labels' }",
    );
  }
  const [{ classes }] = parts;
  const isThere = (trainId: number) => parts.some((part) => part.classes[trainId].pixels > 0);
  const order = [...classes.keys()]
    .filter(isThere)
    .sort((a, b) => classes[b].pixels - classes[a].pixels || a - b);
  const data = parts.map((part, i): Trace => {
    const total = part.classes.reduce((sum, { pixels }) => sum + pixels, 0);
    const shares = order.map((trainId) => part.classes[trainId].pixels / total);
    return {
      type: 'bar',
      orientation: 'h',
      name: escapeText(part.name),
      y: order.map((_, place) => place),
      x: shares.map((share) => (share > 0 ? share : null)),
      customdata: order.map(
        (trainId, k) =>
          `${escapeText(classes[trainId].name)}: ${percent(shares[k], 3)} of the pixels, ` +
          `${part.classes[trainId].images} of ${part.labelMaps} label maps`,
      ),
      hovertemplate: `%{customdata}<extra>${escapeText(part.name)}</extra>`,
      marker: { color: seriesColors[i % seriesColors.length] },
    };
  });
  const absent = classes.length - order.length;
  const notes = absent > 0 ? [`${absent} of ${classes.length} classes occur nowhere`] : [];
  const plotHeight = Math.max(60, order.length * (parts.length * (BAR - 5) + 6));
  return {
    data,
    layout: {
      ...framed({
        heading: heading(options.title ?? `Classes of ${escapeText(check.dataset)}`, notes),
        plotHeight,
        above: 8,
        below: 86,
        margin: { r: 30 },
      }),
      barmode: 'group',
      xaxis: {
        type: 'log',
        title: { text: 'share of the pixels that count' },
        tickvals: DECADES,
        ticktext: DECADES.map((share) => `${short(100 * share)} %`),
      },
      yaxis: {
        tickvals: order.map((_, place) => place),
        ticktext: order.map((trainId) => escapeText(classes[trainId].name)),
        autorange: 'reversed',
        showgrid: false,
        automargin: true,
      },
      showlegend: parts.length > 1,
      legend: legendBelow(plotHeight),
    },
  };
}
