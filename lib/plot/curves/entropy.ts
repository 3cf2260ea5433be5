/** How undecided α and β are, epoch by epoch. */
import type { Figure, Trace } from '../figure.js';
import { framed, heading } from '../heading.js';
import { stackPanels } from '../panels.js';
import { colors, withOpacity } from '../style.js';
import { percent } from '../text.js';
import {
  edgeEntropies,
  mean,
  nodeEntropies,
  requireArchitectureRows,
  trellisOf,
  type RunHistory,
} from './rows.js';

/** How {@link entropyFigure} draws. */
export interface EntropyOptions {
  readonly title?: string;
}

interface Group {
  readonly name: string;
  readonly color: string;
  /** What each value belongs to: an edge or a node. */
  readonly of: string;
  /** Relative entropies by epoch, `[epochs, edges or nodes]`. */
  readonly values: readonly (readonly number[])[];
}

function traces({ name, color, of, values }: Group, epochs: readonly number[], yaxis: string) {
  const area: Trace = {
    type: 'scatter',
    mode: 'lines',
    name: `lowest to highest ${of}`,
    legendgroup: name,
    showlegend: false,
    x: [...epochs, ...[...epochs].reverse()],
    y: [
      ...values.map((row) => Math.max(...row)),
      ...values.map((row) => Math.min(...row)).reverse(),
    ],
    yaxis,
    fill: 'toself',
    fillcolor: withOpacity(color, 0.16),
    line: { width: 0, color: withOpacity(color, 0.16) },
    hoverinfo: 'skip',
  };
  const line: Trace = {
    type: 'scatter',
    mode: epochs.length > 60 ? 'lines' : 'lines+markers',
    name: `mean of ${name}`,
    legendgroup: name,
    showlegend: false,
    x: epochs,
    y: values.map(mean),
    yaxis,
    customdata: values.map((row) => Math.min(...row)),
    line: { color, width: 2.5 },
    marker: { size: 5 },
    hovertemplate:
      `epoch %{x}: mean %{y:.2%}<br>most decided ${of}: %{customdata:.2%}` +
      `<extra>${name}</extra>`,
  };
  return [area, line];
}

/**
 * The entropies of α and β at the end of each epoch, as shares of their largest values.
 *
 *     −Σ_k p_k ln p_k / ln n,   p = softmax over the n operations of an edge, or arrows of a node
 *
 * 100 % is the start, where everything is equal; 0 % is a decision. The line is the mean over the
 * edges of the cell, or over the nodes that several arrows leave; the pale area reaches from the
 * most decided one to the least.
 *
 * @throws {@link DataError} if the history has no epoch with α and β
 *
 * @example
 * await show(entropyFigure(await readHistory('runs/search/history.arrow')));
 */
export function entropyFigure(history: RunHistory, options: EntropyOptions = {}): Figure {
  const rows = requireArchitectureRows('entropyFigure', history);
  const trellis = trellisOf(rows[0].beta);
  const epochs = rows.map(({ epoch }) => epoch + 1);
  const groups: readonly Group[] = [
    {
      name: 'α',
      color: colors.blue,
      of: 'edge',
      values: rows.map(({ alpha }) => edgeEntropies(alpha)),
    },
    {
      name: 'β',
      color: colors.vermilion,
      of: 'node',
      values: rows.map(({ beta }) => nodeEntropies(beta, trellis)),
    },
  ];
  const axis = { tickformat: ',.3~%', nticks: 5 };
  const { axes, annotations, yaxis } = stackPanels(
    [
      { title: 'α: mean over the edges of the cell, and their range', axis },
      { title: 'β: mean over the nodes of the trellis, and their range', axis },
    ],
    { title: { text: 'epochs done' }, tickformat: 'd' },
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
