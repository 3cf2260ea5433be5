/** The figures, by name: a new one is its file and a line here. */

// Figures: core and search space
export { DEFAULT_SIZE, figureSize } from './figure.js';
export type { Figure, FigureOptions, FigureSize, Frame, Layout, Trace } from './figure.js';
export {
  FONT_FAMILY,
  THEMES,
  colors,
  sequentialScale,
  seriesColors,
  styleFigure,
  themeColors,
  withOpacity,
} from './style.js';
export type { ColorScale, StyleOptions, Theme, ThemeColors } from './style.js';
export { formatTable, type TableRow } from './format-table.js';
export { sliderFigure, type SliderOptions, type SliderState } from './slider.js';
export { figureToPng, figureToSvg } from './show/render.js';
export type { RenderFigureOptions, RenderPngOptions } from './show/render.js';
export { figurePage, type FigurePageOptions } from './show/page.js';
export { saveFigure } from './show/save.js';
export { show } from './show/show.js';
export type { ShowOptions } from './show/bundle.js';
export { liveFigure, type LiveFigure, type LiveFigureOptions } from './show/live.js';
export { trellisFigure, type TrellisFigureOptions } from './search-space/trellis-figure.js';
export { pathsFigure, type PathsFigureOptions } from './search-space/paths-figure.js';
export { PATH_COLORS, type DrawnPath } from './search-space/path-traces.js';
export { alphaFigure, type AlphaFigureOptions } from './search-space/alpha-figure.js';
export { betaFigure, type BetaFigureOptions } from './search-space/beta-figure.js';
export { viterbiFigure, type ViterbiFigureOptions } from './search-space/viterbi-figure.js';
export { cellFigure } from './search-space/cell-figure.js';
export { relaxedCellFigure } from './search-space/relaxed-cell-figure.js';
export type { RelaxedCellFigureOptions } from './search-space/relaxed-cell-figure.js';
export { branchAgreementFigure, levelAgreementFigure } from './search-space/agreement-figures.js';
export { frontierFigure, type FrontierFigureOptions } from './search-space/frontier-figure.js';
export { logitsByEpoch } from './search-space/snapshots.js';
export type { LogitsOrSnapshots, LogitsSnapshot } from './search-space/snapshots.js';

// Figures of the derived network
export { networkFigure, type NetworkFigureOptions } from './network/network-figure.js';

// Figures of a run
export { CURVE_METRICS, searchCurvesFigure, summariseTrials } from './curves/search-curves.js';
export type {
  CurveMetric,
  SearchCurvesOptions,
  Trials,
  TrialSummary,
} from './curves/search-curves.js';
export type { Course } from './curves/rows.js';
export { learningRateFigure, type LearningRateOptions } from './curves/learning-rate.js';
export { entropyFigure } from './curves/entropy.js';
export { operationShareFigure } from './curves/operation-share.js';
export type { OperationShareOptions, ShareMeasure } from './curves/operation-share.js';
export { diagnoseSearch } from './curves/diagnose-search.js';
export type { SearchFinding, SearchTopic } from './curves/finding.js';
export { epochTimes, resourcesFigure, type EpochTime } from './curves/resources.js';

// Figures of a study
export { studyFigures, type StudyFigure } from './study/figures.js';
export { studyScoresFigure } from './study/scores-figure.js';
export { opinionFigure } from './study/opinion-figure.js';
export { sizeFigure } from './study/size-figure.js';
export { sharpnessFigure, studyCurvesFigure } from './study/curves-figure.js';
export { saveStudyReport, type SaveReportOptions } from './study/save-report.js';

// Figures of images and scores
export { hexColor, type PictureClass } from './images/classes.js';
export { segmentationFigure } from './images/segmentation.js';
export type { PictureOptions, SegmentationExample } from './images/segmentation.js';
export { overlayFigure, type OverlayOptions } from './images/overlay.js';
export { predictionsFigure, type PredictionsFigureOptions } from './images/predictions.js';
export { featureMapsFigure } from './images/feature-maps.js';
export type { FeatureMapsOptions, NamedFeatureMap } from './images/feature-maps.js';
export { classErrors, errorMapFigure } from './images/error-map.js';
export type { ClassErrors, ErrorMapInput } from './images/error-map.js';
export { confusionFigure, mostConfused } from './scores/confusion.js';
export type { Confusion, ConfusionOptions } from './scores/confusion.js';
export { classIouFigure, type ClassIouOptions, type IouReport } from './scores/class-iou.js';
export { costAccuracyFigure, type CostAccuracyOptions } from './scores/cost-accuracy.js';
export { PAPER_TABLE_2, type ModelScore } from './scores/paper-table.js';

// Figures of a dataset
export { classFrequencyFigure } from './data/class-frequency.js';
export { imageSizesFigure } from './data/image-sizes.js';
export { foundProblemsFigure, type FoundProblemsOptions } from './data/found-problems.js';

// Figures during a run
export { searchMonitor } from './monitor/search-monitor.js';
export { trainingMonitor } from './monitor/training-monitor.js';
export type { MonitorOptions, RunMonitor } from './monitor/monitor.js';
