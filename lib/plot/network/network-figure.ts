/** The whole derived network with the sizes of its feature maps and its cost. */
import { networkCost, type NetworkCostOptions } from '../../segmentation/cost/cost.js';
import { grouped, rounded } from '../../segmentation/cost/describe.js';
import { levelStride } from '../../search-space/trellis.js';
import { short } from '../../text.js';
import type { Figure, FigureOptions, Layout, Trace } from '../figure.js';
import { framed, heading } from '../heading.js';
import { BARE_AXIS, note } from '../panels.js';
import { colors, withOpacity } from '../style.js';
import { round } from '../text.js';
import {
  columnRange,
  networkBoxes,
  networkLines,
  type NetworkBox,
  type NetworkLine,
} from './network-boxes.js';

/** The network, the size of an image, and how it is drawn. */
export interface NetworkFigureOptions extends NetworkCostOptions, FigureOptions {
  /** Width of the figure in pixels; by default as wide as the layers need, 1100 for twelve. */
  readonly figureWidth?: number;
}

const MARGIN = { l: 64, r: 16 };
const COLUMN_PIXELS = 53;
const ROW_PIXELS = 52;
const BARS_PIXELS = 62;
const GAP_PIXELS = 26;
/** Half the height of a box in rows. */
const HALF_HEIGHT = 0.3;
const FILLS = { image: colors.paper, stem: colors.faint, cell: colors.blue, head: colors.green };

/** The bars below the network. */
const BARS = [
  { of: 'parameters', title: 'parameters' },
  { of: 'multiplyAdds', title: 'multiply-adds' },
] as const;

/**
 * Draws a derived network from the image to the class scores: stem, a cell per layer along the path, ASPP, DeepLab
 * decoder, each as a box at its stride with height × width and channels of its feature map; what each reads as
 * lines; and below, section by section, parameters and multiply-adds.
 *
 * Source: Auto-DeepLab Fig. 3, §5.2; the numbers are those of `networkCost`.
 *
 * @throws {@link ConfigError} if an option is out of its range, or path or genotype is not valid
 *
 * @example
 * const size = { filterMultiplier: 20, classes: 19, height: 1025, width: 2049 };
 * const figure = networkFigure({ architecture: publishedArchitecture, ...size });
 */
export function networkFigure(options: NetworkFigureOptions): Figure {
  const { title = 'The derived network', figureWidth, ...network } = options;
  const { architecture, filterMultiplier, height, width } = network;
  const cost = networkCost(network);
  const boxes = networkBoxes(network, cost);
  const lines = networkLines(network, boxes);
  const layers = architecture.path.length;
  const columns = columnRange(layers);
  const pixels =
    figureWidth ?? Math.round(COLUMN_PIXELS * (columns[1] - columns[0])) + MARGIN.l + MARGIN.r;
  const levels = Math.max(3, ...architecture.path);
  const place = places(levels);
  const total =
    `F = ${filterMultiplier}, image ${height} × ${width}: ${rounded(cost.parameters)} parameters, ` +
    `${rounded(cost.multiplyAdds)} multiply-adds`;
  const legend =
    'In a box: height × width, below it channels. Thin arcs: H<sup>l−2</sup>, the other input of ' +
    'a cell; dashed: the low-level feature';
  return {
    data: [boxTrace(boxes), ...BARS.map(({ of }, i) => barTrace(boxes, of, `y${i + 2}`))],
    layout: {
      width: Math.max(560, pixels),
      ...framed({
        heading: heading(title, [total, legend], Math.max(560, pixels)),
        plotHeight: place.height,
        below: 16,
        margin: MARGIN,
      }),
      xaxis: {
        ...BARE_AXIS,
        range: columns,
        side: 'top',
        anchor: 'y',
        tickvals: boxes.map(({ x }) => x),
        ticktext: boxes.map(({ tick }) => tick),
        tickangle: 0,
      },
      yaxis: {
        ...BARE_AXIS,
        domain: place.network,
        range: [levels + 0.5, -2.5],
        tickvals: Array.from({ length: levels + 3 }, (_, i) => i - 2),
        ticktext: Array.from({ length: levels + 3 }, (_, i) => String(levelStride(i - 2))),
        title: { text: 'stride', standoff: 8 },
      },
      ...Object.fromEntries(
        BARS.map(({ of }, i) => [`yaxis${i + 2}`, barAxis(boxes, of, place.bars[i])]),
      ),
      shapes: [...lines.map((line) => lineShape(line, boxes)), ...boxes.flatMap(boxShapes)],
      annotations: [
        ...lines.filter(({ kind }) => kind !== 'older').map((line) => arrowHead(line, boxes)),
        ...BARS.map(({ title: text }, i) =>
          note(text, { xref: 'paper', x: 0, xanchor: 'left', yref: 'paper', y: place.bars[i][1] }),
        ),
      ],
      hovermode: 'closest',
      showlegend: false,
    },
  };
}

