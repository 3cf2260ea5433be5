/** Search space, architectures, decoding and the derived network, part by part. */
export { PAPER_OPERATIONS, PRIMITIVES } from '../search-space/operations/paper.js';
export {
  defineOperation,
  knownOperations,
  operationNamed,
} from '../search-space/operations/registry.js';
export type {
  DerivedOptions,
  Operation,
  OperationCost,
  OperationFamily,
  OperationPlace,
} from '../search-space/operations/operation.js';
export type { FusedForm, FusedState } from '../search-space/operations/fused.js';
export { relaxedNorm, SEARCH_EPSILON } from '../search-space/operations/relaxed.js';
export type { RelaxedOptions } from '../search-space/operations/relaxed.js';
export { PAPER_SHAPE, trellisOf } from '../search-space/shape.js';
export type { SearchSpaceShape } from '../search-space/shape.js';
export { cellEdges, edgeAt, edgeCount, edgeIndex, stateName } from '../search-space/edges.js';
export type { Edge } from '../search-space/edges.js';
export {
  arrowIndex,
  arrowSource,
  arrowTarget,
  createTrellis,
  incoming,
  levelStride,
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
export { countCells, countPaths } from '../search-space/counts.js';
export type { CountPathsOptions } from '../search-space/counts.js';
export { KNOWN_PATHS } from '../search-space/known-paths.js';
export type { KnownPath } from '../search-space/known-paths.js';
export {
  FAITHFUL,
  PAPER_SIZE,
  operationFilters,
  resolveSearchSpace,
} from '../search-space/options.js';
export type {
  SearchSpaceAssumptions,
  SearchSpaceOptions,
  SearchSpaceSize,
} from '../search-space/options.js';
export {
  arrowProbabilities,
  operationProbabilities,
} from '../search-space/supernet/probabilities.js';
export { checkInputSize, levelSize } from '../search-space/sizes.js';
export { mixedOp } from '../search-space/supernet/mixed-op.js';
export type { Evaluation } from '../search-space/supernet/cell.js';
export {
  ALPHA,
  BETA,
  isArchitectureVariable,
  supernet,
} from '../search-space/supernet/supernet.js';
export { checkLogits, logSoftmax } from '../architecture/probabilities.js';
export type { CellShape, Logits } from '../architecture/probabilities.js';
export { genotypeProblem } from '../architecture/genotype.js';
export type { Branch, Genotype, GenotypeBlock, GenotypeProblem } from '../architecture/genotype.js';
export { ARCHITECTURE_LEVELS } from '../architecture/architecture.js';
export type { Architecture, Provenance } from '../architecture/architecture.js';
export { parseArchitecture } from '../architecture/parse.js';
export { formatArchitecture } from '../architecture/format.js';
export { readArchitecture, writeArchitecture } from '../architecture/file.js';
export { publishedArchitecture } from '../architecture/published.js';
export { randomArchitecture } from '../architecture/random.js';
export { decode } from '../decoder/decode.js';
export type { DecodeInput, DecodeOptions, DecodeResult } from '../decoder/decode.js';
export { decodeCell } from '../decoder/cell.js';
export type {
  BlockConfidence,
  BranchConfidence,
  CellDecode,
  DecodeCellOptions,
} from '../decoder/cell.js';
export { decodePath } from '../decoder/path.js';
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
export { viterbi } from '../decoder/viterbi.js';
export type { ScoredPath, ViterbiResult } from '../decoder/viterbi.js';
export { kBestPaths } from '../decoder/k-best.js';
export type { RankedPath } from '../decoder/k-best.js';
export { readForeignDecode } from '../decoder/foreign-listing.js';
export type {
  ForeignDecode,
  ForeignDecodeOptions,
  ForeignDecodeResult,
  ForeignFinding,
} from '../decoder/foreign-listing.js';
export type { ForeignNumbers } from '../decoder/foreign-numbers.js';
export { describeArchitecture, drawCell, drawLayers, drawPath } from '../architecture/describe.js';
export { describeDecode } from '../decoder/describe-decode.js';
export { outputStride, segmentationNetwork } from '../segmentation/network.js';
export type { FeatureObserver } from '../segmentation/network.js';
export { SEGMENTATION_DEFAULTS, resolveSegmentationOptions } from '../segmentation/options.js';
export type {
  ResolvedSegmentationOptions,
  SegmentationOptions,
  SegmentationSize,
  SegmentationTraining,
} from '../segmentation/options.js';
export { networkCost } from '../segmentation/cost/cost.js';
export type {
  LayerCost,
  NetworkCost,
  NetworkCostOptions,
  SectionCost,
} from '../segmentation/cost/cost.js';
export { countAsPaper } from '../segmentation/cost/paper-count.js';
export type { PaperCount } from '../segmentation/cost/paper-count.js';
export { describeCost } from '../segmentation/cost/describe.js';
export { asppRates } from '../segmentation/aspp.js';
export { lowLevelCell } from '../segmentation/deeplab-decoder.js';
export { dropPathKeep } from '../segmentation/drop-path.js';
export type { DropPathPlace } from '../segmentation/drop-path.js';
export { checkImageSize } from '../segmentation/image-size.js';
export { alphaStatistics, betaStatistics, familyShares } from '../architecture/statistics.js';
export type { AlphaStatistics, Decidedness, FamilyShares } from '../architecture/statistics.js';
