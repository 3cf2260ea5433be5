/** What the training loop needs to know of the work it does. */
import type { EpochOptions } from '../../dataset/loading/loader.js';
import type { HistoryEntry } from '../../run/history-row.js';
import type { Program } from '../../runtime/program.js';
import type { StepWork } from '../../runtime/step-work.js';
import type { StoppingRule } from './early-stopping.js';

/** Losses of one step, and whether it is sound. */
export interface StepLosses {
  readonly loss: number;
  /** Whether the step had a pixel with a label that counts; without one it taught nothing. */
  readonly isLabelled: boolean;
  /** Euclidean norm of the gradient in the weights. */
  readonly gradientNorm: number;
  /** Absent in steps that do not move the architecture. */
  readonly architectureLoss?: number;
  /** Euclidean norm of the gradient in α and β; absent with the loss. */
  readonly architectureGradientNorm?: number;
  /** What is not finite and where it appears first; absent if all is. The step changed nothing then. */
  readonly failure?: string;
}

/** Learning rates of one step. */
export interface StepRates {
  readonly learningRate: number;
  /** Absent in steps that do not move the architecture. */
  readonly architectureLearningRate?: number;
}

/** What a validation found. */
export interface ValidationScores {
  readonly meanIou: number;
  readonly pixelAccuracy: number;
  /** Images that the scores are over, and images of the split. */
  readonly images: number;
  readonly imagesOfSplit: number;
}

/** What a task adds to an epoch. */
export interface EpochFacts {
  readonly columns: Partial<HistoryEntry>;
  readonly warnings: readonly string[];
}

/** A validation within the loop. */
export interface LoopValidation {
  /** Images of one validation. */
  readonly images: number;
  run(signal: AbortSignal | undefined, onImage: (done: number) => void): Promise<ValidationScores>;
  /** The work for one image of the largest size, and the memory with it, bytes. */
  cost(): { readonly work: StepWork; readonly memory: number };
}

/** What is trained: the part that search and retraining each define. */
export interface TrainingTask<Batch> {
  readonly steps: number;
  readonly stepsPerEpoch: number;
  /** What the user should know before the first step. */
  readonly notes: readonly string[];
  batches(epoch: number, options: EpochOptions): AsyncIterable<Batch>;
  /**
   * Does a step.
   *
   * @param rateScale - a factor on its learning rates
   */
  step(batch: Batch, step: number, rateScale: number): Promise<StepLosses>;
  rates(step: number, rateScale: number): StepRates;
  /** The phase of an epoch, as the history has it. */
  phase(epoch: number): string;
  /** How often one step of a phase calls each step of the program. */
  calls(phase: string): Readonly<Record<string, number>>;
  /** Whether a validation follows when n epochs are done. */
  isValidationDue(epochsDone: number): boolean;
  /** When the run ends before its last step; absent: never. */
  readonly stopping?: StoppingRule;
  /** More columns for the row of an epoch, such as α and β, and what the user should know of them. */
  endOfEpoch?(): Promise<EpochFacts>;
}

/** Where a step is. */
export interface StepPlace {
  readonly epoch: number;
  /** Steps done before it, over all epochs. */
  readonly step: number;
  /** A factor on its learning rates. */
  readonly rateScale: number;
}

/** Other processes that do the steps of a loop, too. */
export interface StepPartners {
  /** Gives them the state of the program, with which they go on at a place. */
  takeState(place: StepPlace): Promise<void>;
  /** Lets them begin a step, once they can; throws if one cannot, or the loop's signal is aborted. */
  step(place: StepPlace): Promise<void>;
}

/** What the loop trains and how. */
export interface LoopTask<Batch> extends TrainingTask<Batch> {
  /** Names the work in errors: `search` or `retrain`. */
  readonly where: string;
  readonly program: Program;
  /** Undefined: no validation. */
  readonly validation: LoopValidation | undefined;
  /** A row every n steps. */
  readonly historyEvery: number;
  /** A checkpoint every n steps besides those after epochs; 0: none. */
  readonly checkpointEvery: number;
  /** How often the run may go back to the start of an epoch. */
  readonly rollBacks: number;
  /** Who does each step with this process; absent: nobody. */
  readonly partners?: StepPartners | undefined;
}
