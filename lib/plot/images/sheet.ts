/** A sheet of pictures in rows and columns, with a legend below. */
import type { Size } from '../../size.js';
import type { Figure, FigureSize, Layout, Trace } from '../figure.js';
import { framed, heading } from '../heading.js';
import { BARE_AXIS, caption } from '../panels.js';
import { colors } from '../style.js';
import { escapeText } from '../text.js';

/** One picture; layers lie on each other, the first at the bottom. */
export interface SheetPicture extends Size {
  /** `data:` URIs. */
  readonly layers: readonly { readonly source: string; readonly opacity?: number }[];
  /** Words for the places of a coarse grid over the picture, `[rows][columns]`. */
  readonly words?: readonly (readonly string[])[] | undefined;
  /** Stands above this picture. */
  readonly caption?: string;
}

/** One row of pictures; an empty place is undefined. */
export interface SheetRow {
  /** Stands above the row. */
  readonly title?: string | undefined;
  readonly pictures: readonly (SheetPicture | undefined)[];
}

/** A colour with its meaning. */
export interface LegendEntry {
  readonly name: string;
  /** `#rrggbb` or `rgba(…)`. */
  readonly color: string;
}

/** What {@link pictureSheet} lays out. */
export interface SheetOptions {
  readonly title: string;
  /** Smaller lines below the title. */
  readonly notes?: readonly string[];
  /** Stand above the columns; none by default. */
  readonly columns?: readonly string[];
  readonly rows: readonly SheetRow[];
  readonly legend?: readonly LegendEntry[];
  /** Width of a picture in the figure, in pixels. */
  readonly pictureWidth: number;
}

/** Space between pictures and around them, in pixels. */
const SPACE = { side: 20, gap: 12, caption: 22, legendRow: 20 } as const;
/** Width of a letter of the legend, about, and of a swatch, in pixels. */
const LETTER = 7;
const SWATCH = 46;
/** Plotly draws only one of several pictures at the same place: this share of a width apart. */
const APART = 1e-6;

/** A trace that marks nothing and stands in the legend. */
function legendTrace({ name, color }: LegendEntry): Trace {
  return {
    type: 'scatter',
    mode: 'markers',
    name: escapeText(name),
    x: [null],
    y: [null],
    hoverinfo: 'skip',
    marker: { symbol: 'square', size: 13, color, line: { width: 1, color: colors.faint } },
  };
}

/** A trace that cannot be seen and says what is under the pointer. */
function wordTrace({ words, height, width }: SheetPicture, axis: string): Trace[] {
  if (words === undefined || words.length === 0) {
    return [];
  }
  const [rows, columns] = [words.length, words[0].length];
  return [
    {
      type: 'heatmap',
      x0: width / columns / 2,
      dx: width / columns,
      y0: height / rows / 2,
      dy: height / rows,
      z: words.map((row) => row.map(() => 0)),
      text: words.map((row) => row.map(escapeText)),
      xaxis: `x${axis}`,
      yaxis: `y${axis}`,
      colorscale: [
        [0, 'rgba(0,0,0,0)'],
        [1, 'rgba(0,0,0,0)'],
      ],
      showscale: false,
      hovertemplate: '%{text}<extra></extra>',
    },
  ];
}

/** A place on the sheet in pixels, from the top left. */
interface Place extends FigureSize {
  readonly left: number;
  readonly top: number;
}

function axesOf(picture: SheetPicture, place: Place, sheet: FigureSize, axis: string): Layout {
  const hidden = { ...BARE_AXIS, visible: false, fixedrange: false, constrain: 'domain' };
  return {
    [`xaxis${axis}`]: {
      ...hidden,
      anchor: `y${axis}`,
      domain: [place.left / sheet.width, (place.left + place.width) / sheet.width],
      range: [0, picture.width],
    },
    [`yaxis${axis}`]: {
      ...hidden,
      anchor: `x${axis}`,
      domain: [1 - (place.top + place.height) / sheet.height, 1 - place.top / sheet.height],
      range: [picture.height, 0],
      scaleanchor: `x${axis}`,
      scaleratio: 1,
    },
  };
}

/** A picture with its place and the suffix of its axes: empty, 2, 3, … */
interface Placed {
  readonly picture: SheetPicture;
  readonly place: Place;
  readonly axis: string;
}

