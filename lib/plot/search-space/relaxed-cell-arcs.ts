/** A relaxed cell as an arc diagram: hidden states on a line, an arc for each edge. */
import {
  alphaLogProbabilities,
  type CellShape,
  type Logits,
} from '../../architecture/probabilities.js';
import { cellEdges, type Edge } from '../../search-space/edges.js';
import { operationNamed, resolveOperations } from '../../search-space/operations/registry.js';
import type { Layout, Trace } from '../figure.js';
import { note } from '../panels.js';
import { colors, withOpacity } from '../style.js';
import { escapeText, round, stateLabel } from '../text.js';
import { namedTrace } from '../traces.js';

/** How one edge is drawn. */
export interface EdgeLook {
  /** One per operation, from 0 to 1. */
  readonly weights: readonly number[];
  /** What stands on it, once it has one operation. */
  readonly label: { readonly operation: string; readonly probability: number } | undefined;
}

/** The line of the hidden states, in pixels from the top left. */
export interface CellLine {
  readonly width: number;
  readonly height: number;
  /** The height of the line. */
  readonly y: number;
  /** The middle of each hidden state. */
  readonly x: readonly number[];
}

/** Sizes in pixels. */
const LINE = { beside: 34, top: 26, rise: 44, below: 78 } as const;
/** Between the lines of neighbouring operations, at the top of an arc. */
const APART = 2.6;
/** How far beside the middle of a state arcs begin and end. */
const FOOT = 7;
const CIRCLE = 30;

/** Where the hidden states of a cell of B blocks are. */
export function cellLine(blocks: number, width: number): CellLine {
  const pitch = (width - 2 * LINE.beside) / (blocks + 1);
  const y = LINE.top + LINE.rise * (blocks + 1);
  return {
    width,
    height: y + LINE.below,
    y,
    x: Array.from({ length: blocks + 2 }, (_, state) => LINE.beside + pitch * state),
  };
}

/** The top of an edge's arc. */
function apex({ x, y }: CellLine, { block, input }: Edge): { x: number; y: number } {
  const span = block + 2 - input;
  return { x: (x[input] + x[block + 2]) / 2, y: y - LINE.rise * span };
}

/** A line for each edge and operation, which only its width and opacity tell from the relaxed cell's. */
export function arcShapes(
  line: CellLine,
  { blocks, operations }: CellShape,
  looks: readonly EdgeLook[],
): Layout[] {
  const known = resolveOperations(operations);
  return cellEdges(blocks).flatMap((edge) =>
    known.map(({ color, family }, k) => {
      const weight = looks[edge.index].weights[k];
      return {
        type: 'path',
        path: arc(line, edge, offsetOf(k, known.length)),
        layer: 'below',
        line: {
          color: withOpacity(color, round(weight === 0 ? 0 : 0.25 + 0.75 * Math.sqrt(weight), 2)),
          width: round(weight === 0 ? 0 : 0.3 + 4.7 * weight, 2),
          dash: family === 'none' ? 'dot' : 'solid',
        },
      };
    }),
  );
}

/** How far the line of an operation is above the middle of an arc. */
function offsetOf(operation: number, count: number): number {
  return ((count - 1) / 2 - operation) * APART;
}

/** A curve from one state over the others to another, with its top at the arc's. */
function arc(line: CellLine, edge: Edge, offset: number): string {
  const [from, to] = [line.x[edge.input] + FOOT, line.x[edge.block + 2] - FOOT];
  const rise = (line.y - apex(line, edge).y + offset) / 0.75; // a cubic curve reaches 3/4 of it
  const inward = 0.1 * (to - from);
  const top = Math.round(line.y - rise);
  const px = Math.round;
  return `M${px(from)},${line.y}C${px(from + inward)},${top},${px(to - inward)},${top},${px(to)},${line.y}`;
}

