/** The IoU of each class as bars. */
import { ConfigError } from '../../errors.js';
import type { EvaluationReport } from '../../evaluate/report.js';
import { percent } from '../../text.js';
import type { Figure, FigureOptions, Trace } from '../figure.js';
import { framed, heading, legendBelow } from '../heading.js';
import { hexColor, type PictureClass } from '../images/classes.js';
import { verticalMark } from '../panels.js';
import { colors, seriesColors } from '../style.js';
import { escapeText } from '../text.js';

/** The part of an evaluation's report that the bars show. */
export type IouReport = Pick<EvaluationReport, 'classes' | 'meanIou'> &
  Partial<Pick<EvaluationReport, 'baselines'>>;

/** How {@link classIouFigure} draws. */
export interface ClassIouOptions extends FigureOptions {
  /** *iou* (default) - best first, by the first report. *class* - in the order of the classes. */
  readonly order?: 'iou' | 'class';
  /** Gives each bar the colour of its class; for one report only. */
  readonly classes?: readonly PictureClass[];
}

const BAR = 21;

/** A score; null where there is none. */
function known(score: number | null): number | null {
  return Number.isNaN(score) ? null : score;
}

function isReport(value: object): value is IouReport {
  return 'meanIou' in value && Array.isArray((value as IouReport).classes);
}

/** A dotted line at a score, with its meaning above the plot. */
function scoreLine(value: number, text: string, color: string, side: 'left' | 'right') {
  const place = { yanchor: 'bottom', xanchor: side === 'right' ? 'left' : 'right' };
  return verticalMark(value, text, { color, ...place, xshift: side === 'right' ? -4 : 4 });
}

/**
 * The IoU of each class as bars, sorted, with the mean; of several networks side by side.
 *
 * A class that occurs in neither labels nor predictions has no IoU: it stands at the end, marked as
 * absent, and does not count in the mean. Where the report has baselines, a line shows the mean IoU
 * of predicting the most frequent class of each place without looking at the image.
 *
 * @param reports - one report of `evaluate`, or several by name, over the same classes
 * @throws {@link ConfigError} if there is none, or the classes differ
 *
 * @example
 * const report = await evaluate({ dataset, folder: 'runs/retrain' });
 * await show(classIouFigure(report, { classes: dataset.classes }));
 */
export function classIouFigure(
  reports: IouReport | Readonly<Record<string, IouReport>>,
  options: ClassIouOptions = {},
): Figure {
  const list = isReport(reports) ? [['IoU', reports] as const] : Object.entries(reports);
  if (list.length === 0) {
    throw new ConfigError('classIouFigure: expected at least one report, got none');
  }
  const [[, first]] = list;
  const names = first.classes.map(({ name }) => name);
  const other = list.find(
    ([, { classes }]) =>
      classes.length !== names.length || classes.some(({ name }, k) => name !== names[k]),
  );
  if (other !== undefined) {
    throw new ConfigError(
      `classIouFigure: expected reports over the same classes (${names.join(', ')}), got others in ` +
        `"${other[0]}"`,
    );
  }
  const { order = 'iou', classes } = options;
  const iouOf = (report: IouReport, k: number) => known(report.classes[k].iou);
  const rank = (k: number) => iouOf(first, k) ?? -1;
  const places = [...names.keys()];
  if (order === 'iou') {
    places.sort((a, b) => rank(b) - rank(a) || a - b);
  }
  const isSingle = list.length === 1;
  const data = list.map(([name, report], i): Trace => {
    const iou = places.map((k) => iouOf(report, k));
    return {
      type: 'bar',
      orientation: 'h',
      name: escapeText(name),
      y: places.map((_, place) => place),
      x: iou.map((value) => value ?? 0),
      text: iou.map((value) => (value === null ? 'absent' : percent(value))),
      textposition: 'outside',
      cliponaxis: false,
      textfont: { size: 11, color: colors.muted },
      customdata: places.map((k) => escapeText(names[k])),
      hovertemplate: `%{customdata}: %{text}<extra>${escapeText(name)}</extra>`,
      marker: {
        color:
          isSingle && classes ? places.map((k) => hexColor(classes[k].color)) : seriesColors[i % 7],
        line: { width: isSingle && classes ? 1 : 0, color: colors.faint },
      },
    };
  });
  const means = list.map(([name, { meanIou }]) => {
    const words = known(meanIou) === null ? 'nothing scored' : `mean IoU ${percent(meanIou)}`;
    return isSingle ? words : `${escapeText(name)}: ${words}`;
  });
  const baseline = first.baselines?.position.meanIou;
  // Apart on both sides, so that the words never meet.
  const [meanSide, baseSide] =
    baseline === undefined || baseline < first.meanIou
      ? (['right', 'left'] as const)
      : (['left', 'right'] as const);
  const lines = [
    ...(isSingle && known(first.meanIou) !== null
      ? [scoreLine(first.meanIou, 'mean', colors.ink, meanSide)]
      : []),
    ...(isSingle && baseline !== undefined
      ? [scoreLine(baseline, 'without the image', colors.muted, baseSide)]
      : []),
  ];
  const plotHeight = Math.max(60, names.length * (list.length * (BAR - 6) + 6));
  const absent = first.classes.filter(({ iou }) => known(iou) === null).length;
  const notes = [
    means.join('; ') +
      (absent > 0 ? `; ${absent} of ${names.length} classes absent, not counted` : ''),
    ...(baseline === undefined
      ? []
      : [`${percent(baseline)} by the most frequent class of each place, without the image`]),
  ];
  return {
    data,
    layout: {
      ...framed({
        heading: heading(options.title ?? 'IoU of each class', notes),
        plotHeight,
        above: isSingle ? 24 : 8,
        below: isSingle ? 56 : 86,
        margin: { r: 60 },
      }),
      barmode: 'group',
      bargap: 0.25,
      xaxis: {
        range: [0, 1],
        tickformat: '.0%',
        showgrid: true,
        title: { text: 'IoU' },
      },
      yaxis: {
        tickmode: 'array',
        tickvals: places.map((_, place) => place),
        ticktext: places.map((k) => escapeText(names[k])),
        range: [names.length - 0.5, -0.5],
        showgrid: false,
        ticks: '',
      },
      shapes: lines.map(({ shape }) => shape),
      annotations: lines.map(({ annotation }) => annotation),
      showlegend: !isSingle,
      legend: legendBelow(plotHeight),
    },
  };
}
