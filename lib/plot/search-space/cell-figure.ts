/** The cell as a graph with its chosen operations. */
import type { BranchConfidence, CellDecode } from '../../decoder/cell.js';
import { genotypeProblem, type Branch, type Genotype } from '../../architecture/genotype.js';
import { ConfigError } from '../../errors.js';
import { operationNamed } from '../../search-space/operations/registry.js';
import type { Figure, FigureOptions, Layout, Trace } from '../figure.js';
import { framed, heading } from '../heading.js';
import { BARE_AXIS, note } from '../panels.js';
import { textWidth } from '../show/text-metrics.js';
import { colors, withOpacity } from '../style.js';
import { escapeText, round, stateLabel } from '../text.js';
import { silentTrace } from '../traces.js';
import { layoutCell, type CellLayout, type CellPlace, type CellSizes } from './cell-layout.js';

const SIZES: CellSizes = {
  operation: { width: 68, height: 26 },
  input: { width: 46, height: 30 },
  block: { width: 26, height: 26 },
  concat: { width: 26, height: 0 },
  gap: 36,
  space: 10,
};
/** The text of operations: its size, and the room beside it in their boxes. */
const LETTERS = { size: 12, room: 12 };
const MARGIN = { l: 24, r: 84 };
const EXPLANATION =
  'Each numbered block adds its two branches; the output is the blocks side by side';
/** A number of pixels, to a tenth. */
const px = (value: number): number => round(value, 1);
/** Free pixels around the drawing, for the outlines of its parts. */
const EDGE = 4;
const LEAST_WIDTH = 560;

/**
 * Draws a cell as Fig. 3 (right) does: the two inputs H^{l-2} and H^{l-1} at the left, two
 * operations per block, their sum as a numbered circle, and the concatenation of all blocks at the
 * right. Labels never overlap, and no line runs through one.
 *
 * @param cell - a genotype, or what `decodeCell` gives, whose probabilities are then drawn too
 * @throws {@link ConfigError} if the genotype is not one
 *
 * @example
 * const figure = cellFigure(publishedArchitecture.genotype);
 */
