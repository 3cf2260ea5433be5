/** One figure that follows a run. */
import type { RunHistory } from '../../run/history.js';
import type { OnProgress, ProgressEvent } from '../../training/events.js';
import type { Figure, FigureOptions } from '../figure.js';
import { framed, heading } from '../heading.js';
import { stackPanels } from '../panels.js';
import { escapeText } from '../text.js';
import { liveFigure, type LiveFigure } from '../show/live.js';
import type { MonitorPlot } from './plots.js';
import { RunState } from './run-state.js';

/** How a run is followed. */
export interface MonitorOptions extends FigureOptions {
  /** The history of a run that is resumed, so that the curves begin with it; none by default. */
  readonly history?: RunHistory;
  /** The shortest time between two figures, in milliseconds; 1000 by default. */
  readonly intervalMs?: number;
  /** Where the figure is shown; a new live figure below the running cell by default. */
  readonly live?: LiveFigure;
}

/** Follows a run with one figure. */
export interface RunMonitor {
  /** Takes an event; pass it as `onProgress`. It never throws: a figure must not end a run. */
  readonly onProgress: OnProgress;
  /** The figure as it is now. */
  figure(): Figure;
  /**
   * Shows the last state, which stays. Wait for it before the cell ends.
   *
   * @throws what went wrong while drawing, if anything did
   */
  finish(): Promise<void>;
}

const GAP_HEIGHT = 40;

/** The figure of a run: its plots one below the other, over the same steps. */
function monitorFigure(title: string, state: RunState, plots: readonly MonitorPlot[]): Figure {
  const total = plots.reduce((sum, { height }) => sum + height, 0);
  const { axes, annotations, yaxis } = stackPanels(
    plots.map(({ traces, axis = {}, height, ...plot }) => {
      const isEmpty = traces.every(({ x }) => (x as readonly number[]).length === 0);
      const empty = { range: [0, 1], showticklabels: false, ticks: '' };
      return { ...plot, weight: height, axis: isEmpty ? empty : axis };
    }),
    { title: { text: 'step' }, range: [0, state.steps] },
  );
  return {
    data: plots.flatMap(({ traces }, i) => traces.map((trace) => ({ ...trace, yaxis: yaxis[i] }))),
    layout: {
      ...framed({
        heading: heading(title, [
          state.progressText(),
          state.metricsText(),
          ...state.warnings.map((text) => escapeText(`warning: ${text}`)),
        ]),
        plotHeight: total + GAP_HEIGHT * (plots.length - 1),
      }),
      ...axes,
      annotations,
      showlegend: false,
    },
  };
}

/**
 * A monitor that draws some plots of the state of a run.
 *
 * @param title - of the figure, unless the options have another
 * @param plots - what to draw of a state
 */
export function createMonitor(
  title: string,
  plots: (state: RunState) => readonly MonitorPlot[],
  options: MonitorOptions,
): RunMonitor {
  const { history, intervalMs = 1000 } = options;
  const state = new RunState(history);
  let { live } = options;
  let drawnAt = -Infinity;
  let failure: { readonly error: unknown } | undefined;
  const figure = (): Figure => monitorFigure(options.title ?? title, state, plots(state));

  const draw = (): void => {
    if (failure !== undefined) {
      return;
    }
    try {
      live ??= liveFigure();
      live.update(figure());
    } catch (error) {
      failure = { error };
    }
    drawnAt = performance.now();
  };
  const isUrgent = ({ kind }: ProgressEvent): boolean => kind === 'epoch' || kind === 'checkpoint';

  return {
    onProgress: (event) => {
      state.take(event);
      if (isUrgent(event) || performance.now() - drawnAt >= intervalMs) {
        draw();
      }
    },
    figure,
    finish: async () => {
      state.stop();
      draw();
      if (failure !== undefined) {
        throw failure.error;
      }
      await live?.finish();
    },
  };
}
