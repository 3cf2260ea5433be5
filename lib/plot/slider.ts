/** Sliders: one figure for each of several moments. */
import type { Figure, Frame, Layout, Trace } from './figure.js';
import { colors } from './style.js';

/** One state of a figure with a slider. */
export interface SliderState {
  /** What the slider shows at this state, such as the epoch. */
  readonly label: string;
  /** The whole figure at this state; all states have the same number of traces. */
  readonly figure: Figure;
}

/** How a slider looks. */
export interface SliderOptions {
  /** The words before the label of the current state, such as `after epoch `. */
  readonly prefix?: string;
  /** The state that is shown first; the last by default. */
  readonly active?: number;
}

/** Pixels that a slider takes below a figure. */
const SLIDER_HEIGHT = 72;

/**
 * One figure that a slider moves from state to state. Its frames hold only what differs between the
 * states, so that it stays small.
 *
 * @param states - the layouts have a height, and a margin below; one alone is drawn without a slider
 */
export function sliderFigure(
  states: readonly SliderState[],
  { prefix = '', active = states.length - 1 }: SliderOptions = {},
): Figure {
  const base = states[active].figure;
  if (states.length === 1) {
    return base;
  }
  const varying = varyingParts(states.map(({ figure: { data, layout } }) => ({ data, layout })));
  const frames = states.map(({ label, figure }, i): Frame => {
    const { data = [], layout } = (varying?.[i] ?? {}) as { data?: unknown[]; layout?: Layout };
    const traces = figure.data.map(({ type }, k): Trace => ({
      type,
      ...(data[k] as object | undefined),
    }));
    return { name: label, data: traces, ...(layout && { layout }) };
  });
  const steps = states.map(({ label }) => ({
    label,
    method: 'animate',
    args: [
      [label],
      {
        mode: 'immediate',
        frame: { duration: 0, redraw: true },
        transition: { duration: 0 },
      },
    ],
  }));
  const slider = {
    active,
    steps,
    currentvalue: { prefix, font: { size: 13, color: colors.ink } },
    bgcolor: colors.grid,
    activebgcolor: colors.blue,
    bordercolor: colors.faint,
    pad: { t: 28, b: 8 },
    ticklen: 0,
    minorticklen: 0,
    borderwidth: 1,
    font: { color: 'rgba(0,0,0,0)', size: 1 }, // the label of the current step is enough
  };
  return { data: base.data, layout: { ...stretch(base.layout, 1), sliders: [slider] }, frames };
}

/** A figure without what a picture cannot do: sliders, the room for them, and buttons. */
export function withoutControls({ data, layout }: Figure): Figure {
  const hasSlider = Array.isArray(layout.sliders) && layout.sliders.length > 0;
  return {
    data,
    layout: { ...(hasSlider ? stretch(layout, -1) : layout), sliders: [], updatemenus: [] },
  };
}

/** A layout with room for a slider more, or less. */
function stretch(layout: Layout, sign: 1 | -1): Layout {
  const margin = layout.margin as { readonly b?: number } | undefined;
  const { height } = layout;
  return {
    ...layout,
    ...(typeof height === 'number' && { height: height + sign * SLIDER_HEIGHT }),
    ...(margin?.b !== undefined && { margin: { ...margin, b: margin.b + sign * SLIDER_HEIGHT } }),
  };
}

/**
 * Of each of several values the parts that are not the same in all of them, or undefined where all
 * are the same. Lists of marks are one part, lists of objects are looked into.
 */
function varyingParts(values: readonly unknown[]): unknown[] | undefined {
  const first = values[0];
  if (values.every(isRecord)) {
    const result = values.map((): Record<string, unknown> => ({}));
    for (const key of new Set(values.flatMap((value) => Object.keys(value)))) {
      const parts = varyingParts(values.map((value) => value[key]));
      parts?.forEach((part, i) => (result[i][key] = part));
    }
    return Object.keys(result[0]).length === 0 ? undefined : result;
  }
  if (values.every(isRecordList) && values.every(({ length }) => length === values[0].length)) {
    const places = values[0].map((_, k) => varyingParts(values.map((value) => value[k])));
    return places.every((parts) => parts === undefined)
      ? undefined
      : values.map((_, i) => places.map((parts) => parts?.[i] ?? {}));
  }
  const text = JSON.stringify(first);
  return values.every((value) => JSON.stringify(value) === text) ? undefined : [...values];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return (
    value !== null &&
    typeof value === 'object' &&
    !Array.isArray(value) &&
    !ArrayBuffer.isView(value)
  );
}

function isRecordList(value: unknown): value is readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) && value.length > 0 && value.every(isRecord);
}