export function cellFigure(cell: Genotype | CellDecode, options: FigureOptions = {}): Figure {
  const genotype = 'genotype' in cell ? cell.genotype : cell;
  const branches = cell.blocks; // of either kind
  const problem = genotypeProblem(genotype);
  if (problem !== undefined) {
    throw new ConfigError(
      `cellFigure, ${problem.field}: expected ${problem.expected}, got ${String(problem.got)}`,
    );
  }
  const texts = branches.flatMap(({ left, right }) => [left, right].map(plainText));
  const widest = Math.max(...texts.map((text) => textWidth(text, LETTERS)));
  const operationWidth = Math.max(SIZES.operation.width, Math.ceil(widest) + LETTERS.room);
  const layout = layoutCell(genotype, {
    ...SIZES,
    operation: { ...SIZES.operation, width: operationWidth },
  });
  const branchOf = ({ block = 0, side = 'left' }: CellPlace) => branches[block][side];
  const inner = {
    width: Math.ceil(layout.width) + 2 * EDGE,
    height: Math.ceil(layout.height) + 2 * EDGE,
  };
  const width = Math.max(LEAST_WIDTH, inner.width + MARGIN.l + MARGIN.r);
  const right = width - inner.width - MARGIN.l;
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
      ...framed({
        heading: heading(options.title ?? 'Cell', [EXPLANATION], width),
        plotHeight: inner.height,
        below: 24,
        margin: { l: MARGIN.l, r: right },
      }),
      xaxis: { ...BARE_AXIS, visible: false, range: [-EDGE, inner.width - EDGE] },
      yaxis: { ...BARE_AXIS, visible: false, range: [inner.height - EDGE, -EDGE] },
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
function box({ x, y, width, height }: CellPlace, fillcolor: string, color: string, dash = 'solid') {
  const r = Math.min(6, height / 2);
  const [left, right] = [px(x - width / 2), px(x + width / 2)];
  const [top, bottom] = [px(y - height / 2), px(y + height / 2)];
  const path =
    `M${px(left + r)},${top}L${px(right - r)},${top}Q${right},${top},${right},${px(top + r)}` +
    `L${right},${px(bottom - r)}Q${right},${bottom},${px(right - r)},${bottom}` +
    `L${px(left + r)},${bottom}Q${left},${bottom},${left},${px(bottom - r)}` +
    `L${left},${px(top + r)}Q${left},${top},${px(left + r)},${top}Z`;
  return { type: 'path', path, fillcolor, line: { color, width: 1.2, dash }, layer: 'below' };
}

function operationShape(place: CellPlace, { operation }: Branch): Layout {
  const { color, family } = operationNamed(operation);
  return box(place, withOpacity(color, 0.2), color, family === 'none' ? 'dot' : 'solid');
}

/** The lines: to the concatenation in one shape, to operations in one per state, and the sums. */
function lineShapes({ places, lines }: CellLayout, genotype: Genotype): Layout[] {
  const read = new Set<number>(); // places whose line ends at an operation
  const isRead = (to: number) => read.has(to) || places[to].kind === 'operation';
  for (const { from, to, state } of [...lines].reverse()) {
    if (state !== undefined && isRead(to)) {
      read.add(from);
    }
  }
  const shape = (
    color: string,
    width: number,
    isWanted: (line: CellLayout['lines'][number]) => boolean,
  ) => {
    const curves = lines.filter(isWanted).map(({ from, to }) => curve(places[from], places[to]));
    const style = { line: { color, width }, layer: 'below' };
    return curves.length === 0 ? [] : [{ type: 'path', path: curves.join(''), ...style }];
  };
  const states = Array.from({ length: genotype.blocks.length + 2 }, (_, state) => state);
  return [
    ...shape(colors.faint, 1, ({ to, state }) => state !== undefined && !isRead(to)),
    ...states.flatMap((wanted) =>
      shape(colors.muted, 1.6, ({ to, state }) => state === wanted && isRead(to)),
    ),
    ...shape(colors.muted, 1.6, ({ state }) => state === undefined),
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
  // Both branches enter a block at its left, where one head stands for both.
  const tips = new Map(
    lines
      .filter(({ to }) => places[to].kind !== 'pass')
      .map(({ from, to }) => {
        const y = places[to].kind === 'concat' ? places[from].y : places[to].y;
        return [`${to}/${y}`, { x: places[to].x - places[to].width / 2, y }] as const;
      }),
  );
  const points = [...tips.values()];
  return silentTrace(
    'markers',
    'heads',
    [points.map(({ x }) => px(x)), points.map(({ y }) => px(y))],
    {
      marker: { symbol: 'arrow', angle: 90, size: 8, color: colors.muted },
    },
  );
}

/** A text in the middle of each place, with a longer one under the pointer. */
function textTrace(
  meta: string,
  places: readonly CellPlace[],
  [text, hovertext]: readonly [text: readonly string[], hovertext: readonly string[]],
  more: Layout = {},
): Trace {
  return {
    type: 'scatter',
    mode: 'text',
    meta,
    x: places.map(({ x }) => px(x)),
    y: places.map(({ y }) => px(y)),
    text,
    hovertext,
    hovertemplate: '%{hovertext}<extra></extra>',
    textfont: { size: LETTERS.size, color: colors.ink },
    cliponaxis: false,
    ...more,
  };
}

function operationTrace(
  places: readonly CellPlace[],
  branchOf: (place: CellPlace) => Branch | BranchConfidence,
): Trace {
  const texts = places.map((place) => {
    const branch = branchOf(place);
    const name = escapeText(operationNamed(branch.operation).shortLabel);
    return 'probability' in branch
      ? `${name} <span style="color:${colors.muted}">${branch.probability.toFixed(2)}</span>`
      : name;
  });
  const hover = places.map((place) => branchHover(place, branchOf(place)));
  return textTrace('operations', places, [texts, hover]);
}

function branchHover({ block = 0 }: CellPlace, branch: Branch | BranchConfidence): string {
  const what = `${sentence(branch)}, for block ${block + 1}`;
  if (!('probability' in branch)) {
    return what;
  }
  const { probability, runnerUp } = branch;
  const next =
    runnerUp &&
    `, next ${operationNamed(runnerUp.operation).label} ${runnerUp.probability.toFixed(3)}`;
  return `${what}<br>probability ${probability.toFixed(3)}${next ?? ''}`;
}

/** What a branch does, such as `separable conv 3x3 of block 2`. */
function sentence({ operation, input }: Branch): string {
  return `${escapeText(operationNamed(operation).label)} of ${stateLabel(input)}`;
}

/** The text in the box of a branch, without markup. */
function plainText(branch: Branch | BranchConfidence): string {
  const { shortLabel } = operationNamed(branch.operation);
  return 'probability' in branch ? `${shortLabel} ${branch.probability.toFixed(2)}` : shortLabel;
}

function blockTrace(places: readonly CellPlace[], blocks: Genotype['blocks']): Trace {
  const numbers = places.map(({ block = 0 }) => String(block + 1));
  const sums = places.map(({ block = 0 }) => {
    const { left, right } = blocks[block];
    return `block ${block + 1} = ${sentence(left)}<br>+ ${sentence(right)}`;
  });
  const line = { color: colors.ink, width: 1.4 };
  return textTrace('blocks', places, [numbers, sums], {
    mode: 'markers+text',
    marker: { size: 25, color: colors.paper, opacity: 1, line },
  });
}

function inputTrace(places: readonly CellPlace[]): Trace {
  const names = places.map(({ state }) => stateLabel(state));
  const hover = ['output of the cell before the last', 'output of the last cell'];
  const textfont = { size: 13, color: colors.ink };
  return textTrace('inputs', places, [names, hover], { textfont });
}

/** The word in the box at the right, and what leaves it. */
function outputLabels({ x, y, width }: CellPlace): Layout[] {
  const style = { size: 12, color: colors.ink };
  const arrow = {
    showarrow: true,
    ax: 30,
    ay: 0,
    arrowside: 'start',
    startarrowhead: 2,
    startarrowsize: 0.8,
    arrowcolor: colors.muted,
    arrowwidth: 1.6,
  };
  return [
    note('concat', { x, y, textangle: -90 }, style),
    note(
      'H<sup>l</sup>',
      { x: px(x + width / 2), y, xanchor: 'left', ...arrow },
      { ...style, size: 13 },
    ),
  ];
}
