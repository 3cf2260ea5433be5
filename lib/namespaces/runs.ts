/** Runs as folders, their files, and what programs take and return. */
export type { BackendInfo, BackendOptions } from '../backend/use-backend.js';
export type { BackendChoice, BackendName } from '../backend/backend-name.js';
export type { ProgramThreads, ThreadRequest, ThreadSettings, Work } from '../backend/threads.js';
export type { BackendState, Diagnosis, Finding } from '../backend/diagnosis.js';
export type { ProbeResult } from '../backend/probe.js';
export type { Gpu } from '../backend/setup/gpus.js';
export type { Compiler, Python } from '../backend/setup/tools.js';
export type { SetupOptions, SetupResult } from '../backend/setup/set-up-backend.js';
export { RunDirectory } from '../run/directory.js';
export type { RunDocument, RunOptions } from '../run/directory.js';
export type { ConfigDifference } from '../run/config-difference.js';
export type { ConfigChange, ResumeSettings, RunSettings } from '../run/settings.js';
export { HistoryWriter } from '../run/history-writer.js';
export type { HistoryOptions } from '../run/history-writer.js';
export type { HistoryOwner } from '../run/history-stream.js';
export type { HistoryEntry } from '../run/history-row.js';
export { CheckpointStore } from '../run/checkpoint.js';
export { chosenCheckpoint, latestCheckpoint } from '../run/checkpoint-folder.js';
export type { CheckpointStoreOptions, SaveOptions } from '../run/checkpoint.js';
export type {
  CheckpointChoice,
  FoundCheckpoint,
  SkippedCheckpoint,
} from '../run/checkpoint-folder.js';
export { readCheckpoint, writeCheckpoint } from '../run/checkpoint-file.js';
export type { Checkpoint, StoredCheckpoint } from '../run/checkpoint-file.js';
export { readSafetensors, writeSafetensors } from '../files/safetensors.js';
export type { Safetensors } from '../files/safetensors.js';
export { ARRAY_TYPES } from '../files/arrays.js';
export type { ArrayData, ArrayType, NamedArray, NamedArrays } from '../files/arrays.js';
export { arraysToTensors, tensorsToArrays } from '../files/tensor-arrays.js';
export { describeEnvironment } from '../run/environment.js';
export type { Environment } from '../run/environment.js';
export { libraryVersion } from '../run/version.js';
export { SEARCH_PRESETS } from '../search/options.js';
export type { SearchOptions, SearchResult } from '../search/search.js';
export type { Sharpness } from '../search/sharpness.js';
export type { DecodeSearchOptions, SearchLogits } from '../search/decode-search.js';
export { listRecipes, readRecipe } from '../recipe/read-recipe.js';
export type { ListedRecipe, RecipeSource } from '../recipe/read-recipe.js';
export type {
  EvaluationStage,
  NamedStage,
  Recipe,
  RecipeDataset,
  Stage,
  TrainingStage,
} from '../recipe/document.js';
export type { Roots } from '../recipe/datasets.js';
export type { RecipeOptions } from '../recipe/prepare.js';
export type { ExpectedStage, RecipeResult, StageOutcome } from '../recipe/run-recipe.js';
export type { StageScores } from '../recipe/state.js';
export type { RunRequest, RunResult } from '../training/run-work.js';
export type { WeightsIdentity } from '../training/first-weights.js';
export type { ClusterRequest } from '../cluster/open-cluster.js';
export type { RingRequest } from '../cluster/ring/request.js';
export { RETRAIN_PRESETS } from '../retrain/options.js';
export { accumulateStep, trainState, trainStep } from '../retrain/train-step.js';
export type { TrainProblem } from '../retrain/train-step.js';
export { trainingLoss } from '../retrain/loss.js';
export type { LossOptions, LossSums, TrainingLoss } from '../retrain/loss.js';
export type { ClassWeightRule, ClassWeights } from '../retrain/class-weights.js';
export type { RetrainOptions } from '../retrain/retrain.js';
export { checkSubmission } from '../submission/check-submission.js';
export type { CheckSubmissionOptions, SubmissionCheck } from '../submission/check-submission.js';
export { writeSubmission } from '../submission/write-submission.js';
export type { WriteSubmissionOptions, WrittenSubmission } from '../submission/write-submission.js';
export type { SubmissionProblem, SubmissionRule } from '../submission/label-rules.js';
export type { TargetOptions } from '../submission/target.js';
export type { EvaluateOptions } from '../evaluate/evaluate.js';
export type { BenchmarkScores, MeanScore, NamedScore } from '../evaluate/benchmark-scores.js';
export { UnwrittenReportError } from '../evaluate/unwritten-report.js';
export type {
  ClassScore,
  EvaluationSettings,
  OverallScore,
  PaddedImages,
} from '../evaluate/report.js';
export type { StoredClass } from '../training/stored-run.js';

