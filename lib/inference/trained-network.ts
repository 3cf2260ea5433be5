/** A trained network that is ready to predict. */
import type { Architecture } from '../architecture/architecture.js';
import type { LabelPng } from '../dataset/submission.js';
import type { RetrainConfig } from '../retrain/options.js';
import type { Precision } from '../runtime/precision.js';
import type { CheckpointChoice } from '../run/checkpoint-folder.js';
import type { StoredClass } from '../training/stored-run.js';
import type { WeightsIdentity } from '../training/first-weights.js';
import type { Predictor } from '../training/predictor.js';

/** A trained network that is ready to predict. */
export interface TrainedNetwork {
  /** Of its run, or its own. */
  readonly folder: string;
  readonly checkpoint: CheckpointChoice;
  /** Which weights it has. */
  readonly weights: WeightsIdentity;
  readonly architecture: Architecture;
  /** The classes that it tells apart, in the order of its output. */
  readonly classes: readonly StoredClass[];
  /** The dataset that it was trained on, by name. */
  readonly datasetName: string;
  /** How the label maps of that dataset are stored. */
  readonly labelPng: LabelPng;
  /** How it was trained, such as the resolution that images were read at. */
  readonly options: RetrainConfig;
  /** What its convolutions compute with when it predicts. */
  readonly precision: Precision;
  /** Predicts batches. */
  readonly predictor: Predictor;
}
