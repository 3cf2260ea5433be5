/**
 * Auto-DeepLab: search, decode, retrain, evaluate and predict.
 *
 * Everything public is listed here by name; what is not is internal.
 *
 * @module autodeeplab
 */

// Errors and randomness
export {
  AutoDeepLabError,
  BackendError,
  ConfigError,
  DataError,
  NumericError,
  ShapeError,
} from './errors.js';
export { Random } from './random.js';
export { interruptSignal } from './interrupt.js';

// Backends
export { useBackend } from './backend/use-backend.js';
export type { BackendInfo, BackendOptions } from './backend/use-backend.js';
export type { BackendChoice, BackendName } from './backend/backend-name.js';
export type { ProgramThreads, ThreadRequest, ThreadSettings, Work } from './backend/threads.js';
export { diagnose } from './backend/diagnose.js';
export type { BackendState, Diagnosis, Finding } from './backend/diagnosis.js';
export type { ProbeResult } from './backend/probe.js';
export type { Gpu } from './backend/setup/gpus.js';
export type { Compiler, Python } from './backend/setup/tools.js';
export { setUpBackend } from './backend/setup/set-up-backend.js';
export type { SetupOptions, SetupResult } from './backend/setup/set-up-backend.js';

// Operations and networks
export { batchNormInference, batchNormTraining } from './ops/batch-norm.js';
export type { Affine, BatchNormResult } from './ops/batch-norm.js';
export { conv2d } from './ops/conv2d.js';
export { softmaxCrossEntropy } from './ops/cross-entropy.js';
export { depthwiseConv2d } from './ops/depthwise-conv2d.js';
export { outputSize } from './ops/geometry.js';
export type { WindowOptions } from './ops/geometry.js';
export { avgPool3x3 } from './ops/avg-pool.js';
export { maxPool3x3 } from './ops/max-pool.js';
export { randomUniform } from './ops/random-uniform.js';
export { relu } from './ops/relu.js';
export { resizeBilinear } from './ops/resize.js';
export { Scope } from './nn/scope.js';
export type { Network, ScopeSource, VariableOptions, VariableSpec } from './nn/scope.js';
export { countParameters, declareNetwork, initializeVariables } from './nn/declare.js';
export type { Declaration } from './nn/declare.js';
export { applyNetwork } from './nn/apply.js';
export type { NetworkResult, TrainingInputs } from './nn/apply.js';
export {
  constant as constantInitializer,
  depthwiseUniform,
  fanInUniform,
  normal as normalInitializer,
  truncatedNormal,
  xavierUniform,
} from './nn/initializers.js';
export type { Initializer } from './nn/initializers.js';
export type {
  InputSpec,
  MemoryEstimate,
  Program,
  Step,
  StepDefinition,
  StepResult,
} from './runtime/program.js';
export { compile } from './runtime/compile.js';
export type { CompileOptions } from './runtime/compile.js';
export type { GraphOptions } from './runtime/graph/graph-program.js';
export { availableMemory } from './runtime/memory.js';
export type { MemoryOptions } from './runtime/memory.js';
export type { Recomputation } from './runtime/passes/recompute.js';
export { recomputable } from './runtime/region.js';
export type { SessionOptions } from './runtime/graph/session-config.js';
export type { TraceGraph, TraceNode, TraceValue, ValueSource } from './runtime/trace-graph.js';

// Search space
export { PAPER_OPERATIONS, PRIMITIVES } from './search-space/operations/paper.js';
export {
  defineOperation,
  knownOperations,
  operationNamed,
} from './search-space/operations/registry.js';
export type {
  DerivedOptions,
  Operation,
  OperationCost,
  OperationFamily,
  OperationPlace,
} from './search-space/operations/operation.js';
export type { FusedForm, FusedState } from './search-space/operations/fused.js';
export { relaxedNorm, SEARCH_EPSILON } from './search-space/operations/relaxed.js';
export type { RelaxedOptions } from './search-space/operations/relaxed.js';
export { PAPER_SHAPE, trellisOf } from './search-space/shape.js';
export type { SearchSpaceShape } from './search-space/shape.js';
export { cellEdges, edgeAt, edgeCount, edgeIndex, stateName } from './search-space/edges.js';
export type { Edge } from './search-space/edges.js';
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
} from './search-space/trellis.js';
export type {
  Arrow,
  FirstLayer,
  Trellis,
  TrellisNode,
  TrellisOptions,
} from './search-space/trellis.js';
export { pathArrows, pathProblem } from './search-space/path.js';
export { countCells, countPaths } from './search-space/counts.js';
export type { CountPathsOptions } from './search-space/counts.js';
export { KNOWN_PATHS } from './search-space/known-paths.js';
export type { KnownPath } from './search-space/known-paths.js';
export {
  FAITHFUL,
  PAPER_SIZE,
  operationFilters,
  resolveSearchSpace,
} from './search-space/options.js';
export type {
  SearchSpaceAssumptions,
  SearchSpaceOptions,
  SearchSpaceSize,
} from './search-space/options.js';
export {
  arrowProbabilities,
  operationProbabilities,
} from './search-space/supernet/probabilities.js';
export { checkInputSize, levelSize } from './search-space/sizes.js';
export { mixedOp } from './search-space/supernet/mixed-op.js';
export type { Evaluation } from './search-space/supernet/cell.js';
export { ALPHA, BETA, isArchitectureVariable, supernet } from './search-space/supernet/supernet.js';