/** The operation and its probability on each arc that has one. */
export function arcLabels(
  line: CellLine,
  { blocks, operations }: CellShape,
  looks: readonly EdgeLook[],
): Layout[] {
  const place = { borderpad: 1, bgcolor: withOpacity(colors.paper, 0.85) };
  return [
    ...cellEdges(blocks).map((edge) => {
      const { label } = looks[edge.index];
      const text =
        label === undefined
          ? ''
          : `${escapeText(operationNamed(label.operation).shortLabel)} ` +
            `<span style="color:${colors.muted}">${label.probability.toFixed(2)}</span>`;
      const { x, y } = apex(line, edge);
      const above = label ? offsetOf(operations.indexOf(label.operation), operations.length) : 0;
      return note(
        text,
        { ...place, x: round(x, 1), y: round(y - above, 1), visible: label !== undefined },
        { color: colors.ink },
      );
    }),
    note(
      'H<sup>l</sup>: all blocks side by side',
      { x: round((line.x[2] + line.x[blocks + 1]) / 2, 1), y: line.y + 58 },
      { color: colors.ink, size: 12 },
    ),
  ];
}

/** The hidden states by name. */
export function stateTrace({ x, y }: CellLine, { blocks }: CellShape): Trace {
  const states = Array.from({ length: blocks + 2 }, (_, state) => state);
  const isInput = (state: number) => state < 2;
  return {
    type: 'scatter',
    mode: 'markers+text',
    meta: 'states',
    x: x.map((value) => round(value, 1)),
    y: states.map(() => y),
    text: states.map((state) => (isInput(state) ? stateLabel(state) : String(state - 1))),
    hovertext: states.map((state) =>
      isInput(state)
        ? ['output of the cell before the last', 'output of the last cell'][state]
        : `block ${state - 1}: the sum of what its arcs bring`,
    ),
    hovertemplate: '%{hovertext}<extra></extra>',
    textfont: { size: 12, color: colors.ink },
    marker: {
      symbol: states.map((state) => (isInput(state) ? 'square' : 'circle')),
      size: states.map((state) => (isInput(state) ? 36 : CIRCLE)),
      color: colors.paper,
      opacity: 1,
      line: { color: colors.ink, width: 1.4 },
    },
    cliponaxis: false,
    showlegend: false,
  };
}

/** From all blocks down to the output of the cell. */
export function outputShape(line: CellLine, { blocks }: CellShape): Layout[] {
  const x = line.x.slice(2).map(Math.round);
  const [top, bar] = [line.y + CIRCLE / 2, line.y + 44];
  const down = x.map((at) => `M${at},${top}L${at},${bar}`).join('');
  const path = blocks > 1 ? `${down}M${x[0]},${bar}L${x[x.length - 1]},${bar}` : down;
  return [{ type: 'path', path, layer: 'below', line: { color: colors.faint, width: 1.4 } }];
}

/** How many operations of an edge are named under the pointer. */
const MOST_NAMED = 4;

/** At the top of each arc its most probable operations in α as found, under the pointer. */
export function edgeHover(line: CellLine, alpha: Logits, shape: CellShape): Trace {
  const width = shape.operations.length;
  const probabilities = alphaLogProbabilities(alpha, shape).map(Math.exp);
  const points = cellEdges(shape.blocks).map((edge) => {
    const named = shape.operations
      .map((name, k) => ({ name, p: probabilities[edge.index * width + k] }))
      .sort((a, b) => b.p - a.p)
      .slice(0, MOST_NAMED)
      .map(({ name, p }) => `${escapeText(operationNamed(name).label)} ${p.toFixed(3)}`);
    const { x, y } = apex(line, edge);
    const text = [`block ${edge.block + 1} reads ${stateLabel(edge.input)}`, ...named].join('<br>');
    return { x: round(x, 1), y, text };
  });
  return namedTrace('markers', 'edges', points, { marker: { size: 24, opacity: 0 } });
}

/** The operations with their colours. */
export function legendTraces({ operations }: CellShape): Trace[] {
  return resolveOperations(operations).map(({ shortLabel, color, family }) => ({
    type: 'scatter',
    mode: 'lines',
    name: escapeText(shortLabel),
    x: [null],
    y: [null],
    hoverinfo: 'skip',
    line: { color, width: 4, dash: family === 'none' ? 'dot' : 'solid' },
  }));
}
