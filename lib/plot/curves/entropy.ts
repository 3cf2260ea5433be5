/** How undecided α and β are, epoch by epoch. */
import { alphaStatistics, betaStatistics } from '../../architecture/statistics.js';
import type { RunHistory } from '../../run/history.js';
import { trellisOf } from '../../search-space/shape.js';
import { mean, percent } from '../../text.js';
import type { Figure, FigureOptions, Trace } from '../figure.js';
import { framed, heading } from '../heading.js';
import { entropyAxis, epochsAxis } from '../axes.js';
import { stackPanels } from '../panels.js';
import { colors } from '../style.js';
import { bandTrace, lineTrace } from '../traces.js';
import { requireArchitecture } from './rows.js';

interface Group {
  readonly name: string;
  readonly color: string;
  /** What each value belongs to: an edge or a node. */
  readonly of: string;
  /** Relative entropies by epoch, `[epochs, edges or nodes]`. */
  readonly values: readonly (readonly number[])[];
}

function traces({ name, color, of, values }: Group, x: readonly number[], yaxis: string): Trace[] {
  const lowest = values.map((row) => Math.min(...row));
  const highest = values.map((row) => Math.max(...row));
  const common = { yaxis, legendgroup: name, showlegend: false };
  return [
    bandTrace({ name: `lowest to highest ${of}`, color, x }, [lowest, highest], common),
    lineTrace(
      { name: `mean of ${name}`, color, x, y: values.map(mean) },
      {
        ...common,
        customdata: lowest,
        hovertemplate:
          `epoch %{x}: mean %{y:.2%}<br>most decided ${of}: %{customdata:.2%}` +
          `<extra>${name}</extra>`,
      },
    ),
  ];
}

/**
 * The entropies of α and β at the end of each epoch, as shares of their largest values.
 *
 *     −Σ_k p_k ln p_k / ln n,   p = softmax over the n operations of an edge, or arrows of a node
 *
 * 100 % is the start, where everything is equally probable; 0 % is a decision. The line is the mean
 * over the edges of the cell, or over the nodes that several arrows leave; the pale area reaches
 * from the most decided one to the least decided.
 *
 * @throws {@link DataError} if the history has no epoch with α and β
 *
 * @example
 * await show(entropyFigure(await readHistory('runs/search/history.arrow')));
 */
export function entropyFigure(history: RunHistory, options: FigureOptions = {}): Figure {
  const { rows, shape } = requireArchitecture('entropyFigure', history);
  const trellis = trellisOf(shape);
  const epochs = rows.map(({ epoch }) => epoch + 1);
  const groups: readonly Group[] = [
    {
      name: 'α',
      color: colors.blue,
      of: 'edge',
      values: rows.map(({ alpha }) => alphaStatistics(alpha, shape).relativeEntropies),
    },
    {
      name: 'β',
      color: colors.vermilion,
      of: 'node',
      values: rows.map(({ beta }) => betaStatistics(beta, trellis).relativeEntropies),
    },
  ];
  const over = ['the edges of the cell', 'the nodes of the trellis'];
  const { axes, annotations, yaxis } = stackPanels(
    groups.map(({ name, values }, i) => {
      const { axis, note } = entropyAxis(values.flat());
      return { title: `${name}: mean and range over ${over[i]}${note}`, axis };
    }),
    epochsAxis(epochs),
  );
  const last = groups.map(({ name, values }) => {
    const end = values.at(-1) ?? [];
    return `${name} ${percent(mean(end), 2)} (most decided: ${percent(Math.min(...end), 2)})`;
  });
  return {
    data: groups.flatMap((group, i) => traces(group, epochs, yaxis[i])),
    layout: {
      ...framed({
        heading: heading(options.title ?? 'How undecided the search is', [
          'entropy as a share of its largest value; 100 %: all equal, 0 %: decided',
          `at the end: ${last.join(', ')}`,
        ]),
        plotHeight: 380,
      }),
      ...axes,
      annotations,
    },
  };
}