// Optimizers
export type { NamedTensors } from './tensors.js';
export { chain, stateless } from './optimizer/transform.js';
export type { GradientTransform, Transformed, UpdateContext } from './optimizer/transform.js';
export { momentum, sgd } from './optimizer/sgd.js';
export type { SgdOptions } from './optimizer/sgd.js';
export { adam, scaleByAdam } from './optimizer/adam.js';
export type { AdamOptions } from './optimizer/adam.js';
export {
  constant as constantSchedule,
  cosine,
  perEpoch,
  poly,
  warmUp,
} from './optimizer/schedule.js';
export type { Schedule } from './optimizer/schedule.js';
export { clipByGlobalNorm, globalNorm } from './optimizer/clip.js';
export { addWeightDecay } from './optimizer/weight-decay.js';
export { applyUpdates, disposeReplaced } from './optimizer/apply-updates.js';
export { optimizer } from './optimizer/options.js';
export type { OptimizerOptions } from './optimizer/options.js';
export {
  TRAIN_BATCH,
  architectureStep,
  bilevelState,
  unrolledArchitectureStep,
  weightStep,
} from './optimizer/bilevel.js';
export type { BilevelProblem } from './optimizer/bilevel.js';
export { lossAndGradients } from './optimizer/gradients.js';
export type { LossAndGradients } from './optimizer/gradients.js';

// Decoding
export { checkLogits, logSoftmax } from './architecture/probabilities.js';
export type { CellShape, Logits } from './architecture/probabilities.js';
export { genotypeProblem } from './architecture/genotype.js';
export type { Branch, Genotype, GenotypeBlock, GenotypeProblem } from './architecture/genotype.js';
export { ARCHITECTURE_LEVELS } from './architecture/architecture.js';
export type { Architecture, Provenance } from './architecture/architecture.js';
export { parseArchitecture } from './architecture/parse.js';
export { formatArchitecture } from './architecture/format.js';
export { readArchitecture, writeArchitecture } from './architecture/file.js';
export { publishedArchitecture } from './architecture/published.js';
export { randomArchitecture } from './architecture/random.js';
export { decode } from './decoder/decode.js';
export type { DecodeInput, DecodeOptions, DecodeResult } from './decoder/decode.js';
export { decodeCell } from './decoder/cell.js';
export type {
  BlockConfidence,
  BranchConfidence,
  CellDecode,
  DecodeCellOptions,
} from './decoder/cell.js';
export { decodePath } from './decoder/path.js';
export type {
  DecodePathOptions,
  OtherPathDecode,
  PathDecode,
  PathMargin,
  PathStep,
} from './decoder/path.js';
export { alphaLogProbabilities } from './architecture/probabilities.js';
export { betaLogProbabilities } from './architecture/probabilities.js';
export { END_NORMALISATIONS } from './search-space/end-normalisation.js';
export type { EndNormalisation } from './search-space/end-normalisation.js';
export { viterbi } from './decoder/viterbi.js';
export type { ScoredPath, ViterbiResult } from './decoder/viterbi.js';
export { kBestPaths } from './decoder/k-best.js';
export type { RankedPath } from './decoder/k-best.js';
export { readForeignDecode } from './decoder/foreign-listing.js';
export type {
  ForeignDecode,
  ForeignDecodeOptions,
  ForeignDecodeResult,
  ForeignFinding,
} from './decoder/foreign-listing.js';
export type { ForeignNumbers } from './decoder/foreign-numbers.js';
export { describeArchitecture, drawCell, drawLayers, drawPath } from './architecture/describe.js';
export { describeDecode } from './decoder/describe-decode.js';

