/** The tables of a study's report in Markdown. */
import { duration } from '../../duration.js';
import { gibibytes, markdownTable, percent, short, type Alignment } from '../../text.js';
import type { StudySharpness } from '../record.js';
import type { GroupSummary } from './groups.js';
import { OPINIONS } from './opinions.js';
import type { StudyReport } from './report.js';
import { GROUP_LABELS } from './scored.js';
import { intervalText, points, probabilityText } from './verdict.js';

/** A column: its head, where its text stands, and the text of a row. */
type Column<Row> = readonly [head: string, align: Alignment, cell: (row: Row) => string];

/** Where there is nothing to say. */
const NONE = '–';

function rowsOf<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string[][] {
  const head = columns.map(([name]) => name);
  return [head, ...rows.map((row) => columns.map(([, , cell]) => cell(row)))];
}

function tableOf<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string {
  return markdownTable(rowsOf(rows, columns), { align: columns.map(([, align]) => align) });
}

function orNone<T>(value: T | null, text: (known: T) => string): string {
  return value === null ? NONE : text(value);
}

const iouText = (share: number | null): string => orNone(share, (known) => percent(known, 2));
const pointsText = (share: number | null): string => orNone(share, (known) => points(known));
const millions = (n: number | null): string =>
  orNone(n, (known) => `${(known / 1e6).toFixed(2)} M`);
const decimals = (value: number | null): string =>
  orNone(value, (known) => known.toFixed(2).replace('-', '−'));
/** A standard deviation of shares, in points. */
const spreadText = (share: number | null): string =>
  orNone(share, (known) => (100 * known).toFixed(2));

/** Scores and spreads of the groups. */
const GROUP_COLUMNS: readonly Column<GroupSummary>[] = [
  ['group', 'left', ({ group }) => GROUP_LABELS[group]],
  ['networks', 'right', ({ networks }) => String(networks)],
  ['retrainings', 'right', ({ retrainings }) => String(retrainings)],
  ['mean IoU', 'right', ({ meanIou }) => iouText(meanIou)],
  [
    '95 % interval',
    'right',
    ({ interval }) =>
      orNone(interval, ({ low, high }) => `${(100 * low).toFixed(2)} to ${percent(high, 2)}`),
  ],
  ['spread of networks', 'right', ({ betweenNetworks }) => spreadText(betweenNetworks)],
  ['spread of seeds', 'right', ({ betweenSeeds }) => spreadText(betweenSeeds)],
  ['parameters', 'right', ({ parameters }) => millions(parameters)],
];

/** Scores and spreads of the groups, the head first. */
export function groupRows({ groups }: StudyReport): readonly (readonly string[])[] {
  return rowsOf(groups, GROUP_COLUMNS);
}

/** Scores and spreads of the groups. */
export function groupsTable({ groups }: StudyReport): string {
  return tableOf(groups, GROUP_COLUMNS);
}

/** Found networks against the others. */
export function differencesTable({ differences }: StudyReport): string {
  return tableOf(differences, [
    ['difference', 'left', ({ second }) => `found − ${GROUP_LABELS[second]}`],
    ['what it says', 'left', ({ meaning }) => meaning],
    ['searches', 'right', ({ searches }) => String(searches)],
    ['points', 'right', ({ difference }) => pointsText(difference).replace(' points', '')],
    ['95 % interval', 'right', ({ interval }) => orNone(interval, intervalText)],
    ['by chance', 'right', ({ probability }) => orNone(probability, probabilityText)],
  ]);
}

/** Rank correlations between what supernets think and retrained scores. */
export function opinionsTable({ opinions }: StudyReport): string {
  const rows = opinions.flatMap(({ opinion, searches, probability, ...means }) => [
    ...searches.map((one) => ({ opinion, probability: null, ...one })),
    {
      opinion,
      search: 'mean of searches',
      networks: searches.reduce((sum, { networks }) => sum + networks, 0),
      ...means,
      probability,
    },
  ]);
  return tableOf(rows, [
    ['opinion', 'left', ({ opinion }) => OPINIONS[opinion]],
    ['search', 'left', ({ search }) => search],
    ['networks', 'right', ({ networks }) => String(networks)],
    ['Spearman ρ', 'right', ({ spearman }) => decimals(spearman)],
    ['Kendall τ_b', 'right', ({ kendall }) => decimals(kendall)],
    ['by chance', 'right', ({ probability }) => orNone(probability, probabilityText)],
  ]);
}

