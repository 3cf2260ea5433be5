/**
 * What a study has measured so far, as plain data: its `study.json`.
 *
 * Half-done records are the rule: lists hold what is there, `missing` names the rest.
 */
import type { Architecture } from '../architecture/architecture.js';
import type { Genotype } from '../architecture/genotype.js';

/** The version of the layout of `study.json`. */
export const STUDY_FORMAT = 1;

/** The groups of networks that a study compares, if nothing else is asked for. */
export const DEFAULT_GROUPS = [
  'found',
  'random',
  'published',
  'found-path-random-cell',
  'fixed-path-found-cell',
] as const;

/** The groups that are compared where they are asked for. */
export const FURTHER_GROUPS = ['other-end-normalisation'] as const;

/**
 * All groups of networks that a study can compare.
 *
 * *found*, *random* - what a search found, and random networks of its size. *published* - that of the paper.
 * *found-path-random-cell*, *fixed-path-found-cell* - half of what was found. *other-end-normalisation* - what was
 * found, its path decoded with the other `endNormalisation`.
 */
export const STUDY_GROUPS = [...DEFAULT_GROUPS, ...FURTHER_GROUPS] as const;

/** One of the groups of networks; see {@link STUDY_GROUPS}. */
export type StudyGroup = (typeof STUDY_GROUPS)[number];

/** Where and with what the parts were computed. */
export interface StudyOrigin {
  /** The command of the part that was done last. */
  readonly command: string;
  /** Each version of the library that computed a part, once, in the order of time. */
  readonly libraryVersions: readonly string[];
  /** The same for the revisions of its source, where they are known. */
  readonly commits: readonly string[];
  /** Each kind of machine that computed a part, once. */
  readonly hardware: readonly {
    readonly processor: string;
    readonly cores: number;
    /** Bytes. */
    readonly memory: number;
  }[];
  /** Each backend that computed a part, once, such as `tensorflow`. */
  readonly backends: readonly string[];
  /** ISO 8601, UTC: the earliest last start of a part, and the end of the last one that is done. */
  readonly dates: { readonly begun: string; readonly updated: string };
}

/** The dataset of a study. */
export interface StudyDataset {
  readonly kind: string;
  readonly name: string;
  /** In the order of the networks' output. */
  readonly classes: readonly string[];
  readonly trainImages: number;
  readonly validationImages: number;
  /** Of the split that no decision has seen. */
  readonly testImages: number;
  readonly testSplit: string;
}

/** What decides about a study's results. */
export interface StudyRecordSettings {
  /** The options of each search, all but the seed. */
  readonly search: Readonly<Record<string, unknown>>;
  /** The options of each retraining, all but the seed. */
  readonly retrain: Readonly<Record<string, unknown>>;
  readonly searchSeeds: readonly number[];
  readonly retrainSeeds: readonly number[];
  readonly randomPerFound: number;
  /** How far the parameters of a random network may be from those of the found one, as a share. */
  readonly parameterTolerance: number;
  readonly groups: readonly StudyGroup[];
}

/** An epoch of a search. */
export interface StudyEpoch {
  /** From 0. */
  readonly epoch: number;
  /** Steps done, over all epochs. */
  readonly step: number;
  readonly weightLoss: number;
  /** Null while α and β are not trained. */
  readonly architectureLoss: number | null;
  /** Of the supernet, from 0 to 1; null where it was not validated. */
  readonly validationMeanIou: number | null;
  /** Means, in nats. */
  readonly alphaEntropy: number;
  readonly betaEntropy: number;
}

/** What α and β decided, and how surely. */
export interface StudyDecision {
  readonly path: readonly number[];
  /** Probability of each arrow of the path among those that leave its node. */
  readonly pathProbabilities: readonly number[];
  readonly genotype: Genotype;
  /** Probability of the operation of each branch, block by block, left before right. */
  readonly branchProbabilities: readonly number[];
}

/** How decided α or β is. */
export interface StudySharpness {
  /** Mean over the choices of the entropy as a share of the largest possible: 1 undecided, 0 decided. */
  readonly relativeEntropy: number;
  /** Mean over the choices of the largest probability. */
  readonly strongest: number;
}

/** The supernet of a search on the validation split, with the weights of its last step. */
export interface StudySupernet {
  /** With α and β as they are. */
  readonly meanIou: number;
  /** With the operations and the path of its decoded architecture only. */
  readonly decodedMeanIou: number;
  readonly seconds: number;
}

/** One search. */
export interface StudySearch {
  /** `search-1`. */
  readonly id: string;
  readonly seed: number;
  readonly curve: readonly StudyEpoch[];
  readonly decided: StudyDecision;
  readonly architecture: Architecture;
  /** Logits at the end, `[edges · operations]` and `[arrows]`. */
  readonly alpha: readonly number[];
  readonly beta: readonly number[];
  readonly alphaSharpness: StudySharpness;
  readonly betaSharpness: StudySharpness;
  readonly travel: {
    readonly architectureSteps: number;
    /** Largest change of a logit of α or β from its first value. */
    readonly largest: number;
    /** Steps times the learning rate: about what Adam can move a logit by. */
    readonly bound: number;
  };
  /** Undefined until its opinion is asked for. */
  readonly supernet?: StudySupernet | undefined;
  readonly seconds: number;
  /** Of the process, bytes. */
  readonly peakMemory: number;
}

/** One network that is retrained. */
export interface StudyNetwork {
  /** Such as `found-1`, `random-1-2`, `published`, `found-path-random-cell-1`. */
  readonly id: string;
  readonly group: StudyGroup;
  /** The search that it belongs to; undefined for the published one. */
  readonly search?: string | undefined;
  readonly architecture: Architecture;
  /** Of the retrained network, batch norms included. */
  readonly parameters: number;
  /** For one training crop. */
  readonly multiplyAdds: number;
  /** Log probability of its path and its branches under the α and β of its search. */
  readonly logProbability?: number | undefined;
  /**
   * Validation mean IoU of the supernet of its search with the operations and the path of this network only;
   * undefined until the search is asked, and where its group was added after that.
   */
  readonly supernetMeanIou?: number | undefined;
  /** What is special about it, such as that none was found within the tolerance. */
  readonly note?: string | undefined;
}

/** One retraining and its evaluation. */
export interface StudyScore {
  /** `retrain-found-1-seed-1`. */
  readonly id: string;
  /** The id of the network. */
  readonly network: string;
  readonly seed: number;
  /** The split that it was scored on. */
  readonly split: string;
  /** From 0 to 1. */
  readonly meanIou: number;
  /** Class by class; null where the class is neither labelled nor predicted. */
  readonly iou: readonly (number | null)[];
  /** The best of its validations; null without any. */
  readonly validationMeanIou: number | null;
  readonly steps: number;
  /** Training and validations, in all sessions. */
  readonly seconds: number;
  /** Of the process, bytes. */
  readonly peakMemory: number;
}

/** What a study has measured so far. */
export interface StudyRecord {
  readonly format: typeof STUDY_FORMAT;
  readonly madeBy: StudyOrigin;
  readonly dataset: StudyDataset;
  readonly settings: StudyRecordSettings;
  readonly searches: readonly StudySearch[];
  /** Those of searches that are done, and those that depend on none. */
  readonly networks: readonly StudyNetwork[];
  readonly scores: readonly StudyScore[];
  /** The ids of the parts that are not done yet. */
  readonly missing: readonly string[];
}
