/** α as a heat map: how probable each operation is on each edge of the cell. */
import {
  alphaLogProbabilities,
  type CellShape,
  type Logits,
} from '../../architecture/probabilities.js';
import { decodeCell } from '../../decoder/cell.js';
import { cellEdges } from '../../search-space/edges.js';
import { resolveOperations } from '../../search-space/operations/registry.js';
import { completeShape } from '../../search-space/shape.js';
import type { Figure, FigureOptions, Trace } from '../figure.js';
import { framed, heading } from '../heading.js';
import { BARE_AXIS } from '../panels.js';
import { sliderFigure } from '../slider.js';
import { colors, sequentialScale } from '../style.js';
import { round, stateLabel } from '../text.js';
import { rectangles, silentTrace } from '../traces.js';
import { moments, type LogitsOrSnapshots, type Moment } from './snapshots.js';

/** What α belongs to, the paper's cell by default, and how it is drawn. */
export interface AlphaFigureOptions extends FigureOptions, Partial<CellShape> {
  /** Whether the branches that decoding would choose are framed; true by default. */
  readonly decoded?: boolean;
  /** The probabilities of the palest and the darkest colour; those that occur by default. */
  readonly range?: readonly [min: number, max: number];
  /** In pixels, 720 by default. */
  readonly width?: number;
}

const ROW_PIXELS = 21;

/**
 * Draws softmax(α): one row per edge, named "block ← what it reads", one column per operation. The
 * two branches per block that decoding keeps are framed. A list of snapshots gets a slider; the
 * colours then mean the same at all epochs.
 *
 * Source: Auto-DeepLab §4.1.1, eq. 2 to 4; §4.3 for the frames.
 *
 * @param alpha - logits, `[edges · operations]`, edge by edge, or such logits after several epochs
 * @throws {@link ShapeError} if there is not one logit per edge and operation
 *
 * @example
 * const figure = alphaFigure(new Float32Array(160)); // B = 5: 20 edges of 8 operations
 *
 * @example
 * await show(alphaFigure(logitsByEpoch(history, 'alpha'), history.searchSpace));
 */
export function alphaFigure(alpha: LogitsOrSnapshots, options: AlphaFigureOptions = {}): Figure {
  const times = moments('alphaFigure', alpha);
  const shape = completeShape(options);
  const values = times.map(({ logits }) => alphaLogProbabilities(logits, shape).map(Math.exp));
  const range = options.range ?? [
    Math.min(...values.map((all) => Math.min(...all))),
    Math.max(...values.map((all) => Math.max(...all))),
  ];
  return sliderFigure(
    times.map((moment, i) => ({
      label: String(moment.epoch),
      figure: alphaAt(moment, values[i], shape, { ...options, range }),
    })),
    { prefix: 'after epoch ' },
  );
}

function alphaAt(
  { epoch, logits }: Moment,
  probabilities: Float64Array,
  shape: CellShape,
  options: AlphaFigureOptions & Required<Pick<AlphaFigureOptions, 'range'>>,
): Figure {
  const { decoded = true, width = 720 } = options;
  const operations = resolveOperations(shape.operations);
  const edges = cellEdges(shape.blocks);
  const names = edges.map(({ block, input }) => `${block + 1} ← ${stateLabel(input)}`);
  const when = epoch === undefined ? '' : `After epoch ${epoch}. `;
  const kept = decoded ? '; framed: what decoding keeps, two branches per block' : '';
  const note = `${when}Each row sums to 1${kept}`;
  const heatMap: Trace = {
    type: 'heatmap',
    meta: 'alpha',
    z: edges.map(({ index }) =>
      operations.map((_, k) => round(probabilities[index * operations.length + k])),
    ),
    text: names.map((name) => operations.map(({ label }) => `${name}: ${label}`)),
    hovertemplate: '%{text}<br>%{z:.3f}<extra></extra>',
    texttemplate: '%{z:.2f}',
    textfont: { size: 10 },
    zmin: options.range[0],
    zmax: options.range[1],
    colorscale: sequentialScale,
    xgap: 1,
    ygap: 1,
    showscale: false, // each cell has its number
  };
  return {
    data: [heatMap, separators(shape), ...(decoded ? [frames(logits, shape)] : [])],
    layout: {
      width,
      ...framed({
        heading: heading(options.title ?? 'Cell level: softmax(α)', [note], width),
        plotHeight: ROW_PIXELS * edges.length,
        below: 16,
        margin: { l: 96, r: 16 },
      }),
      xaxis: {
        ...BARE_AXIS,
        side: 'top',
        tickvals: [...operations.keys()],
        ticktext: operations.map(({ shortLabel }) => shortLabel),
        ticklabelstandoff: 2,
        range: [-0.5, operations.length - 0.5],
      },
      yaxis: {
        ...BARE_AXIS,
        tickvals: [...edges.keys()],
        ticktext: names,
        ticklabelstandoff: 5,
        range: [edges.length - 0.5, -0.5],
      },
    },
  };
}

/** Lines of paper between the blocks. */
function separators({ blocks, operations }: CellShape): Trace {
  const first = cellEdges(blocks).filter(({ index, input }) => input === 0 && index > 0);
  const x = first.flatMap(() => [-0.5, operations.length - 0.5, null]);
  const y = first.flatMap(({ index }) => [index - 0.5, index - 0.5, null]);
  return silentTrace('lines', 'blocks', [x, y], { line: { color: colors.paper, width: 5 } });
}

/** Frames around the branches that decoding keeps. */
function frames(logits: Logits, shape: CellShape): Trace {
  const kept = decodeCell(logits, shape)
    .blocks.flatMap(({ left, right }) => [left, right])
    .map(({ operation, edge }) => [shape.operations.indexOf(operation), edge] as const);
  const line = { color: colors.vermilion, width: 2 };
  const halfWidth = 0.5 - 0.004 * shape.operations.length; // as many pixels inside any column
  return silentTrace('lines', 'decoded', rectangles(kept, halfWidth, 0.47), { line });
}
