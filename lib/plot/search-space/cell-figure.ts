/** The cell as a graph with its chosen operations. */
import type { BranchConfidence, CellDecode } from '../../decoder/cell.js';
import { genotypeProblem, type Branch, type Genotype } from '../../architecture/genotype.js';
import { ConfigError } from '../../errors.js';
import { PRIMITIVE_LABELS } from '../../search-space/primitives.js';
import type { Figure, Layout, Trace } from '../figure.js';
import { OPERATION_COLORS, OPERATION_NAMES } from '../palette.js';
import { colors, withOpacity } from '../style.js';
import { layoutCell, type CellLayout, type CellPlace, type CellSizes } from './cell-layout.js';
import { stateLabel } from './state-label.js';

/** How a cell is drawn. */
export interface CellFigureOptions {
  readonly title?: string;
}

const SIZES: CellSizes = {
  operation: { width: 68, height: 26 },
  input: { width: 46, height: 30 },
  block: { width: 26, height: 26 },
  concat: { width: 26, height: 0 },
  gap: 36,
  space: 10,
};
/** The width of an operation that has its probability beside it. */
const WITH_PROBABILITY = 100;
const MARGIN = { l: 24, r: 84, t: 92, b: 24 };
/** Free pixels around the drawing, for the outlines of its parts. */
const EDGE = 4;
const LEAST_WIDTH = 560;

/**
 * Draws a cell as Fig. 3 (right) does: the two inputs H^{l-2} and H^{l-1} at the left, two
 * operations a block, their sum as a numbered circle, and the concatenation of all blocks at the
 * right. Labels never overlap, and no line runs through one.
 *
 * @param cell - a genotype, or what `decodeCell` gives, whose probabilities are then drawn too
 * @throws {@link ConfigError} if the genotype is not one
 *
 * @example
 * const figure = cellFigure(publishedArchitecture.genotype);
 */
export function cellFigure(cell: Genotype | CellDecode, options: CellFigureOptions = {}): Figure {
  const genotype = 'genotype' in cell ? cell.genotype : cell;
  const branches = cell.blocks; // of either kind
  const problem = genotypeProblem(genotype);
  if (problem !== undefined) {
    throw new ConfigError(
      `cellFigure, ${problem.field}: expected ${problem.expected}, got ${String(problem.got)}`,
    );
  }
  const hasProbabilities = 'genotype' in cell;
  const layout = layoutCell(genotype, {
    ...SIZES,
    operation: {
      ...SIZES.operation,
      width: hasProbabilities ? WITH_PROBABILITY : SIZES.operation.width,
    },
  });
  const branchOf = ({ block = 0, side = 'left' }: CellPlace) => branches[block][side];
  const inner = {
    width: Math.ceil(layout.width) + 2 * EDGE,
    height: Math.ceil(layout.height) + 2 * EDGE,
  };
  const width = Math.max(LEAST_WIDTH, inner.width + MARGIN.l + MARGIN.r);
  const right = width - inner.width - MARGIN.l;
  const axis = { visible: false, fixedrange: true };
  const of = (kind: CellPlace['kind']) => layout.places.filter((place) => place.kind === kind);
  return {
    data: [
      heads(layout),
      operationTrace(of('operation'), branchOf),
      blockTrace(of('block'), branches),
      inputTrace(of('input')),
    ],
    layout: {
      width,
      height: inner.height + MARGIN.t + MARGIN.b,
      margin: { ...MARGIN, r: right },
      title: {
        text: options.title ?? 'Cell',
        subtitle: {
          text: 'Each numbered block adds its two branches; the output is the blocks side by side',
        },
      },
      xaxis: { ...axis, range: [-EDGE, inner.width - EDGE] },
      yaxis: { ...axis, range: [inner.height - EDGE, -EDGE] },
      shapes: [
        ...lineShapes(layout, genotype),
        ...of('operation').map((place) => operationShape(place, branchOf(place))),
        ...of('input').map((place) => box(place, colors.paper, colors.muted)),
        ...of('concat').map((place) => box(place, colors.paper, colors.muted)),
      ],
      annotations: outputLabels(of('concat')[0]),
      hovermode: 'closest',
      showlegend: false,
    },
  };
}