export { Predictor } from '../training/predictor.js';
export { labelMapStep } from '../training/label-map.js';
export type { ImageBatch } from '../training/label-map.js';
export type { EvaluationView } from '../training/validation/evaluation-images.js';
export {
  colorize,
  overlay,
  writeImage,
  writeLabelMap,
  writePaletteLabelMap,
} from '../inference/label-pictures.js';
export type { LabelValueChoice } from '../inference/label-values.js';
export type { TrainedNetwork } from '../inference/trained-network.js';
export type { LoadNetworkOptions } from '../inference/load-network.js';
export type { PredictImageOptions } from '../inference/predict-image.js';
export type { PredictOptions, PredictResult, Prediction } from '../inference/predict.js';
export type { LeftOut } from '../inference/inputs.js';
export type { AveragingOptions } from '../inference/averaging-options.js';
export type { TilingOptions } from '../inference/tiling-options.js';
export type { LoopControl } from '../training/events.js';
export type {
  CheckpointEvent,
  EpochEvent,
  ImagesEvent,
  NoteEvent,
  OnProgress,
  ProgressEvent,
  StageEvent,
  StepEvent,
  WarningEvent,
} from '../training/events.js';
export type { ExpectedCost, ExpectedPhase } from '../training/expected/expected.js';
export { measureSpeed } from '../training/expected/speed.js';
export type { MachineSpeed } from '../training/expected/speed.js';
export type { ProgramCost } from '../runtime/program.js';
export type { StepWork } from '../runtime/step-work.js';
export { TimeLeft } from '../training/time-left.js';
export type { RemainingWork } from '../training/time-left.js';
export type {
  ExportedModel,
  ExportOptions,
  ExportSize,
  ExportSource,
} from '../export/export-options.js';
export type { GraphModelOptions } from '../export/graph-model/export-graph-model.js';
export type { GraphWeightsType } from '../export/graph-model/weights.js';
export type { ExportedFolder, ExportModelOptions } from '../export/model/export-model.js';
export type { ExportedWeb, WebOptions } from '../export/web/export-web.js';
export type { WeightsType } from '../model/weights.js';
export type { BaselineScores } from '../evaluate/report.js';
export type { OptionKind } from '../training/options/kinds.js';
export type {
  OnResume,
  Option,
  OptionsFor,
  OptionTable,
  OptionValues,
  PresetValues,
} from '../training/options/table.js';
export { SEARCH_OPTIONS } from '../search/options.js';
export { RETRAIN_OPTIONS } from '../retrain/options.js';
export type { DataOptions } from '../training/options/data.js';
export type { HousekeepingOptions } from '../training/options/housekeeping.js';
export { TensorBoardLog } from '../tensorboard/tensorboard-log.js';
export type { TensorBoardOptions } from '../tensorboard/tensorboard-log.js';
export { listTrials } from '../trials/list.js';
export type { TrialListOptions } from '../trials/list.js';
export { parseSeeds } from '../trials/seeds.js';
export { trialScript } from '../trials/script.js';
export type { TrialScriptOptions } from '../trials/script.js';
export type { Trial } from '../trials/trial.js';
export { collectTrials } from '../trials/collect/collect.js';
export { trialRows, trialSummary } from '../trials/collect/describe.js';
export { writeTrials } from '../trials/collect/write.js';
export type {
  CollectedTrial,
  CollectedTrials,
  TrialEvaluation,
  TrialState,
  TrialWithHistory,
} from '../trials/collect/collected.js';
export { readStudyRecord } from '../study/read-record.js';
export { STUDY_GROUPS } from '../study/record.js';
export type {
  StudyDataset,
  StudyDecision,
  StudyEpoch,
  StudyGroup,
  StudyNetwork,
  StudyOrigin,
  StudyRecord,
  StudyRecordSettings,
  StudyScore,
  StudySearch,
  StudySharpness,
  StudySupernet,
} from '../study/record.js';
export { reportMarkdown } from '../study/report/document/markdown.js';
export type { ReportFigure, ReportSection } from '../study/report/document/markdown.js';
export { studyReport } from '../study/report/report.js';
export type { LogitCorrelation, PairCorrelation } from '../study/report/logit-correlation.js';
export type { StudyReport } from '../study/report/report.js';
export type { StudyRow } from '../study/report/rows.js';
export type { Interval } from '../study/report/bootstrap.js';
export type { KindCost, PartCost } from '../study/report/costs.js';
export type { Difference } from '../study/report/differences.js';
export type { GroupSummary, NetworkSummary } from '../study/report/groups.js';
export { OPINIONS } from '../study/report/opinions.js';
export type { Opinion, OpinionSummary, SearchCorrelation } from '../study/report/opinions.js';
export type { Agreement, Reliability } from '../study/report/reliability.js';
export type { SpreadOfSize, TraitSummary } from '../study/report/traits.js';
export type { Decisions, OperationPreference, SearchSummary } from '../study/report/searches.js';
export type { Verdict } from '../study/report/verdict.js';
export { study } from '../study/run-study.js';
export type { StartPart, StudyOptions, StudyResult } from '../study/run-study.js';
export type { PartEnd, PartRequest } from '../study/run-part.js';
export type { PartContext } from '../study/parts/context.js';
export type {
  StudyChoices,
  StudyConfigs,
  StudyRunChoice,
  StudySettings,
} from '../study/settings.js';
export type {
  OpinionPart,
  PlannedNetwork,
  RetrainPart,
  SearchPart,
  StudyPart,
} from '../study/plan.js';
export type { Keep } from '../study/keep.js';
export { supernetScores } from '../search/supernet-scores.js';
export type { SupernetScoresOptions } from '../search/supernet-scores.js';
export { predictionsOverEpochs } from '../search/predictions-over-epochs.js';
export type {
  EpochPrediction,
  ImageOverEpochs,
  PredictionsOverEpochsOptions,
} from '../search/predictions-over-epochs.js';
