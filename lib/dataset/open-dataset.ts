/** The kinds of dataset there are, and opening a dataset of one. A new kind is one entry here. */
import { z } from 'zod';
import { ConfigError } from '../errors.js';
import { ADE20K } from './ade20k/ade20k.js';
import { CAMVID } from './camvid/camvid.js';
import { checkOptions } from '../check-options.js';
import { CITYSCAPES, openCityscapes } from './cityscapes/cityscapes.js';
import type { Dataset } from './dataset.js';
import { FOLDER } from './folder/folder.js';
import {
  commonShape,
  type CommonOptions,
  type DatasetKind,
  type PresetName,
  type PresetProgram,
} from './kind.js';
import { VOC } from './voc/voc.js';

/** A rendered sample, in the layout of Cityscapes. */
const SAMPLE: DatasetKind<CommonOptions, 'sample'> = {
  name: 'sample',
  summary: 'rendered street scenes in the layout of Cityscapes',
  check: (options) => checkOptions<CommonOptions>(z.strictObject(commonShape), options, 'sample'),
  open: ({ root, name = 'sample' }) => openCityscapes({ root, name }),
};

const BUILT_IN = [CITYSCAPES, VOC, ADE20K, CAMVID, FOLDER, SAMPLE] as const;

type BuiltIn = (typeof BUILT_IN)[number];

/** The names of the built-in kinds. */
export type DatasetName = BuiltIn['name'];

/** The options of a built-in kind. */
export type DatasetOptions<Name extends DatasetName> = Parameters<
  Extract<BuiltIn, { readonly name: Name }>['open']
>[0];

const kinds = new Map<string, DatasetKind>(BUILT_IN.map((kind) => [kind.name, kind]));

/** The names of all kinds: those built in and those registered with {@link defineDataset}. */
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
        'use folder, or register the kind with defineDataset',
    );
  }
  return kind;
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

/**
 * Opens a dataset.
 *
 * @param name - the name of a kind: `cityscapes`, `voc`, `ade20k`, `camvid`, `folder` (your own
 *   images), `sample` (rendered pictures), or of one registered with {@link defineDataset}
 * @param options - `root`, and whatever else the kind knows
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
  return kind.open(kind.check(options));
}

/**
 * The kind of dataset that a dataset's own name stands for, as a run notes it.
 *
 * @returns what {@link openDataset} takes: `voc` for `voc-sample`, `folder` for a name of your own
 */
export function datasetKind(name: string): string {
  const kind = name.replace(/^(voc|ade20k)-sample$/, '$1');
  return kinds.has(kind) ? kind : 'folder';
}
