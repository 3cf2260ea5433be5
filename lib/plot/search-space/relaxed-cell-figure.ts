/** The relaxed cell that becomes the decoded one. */
import {
  alphaLogProbabilities,
  type CellShape,
  type Logits,
} from '../../architecture/probabilities.js';
import { decodeCell } from '../../decoder/cell.js';
import { cellEdges } from '../../search-space/edges.js';
import { resolveOperations } from '../../search-space/operations/registry.js';
import { completeShape } from '../../search-space/shape.js';
import { mean } from '../../text.js';
import type { Figure, FigureOptions } from '../figure.js';
import { framed, heading } from '../heading.js';
import { BARE_AXIS } from '../panels.js';
import { sliderFigure } from '../slider.js';
import {
  arcLabels,
  arcShapes,
  cellLine,
  edgeHover,
  legendTraces,
  outputShape,
  stateTrace,
  type EdgeLook,
} from './relaxed-cell-arcs.js';

/** What α belongs to, the paper's cell by default, and how it is drawn. */
export interface RelaxedCellFigureOptions extends FigureOptions, Partial<CellShape> {
  /** In pixels, 860 by default. */
  readonly width?: number;
}

const MARGIN = { l: 24, r: 24 };
/** Positions of the slider from α as found to one operation per edge. */
const TEMPERATURES = 7;
/** The mean over the edges of the largest probability, at which operations count as chosen. */
const SHARP = 0.97;
const COLDEST = 1e-5;

const EXPLANATION = 'Every block adds up what its arcs bring. An arc has a line for each operation';

/**
 * Draws the relaxed cell as it becomes the decoded one: hidden states from left to right, for each edge
 * an arc of one line per operation, as wide as its probability. A slider begins with α as found, divides it by
 * falling temperatures, softmax(α / T), until each edge has one operation, and ends with the two strongest edges
 * of each block.
 *
 * Source: Auto-DeepLab §4.1.1, eq. 1 to 4, for the relaxation; §4.3 for decoding, which leaves `none` out.
 *
 * @param alpha - logits, `[edges · operations]`, edge by edge
 * @throws {@link ShapeError} if there is not one logit per edge and operation
 * @throws {@link NumericError} if α holds NaN or +Infinity
 *
 * @example
 * const figure = relaxedCellFigure(new Float32Array(160)); // B = 5: 20 edges of 8 operations
 */
export function relaxedCellFigure(alpha: Logits, options: RelaxedCellFigureOptions = {}): Figure {
  const shape = completeShape(options);
  const states = [...relaxedStates(alpha, shape), ...decodedStates(alpha, shape)];
  return sliderFigure(
    states.map(({ label, ...state }) => ({ label, figure: cellAt(alpha, shape, state, options) })),
    { active: 0 },
  );
}

/** A position of the slider. */
interface CellState {
  readonly label: string;
  /** What it shows, in less than 80 characters. */
  readonly words: string;
  /** How each edge looks. */
  readonly edges: readonly EdgeLook[];
}

/** softmax(α / T), from T = 1 to a temperature at which every edge has made up its mind. */
function relaxedStates(alpha: Logits, shape: CellShape): CellState[] {
  const width = shape.operations.length;
  const edges = cellEdges(shape.blocks);
  const at = (temperature: number) => {
    const divided = Float64Array.from(alpha, (logit) => logit / temperature);
    const all = alphaLogProbabilities(divided, shape).map(Math.exp);
    return edges.map(({ index }) => [...all.subarray(index * width, (index + 1) * width)]);
  };
  const isSharp = (temperature: number) =>
    mean(at(temperature).map((weights) => Math.max(...weights))) >= SHARP;
  const coldest = sharpTemperature(isSharp);
  const count = coldest === 1 ? 1 : TEMPERATURES;
  return Array.from({ length: count }, (_, i) => {
    const temperature = i === 0 ? 1 : coldest ** (i / (count - 1));
    const text = String(Number(temperature.toPrecision(2)));
    return {
      label: i === 0 ? 'α as found' : `temperature ${text}`,
      words: i === 0 ? 'α as found: all operations take part' : `softmax(α / ${text})`,
      edges: at(temperature).map((weights) => ({ weights, label: undefined })),
    };
  });
}

/** The warmest temperature at which α is sharp, at most 1. */
function sharpTemperature(isSharp: (temperature: number) => boolean): number {
  if (isSharp(1)) {
    return 1;
  }
  let [cold, warm] = [COLDEST, 1];
  for (let i = 0; i < 20; i++) {
    const middle = Math.sqrt(cold * warm);
    [cold, warm] = isSharp(middle) ? [middle, warm] : [cold, middle];
  }
  return cold;
}

/** One operation per edge, then two edges per block. */
function decodedStates(alpha: Logits, shape: CellShape): CellState[] {
  const { blocks, operations } = shape;
  const width = operations.length;
  const isZero = resolveOperations(operations).map(({ family }) => family === 'none');
  const found = alphaLogProbabilities(alpha, shape).map(Math.exp);
  const kept = new Map(
    decodeCell(alpha, shape)
      .blocks.flatMap(({ left, right }) => [left, right])
      .map(({ edge, operation, probability }) => [edge, { operation, probability }] as const),
  );
  const single = cellEdges(blocks).map(({ index }) => {
    const row = found.subarray(index * width, (index + 1) * width);
    const strength = Math.max(...row.filter((_, k) => !isZero[k]));
    const best = row.findIndex((value, k) => !isZero[k] && value === strength);
    return { operation: operations[best], probability: strength };
  });
  const look = (chosen: (typeof single)[number] | undefined): EdgeLook => ({
    weights: operations.map((operation) => (operation === chosen?.operation ? 1 : 0)),
    label: chosen,
  });
  return [
    {
      label: 'one operation per edge',
      words: 'Each edge: its strongest operation other than none, with its probability in α',
      edges: single.map(look),
    },
    {
      label: 'the decoded cell',
      words: 'Each block: its two strongest edges. This is the cell that is retrained',
      edges: cellEdges(blocks).map(({ index }) => look(kept.get(index))),
    },
  ];
}

function cellAt(
  alpha: Logits,
  shape: CellShape,
  { words, edges }: Omit<CellState, 'label'>,
  { title = 'From the relaxed cell to the decoded one', width = 860 }: RelaxedCellFigureOptions,
): Figure {
  const line = cellLine(shape.blocks, width - MARGIN.l - MARGIN.r);
  return {
    data: [...legendTraces(shape), stateTrace(line, shape), edgeHover(line, alpha, shape)],
    layout: {
      width,
      ...framed({
        heading: heading(title, [EXPLANATION, words], width),
        plotHeight: line.height,
        above: 4,
        below: width < 760 ? 64 : 40, // a legend of two rows, or of one
        margin: MARGIN,
      }),
      xaxis: { ...BARE_AXIS, visible: false, range: [0, line.width] },
      yaxis: { ...BARE_AXIS, visible: false, range: [line.height, 0] },
      shapes: [...outputShape(line, shape), ...arcShapes(line, shape, edges)],
      annotations: arcLabels(line, shape, edges),
      legend: {
        orientation: 'h',
        x: 0,
        y: -0.02,
        xanchor: 'left',
        yanchor: 'top',
        itemclick: false,
      },
      hovermode: 'closest',
    },
  };
}
