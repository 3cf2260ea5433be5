/** What each saving costs in probability. */
import type { Frontier } from '../../budget/frontier.js';
import { RESOURCE_TEXTS } from '../../budget/resources.js';
import { operationNamed } from '../../search-space/operations/registry.js';
import { levelStride } from '../../search-space/trellis.js';
import { short } from '../../text.js';
import type { Figure, FigureOptions } from '../figure.js';
import { framed, heading } from '../heading.js';
import { verticalMark } from '../panels.js';
import { colors } from '../style.js';
import { escapeText } from '../text.js';
import { namedTrace, silentTrace } from '../traces.js';

/** How {@link frontierFigure} draws. */
export interface FrontierFigureOptions extends FigureOptions {
  /** A limit that is marked, in the unit of the cost. */
  readonly limit?: number;
}

const PLOT_HEIGHT = 300;

/** Lines of the heading are broken for a figure as narrow as this, in pixels. */
const NARROW = 420;

/**
 * Log probability of architectures against their cost: points that no other one beats in both; the line says how
 * probable an architecture within any limit is at most.
 *
 * @example
 * const { points, resource } = decodeFrontier({
 *   alpha: new Float32Array(160),
 *   beta: new Float32Array(105),
 *   network: { filterMultiplier: 20, classes: 19, height: 1025, width: 2049 },
 *   resource: 'multiplyAdds',
 * });
 * await show(frontierFigure({ points, resource }, { limit: 300e9 }));
 */
export function frontierFigure(
  { resource, points }: Frontier,
  { limit, title = 'Probability within a budget' }: FrontierFigureOptions = {},
): Figure {
  const { label, unit, per, write } = RESOURCE_TEXTS[resource];
  const best = points[0].logProbability;
  const drawn = points
    .map(({ cost, logProbability, path, genotype }) => ({
      x: cost / per,
      y: logProbability,
      text: [
        `<b>${write(cost)}</b>`,
        `log probability ${short(logProbability, 5)}, ${short(best - logProbability)} nats below the best`,
        `strides ${path.map(levelStride).join(' ')}`,
        ...genotype.blocks.map(({ left, right }) =>
          [left, right]
            .map(({ input, operation }) => `${input}: ${operationNamed(operation).shortLabel}`)
            .map(escapeText)
            .join(', '),
        ),
      ].join('<br>'),
    }))
    .sort((a, b) => a.x - b.x);
  const mark = limit === undefined ? undefined : verticalMark(limit / per, `limit ${write(limit)}`);
  const lines = [
    `${points.length} architectures: no other is as probable and takes less. Line: the most probable within a limit.`,
  ];
  return {
    data: [
      silentTrace('lines', 'frontier', [drawn.map(({ x }) => x), drawn.map(({ y }) => y)], {
        line: { color: colors.blue, width: 1.5, shape: 'hv' },
      }),
      namedTrace('markers', 'architectures', drawn, { marker: { size: 6, color: colors.blue } }),
    ],
    layout: {
      ...framed({
        heading: heading(title, lines, NARROW),
        plotHeight: PLOT_HEIGHT,
        above: 10,
        margin: { l: 64, r: 24 },
      }),
      xaxis: { title: { text: `${label}, ${unit}` }, nticks: 7 },
      yaxis: { title: { text: 'log probability, nats' }, nticks: 6 },
      hovermode: 'closest',
      ...(mark && { shapes: [mark.shape], annotations: [mark.annotation] }),
    },
  };
}
