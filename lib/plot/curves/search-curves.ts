/** The course of searches: Fig. 4 of the paper. */
import { ConfigError, DataError } from '../../errors.js';
import { epochRows } from '../../run/epoch-rows.js';
import { deviation, mean, percent, short } from '../../text.js';
import type { Figure, FigureOptions, Trace } from '../figure.js';
import { framed, heading, legendBelow } from '../heading.js';
import { epochsAxis } from '../axes.js';
import { stackPanels, verticalMark } from '../panels.js';
import { colors, seriesColors } from '../style.js';
import { escapeText } from '../text.js';
import { bandTrace, lineTrace } from '../traces.js';
import { ARCHITECTURE_PHASE, knownPoints, type Course } from './rows.js';

/** The columns that {@link searchCurvesFigure} can draw. */
export const CURVE_METRICS = {
  meanIou: { title: 'validation mIoU', isShare: true },
  pixelAccuracy: { title: 'validation pixel accuracy', isShare: true },
  loss: { title: 'training loss of the weights', isShare: false },
  architectureLoss: { title: 'loss of α and β, on the other half of the data', isShare: false },
  validationLoss: { title: 'validation loss', isShare: false },
} as const;

/** A column that {@link searchCurvesFigure} can draw. */
export type CurveMetric = keyof typeof CURVE_METRICS;

/** Several runs: a list of their histories, or the histories by name. */
export type Trials = readonly Course[] | Readonly<Record<string, Course>>;

/** How {@link searchCurvesFigure} draws. */
export interface SearchCurvesOptions extends FigureOptions {
  /** One plot for each; `['meanIou']` by default. */
  readonly metrics?: readonly CurveMetric[];
  /**
   * What the band around the mean of several trials is.
   *
   * *deviation* (default) - one sample standard deviation to each side. *range* - from the lowest to
   * the highest trial. *none* - no band.
   */
  readonly band?: 'deviation' | 'range' | 'none';
}

