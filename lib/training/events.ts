/** What long work reports while it runs; plain data. */
import type { HistoryEntry } from '../run/history-row.js';

/** A step is done. */
export interface StepEvent {
  readonly kind: 'step';
  /** The epoch under way, from 0. */
  readonly epoch: number;
  readonly epochs: number;
  /** Steps done, over all epochs. */
  readonly step: number;
  readonly steps: number;
  readonly phase: string;
  readonly loss: number;
  /** Loss of the architecture step; null if there was none. */
  readonly architectureLoss: number | null;
  readonly learningRate: number;
  /** Time to the end of all steps and validations; undefined until it can be estimated. */
  readonly secondsLeft: number | undefined;
  /** Share of this session's training time that was spent waiting for data, 0 to 1. */
  readonly dataShare: number;
}

/** Some images of a validation, an evaluation or a check are done. */
export interface ImagesEvent {
  readonly kind: 'images';
  /** What is done with them, such as `validation`, `prediction` or `label check`. */
  readonly purpose: string;
  readonly done: number;
  readonly total: number;
  readonly secondsLeft: number | undefined;
}

/** An epoch is done, and validated if that was due. */
export interface EpochEvent {
  readonly kind: 'epoch';
  readonly epochs: number;
  /** What the history says of it. */
  readonly row: HistoryEntry;
  readonly secondsLeft: number | undefined;
}

/** A checkpoint was written. */
export interface CheckpointEvent {
  readonly kind: 'checkpoint';
  readonly step: number;
  readonly file: string;
  /** Whether it has the best mean IoU so far. */
  readonly isBest: boolean;
}

/** A stage of a recipe begins or is continued. */
export interface StageEvent {
  readonly kind: 'stage';
  /** Its number, from 1. */
  readonly stage: number;
  readonly stages: number;
  readonly name: string;
  /** What it runs: `search`, `retrain` or `evaluate`. */
  readonly program: string;
  /** The folder of its run. */
  readonly folder: string;
}

/** A remark, such as where a run was resumed. */
export interface NoteEvent {
  readonly kind: 'note';
  readonly text: string;
}

/** Something that is wrong but does not stop the work, with what to do. */
export interface WarningEvent {
  readonly kind: 'warning';
  readonly text: string;
}

/** Any event of a search, retraining, evaluation, prediction or recipe. */
export type ProgressEvent =
  | StepEvent
  | ImagesEvent
  | EpochEvent
  | CheckpointEvent
  | StageEvent
  | NoteEvent
  | WarningEvent;

/** Receives events; an error that it throws ends the work. */
export type OnProgress = (event: ProgressEvent) => void;

/** How to watch and stop long work. */
export interface LoopControl {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
}
