/** The tables of a study's report in Markdown: what searches decided, and what their supernets think. */
import { percent, short } from '../../../text.js';
import type { StudySharpness } from '../../record.js';
import { OPINIONS } from '../opinions.js';
import type { StudyReport } from '../report.js';
import { probabilityText } from '../verdict.js';
import { decimals, iouText, orNone, spreadText, tableOf, type Column } from './table-text.js';

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
    ['random ones only', 'right', ({ randomMeanIou }) => iouText(randomMeanIou)],
    ['gap', 'right', ({ discretisationGap }) => spreadText(discretisationGap)],
    ['retrained, test', 'right', ({ foundMeanIou }) => iouText(foundMeanIou)],
  ]);
}

/** What each search prefers, operation by operation. */
export function operationsTable({ decisions: { searches } }: StudyReport): string {
  const [{ operations }] = searches;
  return tableOf(
    operations.map(({ operation }, k) => ({ operation, k })),
    [
      ['operation', 'left', ({ operation }) => operation],
      ...searches.map((search): Column<{ readonly k: number }> => [
        search.id,
        'right',
        ({ k }) => {
          const { probability, strongestOn } = search.operations[k];
          return `${percent(probability)}, ${strongestOn}`;
        },
      ]),
    ],
  );
}
