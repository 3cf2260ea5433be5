/** The figures, by name. */

// Figures of a run
export type { RunHistory } from './curves/rows.js';
export { CURVE_METRICS, searchCurvesFigure, summariseTrials } from './curves/search-curves.js';
export type {
  CurveMetric,
  SearchCurvesOptions,
  Trials,
  TrialSummary,
} from './curves/search-curves.js';
export { learningRateFigure } from './curves/learning-rate.js';
export type { LearningRateOptions } from './curves/learning-rate.js';
export { entropyFigure } from './curves/entropy.js';
export type { EntropyOptions } from './curves/entropy.js';
export { operationShareFigure } from './curves/operation-share.js';
export type { OperationShareOptions, ShareMeasure } from './curves/operation-share.js';
export { diagnoseSearch } from './curves/diagnose-search.js';
export type { SearchFinding, SearchTopic } from './curves/finding.js';
export { epochTimes, resourcesFigure } from './curves/resources.js';
export type { EpochTime, ResourcesOptions } from './curves/resources.js';

// Figures of images and scores
export type { PictureClass } from './images/classes.js';
export { segmentationFigure } from './images/segmentation.js';
export type { PictureOptions, SegmentationExample } from './images/segmentation.js';
export { overlayFigure } from './images/overlay.js';
export type { OverlayOptions } from './images/overlay.js';
export { classErrors, errorMapFigure } from './images/error-map.js';
export type { ClassErrors, ErrorMapInput } from './images/error-map.js';
export { confusionFigure, mostConfused } from './scores/confusion.js';
export type { Confusion, ConfusionOptions } from './scores/confusion.js';
export { classIouFigure } from './scores/class-iou.js';
export type { ClassIouOptions, IouReport } from './scores/class-iou.js';
export { costAccuracyFigure } from './scores/cost-accuracy.js';
export type { CostAccuracyOptions } from './scores/cost-accuracy.js';
export { PAPER_TABLE_2 } from './scores/paper-table.js';
export type { ModelScore } from './scores/paper-table.js';

// Figures while a run goes on
export { searchMonitor } from './monitor/search-monitor.js';
export { trainingMonitor } from './monitor/training-monitor.js';
export type { MonitorOptions, RunMonitor } from './monitor/monitor.js';
