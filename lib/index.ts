/**
 * Auto-DeepLab: search, decode, retrain, evaluate and predict.
 *
 * What is used most stands here by name; the rest is in the namespaces `ops`, `nn`, `optim`, `space`,
 * `data`, `runs` and `plot`. What is in neither is internal.
 *
 * @module autodeeplab
 */

// Search space
export { PAPER_OPERATIONS, PRIMITIVES } from './search-space/operations/paper.js';
export { defineOperation, operationNamed } from './search-space/operations/registry.js';
export { createTrellis, levelStride } from './search-space/trellis.js';
export { countCells, countPaths } from './search-space/counts.js';
export { KNOWN_PATHS } from './search-space/known-paths.js';
export { resolveSearchSpace } from './search-space/options.js';
export { supernet } from './search-space/supernet/supernet.js';
export { publishedArchitecture } from './architecture/published.js';
export { randomArchitecture } from './architecture/random.js';
export { formatArchitecture } from './architecture/format.js';
export { readArchitecture, writeArchitecture } from './architecture/file.js';
export { describeArchitecture, drawPath } from './architecture/describe.js';
export type { Operation } from './search-space/operations/operation.js';
export type { SearchSpaceShape } from './search-space/shape.js';
export type { Genotype } from './architecture/genotype.js';
export type { Architecture } from './architecture/architecture.js';

// Data
export { defineDataset, openDataset } from './dataset/open-dataset.js';
export { readSample } from './dataset/reading/read-sample.js';
export { readImageFile } from './dataset/reading/image-file.js';
export { createLoader } from './dataset/loading/loader.js';
export { classFrequency } from './dataset/inspection/class-frequency.js';
export { writeSample } from './sample/write-sample.js';
export type { Dataset } from './dataset/dataset.js';

// Search
export { resolveSearchConfig } from './search/options.js';
export { search } from './search/search.js';
export type { SearchConfig } from './search/options.js';

// Decoding
export { decodeSearch, readSearchLogits } from './search/decode-search.js';
export { decode } from './decoder/decode.js';
export { decodeCell } from './decoder/cell.js';
export { decodePath } from './decoder/path.js';
export { viterbi } from './decoder/viterbi.js';
export { readForeignDecode } from './decoder/foreign-listing.js';
export { describeDecode } from './decoder/describe-decode.js';
export type { DecodeResult } from './decoder/decode.js';

// Retraining
export { resolveRetrainConfig } from './retrain/options.js';
export { retrain } from './retrain/retrain.js';
export { segmentationNetwork } from './segmentation/network.js';
export { networkCost } from './segmentation/cost/cost.js';
export { describeCost } from './segmentation/cost/describe.js';
export { countParameters, declareNetwork, initializeVariables } from './nn/declare.js';
export { applyNetwork } from './nn/apply.js';
export type { RetrainConfig } from './retrain/options.js';
export type { Network } from './nn/scope.js';

// Evaluation and prediction
export { evaluate } from './evaluate/evaluate.js';
export { loadNetwork } from './inference/load-network.js';
export { predict } from './inference/predict.js';
export { ConfusionMatrix } from './metrics/confusion-matrix.js';
export { scores } from './metrics/scores.js';
export type { EvaluationReport } from './evaluate/report.js';
export type { LoadedNetwork } from './inference/load-network.js';

// Export
export { exportModel } from './export/model/export-model.js';
export { exportOnnx } from './export/onnx/export-onnx.js';
export { exportWeb } from './export/web/export-web.js';
export { exportSavedModel } from './export/saved-model.js';
export { exportGraphModel } from './export/graph-model/export-graph-model.js';

// Figures
export {
  show,
  saveFigure,
  formatTable,
  trellisFigure,
  pathsFigure,
  alphaFigure,
  betaFigure,
  cellFigure,
  searchCurvesFigure,
  entropyFigure,
  operationShareFigure,
  learningRateFigure,
  resourcesFigure,
  diagnoseSearch,
  segmentationFigure,
  overlayFigure,
  errorMapFigure,
  featureMapsFigure,
  confusionFigure,
  classIouFigure,
  costAccuracyFigure,
  searchMonitor,
  trainingMonitor,
  liveFigure,
} from './plot/index.js';
export type { Figure, Trace } from './plot/index.js';

// Runs
export { readHistory } from './run/history.js';
export { runRecipe } from './recipe/run-recipe.js';
export { interruptSignal } from './interrupt.js';
export type { RunHistory } from './run/history.js';
export type { HistoryRow } from './run/history-row.js';

// Backends, randomness, errors
export { useBackend } from './backend/use-backend.js';
export { diagnose } from './backend/diagnose.js';
export { setUpBackend } from './backend/setup/set-up-backend.js';
export { compile } from './runtime/compile.js';
export { Random } from './random.js';
export {
  AutoDeepLabError,
  BackendError,
  ConfigError,
  DataError,
  NumericError,
  ShapeError,
} from './errors.js';

// The rest, by room
export * as ops from './namespaces/ops.js';
export * as nn from './namespaces/nn.js';
export * as optim from './namespaces/optim.js';
export * as space from './namespaces/space.js';
export * as data from './namespaces/data.js';
export * as runs from './namespaces/runs.js';
export * as plot from './plot/index.js';
