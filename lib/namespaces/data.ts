/** Datasets, reading and loading, the rendered sample, metrics. */
export { IGNORE_LABEL, classNames, labelTable, palette, requireSplit } from '../dataset/dataset.js';
export type {
  Color,
  DatasetClass,
  DatasetDescription,
  IgnoredValue,
  LabelTable,
  Sample,
} from '../dataset/dataset.js';
export {
  datasetKinds,
  datasetNames,
  prepareDataset,
  presetChanges,
  reopenDataset,
} from '../dataset/open-dataset.js';
export type {
  CommonOptions,
  DatasetKind,
  DatasetPresets,
  PresetDifferences,
  PrepareOptions,
  PrepareProgress,
  PrepareReport,
} from '../dataset/kind.js';
export { submissionFormatOf } from '../dataset/open-dataset.js';
export type {
  Competition,
  LabelPng,
  SubmissionFormat,
  SubmissionTarget,
} from '../dataset/submission.js';
export type { DatasetName, DatasetOptions } from '../dataset/open-dataset.js';
export { readingSize } from '../dataset/reading/geometry.js';
export type { Resolution } from '../dataset/reading/geometry.js';
export type { CityscapesOptions } from '../dataset/cityscapes/cityscapes.js';
export type { CityscapesLabels } from '../dataset/cityscapes/classes.js';
export type { VocOptions } from '../dataset/voc/voc.js';
export type { FolderOptions } from '../dataset/folder/folder.js';
export type { ClassEntry } from '../dataset/folder/class-file.js';
export type { FolderSplit } from '../dataset/folder/split.js';
export type { ListSplit } from '../dataset/list-split.js';
export type { SplitSource } from '../dataset/split-source.js';
export type { ReadSampleOptions } from '../dataset/reading/read-sample.js';
export { importDataset } from '../dataset/import/import-dataset.js';
export type { ImportOptions } from '../dataset/import/import-options.js';
export { describeImport } from '../dataset/import/report.js';
export type { ImportReport, ImportedClass } from '../dataset/import/report.js';
export type { LeftOut, Overlap, UnknownColors } from '../dataset/import/format.js';
export type { SplitRule } from '../dataset/import/splits.js';
export type { Unlabelled } from '../dataset/import/values.js';
export { readLabelFile, readTrainIds, toTrainIds } from '../dataset/reading/label-file.js';
export type { EpochOptions, Loader } from '../dataset/loading/loader.js';
export type { LoaderOptions, Sampling } from '../dataset/loading/loader-options.js';
export type { BatchPart } from '../dataset/loading/batch-part.js';
export { rareClassProbabilities, rareClassSampler } from '../dataset/loading/rare-classes.js';
export type {
  RareClassDraw,
  RareClassOptions,
  RareClassSampler,
} from '../dataset/loading/rare-classes.js';
export type { WantedPixels } from '../dataset/loading/wanted-pixels.js';
export type {
  BadEntry,
  Batch,
  BatchEntry,
  BatchResult,
  BatchTask,
} from '../dataset/loading/batch.js';
export { WorkerPool, inThisThread } from '../dataset/loading/worker-pool.js';
export type { BatchMaker } from '../dataset/loading/worker-pool.js';
export { cachingMaker } from '../dataset/loading/cache/caching-maker.js';
export { openSampleCache } from '../dataset/loading/cache/sample-cache.js';
export type { SampleCache, SampleCacheOptions } from '../dataset/loading/cache/sample-cache.js';
export { toTensors } from '../dataset/loading/tensors.js';
export type { TensorBatch } from '../dataset/loading/tensors.js';
export { restoreHalves, splitHalves } from '../dataset/halves.js';
export type { HalvedSamples, Halves } from '../dataset/halves.js';
export { SAMPLED_LABEL_MAPS, describePart, inspectData } from '../dataset/inspection/inspect.js';
export type { InspectOptions, Inspection } from '../dataset/inspection/inspect.js';
export { checkDataset } from '../dataset/inspection/check-dataset.js';
export type {
  CheckOptions,
  CheckRead,
  DatasetCheck,
  SplitCheck,
} from '../dataset/inspection/check-dataset.js';
export { describeCheck } from '../dataset/inspection/describe-check.js';
export type { FileProblem, FoundExample } from '../dataset/inspection/file-problems.js';
export type { SizeCount } from '../dataset/inspection/image-findings.js';
export { ListingProblem } from '../dataset/listing.js';
export type {
  AbsentImage,
  ListOptions,
  ListingProblemKind,
  WholeSplit,
} from '../dataset/listing.js';
export type { DataFinding, FindingDataset, FindingTopic } from '../dataset/inspection/findings.js';
export type { DataPart, Occurrences, PartSummary } from '../dataset/inspection/summary.js';
export type { FileWork } from '../dataset/inspection/in-parallel.js';
export { mostFrequentClass } from '../dataset/inspection/class-frequency.js';
export type { ClassFrequency } from '../dataset/inspection/class-frequency.js';
export { LabelCounts } from '../dataset/inspection/label-counts.js';
export type { ClassPixels, LabelCountOptions } from '../dataset/inspection/label-counts.js';
export type { LabelLook, Look } from '../dataset/inspection/look.js';
export {
  AUTHORS_AUGMENTATION,
  CROP_ONLY,
  randomView,
  resolveAugmentation,
} from '../dataset/reading/augment.js';
export type { AugmentOptions } from '../dataset/reading/augment.js';
export {
  centerView,
  cropPadding,
  drawImage,
  drawLabels,
  paddedView,
} from '../dataset/reading/view.js';
export type { View } from '../dataset/reading/view.js';
export type { LabelMap, LabelledImage, RgbImage } from '../dataset/pixels.js';
export { nearestAligned, paddedSize, toSize } from '../size.js';
export type { Size } from '../size.js';
export { CITYSCAPES_LABELS } from '../dataset/cityscapes/labels.js';
export type { CityscapesLabel } from '../dataset/cityscapes/labels.js';
export type { SampleProgress, WriteSampleOptions, WrittenSample } from '../sample/write-sample.js';
export { renderSample } from '../sample/render.js';
export { SURFACE_KINDS } from '../sample/kinds.js';
export type { SurfaceKind } from '../sample/kinds.js';
export type { Surface } from '../sample/raster/canvas.js';
export type { RenderOptions, Rendering } from '../sample/render.js';
export type { SampleCounts } from '../sample/layout.js';
export type { SampleLayoutName } from '../sample/layouts.js';
export type { ConfusionMatrixDocument, LabelValues } from '../metrics/confusion-matrix.js';
export type { AbsentClass, Scores } from '../metrics/scores.js';
export { BoundaryIou } from '../metrics/boundary-iou.js';
export { InstanceIou } from '../metrics/instance-iou.js';
export type { InstanceClass } from '../metrics/instance-iou.js';
export {
  CITYSCAPES_CATEGORIES,
  CITYSCAPES_INSTANCE_CLASSES,
} from '../dataset/cityscapes/categories.js';
export type { Benchmark, BenchmarkInstances, Category, FinalScore } from '../dataset/benchmark.js';
export {
  PositionBaseline,
  addClassCounts,
  mostFrequentClassBaseline,
} from '../metrics/baseline.js';
export type { PresetName } from '../dataset/kind.js';
export type { PresetProgram } from '../dataset/kind.js';
export type { SampleSplit } from '../sample/layout.js';
export { SAMPLE_SPLITS } from '../sample/layout.js';
export { LAYOUTS } from '../sample/layouts.js';
export type { ImageHeader } from '../dataset/reading/image-file.js';
export { PHOTOGRAPH, type Photograph } from '../dataset/photograph.js';
