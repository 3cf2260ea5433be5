/** The report of an evaluation as tables. */
import { duration } from '../duration.js';
import type { MeanScore } from '../evaluate/benchmark-scores.js';
import type { EvaluationReport } from '../evaluate/report.js';
import { describeAveraging } from '../inference/averaging-options.js';
import type { Size } from '../size.js';
import { percent, table } from '../text.js';

type Row = readonly string[];

const dimensions = ({ height, width }: Size) => `${height} x ${width}`;

/** The sizes that images were padded to, in words. */
function describePadding(padded: EvaluationReport['padded']): string {
  const [largest] = padded;
  return padded.length === 1
    ? `padded to ${dimensions(largest)}`
    : `padded to ${padded.length} sizes of at most ${dimensions(largest)}`;
}

/** What was scored, and how. */
function describeSettings(report: EvaluationReport): string {
  const { dataset, split, images, imagesOfSplit, padded, scoreSize, seconds } = report;
  return (
    `${dataset}, split ${split}: ${images} of ${imagesOfSplit} images, ${describePadding(padded)}, ` +
    `${describeAveraging(report)}, ` +
    `scored at ${scoreSize === 'read' ? 'the size they are read at' : 'their size on disk'}, ` +
    duration(seconds)
  );
}

/** A column of scores by name; a dash where there is none. */
function column(title: string, score: MeanScore | undefined, names: readonly string[]): Row[] {
  if (score === undefined) {
    return [];
  }
  const byName = new Map(score.scores.map(({ name, iou }) => [name, iou]));
  return [[title, ...names.map((name) => percent(byName.get(name), 2))]];
}

/** A table from its columns. */
function tableOf(columns: readonly Row[]): string {
  return table(columns[0].map((_, row) => columns.map((cells) => cells[row])));
}

function classTable({ classes, boundaryIou, instanceIou }: EvaluationReport): string {
  const names = classes.map(({ name }) => name);
  return tableOf([
    ['class', ...names],
    ['IoU', ...classes.map(({ iou }) => (iou === null ? 'absent' : percent(iou, 2)))],
    [
      'accuracy',
      ...classes.map(({ accuracy }) => (accuracy === null ? 'no labels' : percent(accuracy, 2))),
    ],
    ...column('boundary IoU', boundaryIou, names),
    ...column('iIoU', instanceIou, names),
  ]);
}

function categoryTable({ categoryIou, categoryInstanceIou }: EvaluationReport): string[] {
  if (categoryIou === undefined) {
    return [];
  }
  const names = categoryIou.scores.map(({ name }) => name);
  return [
    tableOf([
      ['category', ...names],
      ...column('IoU', categoryIou, names),
      ...column('iIoU', categoryInstanceIou, names),
    ]),
  ];
}

function baselineTable({ baselines, meanIou, pixelAccuracy }: EvaluationReport): string[] {
  if (baselines === undefined) {
    return [];
  }
  const { position, frequentClass } = baselines;
  const rows = [
    ['network', { meanIou, pixelAccuracy }],
    ['most frequent class at each place', position],
    [`"${frequentClass.name}" everywhere`, frequentClass],
  ] as const;
  return [
    table([
      ['prediction', 'mIoU', 'pixel accuracy'],
      ...rows.map(([name, score]) => [
        name,
        percent(score.meanIou, 2),
        percent(score.pixelAccuracy, 2),
      ]),
    ]),
  ];
}

/** All scores of the network that are one number. */
function overallTable(report: EvaluationReport): string {
  const { boundaryIou, categoryIou, instanceIou, categoryInstanceIou, finalScore } = report;
  const means = [
    [`boundary IoU, ${percent(boundaryIou?.width, 0)} of the diagonal`, boundaryIou],
    ['IoU of categories', categoryIou],
    ['iIoU of classes', instanceIou],
    ['iIoU of categories', categoryInstanceIou],
  ] as const;
  return table([
    ['score of the network', ''],
    ['mIoU', percent(report.meanIou, 2)],
    ['pixel accuracy', percent(report.pixelAccuracy, 2)],
    ['mean class accuracy', percent(report.meanAccuracy, 2)],
    ['frequency-weighted IoU', percent(report.frequencyWeightedIou, 2)],
    ...means.flatMap(([name, score]) => (score ? [[name, percent(score.mean, 2)]] : [])),
    ...(finalScore ? [[finalScore.name, percent(finalScore.value, 2)]] : []),
  ]);
}

/** Which classes the mean is over, if it is not over all, and why a score is missing. */
function remarks({ classes, instanceNote }: EvaluationReport): string[] {
  const absent = classes.filter(({ iou }) => iou === null);
  return [
    ...(absent.length === 0
      ? []
      : [
          `mIoU over ${classes.length - absent.length} of ${classes.length} classes; neither labelled ` +
            `nor predicted: ${absent.map(({ name }) => name).join(', ')}`,
        ]),
    ...(instanceNote === undefined ? [] : [`no instance-weighted IoU: ${instanceNote}`]),
  ];
}

/** The report as tables. */
export function describeReport(report: EvaluationReport): string {
  return [
    `${describeSettings(report)}\n${report.root}`,
    classTable(report),
    ...categoryTable(report),
    overallTable(report),
    ...baselineTable(report),
    ...remarks(report),
  ].join('\n\n');
}
