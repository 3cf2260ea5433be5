/** What decides about the results of a study: its document, and the choices that it follows from. */
import { z } from 'zod';
import { checkOptions } from '../check-options.js';
import { classNames, requireSplit, type Dataset } from '../dataset/dataset.js';
import type { PresetName } from '../dataset/kind.js';
import { ConfigError } from '../errors.js';
import { RETRAIN, type RetrainConfig } from '../retrain/options.js';
import { SEARCH, type SearchConfig } from '../search/options.js';
import { checkLabelFiles } from '../training/validation/labels-to-score.js';
import { resolveOptions, type Changes, type ProgramOptions } from '../training/options/resolve.js';
import { PRESETS, presetValue, type OptionTable } from '../training/options/table.js';
import {
  DEFAULT_GROUPS,
  STUDY_GROUPS,
  type StudyDataset,
  type StudyGroup,
  type StudyRecordSettings,
} from './record.js';

/** How one of the two kinds of run is done; what is left out is that of the study, or the default. */
export interface StudyRunChoice {
  /** `laptop` by default. */
  readonly preset?: PresetName | undefined;
  /** Changes to the preset. The study itself sets the seed. */
  readonly config?: Readonly<Record<string, unknown>> | undefined;
}

/** What may be chosen of a study; what is left out is as the study was begun, or the default. */
export interface StudyChoices {
  /** One search for each; [1, 2, 3] by default. More may be added later. */
  readonly searchSeeds?: readonly number[] | undefined;
  /** Each network is retrained under each; [1, 2] by default. More may be added later. */
  readonly retrainSeeds?: readonly number[] | undefined;
  /** Random networks of the same size for each that is found; 3 by default. More may be added later. */
  readonly randomPerFound?: number | undefined;
  /** The split that networks are scored on, which no run may see; `test` by default. */
  readonly testSplit?: string | undefined;
  /** The groups of networks that are compared; all but
   * `other-end-normalisation` by default. More may be added later. */
  readonly groups?: readonly StudyGroup[] | undefined;
  readonly search?: StudyRunChoice | undefined;
  readonly retrain?: StudyRunChoice | undefined;
}

/** What decides about the results of a study, as plain data. */
export interface StudySettings extends StudyRecordSettings {
  readonly dataset: StudyDataset;
  readonly presets: { readonly search: PresetName; readonly retrain: PresetName };
}

/** The options of both kinds of run with what this process chooses besides, such as a cache. */
export interface StudyConfigs {
  readonly search: SearchConfig;
  readonly retrain: RetrainConfig;
}

/** How far the parameters of a random network may be from those of the found one, as a share. */
const PARAMETER_TOLERANCE = 0.05;

const seed = z.int('expected a whole number').min(0).max(0xffffffff);
const seeds = z
  .array(seed)
  .min(1, 'expected at least one')
  .max(1000)
  .refine((all) => new Set(all).size === all.length, 'expected each once');
const choices = z.object({
  searchSeeds: seeds.optional(),
  retrainSeeds: seeds.optional(),
  randomPerFound: z.int('expected a whole number').min(0).max(100).optional(),
  testSplit: z.string().min(1).optional(),
  groups: z
    .array(z.enum(STUDY_GROUPS, `expected some of ${STUDY_GROUPS.join(', ')}`))
    .min(1, `expected some of ${STUDY_GROUPS.join(', ')}`)
    .refine((all) => new Set(all).size === all.length, 'expected each once')
    .optional(),
});

/** The options of one kind of run as a study was begun with them. */
interface StoredRunOptions {
  readonly preset: PresetName;
  readonly options: Changes;
}

/**
 * The options that decide about results, all but the seed. One that came with a later version of this
 * library than the study is left out as long as it has its default.
 */
function decidingOptions(
  { table }: ProgramOptions<OptionTable>,
  options: Changes,
  before: StoredRunOptions | undefined,
): Changes {
  const isLater = (name: string, value: unknown): boolean =>
    before !== undefined &&
    !Object.hasOwn(before.options, name) &&
    JSON.stringify(value) === JSON.stringify(presetValue(table[name], before.preset));
  return Object.fromEntries(
    Object.entries(options).filter(
      ([name, value]) =>
        name !== 'seed' && table[name].onResume !== 'free' && !isLater(name, value),
    ),
  );
}

