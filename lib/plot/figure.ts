/**
 * Figures as plain data: what plotly.js draws, without plotly.js.
 *
 * A figure is JSON: it can be written to a file, sent to a worker, compared in a test, and drawn in
 * any notebook viewer.
 */

/** One layer of marks: a line, bars, a heat map. The fields are plotly's. */
export type Trace = Readonly<Record<string, unknown>> & { readonly type: string };

/** Everything but the marks: title, axes, legend, annotations, size. The fields are plotly's. */
export type Layout = Readonly<Record<string, unknown>>;

/** One state of a figure with a slider: what differs from the figure itself. */
export interface Frame {
  /** The name that the slider's steps refer to. */
  readonly name: string;
  /** The traces of this state, in the order of the figure's. */
  readonly data: readonly Trace[];
  /** The parts of the layout that differ. */
  readonly layout?: Layout;
}

/** A figure as plotly.js takes it. */
export interface Figure {
  readonly data: readonly Trace[];
  readonly layout: Layout;
  /** The states of a slider; without them the figure has none. */
  readonly frames?: readonly Frame[];
}

/** What every figure takes. */
export interface FigureOptions {
  /** In place of the usual title. */
  readonly title?: string;
}

/** The size of a figure in pixels. */
export interface FigureSize {
  readonly width: number;
  readonly height: number;
}

/** The size that a figure has where its layout does not say: 720 × 420. */
export const DEFAULT_SIZE: FigureSize = { width: 720, height: 420 };

/** The size at which a figure is drawn where nothing stretches it. */
export function figureSize({ layout }: Figure): FigureSize {
  const side = (value: unknown, otherwise: number) =>
    typeof value === 'number' && Number.isFinite(value) && value >= 1
      ? Math.round(value)
      : otherwise;
  return {
    width: side(layout.width, DEFAULT_SIZE.width),
    height: side(layout.height, DEFAULT_SIZE.height),
  };
}