/** A rounded box around a place, as a shape. */
function box({ x, y, width, height }: CellPlace, fill: string, line: string, dash = 'solid') {
  const r = Math.min(6, height / 2);
  const [left, right, top, bottom] = [x - width / 2, x + width / 2, y - height / 2, y + height / 2];
  const path =
    `M${px(left + r)},${px(top)}L${px(right - r)},${px(top)}` +
    `Q${px(right)},${px(top)},${px(right)},${px(top + r)}L${px(right)},${px(bottom - r)}` +
    `Q${px(right)},${px(bottom)},${px(right - r)},${px(bottom)}L${px(left + r)},${px(bottom)}` +
    `Q${px(left)},${px(bottom)},${px(left)},${px(bottom - r)}L${px(left)},${px(top + r)}` +
    `Q${px(left)},${px(top)},${px(left + r)},${px(top)}Z`;
  return {
    type: 'path',
    path,
    fillcolor: fill,
    line: { color: line, width: 1.2, dash },
    layer: 'below',
  };
}

function operationShape(place: CellPlace, { operation }: Branch): Layout {
  const color = OPERATION_COLORS[operation];
  return box(place, withOpacity(color, 0.2), color, operation === 'none' ? 'dot' : 'solid');
}

/** The lines, one shape a hidden state: those to operations, those to the concatenation, sums. */
function lineShapes({ places, lines }: CellLayout, genotype: Genotype): Layout[] {
  const read = new Set<number>(); // places whose line ends at an operation
  for (const { from, to, state } of [...lines].reverse()) {
    if (state !== undefined && (places[to].kind === 'operation' || read.has(to))) {
      read.add(from);
    }
  }
  const shape = (path: string, color: string, width: number) =>
    path === '' ? [] : [{ type: 'path', path, line: { color, width }, layer: 'below' }];
  const curves = (wanted: (line: CellLayout['lines'][number]) => boolean) =>
    lines
      .filter(wanted)
      .map(({ from, to }) => curve(places[from], places[to]))
      .join('');
  const isRead = (to: number) => read.has(to) || places[to].kind === 'operation';
  const states = Array.from({ length: genotype.blocks.length + 2 }, (_, state) => state);
  return [
    ...shape(
      curves(({ to, state }) => state !== undefined && !isRead(to)),
      colors.faint,
      1,
    ),
    ...states.flatMap((wanted) =>
      shape(
        curves(({ to, state }) => state === wanted && isRead(to)),
        colors.muted,
        1.6,
      ),
    ),
    ...shape(
      curves(({ state }) => state === undefined),
      colors.muted,
      1.6,
    ),
  ];
}

/** A curve from the right of one place to the left of another, and straight through a passed one. */
function curve(from: CellPlace, to: CellPlace): string {
  const [x0, x1] = [from.x + from.width / 2, to.x - to.width / 2];
  const y1 = to.kind === 'concat' ? from.y : to.y;
  const middle = px((x0 + x1) / 2);
  const through = to.kind === 'pass' ? `L${px(to.x + to.width / 2)},${px(y1)}` : '';
  return `M${px(x0)},${px(from.y)}C${middle},${px(from.y)},${middle},${px(y1)},${px(x1)},${px(y1)}${through}`;
}

/** Heads of arrows where lines end. */
function heads({ places, lines }: CellLayout): Trace {
  const ends = lines.filter(({ to }) => places[to].kind !== 'pass');
  // Both branches enter a block at its left, where one head stands for both.
  const tips = new Map(
    ends.map(({ from, to }) => {
      const y = places[to].kind === 'concat' ? places[from].y : places[to].y;
      return [`${to}/${y}`, { x: places[to].x - places[to].width / 2, y }] as const;
    }),
  );
  const points = [...tips.values()];
  return {
    type: 'scatter',
    mode: 'markers',
    meta: 'heads',
    x: points.map(({ x }) => px(x)),
    y: points.map(({ y }) => px(y)),
    marker: { symbol: 'arrow', angle: 90, size: 8, color: colors.muted },
    hoverinfo: 'skip',
  };
}

