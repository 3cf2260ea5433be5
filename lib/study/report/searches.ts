/** What the searches of a study decided, how surely, and what the decode lost. */
import { architectureAgreement, type ArchitectureAgreement } from '../../architecture/agreement.js';
import type { Architecture } from '../../architecture/architecture.js';
import { randomArchitecture } from '../../architecture/random.js';
import { alphaStatistics } from '../../architecture/statistics.js';
import { Random } from '../../random.js';
import { completeShape, type SearchSpaceShape } from '../../search-space/shape.js';
import { levelStride } from '../../search-space/trellis.js';
import type { StudyRecord, StudySharpness } from '../record.js';
import { logitCorrelation, type LogitCorrelation } from './logit-correlation.js';
import { meanOrNull, scoresOfGroup, type ScoredNetwork } from './scored.js';

/** An operation in the α of a search. */
export interface OperationPreference {
  readonly operation: string;
  /** Mean over the edges of its probability. */
  readonly probability: number;
  /** On how many edges it is the most probable one. */
  readonly strongestOn: number;
}

/** One search. */
export interface SearchSummary {
  readonly id: string;
  readonly seed: number;
  /** The stride of each layer of its path. */
  readonly strides: readonly number[];
  readonly architectureSteps: number;
  /** Largest change of a logit of α or β. */
  readonly travel: number;
  /** About the largest that its steps and its learning rate allow. */
  readonly travelBound: number;
  readonly alphaSharpness: StudySharpness;
  readonly betaSharpness: StudySharpness;
  /** Mean IoU of the supernet on the validation split; null until it was asked. */
  readonly supernetMeanIou: number | null;
  /** Of the supernet with the operations and the path of its decoded architecture only. */
  readonly decodedMeanIou: number | null;
  /** The mean of the same over the random networks of its size: what any architecture leaves of it. */
  readonly randomMeanIou: number | null;
  readonly operations: readonly OperationPreference[];
  /** Of the branches and the arrows that were decoded, the smallest probability. */
  readonly weakestBranch: number;
  readonly weakestArrow: number;
  /** supernet − decoded: what the supernet loses when only what it decided on is left of it. */
  readonly discretisationGap: number | null;
  /** Mean IoU of the found network after retraining on the test split, the mean over its seeds. */
  readonly foundMeanIou: number | null;
}

/** So many random architectures are compared, each with each. */
const DRAWN = 100;

function pairsByChance(shape: SearchSpaceShape): Decisions['agreementByChance'] {
  const random = new Random(1).fork('agreement');
  const drawn = Array.from({ length: DRAWN }, (_, i) =>
    randomArchitecture(random.fork(`draw/${i}`), shape),
  );
  return architectureAgreement(drawn).pairs!;
}

/** What the searches decided on, and how far they agree. */
export interface Decisions {
  readonly searches: readonly SearchSummary[];
  /** Shares of decisions that two searches have in common, means over all pairs; null of fewer than two. */
  readonly agreement: ArchitectureAgreement['pairs'] | null;
  /** The smallest and the largest share of layers that two of them have in common. */
  readonly pathAgreement: { readonly least: number; readonly most: number } | null;
  /** The same of architectures drawn at random from the search space. */
  readonly agreementByChance: NonNullable<ArchitectureAgreement['pairs']>;
  /** How far α and β of two searches correlate; null of fewer than two. */
  readonly correlation: LogitCorrelation | null;
}

/** What a search prefers, operation by operation. */
function preferencesOf(alpha: readonly number[], shape: SearchSpaceShape): OperationPreference[] {
  const { probability, strongest } = alphaStatistics(alpha, shape);
  const edges = alpha.length / shape.operations.length;
  return shape.operations.map((operation) => ({
    operation,
    probability: probability[operation],
    strongestOn: Math.round(strongest[operation] * edges),
  }));
}

/** The extremes over all pairs of architectures; null of fewer than two. */
function pathAgreementOf(all: readonly Architecture[]): Decisions['pathAgreement'] {
  const shares = all.flatMap((a, i) =>
    all.slice(i + 1).map((b) => architectureAgreement([a, b]).pairs!.path),
  );
  return shares.length === 0 ? null : { least: Math.min(...shares), most: Math.max(...shares) };
}

/** What the random networks of a search score as parts of its supernet. */
function randomInSupernet(all: readonly ScoredNetwork[], id: string): number | null {
  return meanOrNull(
    all
      .filter(({ network }) => network.group === 'random' && network.search === id)
      .flatMap(({ network }) => network.supernetMeanIou ?? []),
  );
}

/** Each search of a study, and what they agree on. */
export function decisionsOf(
  { searches, settings }: StudyRecord,
  all: readonly ScoredNetwork[],
): Decisions {
  const shape = completeShape(settings.search);
  const architectures = searches.map(({ architecture }) => architecture);
  return {
    searches: searches.map((search) => {
      const { supernet, travel } = search;
      return {
        id: search.id,
        seed: search.seed,
        strides: search.decided.path.map(levelStride),
        architectureSteps: travel.architectureSteps,
        travel: travel.largest,
        travelBound: travel.bound,
        alphaSharpness: search.alphaSharpness,
        betaSharpness: search.betaSharpness,
        supernetMeanIou: supernet?.meanIou ?? null,
        decodedMeanIou: supernet?.decodedMeanIou ?? null,
        randomMeanIou: randomInSupernet(all, search.id),
        operations: preferencesOf(search.alpha, shape),
        weakestBranch: Math.min(...search.decided.branchProbabilities),
        weakestArrow: Math.min(...search.decided.pathProbabilities),
        discretisationGap: supernet ? supernet.meanIou - supernet.decodedMeanIou : null,
        foundMeanIou: meanOrNull(scoresOfGroup(all, 'found', search.id).flat()),
      };
    }),
    agreement:
      architectures.length === 0 ? null : (architectureAgreement(architectures).pairs ?? null),
    pathAgreement: pathAgreementOf(architectures),
    agreementByChance: pairsByChance(shape),
    correlation: logitCorrelation(searches, shape),
  };
}
