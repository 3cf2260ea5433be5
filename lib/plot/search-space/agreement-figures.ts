/** What several architectures have in common: their levels, layer by layer, and their branches, edge by edge. */
import { architectureAgreement } from '../../architecture/agreement.js';
import { ARCHITECTURE_LEVELS, type Architecture } from '../../architecture/architecture.js';
import { resolveOperations } from '../../search-space/operations/registry.js';
import { levelStride } from '../../search-space/trellis.js';
import { percent } from '../../text.js';
import type { Figure, FigureOptions, Layout, Trace } from '../figure.js';
import { framed, heading } from '../heading.js';
import { BARE_AXIS } from '../panels.js';
import { sequentialScale } from '../style.js';
import { stateLabel } from '../text.js';

const LEVEL_PIXELS = 44;
const EDGE_PIXELS = 21;

/** Counts as a heat map in which each cell above 0 has its number. */
function countTrace(
  counts: readonly (readonly number[])[],
  most: number,
  meaning: readonly (readonly string[])[],
): Trace {
  return {
    type: 'heatmap',
    meta: 'counts',
    z: counts,
    text: counts.map((row) => row.map((count) => (count === 0 ? '' : String(count)))),
    customdata: meaning,
    texttemplate: '%{text}',
    textfont: { size: 11 },
    hovertemplate: `%{customdata}<br>%{z} of ${most}<extra></extra>`,
    zmin: 0,
    zmax: most,
    colorscale: sequentialScale,
    xgap: 1,
    ygap: 1,
    showscale: false, // each cell has its number
  };
}

const axisOf = (labels: readonly string[], more: Layout = {}): Layout => ({
  ...BARE_AXIS,
  tickvals: [...labels.keys()],
  ticktext: labels,
  ...more,
});

/**
 * At which levels several architectures are, layer by layer: how many of them at each.
 *
 * @throws {@link ConfigError} if there is none, or they are of several search spaces
 *
 * @example
 * const random = new Random(1);
 * const figure = levelAgreementFigure([randomArchitecture(random), publishedArchitecture]);
 */
export function levelAgreementFigure(
  architectures: readonly Architecture[],
  { title = 'Levels that architectures agree on' }: FigureOptions = {},
): Figure {
  const { layers, count, pairs } = architectureAgreement(architectures);
  const levels = Array.from({ length: ARCHITECTURE_LEVELS }, (_, level) => level);
  const lines = [
    `In how many of ${count} each layer is at each stride`,
    ...(pairs ? [`two of them agree on ${percent(pairs.path)} of the layers`] : []),
  ];
  const meaning = levels.map((level) =>
    layers.map(({ layer }) => `layer ${layer} at stride ${levelStride(level)}`),
  );
  const counts = levels.map((level) => layers.map((layer) => layer.counts[level]));
  return {
    data: [countTrace(counts, count, meaning)],
    layout: {
      ...framed({
        heading: heading(title, lines),
        plotHeight: LEVEL_PIXELS * levels.length,
        margin: { l: 64, r: 16 },
      }),
      xaxis: axisOf(
        layers.map(({ layer }) => String(layer)),
        { title: { text: 'layer' }, range: [-0.5, layers.length - 0.5] },
      ),
      yaxis: axisOf(
        levels.map((level) => String(levelStride(level))),
        { title: { text: 'stride', standoff: 8 }, range: [levels.length - 0.5, -0.5] },
      ),
    },
  };
}

/**
 * Which branches the cells of several architectures have: for each edge, how many keep it (the last
 * column), and with which operation.
 *
 * @throws {@link ConfigError} if there is none, or they are of several search spaces
 *
 * @example
 * const random = new Random(1);
 * const figure = branchAgreementFigure([randomArchitecture(random), publishedArchitecture]);
 */
export function branchAgreementFigure(
  architectures: readonly Architecture[],
  { title = 'Branches that architectures agree on' }: FigureOptions = {},
): Figure {
  const { edges, operations, count, pairs } = architectureAgreement(architectures);
  const resolved = resolveOperations(operations);
  const names = edges.map(({ block, input }) => `${block + 1} ← ${stateLabel(input)}`);
  const lines = [
    `In how many of ${count} each edge is a branch, by operation`,
    ...(pairs
      ? [
          `two of them agree on ${percent(pairs.inputs)} of inputs, ` +
            `${percent(pairs.branches)} of branches`,
        ]
      : []),
  ];
  const meaning = names.map((name) => [
    ...resolved.map(({ label }) => `${name}: ${label}`),
    `${name}: kept`,
  ]);
  const counts = edges.map((edge) => [...edge.counts, edge.kept]);
  const columns = [...resolved.map(({ shortLabel }) => shortLabel), '<b>kept</b>'];
  return {
    data: [countTrace(counts, count, meaning)],
    layout: {
      ...framed({
        heading: heading(title, lines),
        plotHeight: EDGE_PIXELS * edges.length,
        above: 46, // narrow figures turn the names of columns
        below: 16,
        margin: { l: 96, r: 16 },
      }),
      xaxis: axisOf(columns, {
        side: 'top',
        ticklabelstandoff: 2,
        range: [-0.5, columns.length - 0.5],
      }),
      yaxis: axisOf(names, { ticklabelstandoff: 5, range: [edges.length - 0.5, -0.5] }),
    },
  };
}
