/** What a kind of dataset is: its options, how it opens, and what the presets change for it. */
import { z } from 'zod';
import { checkOptions } from '../check-options.js';
import type { Dataset } from './dataset.js';
import type { LabelPng, SubmissionFormat } from './submission.js';

/** The names of the presets of search and retraining. */
export type PresetName = 'paper' | 'laptop' | 'tiny';

/** The programs that have presets. */
export type PresetProgram = 'search' | 'retrain';

/** What differs in the presets of a program on a kind of dataset: settings by name. */
export interface PresetDifferences extends Readonly<
  Partial<Record<PresetName, Readonly<Record<string, unknown>>>>
> {
  /** Where the values of *paper* come from, as in the tables of options: `Auto-DeepLab §5.2`, … */
  readonly source?: string;
}

/** What differs in the presets of each program on a kind of dataset. */
export type DatasetPresets = Readonly<Partial<Record<PresetProgram, PresetDifferences>>>;

/** How to prepare a download. */
export interface PrepareOptions {
  /** The folder of the download. */
  readonly root: string;
  /** Compare the content of what is there already, not only its size. */
  readonly verify?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called after each file. */
  readonly onProgress?: ((progress: PrepareProgress) => void) | undefined;
}

/** How far a preparation is. */
export interface PrepareProgress {
  /** What is being done, such as the name of a zip file. */
  readonly what: string;
  readonly done: number;
  readonly total: number;
}

/** What a preparation did. */
export interface PrepareReport {
  readonly written: number;
  /** Files that were there already. */
  readonly kept: number;
  /** What else there is to know, a sentence each. */
  readonly remarks: readonly string[];
}

/** The options that every kind has. */
export interface CommonOptions {
  /** The folder of the dataset. */
  readonly root: string;
  /**
   * The name to display. Default: that of the kind, with `-sample` for rendered pictures; for a
   * folder of your own images, the name in `dataset.json` or that of the folder.
   */
  readonly name?: string | undefined;
  /**
   * Whether symbolic links may lead out of the folder: to images on another disk, for example. Without,
   * one that does is an error. The folder itself may be a link, and links may lead to other places in it.
   * `openDataset` checks the files of all samples, for every kind. Default: false.
   */
  readonly followLinks?: boolean | undefined;
}

/**
 * A kind of dataset, such as PASCAL VOC 2012: one value, listed in `open-dataset.ts` or registered
 * with `defineDataset`.
 */
export interface DatasetKind<
  Options extends CommonOptions = CommonOptions,
  Name extends string = string,
> {
  readonly name: Name;
  /** One line that says what it is. */
  readonly summary: string;
  /** What its makers ask of whoever uses it, in a sentence; networks trained on it carry it along. */
  readonly terms?: string | undefined;
  /** How its label maps are stored: grey values, or indices into a palette; grey by default. */
  readonly labelPng?: LabelPng | undefined;
  /** What the evaluation server of its benchmark takes; undefined where there is none. */
  readonly submission?: SubmissionFormat | undefined;
  /** Settings of search and retraining that differ on it; the presets check their names. */
  readonly presets?: DatasetPresets | undefined;
  /**
   * Checks options where they enter.
   *
   * @throws {@link ConfigError} naming the option that is unknown or wrong
   */
  check(options: unknown): Options;
  /**
   * Makes of the files of a download what `open` reads; undefined where that reads them as they
   * unpack. What is done already is kept, so that an interrupted call is completed by repeating it.
   */
  readonly prepare?: ((options: PrepareOptions) => Promise<PrepareReport>) | undefined;
  /** Opens the dataset; what its `description` says, this kind must be able to open again. */
  open(options: Options): Promise<Dataset>;
}

/** The form of {@link CommonOptions}; kinds with more options extend it. */
export const commonOptions = z.strictObject({
  root: z.string().min(1),
  name: z.string().min(1).optional(),
  followLinks: z.boolean().optional(),
});

/** The check of a kind that has no other options. */
export function checkCommonOptions(kind: string): (options: unknown) => CommonOptions {
  return (options) => checkOptions<CommonOptions>(commonOptions, options, kind);
}