/** The options of one kind of run: as chosen now, or as the study was begun. */
function optionsOf<T extends OptionTable>(
  program: ProgramOptions<T>,
  choice: StudyRunChoice = {},
  before: StoredRunOptions | undefined,
  kind: string,
) {
  const preset = choice.preset ?? before?.preset ?? 'laptop';
  if (!PRESETS.includes(preset)) {
    throw new ConfigError(
      `study ${program.name} preset: expected one of ${PRESETS.join(', ')}, got "${String(preset)}"`,
    );
  }
  const given = Object.entries(choice.config ?? {});
  const free = given.filter(
    ([name]) => Object.hasOwn(program.table, name) && program.table[name].onResume === 'free',
  );
  const isChosen = choice.preset !== undefined || given.length > free.length;
  const changes = before !== undefined && !isChosen ? before.options : (choice.config ?? {});
  return {
    preset,
    options: resolveOptions(
      program,
      { ...changes, ...Object.fromEntries(free), seed: 0 },
      preset,
      kind,
    ),
  };
}

/** A split that decides something must not be the one that networks are scored on. */
function checkUnseen(testSplit: string, { search, retrain }: StudyConfigs): void {
  const seen = [search, retrain].flatMap(({ split, validationSplit }) => [split, validationSplit]);
  if (seen.includes(testSplit)) {
    throw new ConfigError(
      `study testSplit: expected a split that no run sees, got "${testSplit}", which the options ` +
        'split and validationSplit name; score on another one',
    );
  }
}

async function datasetOf(
  dataset: Dataset,
  testSplit: string,
  { search, retrain }: StudyConfigs,
): Promise<StudyDataset> {
  requireSplit(`study testSplit: ${dataset.name}`, dataset.splits, testSplit);
  const imagesOf = async (split: string) => (await dataset.samples(split)).length;
  const tested = await dataset.samples(testSplit);
  checkLabelFiles(tested, `study testSplit: ${dataset.name}, split ${testSplit}`);
  const { validationSplit } = search;
  if (validationSplit === null) {
    throw new ConfigError(
      'study search validationSplit: expected a split, on which supernets are asked for their opinion, ' +
        'got none; leave it as it is',
    );
  }
  return {
    kind: dataset.description.kind,
    name: dataset.name,
    classes: classNames(dataset),
    trainImages: await imagesOf(retrain.split),
    validationImages: await imagesOf(validationSplit),
    testImages: tested.length,
    testSplit,
  };
}

/**
 * The settings of a study that begins or goes on.
 *
 * @param before - as it was begun; undefined: it begins
 * @throws {@link ConfigError} naming the choice that is not usable
 * @throws {@link DataError} if the dataset cannot be listed, or its test split has no label maps
 */
export async function resolveStudy(
  dataset: Dataset,
  given: StudyChoices,
  before?: StudySettings,
): Promise<{ readonly settings: StudySettings; readonly configs: StudyConfigs }> {
  const { search: ofSearch, retrain: ofRetrain, ...rest } = given;
  const checked = checkOptions(choices, rest, 'study');
  const { kind } = dataset.description;
  const stored = (name: 'search' | 'retrain') =>
    before && { preset: before.presets[name], options: before[name] };
  const search = optionsOf(SEARCH, ofSearch, stored('search'), kind);
  const retrain = optionsOf(RETRAIN, ofRetrain, stored('retrain'), kind);
  const configs: StudyConfigs = { search: search.options, retrain: retrain.options };
  if (configs.retrain.initialWeights !== null) {
    throw new ConfigError(
      'study retrain initialWeights: expected none, since every network begins from its seed, got ' +
        `"${configs.retrain.initialWeights}"; leave it out`,
    );
  }
  const testSplit = checked.testSplit ?? before?.dataset.testSplit ?? 'test';
  checkUnseen(testSplit, configs);
  const settings: StudySettings = {
    dataset: await datasetOf(dataset, testSplit, configs),
    presets: { search: search.preset, retrain: retrain.preset },
    search: decidingOptions(SEARCH, configs.search, stored('search')),
    retrain: decidingOptions(RETRAIN, configs.retrain, stored('retrain')),
    searchSeeds: checked.searchSeeds ?? before?.searchSeeds ?? [1, 2, 3],
    retrainSeeds: checked.retrainSeeds ?? before?.retrainSeeds ?? [1, 2],
    randomPerFound: checked.randomPerFound ?? before?.randomPerFound ?? 3,
    parameterTolerance: PARAMETER_TOLERANCE,
    groups: checked.groups ?? before?.groups ?? DEFAULT_GROUPS,
  };
  return { settings, configs };
}
