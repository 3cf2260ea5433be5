/** The kinds of dataset there are, and opening a dataset of one. A new kind is one entry here. */
import path from 'node:path';
import { z } from 'zod';
import { checkOptions } from '../check-options.js';
import { ConfigError } from '../errors.js';
import { ADE20K } from './ade20k/ade20k.js';
import { CAMVID } from './camvid/camvid.js';
import { CITYSCAPES } from './cityscapes/cityscapes.js';
import { COCO } from './coco/coco.js';
import type { Dataset, DatasetDescription } from './dataset.js';
import { FOLDER } from './folder/folder.js';
import type {
  DatasetKind,
  PrepareOptions,
  PrepareReport,
  PresetName,
  PresetProgram,
} from './kind.js';
import { withOuterLinks, withoutOuterLinks } from './reading/links.js';
import { sampleKind } from './sample/sample.js';
import type { LabelPng, SubmissionFormat } from './submission.js';
import { VOC } from './voc/voc.js';

/** The kinds that the built-in sample can be laid out as. */
const LAYOUTS = [CITYSCAPES, VOC, ADE20K] as const;
const BUILT_IN = [...LAYOUTS, COCO, CAMVID, FOLDER, sampleKind(LAYOUTS)] as const;

/** The names of the built-in kinds. */
export type DatasetName = (typeof BUILT_IN)[number]['name'];

/** The options of a built-in kind. */
export type DatasetOptions<Name extends DatasetName> = Parameters<
  Extract<(typeof BUILT_IN)[number], { readonly name: Name }>['open']
>[0];

const kinds = new Map<string, DatasetKind>(BUILT_IN.map((kind) => [kind.name, kind]));

/** All kinds: those built in and those registered with {@link defineDataset}. */
export function datasetKinds(): DatasetKind[] {
  return [...kinds.values()];
}

/** The names of all kinds. */
export function datasetNames(): string[] {
  return [...kinds.keys()];
}

/**
 * Registers a kind of dataset of your own in this process, so that it opens by its name and runs on
 * it can be resumed.
 *
 * @returns the kind
 * @throws {@link ConfigError} if there is a kind of this name already
 */
export function defineDataset<Kind extends DatasetKind>(kind: Kind): Kind {
  if (kinds.has(kind.name)) {
    throw new ConfigError(
      `defineDataset: expected a new name, got "${kind.name}", which is taken; choose another`,
    );
  }
  kinds.set(kind.name, kind);
  return kind;
}

function kindOf(name: string): DatasetKind {
  const kind = kinds.get(name);
  if (kind === undefined) {
    throw new ConfigError(
      `dataset: expected one of ${datasetNames().join(', ')}, got "${name}"; for your own images ` +
        'use folder, or register the kind with defineDataset, on the command line in a module that ' +
        '--import loads',
    );
  }
  return kind;
}

/** How label maps of a kind of dataset are stored; grey if the kind is not known in this process. */
export function labelPngOf(kind: string): LabelPng {
  return kinds.get(kind)?.labelPng ?? 'grey';
}

/** What the makers of a kind of dataset ask of its users; undefined where that is not known. */
export function datasetTerms(kind: string): string | undefined {
  return kinds.get(kind)?.terms;
}

/**
 * What the evaluation server of a dataset's benchmark takes.
 *
 * @param kind - the name of the kind, as {@link Dataset} `description.kind` has it
 * @throws {@link ConfigError} if there is no such kind, or it has no server
 */
export function submissionFormatOf(kind: string): SubmissionFormat {
  const format = kindOf(kind).submission;
  if (format === undefined) {
    const names = datasetKinds().filter(({ submission }) => submission !== undefined);
    throw new ConfigError(
      `submission: expected a dataset with an evaluation server (${names.map((other) => other.name).join(', ')}), ` +
        `got one of the kind ${kind}; predict writes label maps of any images`,
    );
  }
  return format;
}

/**
 * The settings of a preset that differ on a kind of dataset; none for most.
 *
 * @param kind - the name of the kind, as {@link Dataset} `description.kind` has it
 * @throws {@link ConfigError} if there is no such kind
 */
