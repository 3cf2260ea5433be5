/** Which kinds of operations a search prefers, epoch by epoch. */
import { ConfigError } from '../../errors.js';
import { decodeCell } from '../../decoder/cell.js';
import { alphaStatistics, operationShares } from '../../architecture/statistics.js';
import { PRIMITIVES, type Primitive } from '../../search-space/primitives.js';
import type { Figure, Trace } from '../figure.js';
import { OPERATION_COLORS, OPERATION_NAMES } from '../palette.js';
import { framed, heading } from '../heading.js';
import { stackPanels } from '../panels.js';
import { colors, withOpacity } from '../style.js';
import { diagnoseSearch } from './diagnose-search.js';
import { blocksOf, requireArchitectureRows, type RunHistory } from './rows.js';

/** What a share is a share of; see {@link operationShareFigure}. */
export type ShareMeasure = 'weight' | 'strongest' | 'decoded';

/** How {@link operationShareFigure} draws. */
export interface OperationShareOptions {
  /** One plot for each; `['weight', 'decoded']` by default. */
  readonly measures?: readonly ShareMeasure[];
  /** *kind* (default) - none, skip, pool, convolution. *operation* - all eight. */
  readonly by?: 'kind' | 'operation';
  /** Whether the diagnosis of the operations stands below the title; true by default. */
  readonly withDiagnosis?: boolean;
  readonly title?: string;
}

const MEASURES: Readonly<Record<ShareMeasure, string>> = {
  weight: 'mean weight of softmax(α) over the edges',
  strongest: 'share of the edges on which it is strongest',
  decoded: 'share of the branches of the cell, if decoded at that epoch',
};

const KINDS = {
  convolution: { name: 'convolution', color: colors.blue },
  pool: { name: 'pooling', color: colors.orange },
  skip: { name: 'skip connection', color: colors.purple },
  none: { name: 'none', color: colors.faint },
} as const;

type Shares = Readonly<Record<string, number>>;

/** The share of the branches of the decoded cell that have each operation. */
function decodedShares(alpha: Float32Array): Shares {
  const { blocks } = decodeCell(alpha, blocksOf(alpha)).genotype;
  const branches = blocks.flatMap(({ left, right }) => [left.operation, right.operation]);
  return Object.fromEntries(
    PRIMITIVES.map((name) => [
      name,
      branches.filter((operation) => operation === name).length / branches.length,
    ]),
  );
}

/**
 * The share of each operation; the eight sum to 1.
 *
 * @param measure - see {@link operationShareFigure}
 */
export function sharesOfOperations(alpha: Float32Array, measure: ShareMeasure): Shares {
  if (measure === 'decoded') {
    return decodedShares(alpha);
  }
  return alphaStatistics(alpha, PRIMITIVES)[measure];
}

/** Names and colours of the layers of the areas, from the bottom. */
function layersOf(by: 'kind' | 'operation') {
  if (by === 'kind') {
    return Object.entries(KINDS).map(([key, { name, color }]) => ({ key, name, color }));
  }
  return [...PRIMITIVES].reverse().map((key: Primitive) => ({
    key,
    name: OPERATION_NAMES[key],
    color: OPERATION_COLORS[key],
  }));
}

/**
 * The share of skip connections, poolings, none and convolutions over the epochs of a search.
 *
 * - `weight`: the mean over the edges of softmax(α). At the start each operation has 1/8.
 * - `strongest`: the share of the edges on which an operation has the largest weight.
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
  const { measures = ['weight', 'decoded'], by = 'kind', withDiagnosis = true } = options;
  if (measures.length === 0 || measures.some((measure) => !(measure in MEASURES))) {
    throw new ConfigError(
      `operationShareFigure: expected measures out of ${Object.keys(MEASURES).join(', ')}, ` +
        `got [${measures.join(', ')}]`,
    );
  }
  const rows = requireArchitectureRows('operationShareFigure', history);
  const epochs = rows.map(({ epoch }) => epoch + 1);
  const { axes, annotations, yaxis } = stackPanels(
    measures.map((measure) => ({
      title: MEASURES[measure],
      axis: { tickformat: '.0%', range: [0, 1], dtick: 0.25 },
    })),
    {
      title: { text: 'epochs done' },
      tickformat: 'd',
      ...(epochs.length > 1 && { range: [epochs[0], epochs.at(-1)] }),
    },
  );
  const data = measures.flatMap((measure, panel) => {
    const shares = rows.map(({ alpha }) => {
      const byOperation = sharesOfOperations(alpha, measure);
      return by === 'kind' ? { ...operationShares(byOperation) } : byOperation;
    });
    return layersOf(by).map(({ key, name, color }): Trace => {
      const values = shares.map((share: Shares) => share[key]);
      return {
        type: 'scatter',
        mode: epochs.length > 1 ? 'lines' : 'markers',
        name,
        legendgroup: key,
        showlegend: panel === 0,
        x: epochs,
        y: values,
        yaxis: yaxis[panel],
        stackgroup: measure,
        fillcolor: withOpacity(color, 0.75),
        line: { width: 0.5, color },
        hovertemplate: `epoch %{x}: %{y:.1%}<extra>${name}</extra>`,
      };
    });
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