/** The layers of a picture as plotly's layout has them. */
function imagesOf({ picture, axis }: Placed): Layout[] {
  return picture.layers.map(({ source, opacity = 1 }, layer) => ({
    source,
    opacity,
    layer: 'below',
    xref: `x${axis}`,
    yref: `y${axis}`,
    x: layer * APART * picture.width,
    y: 0,
    xanchor: 'left',
    yanchor: 'top',
    sizex: picture.width,
    sizey: picture.height,
    sizing: 'stretch',
  }));
}

/** Where pictures and captions go. */
function arrange({ columns = [], rows, pictureWidth }: SheetOptions) {
  const count = Math.max(1, ...rows.map(({ pictures }) => pictures.length));
  const step = pictureWidth + SPACE.gap;
  const width = count * step - SPACE.gap;
  const headingHeight = columns.length > 0 ? SPACE.caption : 0;
  const captions = columns.map((text, c) => ({
    text,
    x: c * step,
    y: headingHeight - 4,
    isRow: false,
  }));
  const placed: Placed[] = [];
  let bottom = headingHeight;
  rows.forEach(({ title, pictures }, r) => {
    const isCaptioned = pictures.some((picture) => picture?.caption !== undefined);
    const above = (title === undefined ? 0 : SPACE.caption) + (isCaptioned ? SPACE.caption : 0);
    const top = bottom + (r > 0 ? SPACE.gap : 0) + above;
    const titleBottom = top - (isCaptioned ? SPACE.caption : 0) - 4;
    if (title !== undefined) {
      captions.push({ text: title, x: 0, y: titleBottom, isRow: true });
    }
    const height = Math.max(
      ...pictures.map((picture) =>
        picture ? Math.round((pictureWidth * picture.height) / picture.width) : 0,
      ),
    );
    pictures.forEach((picture, c) => {
      if (picture === undefined) {
        return;
      }
      const axis = placed.length === 0 ? '' : `${placed.length + 1}`;
      if (picture.caption !== undefined) {
        captions.push({ text: picture.caption, x: c * step, y: top - 4, isRow: true });
      }
      placed.push({ picture, axis, place: { left: c * step, top, width: pictureWidth, height } });
    });
    bottom = top + height;
  });
  return { placed, captions, sheet: { width, height: bottom } };
}

/** The legend's columns and rows in a sheet of some width. */
function legendSize(legend: readonly LegendEntry[], width: number) {
  const letters = Math.max(0, ...legend.map(({ name }) => name.length));
  const entryWidth = letters * LETTER + 8;
  const perRow = Math.max(1, Math.floor(width / (entryWidth + SWATCH)));
  return { entryWidth, height: Math.ceil(legend.length / perRow) * SPACE.legendRow };
}

/**
 * Lays pictures out in rows and columns at their own proportions.
 *
 * Coordinates in a picture are its pixels, from the top left.
 */
export function pictureSheet(options: SheetOptions): Figure {
  const { legend = [], title, notes = [] } = options;
  const { placed, captions, sheet } = arrange(options);
  const size = legendSize(legend, sheet.width);
  const width = sheet.width + 2 * SPACE.side;
  const axes = placed.map(({ picture, place, axis }) => axesOf(picture, place, sheet, axis));
  return {
    data: [
      ...placed.flatMap(({ picture, axis }) => wordTrace(picture, axis)),
      ...legend.map(legendTrace),
    ],
    layout: {
      ...framed({
        heading: heading(title, notes, width),
        plotHeight: sheet.height,
        above: 6,
        below: SPACE.gap + size.height + 8,
        margin: { l: SPACE.side, r: SPACE.side, autoexpand: false },
        left: SPACE.side,
      }),
      width,
      ...Object.fromEntries(axes.flatMap((pair) => Object.entries(pair))),
      images: placed.flatMap(imagesOf),
      annotations: captions.map(({ text, x, y, isRow }) =>
        caption(
          escapeText(text),
          x / sheet.width,
          1 - y / sheet.height,
          isRow ? { size: 12, color: colors.muted } : {},
        ),
      ),
      hovermode: 'closest',
      showlegend: legend.length > 0,
      legend: {
        orientation: 'h',
        x: 0,
        xanchor: 'left',
        y: -SPACE.gap / 2 / sheet.height,
        yanchor: 'top',
        entrywidth: size.entryWidth,
        itemclick: false,
        itemdoubleclick: false,
        font: { size: 12 },
      },
    },
  };
}
