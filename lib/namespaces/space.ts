/** Search space, architectures, decoding and the derived network, part by part. */
export { knownOperations } from '../search-space/operations/registry.js';
export type {
  DerivedOptions,
  OperationCost,
  OperationFamily,
  OperationPlace,
} from '../search-space/operations/operation.js';
export type { FusedForm, FusedState } from '../search-space/operations/fused.js';
export { relaxedNorm, SEARCH_EPSILON } from '../search-space/operations/relaxed.js';
export type { RelaxedOptions } from '../search-space/operations/relaxed.js';
export { PAPER_SHAPE, trellisOf } from '../search-space/shape.js';
export { cellEdges, edgeAt, edgeCount, edgeIndex, stateName } from '../search-space/edges.js';
export type { Edge } from '../search-space/edges.js';
export {
  arrowIndex,
  arrowSource,
  arrowTarget,
  incoming,
  outgoing,
  previousPreviousLevel,
  trellisNode,
} from '../search-space/trellis.js';
export type {
  Arrow,
  FirstLayer,
  Trellis,
  TrellisNode,
  TrellisOptions,
} from '../search-space/trellis.js';
export { pathArrows, pathProblem } from '../search-space/path.js';
export type { CountPathsOptions } from '../search-space/counts.js';
export type { KnownPath } from '../search-space/known-paths.js';
export { FAITHFUL, PAPER_SIZE, operationFilters } from '../search-space/options.js';
export type {
  SearchSpaceAssumptions,
  SearchSpaceOptions,
  SearchSpaceSize,
} from '../search-space/options.js';
export {
  arrowProbabilities,
  operationProbabilities,
} from '../search-space/supernet/probabilities.js';
export { relativeEntropy } from '../search-space/supernet/entropy.js';
export { checkInputSize, levelSize } from '../search-space/sizes.js';
export { mixedOp } from '../search-space/supernet/mixed-op.js';
export type { Evaluation } from '../search-space/supernet/cell.js';
export { relaxedCell } from '../search-space/supernet/relaxed-cell.js';
export type { RelaxedCellOptions } from '../search-space/supernet/relaxed-cell.js';
export { ALPHA, BETA, isArchitectureVariable } from '../search-space/supernet/supernet.js';
export { checkLogits, logSoftmax } from '../architecture/probabilities.js';
export type { CellShape, Logits } from '../architecture/probabilities.js';
export { genotypeProblem } from '../architecture/genotype.js';
export type { Branch, GenotypeBlock, GenotypeProblem } from '../architecture/genotype.js';
export { ARCHITECTURE_LEVELS } from '../architecture/architecture.js';
export type { Provenance } from '../architecture/architecture.js';
export { architectureAgreement } from '../architecture/agreement.js';
export {
  architectureLogProbability,
  certainProbabilities,
  isInSpace,
  searchProbabilities,
} from '../architecture/certain.js';
export type { ArchitectureValues } from '../search-space/supernet/supernet.js';
export type { ArchitectureProbabilities } from '../architecture/certain.js';
export type {
  ArchitectureAgreement,
  EdgeAgreement,
  LayerAgreement,
} from '../architecture/agreement.js';
export { parseArchitecture } from '../architecture/parse.js';
export type { DecodeInput, DecodeOptions } from '../decoder/decode.js';
export type {
  BlockConfidence,
  BranchConfidence,
  CellDecode,
  DecodeCellOptions,
} from '../decoder/cell.js';
export type {
  DecodePathOptions,
  OtherPathDecode,
  PathDecode,
  PathMargin,
  PathStep,
} from '../decoder/path.js';
export { alphaLogProbabilities } from '../architecture/probabilities.js';
export { betaLogProbabilities } from '../architecture/probabilities.js';
export { END_NORMALISATIONS } from '../search-space/end-normalisation.js';
export type { EndNormalisation } from '../search-space/end-normalisation.js';
export type { ScoredPath, ViterbiResult } from '../decoder/viterbi.js';
export { kBestPaths } from '../decoder/k-best.js';
export type { RankedPath } from '../decoder/k-best.js';
export type {
  ForeignDecode,
  ForeignDecodeOptions,
  ForeignDecodeResult,
  ForeignFinding,
} from '../decoder/foreign-listing.js';
export type { ForeignNumbers } from '../decoder/foreign-numbers.js';
export { drawCell, drawLayers } from '../architecture/describe.js';
export { outputStride } from '../segmentation/network.js';
export type { FeatureObserver } from '../segmentation/network.js';
export type { ImagePooling } from '../segmentation/aspp.js';
export { SEGMENTATION_DEFAULTS, resolveSegmentationOptions } from '../segmentation/options.js';
export type {
  ResolvedSegmentationOptions,
  SegmentationOptions,
  SegmentationSize,
  SegmentationTraining,
} from '../segmentation/options.js';
export type {
  LayerCost,
  NetworkCost,
  NetworkCostOptions,
  SectionCost,
} from '../segmentation/cost/cost.js';
export { countAsPaper } from '../segmentation/cost/paper-count.js';
export type { PaperCount } from '../segmentation/cost/paper-count.js';
export { asppRates } from '../segmentation/aspp.js';
export { lowLevelCell } from '../segmentation/deeplab-decoder.js';
export { dropPathKeep } from '../segmentation/drop-path.js';
export type { DropPathPlace } from '../segmentation/drop-path.js';
export { checkImageSize } from '../segmentation/image-size.js';
export { alphaStatistics, betaStatistics, familyShares } from '../architecture/statistics.js';
export type { AlphaStatistics, Decidedness, FamilyShares } from '../architecture/statistics.js';
export type { Section } from '../segmentation/network.js';
export { decodeWithin } from '../budget/decode-within.js';
export { decodeFrontier } from '../budget/frontier.js';
export { describeBudget, describeFrontier } from '../budget/describe.js';
export { predictLatency } from '../budget/costs.js';
export type { BudgetNetwork } from '../budget/network.js';
export type { BudgetInput } from '../budget/problem.js';
export type {
  DecodeWithinInput,
  DecodeWithinResult,
  PricedArchitecture,
} from '../budget/decode-within.js';
export type { Frontier, FrontierInput, FrontierPoint } from '../budget/frontier.js';
export type { Limits, Resource, ResourceCosts } from '../budget/resources.js';
export type { LatencyProfile, PieceTime, ProfileMachine } from '../budget/profile/profile.js';
export { measureProfile } from '../budget/profile/measure.js';
export type { MeasureProfileOptions } from '../budget/profile/measure.js';
export { checkProfile, describeProfileCheck, predictionError } from '../budget/profile/check.js';
export type {
  CheckedNetwork,
  CheckProfileOptions,
  PredictionError,
} from '../budget/profile/check.js';
export { readProfile, writeProfile } from '../budget/profile/file.js';
export { expectedCost } from '../budget/expected-cost.js';
export type { ExpectedCost, ExpectedCostOptions } from '../budget/expected-cost.js';