/** Where network and bars are, as shares of the height from below. */
function places(levels: number) {
  const network = ROW_PIXELS * (levels + 3);
  const height = network + BARS.length * (BARS_PIXELS + GAP_PIXELS);
  const bars = BARS.map((_, i) => {
    const bottom = (BARS.length - 1 - i) * (BARS_PIXELS + GAP_PIXELS);
    return [bottom / height, (bottom + BARS_PIXELS) / height] as const;
  });
  return { height, network: [1 - network / height, 1] as const, bars };
}

/** Half the width of a box: images have more digits. */
function halfWidth({ kind }: NetworkBox): number {
  return kind === 'image' ? 0.55 : kind === 'stem' ? 0.5 : 0.44;
}

/** A box on which no line shines through: one in the colour of the paper, one tinted. */
function boxShapes(box: NetworkBox): Layout[] {
  const { kind, x, level, output } = box;
  const isPlain = output === undefined || kind === 'image';
  const color = kind === 'image' ? colors.muted : FILLS[kind];
  const rect = {
    type: 'rect',
    x0: round(x - halfWidth(box)),
    x1: round(x + halfWidth(box)),
    y0: level - HALF_HEIGHT,
    y1: level + HALF_HEIGHT,
    layer: 'below',
  };
  const line = {
    color: output === undefined ? colors.faint : color,
    width: 1.3,
    dash: output === undefined ? 'dot' : 'solid',
  };
  return [
    { ...rect, fillcolor: colors.paper, line },
    ...(isPlain ? [] : [{ ...rect, fillcolor: withOpacity(color, 0.16), line: { width: 0 } }]),
  ];
}

/** Sizes in the boxes, what they cost under the pointer. */
function boxTrace(boxes: readonly NetworkBox[]): Trace {
  return {
    type: 'scatter',
    mode: 'text',
    meta: 'boxes',
    x: boxes.map(({ x }) => x),
    y: boxes.map(({ level }) => level),
    text: boxes.map(({ output }) =>
      output ? `${output[0]}×${output[1]}<br>${output[2]}` : 'not read',
    ),
    textfont: { size: 9, color: colors.ink },
    hovertext: boxes.map(boxHover),
    hovertemplate: '%{hovertext}<extra></extra>',
    cliponaxis: false,
  };
}

function boxHover({ name, level, output, cost }: NetworkBox): string {
  if (output === undefined) {
    return `${name}: nothing reads it, so that it is not built`;
  }
  const [height, width, channels] = output;
  const lines = [`${name}, stride ${levelStride(level)}: ${height} × ${width} × ${channels}`];
  if (cost) {
    lines.push(`${grouped(cost.parameters)} parameters`);
    lines.push(`${rounded(cost.multiplyAdds)} multiply-adds`);
  }
  return lines.join('<br>');
}

