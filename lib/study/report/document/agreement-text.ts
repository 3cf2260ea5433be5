/** What searches agree on, in words. */
import { percent } from '../../../text.js';
import type { PairCorrelation } from '../logit-correlation.js';
import type { StudyReport } from '../report.js';
import { decimals } from './table-text.js';

/** `0.24 (0.18 to 0.31, by chance 0 ± 0.08)`; of a single pair without the range. */
function pairText({ mean, least, most, byChance }: PairCorrelation, pairs: number): string {
  const range = pairs > 1 ? `${decimals(least)} to ${decimals(most)}; ` : '';
  return `${decimals(mean)} (${range}by chance 0 ± ${decimals(byChance)})`;
}

/** A list as in a sentence. */
function listed(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}

/** How far searches agree, before and after they decide; nothing of a single one. */
export function agreementText({ decisions }: StudyReport): string[] {
  const {
    agreement,
    pathAgreement,
    agreementByChance: byChance,
    correlation,
    searches,
  } = decisions;
  if (!agreement || pathAgreement === null || correlation === null) {
    return [];
  }
  const pairs = (searches.length * (searches.length - 1)) / 2;
  const range =
    pairs > 1 ? ` (${percent(pathAgreement.least)} to ${percent(pathAgreement.most)})` : '';
  const text = (one: PairCorrelation) => pairText(one, pairs);
  return [
    `Of ${searches.length} searches, two agree on ${percent(agreement.path)} of the layers${range}, on ` +
      `${percent(agreement.inputs)} of the inputs of the cell and on ${percent(agreement.branches)} of its branches; ` +
      `two random architectures on ${percent(byChance.path)}, ${percent(byChance.inputs)} and ` +
      `${percent(byChance.branches)}.`,
    `Their logits correlate as follows, in the mean over pairs: α by ${text(correlation.alpha)}; of it the means over the edges, ` +
      `which say what operations are strong, by ${text(correlation.operations)}, and the rest, which says where, by ` +
      `${text(correlation.places)}; β by ${text(correlation.beta)}. Where searches differ in their seeds only, what they have in ` +
      'common comes from the data and the space.',
  ];
}

/** How probable the least probable decisions are. */
export function weakestText({ decisions: { searches } }: StudyReport): string {
  const branches = listed(searches.map(({ weakestBranch }) => percent(weakestBranch)));
  const arrows = listed(searches.map(({ weakestArrow }) => percent(weakestArrow)));
  return `The least probable branch that was decoded has ${branches}, the least probable arrow of the path ${arrows}.`;
}
