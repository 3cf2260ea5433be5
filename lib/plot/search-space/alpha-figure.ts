/** α as a heat map: how much each operation counts on each edge of the cell. */
import { decodeCell } from '../../decoder/cell.js';
import type { Logits } from '../../architecture/logits.js';
import { normalizeAlpha } from '../../architecture/normalize-alpha.js';
import { ShapeError } from '../../errors.js';
import { cellEdges, edgeCount } from '../../search-space/edges.js';
import { PRIMITIVES, primitiveIndex } from '../../search-space/primitives.js';
import type { Figure, Trace } from '../figure.js';
import { OPERATION_NAMES } from '../palette.js';
import { sliderFigure } from '../slider.js';
import { colors, sequentialScale } from '../style.js';
import { round } from './arrow-traces.js';
import { moments, type LogitsOrSnapshots } from './snapshots.js';
import { stateLabel } from './state-label.js';

/** How α is drawn. */
export interface AlphaFigureOptions {
  /** Whether the branches that decoding would choose are framed; true by default. */
  readonly decoded?: boolean;
  /** The weights of the weakest and the strongest colour; those that occur by default. */
  readonly range?: readonly [min: number, max: number];
  readonly title?: string;
  /** In pixels, 720 by default. */
  readonly width?: number;
}

const ROW_PIXELS = 21;
const MARGIN = { l: 96, r: 16, t: 98, b: 16 };

/**
 * Draws softmax(α): one row an edge, named "block ← what it reads", one column an operation. The
 * two branches a block that decoding keeps are framed. A list of snapshots gets a slider; the
 * colours then mean the same at all epochs.
 *
 * Source: Auto-DeepLab §4.1.1, eq. 2 to 4; §4.3 for the frames.
 *
 * @param alpha - logits, `[edges · 8]`, edge by edge, or such logits after several epochs
 * @throws {@link ShapeError} if the logits are not those of whole blocks
 *
 * @example
 * const figure = alphaFigure(new Float32Array(160)); // B = 5: 20 edges of 8 operations
 */
export function alphaFigure(alpha: LogitsOrSnapshots, options: AlphaFigureOptions = {}): Figure {
  const times = moments('alphaFigure', alpha);
  const blocks = blocksOf(times[0].logits);
  const weights = times.map(({ logits }) => normalizeAlpha(logits, blocks).map(Math.exp));
  const range = options.range ?? [
    Math.min(...weights.map((row) => Math.min(...row))),
    Math.max(...weights.map((row) => Math.max(...row))),
  ];
  const states = times.map(({ epoch, logits }, i) => ({
    label: String(epoch),
    figure: alphaAt(logits, weights[i], blocks, { ...options, range }, epoch),
  }));
  return states.length === 1 ? states[0].figure : sliderFigure(states, { prefix: 'after epoch ' });
}

/** The number of blocks B whose edges have so many logits. */
function blocksOf(alpha: Logits): number {
  const width = PRIMITIVES.length;
  for (let blocks = 1; edgeCount(blocks) * width <= alpha.length; blocks++) {
    if (edgeCount(blocks) * width === alpha.length) {
      return blocks;
    }
  }
  throw new ShapeError(
    `alphaFigure: expected ${width} logits for each edge of a cell (16, 40, 72, 112, 160, …), ` +
      `got ${alpha.length}`,
  );
}

function alphaAt(
  logits: Logits,
  weights: Float64Array,
  blocks: number,
  options: AlphaFigureOptions & Required<Pick<AlphaFigureOptions, 'range'>>,
  epoch: number | undefined,
): Figure {
  const { decoded = true, width = 720 } = options;
  const edges = cellEdges(blocks);
  const rows = edges.map(({ index }) =>
    PRIMITIVES.map((_, k) => round(weights[index * PRIMITIVES.length + k])),
  );
  const names = edges.map(({ block, input }) => `${block + 1} ← ${stateLabel(input)}`);
  const when = epoch === undefined ? '' : `After epoch ${epoch}. `;
  return {
    data: [
      heatMap(rows, names, options.range),
      separators(blocks),
      ...(decoded ? [frames(logits, blocks)] : []),
    ],
    layout: {
      width,
      height: MARGIN.t + MARGIN.b + ROW_PIXELS * edges.length,
      margin: MARGIN,
      title: {
        text: options.title ?? 'Cell level: softmax(α)',
        subtitle: {
          text: `${when}Each row sums to 1${decoded ? '; framed: what decoding keeps, two branches a block' : ''}`,
        },
      },
      xaxis: {
        side: 'top',
        tickvals: [...PRIMITIVES.keys()],
        ticktext: PRIMITIVES.map((name) => OPERATION_NAMES[name]),
        showline: false,
        ticks: '',
        ticklabelstandoff: 2,
        range: [-0.5, PRIMITIVES.length - 0.5],
        fixedrange: true,
      },
      yaxis: {
        tickvals: [...edges.keys()],
        ticktext: names,
        showgrid: false,
        showline: false,
        ticks: '',
        ticklabelstandoff: 5,
        range: [edges.length - 0.5, -0.5],
        fixedrange: true,
      },
    },
  };
}

function heatMap(
  rows: number[][],
  names: readonly string[],
  [min, max]: readonly [number, number],
): Trace {
  return {
    type: 'heatmap',
    meta: 'alpha',
    z: rows,
    text: names.map((name) => PRIMITIVES.map((operation) => `${name}: ${operation}`)),
    hovertemplate: '%{text}<br>%{z:.3f}<extra></extra>',
    texttemplate: '%{z:.2f}',
    textfont: { size: 10 },
    zmin: min,
    zmax: max,
    colorscale: sequentialScale,
    xgap: 1,
    ygap: 1,
    showscale: false, // each cell has its number
  };
}

/** Lines of paper between the blocks. */
function separators(blocks: number): Trace {
  const first = cellEdges(blocks).filter(({ index, input }) => input === 0 && index > 0);
  return {
    type: 'scatter',
    mode: 'lines',
    meta: 'blocks',
    x: first.flatMap(() => [-0.5, PRIMITIVES.length - 0.5, null]),
    y: first.flatMap(({ index }) => [index - 0.5, index - 0.5, null]),
    line: { color: colors.paper, width: 5 },
    hoverinfo: 'skip',
    showlegend: false,
  };
}

/** Frames around the branches that decoding keeps. */
function frames(logits: Logits, blocks: number): Trace {
  const kept = decodeCell(logits, blocks).blocks.flatMap(({ left, right }) => [left, right]);
  const half = 0.47;
  return {
    type: 'scatter',
    mode: 'lines',
    meta: 'decoded',
    x: kept.flatMap(({ operation }) => {
      const k = primitiveIndex(operation);
      return [k - half, k + half, k + half, k - half, k - half, null];
    }),
    y: kept.flatMap(({ edge }) => [
      edge - half,
      edge - half,
      edge + half,
      edge + half,
      edge - half,
      null,
    ]),
    line: { color: colors.vermilion, width: 2 },
    hoverinfo: 'skip',
    showlegend: false,
  };
}
