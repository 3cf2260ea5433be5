/** The sums of one step of the Viterbi algorithm as a table below the trellis. */
import type { ViterbiResult } from '../../decoder/viterbi.js';
import { arrowSource, levelStride, type Trellis } from '../../search-space/trellis.js';
import type { Trace } from '../figure.js';
import { colors } from '../style.js';

/** The result of the algorithm with what it was computed from. */
export interface ViterbiTable extends ViterbiResult {
  readonly trellis: Trellis;
  /** One log probability per arrow. */
  readonly logs: Float64Array;
}

/** How far the algorithm is. */
export interface ViterbiMoment {
  /** The last layer whose nodes have their scores. */
  readonly done: number;
  /** Whether the path is traced back. */
  readonly isTraced: boolean;
}

/** A log probability in few characters: 2 digits after the point, one where it is long. */
export function scoreText(score: number, digits = score <= -10 ? 1 : 2): string {
  if (score === -Infinity) {
    return '−∞';
  }
  const text = score.toFixed(digits);
  return Number(text) === 0 ? '0' : text.replace('-', '−');
}

/** A node in words. */
export function placeName(layer: number, level: number): string {
  return `${layer === 0 ? 'stem' : `layer ${layer}`}, stride ${levelStride(level)}`;
}

/** A text in the table: column 0 has the names, the last the result; row −1 is the headline. */
interface Entry {
  readonly column: number;
  readonly row: number;
  readonly text: string;
}

/** What is computed at a moment, as texts on the axes `x2` (0 to 1) and `y2` (rows, downwards). */
export function workingTrace(table: ViterbiTable, moment: ViterbiMoment): Trace {
  const entries = moment.isTraced || moment.done === 0 ? said(table, moment) : sums(table, moment);
  const columns = table.trellis.levels + 2;
  return {
    type: 'scatter',
    mode: 'text',
    meta: 'working',
    x: entries.map(({ column }) => (column === 0 ? 0 : (column + 0.55) / columns)),
    y: entries.map(({ row }) => row),
    text: entries.map(({ text }) => text),
    textposition: entries.map(({ column }) => (column === 0 ? 'middle right' : 'middle center')),
    textfont: { size: 12, color: colors.ink },
    xaxis: 'x2',
    yaxis: 'y2',
    hoverinfo: 'skip',
    cliponaxis: false,
    showlegend: false,
  };
}

/** The sentences of the first and the last state. */
function said(table: ViterbiTable, { isTraced }: ViterbiMoment): Entry[] {
  const { path, logProbability } = table;
  const lines = isTraced
    ? [
        '<b>The path, traced back</b>',
        `The best node of the last layer: stride ${levelStride(path[path.length - 1])}, ` +
          `S = ${scoreText(logProbability, 3)}`,
        `Its way back: ${[...path].reverse().map(levelStride).join(' ← ')} ← stem`,
        `Product of its arrows: exp S = ${probabilityText(logProbability)}`,
      ]
    : ['<b>The stem</b>', 'Every path begins here: S = log 1 = 0'];
  return lines.map((text, i) => ({ column: 0, row: i - 1, text }));
}

function probabilityText(log: number): string {
  const value = Math.exp(log);
  return value < 1e-3 ? value.toExponential(2).replace('-', '−') : value.toPrecision(3);
}

/** Of the nodes of one layer: for each source its S and the log probability of the arrow, added. */
function sums(table: ViterbiTable, { done }: ViterbiMoment): Entry[] {
  const { trellis, logs, scores, predecessors } = table;
  const { levels, nodes, arrows } = trellis;
  const into = nodes.filter(({ layer }) => layer === done);
  const sources = nodes.filter(({ layer }) => layer === done - 1);
  const last = levels + 1;
  const muted = (text: string) => `<span style="color:${colors.muted}">${text}</span>`;
  return [
    { column: 0, row: -1, text: `<b>Layer ${done}</b>: S before + log β of the arrow` },
    { column: 0, row: 0, text: muted('into') },
    ...sources.map(({ level }) => ({
      column: level + 1,
      row: 0,
      text: muted(`from ${levelStride(level)}`),
    })),
    { column: last, row: 0, text: muted('largest: S') },
    ...into.flatMap(({ index, level, incoming }, i) => [
      { column: 0, row: i + 1, text: `stride ${levelStride(level)}` },
      ...incoming.map((arrow) => {
        const { from } = arrows[arrow];
        const sum = scoreText(scores[arrowSource(trellis, arrows[arrow])] + logs[arrow], 3);
        const isWinner = from === predecessors[index];
        return { column: from + 1, row: i + 1, text: isWinner ? `<b>${sum}</b>` : sum };
      }),
      { column: last, row: i + 1, text: scoreText(scores[index], 3) },
    ]),
  ];
}
