/** What is known of trials: all of it plain data, as it is written. */
import type { Architecture } from '../../architecture/architecture.js';
import type { EvaluationReport } from '../../evaluate/report.js';
import type { RunHistory } from '../../run/history.js';

/**
 * How far a trial has come.
 *
 * *not begun* - it has no run. *running* - a process holds its run, on another machine as far as is known
 * here. *interrupted* - it was stopped, and resumes. *failed* - it ended by an error. *done* - it has
 * reached its end.
 */
export type TrialState = 'not begun' | 'running' | 'interrupted' | 'failed' | 'done';

/** An evaluation: what was scored and how, as its report says, and the scores, from 0 to 1. */
export type TrialEvaluation = Pick<
  EvaluationReport,
  | 'dataset'
  | 'root'
  | 'split'
  | 'images'
  | 'imagesOfSplit'
  | 'checkpoint'
  | 'scoreSize'
  | 'scales'
  | 'flip'
  | 'window'
  | 'stride'
  | 'weights'
  | 'meanIou'
  | 'pixelAccuracy'
>;

/** What a trial's folder says; null where it says nothing. */
export interface CollectedTrial {
  readonly id: string;
  /** Absolute. */
  readonly folder: string;
  readonly state: TrialState;
  /** Why it failed, who runs it, what is damaged. */
  readonly note: string | null;
  /** `search`, `retrain`. */
  readonly kind: string | null;
  readonly seed: number | null;
  /** Steps and whole epochs done. */
  readonly steps: number;
  readonly epochs: number;
  /** The length that it is to have, in one of the two. */
  readonly length: { readonly unit: 'epochs' | 'steps'; readonly value: number } | null;
  /** Mean IoU of the last validation, and the best of all. */
  readonly meanIou: number | null;
  readonly bestMeanIou: number | null;
  /** Time of its whole epochs and their validations, in all sessions. */
  readonly seconds: number;
  /**
   * Evaluations of the weights that its checkpoints have now, as `evaluate` has written them; those of
   * weights that it had before it went on are left out.
   */
  readonly evaluations: readonly TrialEvaluation[];
  /** Of a search: the architecture that its last α and β give; final once it is done. */
  readonly architecture: Architecture | null;
}

/** A trial with the course of its run. */
export interface TrialWithHistory extends CollectedTrial {
  /** Undefined before its first row. */
  readonly history: RunHistory | undefined;
}

/** All trials of a folder, in the order of their names. */
export interface CollectedTrials {
  readonly folder: string;
  readonly trials: readonly TrialWithHistory[];
}