function operationTrace(
  places: readonly CellPlace[],
  branchOf: (place: CellPlace) => Branch | BranchConfidence,
): Trace {
  return {
    type: 'scatter',
    mode: 'text',
    meta: 'operations',
    x: places.map(({ x }) => px(x)),
    y: places.map(({ y }) => px(y)),
    text: places.map((place) => {
      const branch = branchOf(place);
      const name = OPERATION_NAMES[branch.operation];
      return 'probability' in branch
        ? `${name} <span style="color:${colors.muted}">${branch.probability.toFixed(2)}</span>`
        : name;
    }),
    hovertext: places.map((place) => branchHover(place, branchOf(place))),
    hovertemplate: '%{hovertext}<extra></extra>',
    textfont: { size: 12, color: colors.ink },
    cliponaxis: false,
  };
}

function branchHover({ block = 0 }: CellPlace, branch: Branch | BranchConfidence): string {
  const what = `${PRIMITIVE_LABELS[branch.operation]} of ${stateLabel(branch.input)}, for block ${block + 1}`;
  if (!('probability' in branch)) {
    return what;
  }
  const { probability, runnerUp } = branch;
  return (
    `${what}<br>weight ${probability.toFixed(3)}, next ` +
    `${PRIMITIVE_LABELS[runnerUp.operation]} ${runnerUp.probability.toFixed(3)}`
  );
}

function blockTrace(places: readonly CellPlace[], blocks: Genotype['blocks']): Trace {
  return {
    type: 'scatter',
    mode: 'markers+text',
    meta: 'blocks',
    x: places.map(({ x }) => px(x)),
    y: places.map(({ y }) => px(y)),
    text: places.map(({ block = 0 }) => String(block + 1)),
    hovertext: places.map(({ block = 0 }) => {
      const { left, right } = blocks[block];
      const branch = ({ operation, input }: Branch) =>
        `${PRIMITIVE_LABELS[operation]} of ${stateLabel(input)}`;
      return `block ${block + 1} = ${branch(left)}<br>+ ${branch(right)}`;
    }),
    hovertemplate: '%{hovertext}<extra></extra>',
    marker: { size: 25, color: colors.paper, opacity: 1, line: { color: colors.ink, width: 1.4 } },
    textfont: { size: 12, color: colors.ink },
    cliponaxis: false,
  };
}

function inputTrace(places: readonly CellPlace[]): Trace {
  return {
    type: 'scatter',
    mode: 'text',
    meta: 'inputs',
    x: places.map(({ x }) => px(x)),
    y: places.map(({ y }) => px(y)),
    text: places.map(({ state }) => stateLabel(state)),
    hovertext: ['output of the cell before the last', 'output of the cell before'],
    hovertemplate: '%{hovertext}<extra></extra>',
    textfont: { size: 13, color: colors.ink },
    cliponaxis: false,
  };
}

/** The word in the box at the right, and what leaves it. */
function outputLabels({ x, y, width }: CellPlace): Layout[] {
  const common = { x, y, font: { color: colors.ink, size: 12 } };
  return [
    { ...common, text: 'concat', textangle: -90, showarrow: false },
    {
      ...common,
      x: px(x + width / 2),
      text: 'H<sup>l</sup>',
      showarrow: true,
      ax: 30,
      ay: 0,
      arrowside: 'start',
      startarrowhead: 2,
      startarrowsize: 0.8,
      xanchor: 'left',
      arrowcolor: colors.muted,
      arrowwidth: 1.6,
      font: { color: colors.ink, size: 13 },
    },
  ];
}

/** A number of pixels, to a tenth. */
function px(value: number): number {
  return Math.round(value * 10) / 10;
}
