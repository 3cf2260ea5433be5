/** The tables of a study's report in Markdown: scores, and what they are compared with. */
import { percent } from '../../../text.js';
import { duration } from '../../../duration.js';
import { gibibytes } from '../../../text.js';
import type { GroupSummary } from '../groups.js';
import type { StudyReport } from '../report.js';
import { GROUP_LABELS } from '../scored.js';
import { eachText, intervalText, points, probabilityText } from '../verdict.js';
import {
  decimals,
  iouText,
  millions,
  orNone,
  rowsOf,
  spreadText,
  tableOf,
  type Column,
} from './table-text.js';

const pointsText = (share: number | null): string =>
  orNone(share, (known) => points(known).replace(' points', ''));

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
  ['between searches', 'right', ({ betweenSearches }) => spreadText(betweenSearches)],
  ['within searches', 'right', ({ withinSearches }) => spreadText(withinSearches)],
  ['between seeds', 'right', ({ betweenSeeds }) => spreadText(betweenSeeds)],
  ['validation', 'right', ({ validationMeanIou }) => iouText(validationMeanIou)],
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
    ['points', 'right', ({ difference }) => pointsText(difference)],
    ['of each search', 'left', ({ each }) => eachText(each)],
    ['95 % interval', 'right', ({ interval }) => orNone(interval, intervalText)],
    ['by chance', 'right', ({ probability }) => orNone(probability, probabilityText)],
    [
      'on validation (by chance)',
      'right',
      ({ validation }) =>
        orNone(
          validation,
          (known) => `${pointsText(known.difference)} (${probabilityText(known.probability)})`,
        ),
    ],
  ]);
}

/** What scores go with. */
export function traitsTable({ traits }: StudyReport): string {
  return tableOf(traits, [
    ['trait', 'left', ({ trait }) => trait],
    ['networks', 'right', ({ networks }) => String(networks)],
    ['ρ with the score', 'right', ({ spearman }) => decimals(spearman)],
    ['ρ with parameters', 'right', ({ withParameters }) => decimals(withParameters)],
  ]);
}

/** Whether two measures of the same networks agree. */
export function reliabilityTable({ reliability }: StudyReport): string {
  return tableOf(reliability.agreements, [
    ['measures', 'left', ({ measures }) => measures],
    ['networks', 'right', ({ networks }) => String(networks)],
    ['Spearman ρ', 'right', ({ spearman }) => decimals(spearman)],
    ['Kendall τ_b within searches', 'right', ({ withinSearches }) => decimals(withinSearches)],
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
    [
      '`none` strongest',
      'right',
      ({ noneStrongest }) => orNone(noneStrongest, (known) => percent(known)),
    ],
    ['α correlate by', 'right', ({ alphaCorrelation }) => decimals(alphaCorrelation)],
    ['β', 'right', ({ betaCorrelation }) => decimals(betaCorrelation)],
    [
      'same levels',
      'right',
      ({ pathAgreement }) => orNone(pathAgreement, (known) => percent(known)),
    ],
    ['gap', 'right', ({ discretisationGap }) => spreadText(discretisationGap)],
    ['found', 'right', ({ found }) => iouText(found)],
    ['random', 'right', ({ random }) => iouText(random)],
    ['found − random', 'right', ({ difference }) => pointsText(difference)],
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