export function presetChanges(
  kind: string,
  program: PresetProgram,
  preset: PresetName,
): Readonly<Record<string, unknown>> {
  return kindOf(kind).presets?.[program]?.[preset] ?? {};
}

/** Where the values of the preset *paper* on a kind of dataset come from; empty if none differ. */
export function presetSource(kind: string, program: PresetProgram): string {
  return kindOf(kind).presets?.[program]?.source ?? '';
}

/**
 * Opens a dataset.
 *
 * @param name - the name of a kind: `cityscapes`, `voc`, `ade20k`, `coco`, `camvid`, `folder` (your own
 *   images), `sample` (rendered pictures), or of one registered with {@link defineDataset}
 * @param options - `root`, `followLinks` if links may lead out of it, and whatever else the kind knows
 * @throws {@link ConfigError} if the name or an option is unknown
 * @throws {@link DataError} if the folder does not hold such a dataset
 *
 * @example
 * const dataset = await openDataset('cityscapes', { root: '/data/cityscapes' });
 * const samples = await dataset.samples('train');
 */
export function openDataset<Name extends DatasetName>(
  name: Name,
  options: DatasetOptions<Name>,
): Promise<Dataset>;
export function openDataset(
  name: string,
  options: Readonly<Record<string, unknown>>,
): Promise<Dataset>;
export async function openDataset(name: string, options: unknown): Promise<Dataset> {
  const kind = kindOf(name);
  const { followLinks, rest } = linkOption(options);
  const checked = kind.check(rest);
  const root = path.resolve(checked.root);
  const dataset = await kind.open({ ...checked, root, followLinks });
  return followLinks ? withOuterLinks(dataset) : withoutOuterLinks(dataset, root);
}

const linkSchema = z.looseObject({ followLinks: z.boolean().default(false) });

/** The option that all kinds have in common, apart from those that a kind checks. */
function linkOption(options: unknown): { readonly followLinks: boolean; readonly rest: unknown } {
  const hasLinks = typeof options === 'object' && options !== null && 'followLinks' in options;
  if (!hasLinks) {
    return { followLinks: false, rest: options };
  }
  const checked = checkOptions<{ followLinks: boolean }>(linkSchema, options, 'dataset');
  const { followLinks, ...rest } = checked;
  return { followLinks, rest };
}

/**
 * Makes of the files of a download what {@link openDataset} reads, once; what is done is kept.
 *
 * @param name - the name of a kind
 * @throws {@link ConfigError} if there is no such kind, or nothing to prepare for it
 * @throws {@link DataError} if files are missing or damaged
 *
 * @example
 * ```ts no-run
 * await prepareDataset('cityscapes', { root: '/data/cityscapes' }); // unpacks the zip files there
 * ```
 */
export async function prepareDataset(
  name: string,
  options: PrepareOptions,
): Promise<PrepareReport> {
  const kind = kindOf(name);
  if (kind.prepare === undefined) {
    const names = datasetKinds().filter(({ prepare }) => prepare !== undefined);
    throw new ConfigError(
      `prepare: expected one of ${names.map((other) => other.name).join(', ')}, got "${name}", ` +
        'which opens as its download unpacks; open it',
    );
  }
  return kind.prepare(options);
}

const descriptionSchema = z.object({
  kind: z.string(),
  name: z.string(),
  root: z.string(),
  options: z.record(z.string(), z.unknown()),
});

/**
 * Opens a dataset again from its description, such as the one that a run carries.
 *
 * @param changes - `root` where the files have moved, `followLinks` if links may lead out of it now
 * @throws {@link ConfigError} if the description is incomplete or its kind is not known
 * @throws {@link DataError} if the folder does not hold such a dataset
 */
export async function reopenDataset(
  description: DatasetDescription,
  changes: { readonly root?: string | undefined; readonly followLinks?: true | undefined } = {},
): Promise<Dataset> {
  const { kind, name, root, options } = checkOptions<DatasetDescription>(
    descriptionSchema,
    description,
    'description of a dataset',
  );
  const { followLinks } = changes;
  const links = followLinks === undefined ? {} : { followLinks };
  return openDataset(kind, { ...options, ...links, name, root: changes.root ?? root });
}
