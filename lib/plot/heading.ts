/** The title of a figure with smaller lines below it, and the room that they take. */
import type { Layout } from './figure.js';
import { colors } from './style.js';
import { wrap } from './text.js';

/** Sizes in pixels. */
const FIRST_BASELINE = 32;
const LINE = 21;
const LEFT = 16;

/** A title with its lines. */
export interface Heading {
  readonly title: string;
  /** Those that are too long for the figure are broken by a space and `<br>`, so that it can be told. */
  readonly lines: readonly string[];
  /** Height of all of it, in pixels from the top of the figure. */
  readonly height: number;
}

/**
 * A title with smaller lines below it.
 *
 * @param lines - long ones are broken between words; plotly reads tags in them
 * @param width - of the figure in pixels
 */
export function heading(title: string, lines: readonly string[] = [], width = 720): Heading {
  const broken = lines.map((line) => wrap(line, Math.floor((width - 2 * LEFT) / 6.6)));
  return {
    title,
    lines: broken.map((parts) => parts.join(' <br>')),
    height: FIRST_BASELINE + LINE * broken.flat().length + 10,
  };
}

/** What {@link framed} lays out. */
export interface FrameOptions {
  readonly heading: Heading;
  /** Height of the plots without title and margins, in pixels. */
  readonly plotHeight: number;
  /** Room for what stands above the plots, such as their captions; 26 by default. */
  readonly above?: number;
  /** Room for what stands below them, such as the horizontal axis; 56 by default. */
  readonly below?: number;
  /** Further margins, such as `{ r: 140 }` for a legend. */
  readonly margin?: Layout;
  /** Where the title begins, in pixels from the left; 16 by default. */
  readonly left?: number;
}

/** Title, height and margins of a figure with a {@link heading}. */
export function framed(options: FrameOptions): Layout {
  const { plotHeight, above = 26, below = 56, margin = {}, left = LEFT } = options;
  const { title, lines, height: top } = options.heading;
  const height = top + above + plotHeight + below;
  const small = lines.map(
    (line) => `<span style="font-size:12px;color:${colors.muted}">${line}</span>`,
  );
  return {
    title: {
      text: [`<b>${title}</b>`, ...small].join('<br>'),
      yref: 'container',
      y: 1 - FIRST_BASELINE / height,
      yanchor: 'bottom',
      pad: { l: left, b: 0 },
    },
    height,
    margin: { t: top + above, b: below, ...margin },
  };
}

/** A legend in one row below the horizontal axis; it needs 30 pixels more below the plots. */
export function legendBelow(plotHeight: number): Layout {
  return {
    orientation: 'h',
    x: 0,
    xanchor: 'left',
    y: -54 / plotHeight,
    yanchor: 'top',
    traceorder: 'normal',
  };
}
