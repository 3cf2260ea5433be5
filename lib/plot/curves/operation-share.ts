/** Which operations a search prefers, epoch by epoch. */
import { alphaStatistics, familyShares } from '../../architecture/statistics.js';
import type { CellShape, Logits } from '../../architecture/probabilities.js';
import { decodeCell } from '../../decoder/cell.js';
import { ConfigError } from '../../errors.js';
import type { RunHistory } from '../../run/history.js';
import type { OperationFamily } from '../../search-space/operations/operation.js';
import { resolveOperations } from '../../search-space/operations/registry.js';
import type { Figure, FigureOptions, Trace } from '../figure.js';
import { framed, heading } from '../heading.js';
import { epochsAxis } from '../axes.js';
import { stackPanels } from '../panels.js';
import { colors, withOpacity } from '../style.js';
import { diagnoseSearch } from './diagnose-search.js';
import { requireArchitecture } from './rows.js';

/** What a share is a share of; see {@link operationShareFigure}. */
export type ShareMeasure = 'probability' | 'strongest' | 'decoded';

/** How {@link operationShareFigure} draws. */
export interface OperationShareOptions extends FigureOptions {
  /** One plot for each; `['probability', 'decoded']` by default. */
  readonly measures?: readonly ShareMeasure[];
  /** *family* (default) - none, skip, pool, convolution. *operation* - each operation. */
  readonly by?: 'family' | 'operation';
  /** Whether the diagnosis of the operations stands below the title; true by default. */
  readonly withDiagnosis?: boolean;
}

const MEASURES: Readonly<Record<ShareMeasure, string>> = {
  probability: 'mean probability over the edges, softmax(α)',
  strongest: 'share of the edges on which it is the most probable',
  decoded: 'share of the branches of the cell, if decoded at that epoch',
};

/** From the bottom of the areas to their top. */
const FAMILIES: Readonly<Record<OperationFamily, { name: string; color: string }>> = {
  convolution: { name: 'convolution', color: colors.blue },
  pool: { name: 'pooling', color: colors.orange },
  skip: { name: 'skip connection', color: colors.purple },
  none: { name: 'none', color: colors.faint },
};

type Shares = Readonly<Record<string, number>>;

/**
 * The share of each operation by its name; they sum to 1.
 *
 * @param measure - see {@link operationShareFigure}
 */
export function sharesOfOperations(alpha: Logits, shape: CellShape, measure: ShareMeasure): Shares {
  if (measure !== 'decoded') {
    return alphaStatistics(alpha, shape)[measure];
  }
  const branches = decodeCell(alpha, shape).blocks.flatMap(({ left, right }) => [left, right]);
  return Object.fromEntries(
    shape.operations.map((name) => [
      name,
      branches.filter(({ operation }) => operation === name).length / branches.length,
    ]),
  );
}

/** Names and colours of the layers of the areas, from the bottom. */
function layersOf(names: readonly string[], by: 'family' | 'operation') {
  const operations = resolveOperations(names);
  if (by === 'operation') {
    return [...operations]
      .reverse()
      .map(({ name, shortLabel, color }) => ({ key: name, name: shortLabel, color }));
  }
  return Object.entries(FAMILIES)
    .filter(([key]) => operations.some(({ family }) => family === key))
    .map(([key, family]) => ({ key, ...family }));
}

/**
 * The share of each family of operations, or of each operation, over the epochs of a search.
 *
 * - `probability`: the mean over the edges of softmax(α). At the start each of n operations has 1/n.
 * - `strongest`: the share of the edges on which an operation is the most probable.
 * - `decoded`: the share of the 2B branches of the cell that decoding at that epoch would give,
 *   `none` left out. It is the choice that counts, and it is noise until α has moved.
 *
 * What {@link diagnoseSearch} says of the operations stands below the title.
 *
 * @throws {@link ConfigError} if there is no measure, or one is unknown
 * @throws {@link DataError} if the history has no epoch with α and β
 *
 * @example
 * await show(operationShareFigure(await readHistory('runs/search/history.arrow')));
 */
export function operationShareFigure(
  history: RunHistory,
  options: OperationShareOptions = {},
): Figure {
  const { measures = ['probability', 'decoded'], by = 'family', withDiagnosis = true } = options;
  if (measures.length === 0 || measures.some((measure) => !(measure in MEASURES))) {
    throw new ConfigError(
      `operationShareFigure: expected measures out of ${Object.keys(MEASURES).join(', ')}, ` +
        `got [${measures.join(', ')}]`,
    );
  }
  const { rows, shape } = requireArchitecture('operationShareFigure', history);
  const epochs = rows.map(({ epoch }) => epoch + 1);
  const { axes, annotations, yaxis } = stackPanels(
    measures.map((measure) => ({
      title: MEASURES[measure],
      axis: { tickformat: '.0%', range: [0, 1], dtick: 0.25 },
    })),
    { ...epochsAxis(epochs), ...(epochs.length > 1 && { range: [epochs[0], epochs.at(-1)] }) },
  );
  const data = measures.flatMap((measure, panel) => {
    const shares = rows.map(({ alpha }): Shares => {
      const byOperation = sharesOfOperations(alpha, shape, measure);
      return by === 'family' ? familyShares(byOperation) : byOperation;
    });
    return layersOf(shape.operations, by).map(({ key, name, color }): Trace => ({
      type: 'scatter',
      mode: epochs.length > 1 ? 'lines' : 'markers',
      name,
      legendgroup: key,
      showlegend: panel === 0,
      x: epochs,
      y: shares.map((share) => share[key]),
      yaxis: yaxis[panel],
      stackgroup: measure,
      fillcolor: withOpacity(color, 0.75),
      line: { width: 0.5, color },
      hovertemplate: `epoch %{x}: %{y:.1%}<extra>${name}</extra>`,
    }));
  });
  const findings = withDiagnosis
    ? diagnoseSearch(history).filter(({ topic }) => topic === 'operations' || topic === 'alpha')
    : [];
  return {
    data,
    layout: {
      ...framed({
        heading: heading(
          options.title ?? 'Operations that the search prefers',
          findings.map(({ text }) => text),
        ),
        plotHeight: 30 + 190 * measures.length,
        margin: { r: 150 },
      }),
      ...axes,
      annotations,
      legend: { traceorder: 'reversed', x: 1.02, xanchor: 'left', y: 1 },
    },
  };
}