// Segmentation network
export { outputStride, segmentationNetwork } from './segmentation/network.js';
export type { FeatureObserver } from './segmentation/network.js';
export { SEGMENTATION_DEFAULTS, resolveSegmentationOptions } from './segmentation/options.js';
export type {
  ResolvedSegmentationOptions,
  SegmentationOptions,
  SegmentationSize,
  SegmentationTraining,
} from './segmentation/options.js';
export { networkCost } from './segmentation/cost/cost.js';
export type {
  LayerCost,
  NetworkCost,
  NetworkCostOptions,
  SectionCost,
} from './segmentation/cost/cost.js';
export { countAsPaper } from './segmentation/cost/paper-count.js';
export type { PaperCount } from './segmentation/cost/paper-count.js';
export { describeCost } from './segmentation/cost/describe.js';
export { asppRates } from './segmentation/aspp.js';
export { lowLevelCell } from './segmentation/deeplab-decoder.js';
export { dropPathKeep } from './segmentation/drop-path.js';
export type { DropPathPlace } from './segmentation/drop-path.js';
export { checkImageSize } from './segmentation/image-size.js';

// Datasets
export { IGNORE_LABEL, classNames, labelTable, palette, requireSplit } from './dataset/dataset.js';
export type {
  Color,
  Dataset,
  DatasetClass,
  DatasetDescription,
  LabelTable,
  Sample,
} from './dataset/dataset.js';
export {
  datasetNames,
  defineDataset,
  openDataset,
  presetChanges,
  reopenDataset,
} from './dataset/open-dataset.js';
export type { CommonOptions, DatasetKind, DatasetPresets } from './dataset/kind.js';
export type { DatasetName, DatasetOptions } from './dataset/open-dataset.js';
export { readingSize } from './dataset/reading/geometry.js';
export type { Resolution } from './dataset/reading/geometry.js';
export type { CityscapesOptions } from './dataset/cityscapes/cityscapes.js';
export type { CityscapesLabels } from './dataset/cityscapes/classes.js';
export type { FolderOptions } from './dataset/folder/folder.js';
export type { ClassEntry } from './dataset/folder/class-file.js';
export type { FolderSplit } from './dataset/folder/split.js';
export type { ListSplit } from './dataset/list-split.js';
export type { SplitSource } from './dataset/split-source.js';
export { readSample } from './dataset/reading/read-sample.js';
export type { ReadSampleOptions } from './dataset/reading/read-sample.js';
export { readImageFile } from './dataset/reading/image-file.js';
export { readLabelFile, toTrainIds } from './dataset/reading/label-file.js';
export { createLoader } from './dataset/loading/loader.js';
export type { EpochOptions, Loader } from './dataset/loading/loader.js';
export type { LoaderOptions } from './dataset/loading/loader-options.js';
export type { Batch, BatchEntry, BatchResult, BatchTask } from './dataset/loading/batch.js';
export { WorkerPool, inThisThread } from './dataset/loading/worker-pool.js';
export type { BatchMaker } from './dataset/loading/worker-pool.js';
export { toTensors } from './dataset/loading/tensors.js';
export type { TensorBatch } from './dataset/loading/tensors.js';
export { restoreHalves, splitHalves } from './dataset/halves.js';
export type { HalvedSamples, Halves } from './dataset/halves.js';
export { classFrequency, mostFrequentClass } from './dataset/class-frequency.js';
export type { ClassFrequency, ClassFrequencyOptions } from './dataset/class-frequency.js';
export {
  AUTHORS_AUGMENTATION,
  CROP_ONLY,
  randomView,
  resolveAugmentation,
} from './dataset/reading/augment.js';
export type { AugmentOptions } from './dataset/reading/augment.js';
export {
  centerView,
  cropPadding,
  drawImage,
  drawLabels,
  paddedView,
} from './dataset/reading/view.js';
export type { View } from './dataset/reading/view.js';
export type { LabelMap, LabelledImage, RgbImage } from './dataset/pixels.js';
export { nearestAligned, paddedSize, toSize } from './size.js';
export type { Size } from './size.js';
export { CITYSCAPES_LABELS } from './dataset/cityscapes/labels.js';
export type { CityscapesLabel } from './dataset/cityscapes/labels.js';
export { writeSample } from './sample/write-sample.js';
export type { SampleProgress, WriteSampleOptions, WrittenSample } from './sample/write-sample.js';
export { renderSample } from './sample/render.js';
export { SURFACE_KINDS } from './sample/kinds.js';
export type { SurfaceKind } from './sample/kinds.js';
export type { Surface } from './sample/raster/canvas.js';
export type { RenderOptions, Rendering } from './sample/render.js';
export type { SampleCounts } from './sample/layout.js';
export type { SampleLayoutName } from './sample/layouts.js';