const sharpness = ({ relativeEntropy, strongest }: StudySharpness): string =>
  `${percent(relativeEntropy)}, ${percent(strongest)}`;

/** What the searches decided, how surely, and what the decode lost. */
export function searchesTable({ decisions }: StudyReport): string {
  return tableOf(decisions.searches, [
    ['search', 'left', ({ id }) => id],
    ['strides', 'left', ({ strides }) => strides.join(' ')],
    ['steps of α, β', 'right', ({ architectureSteps }) => String(architectureSteps)],
    [
      'travel (bound)',
      'right',
      ({ travel, travelBound }) => `${short(travel)} (${short(travelBound)})`,
    ],
    ['α: entropy, strongest', 'right', ({ alphaSharpness }) => sharpness(alphaSharpness)],
    ['β: entropy, strongest', 'right', ({ betaSharpness }) => sharpness(betaSharpness)],
    ['supernet', 'right', ({ supernetMeanIou }) => iouText(supernetMeanIou)],
    ['decoded only', 'right', ({ decodedMeanIou }) => iouText(decodedMeanIou)],
    ['gap', 'right', ({ discretisationGap }) => spreadText(discretisationGap).replace('-', '−')],
    ['retrained, test', 'right', ({ foundMeanIou }) => iouText(foundMeanIou)],
  ]);
}

/** This study and those that it is laid beside. */
export function rowsTable({ rows }: StudyReport): string {
  return tableOf(rows, [
    ['study', 'left', ({ name }) => name ?? 'this one'],
    ['with', 'left', ({ changes }) => changes.join(', ')],
    ['searches', 'right', ({ searches }) => String(searches)],
    ['α entropy', 'right', ({ alphaEntropy }) => orNone(alphaEntropy, (known) => percent(known))],
    ['β entropy', 'right', ({ betaEntropy }) => orNone(betaEntropy, (known) => percent(known))],
    ['α correlate by', 'right', ({ alphaCorrelation }) => decimals(alphaCorrelation)],
    ['gap', 'right', ({ discretisationGap }) => spreadText(discretisationGap).replace('-', '−')],
    ['found', 'right', ({ found }) => iouText(found)],
    ['random', 'right', ({ random }) => iouText(random)],
    ['found − random', 'right', ({ difference }) => pointsText(difference).replace(' points', '')],
    ['95 % interval', 'right', ({ interval }) => orNone(interval, intervalText)],
    ['by chance', 'right', ({ probability }) => orNone(probability, probabilityText)],
  ]);
}

/** The IoU of each class, group by group. */
export function classesTable({ groups, dataset }: StudyReport): string {
  const rows = dataset.classes.map((name, k) => ({ name, k }));
  return tableOf(rows, [
    ['class', 'left', ({ name }) => name],
    ...groups.map(({ group, iou }): Column<{ readonly k: number }> => [
      GROUP_LABELS[group],
      'right',
      ({ k }) => iouText(iou[k]),
    ]),
  ]);
}

/** Every network with its scores and its supernet's opinion of it. */
export function networksTable({ networks }: StudyReport): string {
  return tableOf(networks, [
    ['network', 'left', ({ id }) => id],
    ['parameters', 'right', ({ parameters }) => millions(parameters)],
    ['multiply-adds', 'right', ({ multiplyAdds }) => `${(multiplyAdds / 1e9).toFixed(2)} B`],
    ['log probability', 'right', ({ logProbability }) => decimals(logProbability)],
    ['in the supernet', 'right', ({ supernetMeanIou }) => iouText(supernetMeanIou)],
    ['mean IoU', 'right', ({ meanIou }) => iouText(meanIou)],
    [
      'seed by seed',
      'right',
      ({ scores }) => scores.map(({ meanIou }) => (100 * meanIou).toFixed(2)).join(', '),
    ],
    ['note', 'left', ({ note }) => note ?? ''],
  ]);
}

/** What every part took, kinds first. */
export function costsTable({ costs }: StudyReport): string {
  const rows = [
    ...costs.map(({ kind, parts, ...cost }) => ({ id: `all ${parts.length} ${kind}`, ...cost })),
    ...costs.flatMap(({ parts }) => parts),
  ];
  return tableOf(rows, [
    ['part', 'left', ({ id }) => id],
    ['time', 'right', ({ seconds }) => duration(seconds)],
    ['memory at the peak', 'right', ({ peakMemory }) => orNone(peakMemory, gibibytes)],
  ]);
}
