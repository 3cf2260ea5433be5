/** The chart of how the time of a search step grows. */
import { plot } from 'autodeeplab';
import { framed, heading } from '#lib/plot/heading.js';
import type { Series } from '../cases.js';
import type { Growth } from '../growth.js';

/** A panel: what grows, in which unit, and where it stands. */
interface Panel {
  readonly series: Series;
  readonly title: string;
  readonly unit: number;
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
}

const LEFT = [0, 0.44] as const;
const RIGHT = [0.56, 1] as const;
const TOP = [0.6, 1] as const;
const BOTTOM = [0, 0.4] as const;

/** With layers, filter multiplier, blocks and crop of the step whose other sizes stay. */
const PANELS: readonly Panel[] = [
  { series: 'pixels', title: 'thousand pixels of a crop', unit: 1000, x: LEFT, y: TOP },
  { series: 'batch', title: 'images of a batch, crop 129', unit: 1, x: RIGHT, y: TOP },
  { series: 'layers', title: 'layers, crop 65', unit: 1, x: LEFT, y: BOTTOM },
  { series: 'blocks', title: 'blocks of a cell, crop 65', unit: 1, x: RIGHT, y: BOTTOM },
];

const COLOR = plot.colors.blue;

function traces({ points, line, exponent }: Growth, { unit }: Panel, id: string): plot.Trace[] {
  const axes = { xaxis: `x${id}`, yaxis: `y${id}`, showlegend: false };
  const sizes = points.map(({ size }) => size);
  const ends = [0, Math.max(...sizes)].filter((size) => line.intercept + line.slope * size >= 0);
  const fit = ends.length === 2 ? ends : [Math.min(...sizes), Math.max(...sizes)];
  return [
    {
      type: 'scatter',
      mode: 'lines',
      x: fit.map((size) => size / unit),
      y: fit.map((size) => (line.intercept + line.slope * size) / 1000),
      line: { color: plot.colors.faint, width: 1.5, dash: 'dot' },
      hoverinfo: 'skip',
      ...axes,
    },
    {
      type: 'scatter',
      mode: 'markers',
      name: `power ${exponent.toFixed(2)}`,
      x: sizes.map((size) => size / unit),
      y: points.map(({ medianMs }) => medianMs / 1000),
      marker: { color: COLOR, size: 9 },
      cliponaxis: false,
      ...axes,
    },
  ];
}

/**
 * Times of a search step against pixels, images, layers and blocks, with the line that fits each best.
 *
 * @param conditions - where and when they were measured
 */
export function growthFigure(growths: readonly Growth[], conditions: string): plot.Figure {
  const data: plot.Trace[] = [];
  const axes: Record<string, unknown> = {};
  PANELS.forEach((panel, i) => {
    const growth = growths.find(({ series }) => series === panel.series);
    const id = i === 0 ? '' : String(i + 1);
    const title = growth ? panel.title : `${panel.title}: not measured`;
    axes[`xaxis${id}`] = {
      title: { text: title },
      domain: panel.x,
      anchor: `y${id}`,
      rangemode: 'tozero',
    };
    axes[`yaxis${id}`] = { domain: panel.y, anchor: `x${id}`, rangemode: 'tozero', nticks: 5 };
    if (growth) {
      data.push(...traces(growth, panel, id));
    }
  });
  const lines = [
    '6 layers, F = 4, 3 blocks, crop 65, batch 2, but for what grows; dotted: the line that fits best',
    conditions,
  ];
  const title = 'Seconds for a weight step and an architecture step of a search';
  const frame = framed({
    heading: heading(title, lines),
    plotHeight: 400,
    margin: { l: 52, r: 24 },
  });
  return { data, layout: { ...frame, ...axes, width: 720 } };
}