/** A line, behind the boxes; the low-level feature goes above the row of stride 4. */
function lineShape({ from, to, kind }: NetworkLine, boxes: readonly NetworkBox[]): Layout {
  const [a, b] = [boxes[from], boxes[to]];
  const middle = (a.x + b.x) / 2;
  const up = Math.min(a.level, b.level) - (a.level === b.level ? 0.62 : 0.35);
  const over = -0.55;
  const d = (x: number, y: number) => `${round(x)},${round(y)}`;
  const path = {
    main: `M${d(a.x, a.level)}L${d(b.x, b.level)}`,
    older: `M${d(a.x, a.level)}Q${d(middle, up)},${d(b.x, b.level)}`,
    'low-level': `M${d(a.x, a.level)}L${d(a.x, over)}L${d(b.x, over)}L${d(b.x, b.level)}`,
  }[kind];
  const style = {
    main: { color: colors.ink, width: 1.8 },
    older: { color: colors.faint, width: 1.2 },
    'low-level': { color: colors.vermilion, width: 1.8, dash: 'dash' },
  }[kind];
  return { type: 'path', path, line: style, layer: 'below' };
}

/** The head of an arrow, where it meets its box. */
function arrowHead({ from, to, kind }: NetworkLine, boxes: readonly NetworkBox[]): Layout {
  const [a, b] = [boxes[from], boxes[to]];
  const tip =
    kind === 'low-level' ? { x: b.x, y: b.level - HALF_HEIGHT, ax: 0, ay: -8 } : edgeOfBox(a, b);
  return {
    text: '',
    showarrow: true,
    arrowhead: 2,
    arrowsize: 0.9,
    arrowwidth: 1.8,
    standoff: 0,
    arrowcolor: kind === 'low-level' ? colors.vermilion : colors.ink,
    ...tip,
  };
}

/** Where a straight line from one box enters another, and a short way back along it in pixels. */
function edgeOfBox(a: NetworkBox, b: NetworkBox) {
  const [dx, dy] = [a.x - b.x, a.level - b.level];
  const share = Math.min(halfWidth(b) / Math.abs(dx), dy === 0 ? 1 : HALF_HEIGHT / Math.abs(dy));
  const [right, down] = [dx * COLUMN_PIXELS, dy * ROW_PIXELS];
  const length = Math.hypot(right, down) / 8;
  return {
    x: round(b.x + dx * share),
    y: round(b.level + dy * share),
    ax: round(right / length, 1),
    ay: round(down / length, 1),
  };
}

type Counted = (typeof BARS)[number]['of'];

function barTrace(boxes: readonly NetworkBox[], of: Counted, yaxis: string): Trace {
  const counted = boxes.flatMap((box) => (box.cost ? [{ ...box, value: box.cost[of] }] : []));
  return {
    type: 'bar',
    meta: of,
    x: counted.map(({ x }) => x),
    y: counted.map(({ value }) => value),
    text: counted.map(({ value }) => compact(value)),
    textposition: 'outside',
    textangle: 0,
    textfont: { size: 9, color: colors.muted },
    cliponaxis: false,
    constraintext: 'none',
    hovertext: counted.map(({ name, value }) => `${name}: ${grouped(value)}`),
    hovertemplate: '%{hovertext}<extra></extra>',
    marker: { color: counted.map(({ kind }) => withOpacity(FILLS[kind], 0.55)) },
    width: 0.7,
    yaxis,
    showlegend: false,
  };
}

function barAxis(
  boxes: readonly NetworkBox[],
  of: Counted,
  domain: readonly [number, number],
): Layout {
  const most = Math.max(...boxes.map(({ cost }) => cost?.[of] ?? 0));
  return { ...BARE_AXIS, visible: false, anchor: 'x', domain, range: [0, 1.3 * Math.max(most, 1)] };
}

/** A count with three digits: `38.2 k`, `2.04 M`, `171 B`. */
function compact(value: number): string {
  const [unit, name] =
    value >= 1e9 ? [1e9, ' B'] : value >= 1e6 ? [1e6, ' M'] : value >= 1e3 ? [1e3, ' k'] : [1, ''];
  return `${short(value / unit)}${name}`;
}