// Metrics
export { ConfusionMatrix } from './metrics/confusion-matrix.js';
export type { ConfusionMatrixDocument, LabelValues } from './metrics/confusion-matrix.js';
export { scores } from './metrics/scores.js';
export type { AbsentClass, Scores } from './metrics/scores.js';
export { PositionBaseline, addClassCounts, mostFrequentClassBaseline } from './metrics/baseline.js';

// Runs
export { RunDirectory } from './run/directory.js';
export type { ResumeSettings, RunDocument, RunOptions, RunSettings } from './run/directory.js';
export { HistoryWriter, readHistory } from './run/history.js';
export type { HistoryOptions, RunHistory } from './run/history.js';
export type { HistoryEntry, HistoryRow } from './run/history-row.js';
export { CheckpointStore, latestCheckpoint } from './run/checkpoint.js';
export type {
  CheckpointStoreOptions,
  FoundCheckpoint,
  SkippedCheckpoint,
} from './run/checkpoint.js';
export { readCheckpoint, writeCheckpoint } from './run/checkpoint-file.js';
export type { Checkpoint, StoredCheckpoint } from './run/checkpoint-file.js';
export { readSafetensors, writeSafetensors } from './files/safetensors.js';
export type { Safetensors } from './files/safetensors.js';
export { ARRAY_TYPES } from './files/arrays.js';
export type { ArrayData, ArrayType, NamedArray, NamedArrays } from './files/arrays.js';
export { arraysToTensors, tensorsToArrays } from './files/tensor-arrays.js';
export { alphaStatistics, betaStatistics, familyShares } from './architecture/statistics.js';
export type {
  AlphaStatistics,
  Decidedness,
  FamilyShares,
} from './architecture/statistics.js';
export { describeEnvironment } from './run/environment.js';
export type { Environment } from './run/environment.js';
export { libraryVersion } from './run/version.js';

// Search, retraining, evaluation, prediction
export { SEARCH_PRESETS, resolveSearchConfig } from './search/options.js';
export type { SearchConfig } from './search/options.js';
export { search } from './search/search.js';
export type { SearchOptions, SearchResult } from './search/search.js';
export { decodeSearch } from './search/decode-search.js';
export type { DecodeSearchOptions } from './search/decode-search.js';
export type { PresetName } from './dataset/kind.js';
export type { RunRequest, RunResult } from './training/run-work.js';
export { RETRAIN_PRESETS, resolveRetrainConfig } from './retrain/options.js';
export type { RetrainConfig } from './retrain/options.js';
export { trainState, trainStep } from './retrain/train-step.js';
export type { TrainProblem } from './retrain/train-step.js';
export { retrain } from './retrain/retrain.js';
export type { RetrainOptions } from './retrain/retrain.js';
export { evaluate } from './evaluate/evaluate.js';
export type { EvaluateOptions } from './evaluate/evaluate.js';
export type { ClassScore, EvaluationReport, OverallScore } from './evaluate/report.js';
export { loadTrainedNetwork } from './inference/trained-network.js';
export type { TrainedNetwork } from './inference/trained-network.js';
export type { StoredClass } from './training/stored-run.js';
export type { CheckpointChoice } from './training/first-weights.js';
export { Predictor } from './inference/predictor.js';
export { labelMapStep } from './training/label-map.js';
export type { ImageBatch } from './training/label-map.js';
export type { EvaluationView } from './training/validation/evaluation-images.js';
export { colorize, overlay, writeImage, writeLabelMap } from './inference/label-pictures.js';
export { predict, predictImage } from './inference/predict.js';
export type { PredictOptions, Prediction } from './inference/predict.js';
export type { LoopControl } from './training/loop.js';
export type {
  CheckpointEvent,
  EpochEvent,
  ImagesEvent,
  NoteEvent,
  OnProgress,
  ProgressEvent,
  StepEvent,
} from './training/events.js';
export { TimeLeft } from './training/time-left.js';
export type { RemainingWork } from './training/time-left.js';

export { exportSavedModel } from './export/saved-model.js';
export type { ExportedModel, ExportOptions, ExportSource } from './export/saved-model.js';

// Figures
export * from './plot/index.js';
