/** How sharp α and β of a search became. */
import { alphaStatistics, betaStatistics, type Decidedness } from '../architecture/statistics.js';
import { completeShape, trellisOf } from '../search-space/shape.js';
import { percent } from '../text.js';
import type { ArchitectureLogits } from './decode-search.js';
import type { SearchConfig } from './options.js';

/** How decided the operations of the cell and the arrows of the trellis are. */
export interface Sharpness {
  readonly alpha: Decidedness;
  readonly beta: Decidedness;
}

/** How sharp the α and β of a search are. */
export function sharpnessOf({ alpha, beta }: ArchitectureLogits, config: SearchConfig): Sharpness {
  return {
    alpha: alphaStatistics(alpha, config),
    beta: betaStatistics(beta, trellisOf(completeShape(config))),
  };
}

const inWords = ({ relativeEntropy, strongestProbability }: Decidedness): string =>
  `${percent(relativeEntropy)} of its largest entropy, the strongest choice ${percent(strongestProbability)} ` +
  'on average';

/** The same in a line: 100 % of the entropy is undecided, 0 % decided. */
export function describeSharpness({ alpha, beta }: Sharpness): string {
  return `Sharpness: α has ${inWords(alpha)}; β has ${inWords(beta)}.`;
}