/** Mean and band of several trials at one epoch. */
export interface TrialSummary {
  /** Epochs done. */
  readonly epoch: number;
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

interface Curve {
  readonly name: string;
  readonly epochs: readonly number[];
  readonly values: readonly number[];
}

/** Trials with their names. */
function namedTrials(trials: Trials): readonly (readonly [name: string, Course])[] {
  return Array.isArray(trials)
    ? (trials as readonly Course[]).map((history, i) => [`trial ${i + 1}`, history])
    : Object.entries(trials as Readonly<Record<string, Course>>);
}

function curveOf(name: string, history: Course, metric: CurveMetric): Curve {
  const points = knownPoints(epochRows(history), metric);
  return {
    name,
    epochs: points.map(({ row }) => row.epoch + 1),
    values: points.map(({ value }) => value),
  };
}

/**
 * Mean and band of a column over several trials, at the epochs that all of them have.
 *
 * The standard deviation is that of a sample, with n − 1; a single trial has none.
 *
 * @example
 * summariseTrials([a, b], 'meanIou').at(-1)?.mean; // at the last epoch that both have
 */
export function summariseTrials(
  trials: Trials,
  metric: CurveMetric,
  band: 'deviation' | 'range' = 'deviation',
): readonly TrialSummary[] {
  return summarise(
    namedTrials(trials).map(([name, history]) => curveOf(name, history, metric)),
    band,
  );
}

function summarise(curves: readonly Curve[], band: 'deviation' | 'range'): TrialSummary[] {
  const [first, ...others] = curves.map(
    ({ epochs, values }) => new Map(epochs.map((epoch, i) => [epoch, values[i]])),
  );
  return [...(first?.keys() ?? [])]
    .filter((epoch) => others.every((curve) => curve.has(epoch)))
    .map((epoch) => {
      const values = [first, ...others].map((curve) => curve.get(epoch) ?? NaN);
      const middle = mean(values);
      const half = values.length > 1 ? deviation(values) : 0;
      return band === 'range'
        ? { epoch, mean: middle, low: Math.min(...values), high: Math.max(...values) }
        : { epoch, mean: middle, low: middle - half, high: middle + half };
    });
}

/** More trials than this are drawn in one pale colour, without names. */
const MOST_NAMED = 4;

/** Where the text below the title is long, it is broken for figures as narrow as this, in pixels. */
const NARROW = 420;

interface PanelPlace {
  readonly yaxis: string;
  readonly isShare: boolean;
  /** Whether this plot's traces stand in the legend. */
  readonly isFirst: boolean;
}

const hover = (isShare: boolean, name: string): string =>
  `epoch %{x}: %{y:${isShare ? '.1%' : '.3f'}}<extra>${name}</extra>`;

function trialTraces(curves: readonly Curve[], place: PanelPlace): Trace[] {
  const { yaxis, isShare, isFirst } = place;
  const isSingle = curves.length === 1;
  const isNamed = curves.length <= MOST_NAMED;
  return curves.map(({ name, epochs, values }, i) => {
    const color = isNamed ? seriesColors[isSingle ? 0 : i + 1] : colors.faint;
    const shown = escapeText(isNamed ? name : 'a trial');
    return lineTrace(
      { name: shown, color, x: epochs, y: values },
      {
        ...(isSingle ? {} : { mode: 'lines', line: { color, width: 1 } }),
        legendgroup: isNamed ? name : 'trials',
        showlegend: isFirst && !isSingle && (isNamed || i === 0),
        yaxis,
        opacity: isNamed ? 1 : 0.6,
        hovertemplate: hover(isShare, escapeText(name)),
      },
    );
  });
}

function meanTraces(
  summary: readonly TrialSummary[],
  band: SearchCurvesOptions['band'],
  { yaxis, isShare, isFirst }: PanelPlace,
): Trace[] {
  const common = { yaxis, legendgroup: 'mean', showlegend: isFirst };
  const color = colors.blue;
  const x = summary.map(({ epoch }) => epoch);
  const ends = [summary.map(({ low }) => low), summary.map(({ high }) => high)] as const;
  const name = band === 'range' ? 'lowest to highest' : '± 1 standard deviation';
  const line = lineTrace(
    { name: 'mean', color, x, y: summary.map((point) => point.mean) },
    { ...common, mode: 'lines', line: { color, width: 3 }, hovertemplate: hover(isShare, 'mean') },
  );
  return band === 'none' ? [line] : [bandTrace({ name, color, x }, ends, common), line];
}

/** The epoch after which α and β learn, if it is the same in all trials and not the first. */
function architectureStart(histories: readonly Course[]): number | undefined {
  const starts = new Set(
    histories.map(
      (history) => epochRows(history).find(({ phase }) => phase === ARCHITECTURE_PHASE)?.epoch ?? 0,
    ),
  );
  const [start] = starts;
  return starts.size === 1 && start > 0 ? start : undefined;
}

/** What stands below the title: where the trials ended. */
function resultText(curves: readonly Curve[], metric: CurveMetric): string {
  const { title, isShare } = CURVE_METRICS[metric];
  const format = (value: number) => (isShare ? percent(value) : short(value));
  if (curves.length === 1) {
    const [{ epochs, values }] = curves;
    if (values.length === 0) {
      return `${title}: not measured`;
    }
    const best = (isShare ? Math.max : Math.min)(...values);
    const last = `${title} after epoch ${epochs.at(-1)}: ${format(values.at(-1) ?? NaN)}`;
    return `${last}; best: ${format(best)} (epoch ${epochs[values.indexOf(best)]})`;
  }
  const last = summarise(curves, 'deviation').at(-1);
  if (last === undefined) {
    return `${curves.length} trials without a common epoch`;
  }
  return (
    `${title} after epoch ${last.epoch}, mean of ${curves.length} trials: ${format(last.mean)} ` +
    `±\u00a0${isShare ? `${(100 * (last.high - last.mean)).toFixed(1)}\u00a0points` : short(last.high - last.mean)}`
  );
}

/**
 * The course of one search or several, epoch by epoch: each trial as a line, their mean and a band.
 *
 * The mean is drawn over the epochs that all trials have. A dotted line marks the epoch from which
 * α and β learn. Histories of retrainings work, too.
 *
 * Source: Auto-DeepLab Fig. 4, validation accuracy over 40 epochs in 10 random trials.
 *
 * @param trials - a list of histories, or the histories by name; one is enough
 * @throws {@link ConfigError} if there is no trial or no metric, or a metric is unknown
 * @throws {@link DataError} if a trial has no epoch with the metric
 *
 * @example
 * const history = await readHistory('runs/search/history.arrow');
 * await show(searchCurvesFigure({ 'seed 1': history }, { metrics: ['meanIou', 'loss'] }));
 */
export function searchCurvesFigure(trials: Trials, options: SearchCurvesOptions = {}): Figure {
  const { metrics = ['meanIou'], band = 'deviation', title = 'Search' } = options;
  const named = namedTrials(trials);
  const unknown = metrics.find((metric) => !(metric in CURVE_METRICS));
  if (named.length === 0 || metrics.length === 0 || unknown !== undefined) {
    throw new ConfigError(
      'searchCurvesFigure: expected at least one trial, and metrics out of ' +
        `${Object.keys(CURVE_METRICS).join(', ')}, got ${named.length} trials and ` +
        `[${metrics.join(', ')}]`,
    );
  }
  const curves = metrics.map((metric) =>
    named.map(([name, history]) => curveOf(name, history, metric)),
  );
  curves.forEach((ofMetric, i) => {
    const empty = ofMetric.find(({ epochs }) => epochs.length === 0);
    if (empty !== undefined) {
      throw new DataError(
        `searchCurvesFigure: expected a whole epoch with ${metrics[i]} in every history, got none ` +
          `in "${empty.name}"; choose other metrics, or wait for the first epoch`,
      );
    }
  });
  const { axes, annotations, yaxis } = stackPanels(
    metrics.map((metric) => ({
      title: CURVE_METRICS[metric].title,
      axis: CURVE_METRICS[metric].isShare ? { tickformat: '.0%', rangemode: 'tozero' } : {},
    })),
    epochsAxis(curves.flat().flatMap(({ epochs }) => epochs)),
  );
  const data = curves.flatMap((ofMetric, i) => {
    const { isShare } = CURVE_METRICS[metrics[i]];
    const place = { yaxis: yaxis[i], isShare, isFirst: i === 0 };
    const summary = summarise(ofMetric, band === 'range' ? 'range' : 'deviation');
    const several = ofMetric.length > 1 && summary.length > 0;
    return [...trialTraces(ofMetric, place), ...(several ? meanTraces(summary, band, place) : [])];
  });
  const start = architectureStart(named.map(([, history]) => history));
  const mark = start === undefined ? undefined : verticalMark(start, 'α, β learn from here on');
  const plotHeight = 40 + 220 * metrics.length;
  const several = named.length > 1;
  const layout = {
    ...framed({
      heading: heading(title, [resultText(curves[0], metrics[0])], several ? NARROW : undefined),
      plotHeight,
      below: several ? 86 : 56,
    }),
    ...axes,
    annotations: [...annotations, ...(mark ? [mark.annotation] : [])],
    shapes: mark ? [mark.shape] : [],
    legend: legendBelow(plotHeight),
  };
  return { data, layout };
}
