/** A folder of your own images and label maps, with classes of your own. */
import path from 'node:path';
import type { z } from 'zod';
import { ConfigError, DataError } from '../../errors.js';
import { readClassEntries, type ClassEntry } from './class-file.js';
import { labelTable, requireSplit, type Dataset } from '../dataset.js';
import type { CommonOptions, DatasetKind } from '../kind.js';
import { readJsonFile } from '../../files/json-file.js';
import { FileIndex } from '../reading/file-index.js';
import { insideRoot } from '../reading/files.js';
import { checkLink } from '../reading/links.js';
import { labelFilesOf } from './split.js';
import { classFileSchema, documentSchema, optionsSchema } from './schema.js';
import { checkOptions, describeIssue } from '../../check-options.js';
import { listSource, type SplitSource } from '../split-source.js';

/** Where your own images are, and what they show. */
export interface FolderOptions extends CommonOptions {
  /** The classes, or the JSON file in the folder that lists them. Default: from `dataset.json`. */
  readonly classes?: string | readonly ClassEntry[] | undefined;
  /** The splits by name. Default: from `dataset.json`. */
  readonly splits?: Readonly<Record<string, SplitSource>> | undefined;
}

/** A folder of your own images as a kind of dataset. */
export const FOLDER: DatasetKind<FolderOptions, 'folder'> = {
  name: 'folder',
  summary: 'your own images and label maps, with classes and splits from dataset.json',
  check: (options) => checkOptions<FolderOptions>(optionsSchema, options, 'folder'),
  open: openFolder,
};

const DOCUMENT = 'dataset.json';

/**
 * Opens a folder of images and label maps.
 *
 * What the options leave out is read from `dataset.json` in the folder.
 *
 * @throws {@link ConfigError} if classes or splits are given nowhere, or classes contradict each
 *   other
 * @throws {@link DataError} if `dataset.json` or the class file is unreadable or wrong
 *
 * @example
 * const dataset = await openDataset('folder', {
 *   root: '/data/fields',
 *   classes: [{ name: 'soil', id: 0 }, { name: 'crop', id: 1 }, { name: 'void', id: 2, ignore: true }],
 *   splits: { train: { images: 'train', labels: 'train_labels' }, val: { list: 'val.txt' } },
 * });
 */
export async function openFolder(options: FolderOptions): Promise<Dataset> {
  const { root } = options;
  const document = await readDocument(options);
  const name = options.name ?? document.name ?? path.basename(path.resolve(root));
  const classes = options.classes ?? document.classes;
  const splits = options.splits ?? document.splits;
  if (classes === undefined || splits === undefined || Object.keys(splits).length === 0) {
    throw new ConfigError(
      `${name}: expected classes and splits as options or in ${path.join(root, DOCUMENT)}, got ` +
        'not both; for example { "classes": [{ "name": "road", "id": 0 }], ' +
        '"splits": { "train": { "images": "images", "labels": "labels" } } }',
    );
  }
  const entries = typeof classes === 'string' ? await readClassFile(options, classes) : classes;
  const list = readClassEntries(entries);
  if (typeof list === 'string') {
    throw new ConfigError(`${name}: expected classes that agree with each other, got: ${list}`);
  }
  const splitNames = Object.keys(splits);
  return {
    name,
    description: {
      kind: 'folder',
      name,
      root: path.resolve(root),
      options: { classes: entries, splits },
    },
    classes: list.classes,
    labelTable: labelTable(list.classes, list.ignored),
    splits: splitNames,
    async samples(split, listing) {
      requireSplit(name, splitNames, split);
      const source = splits[split];
      if ('list' in source) {
        await checkLink(path.resolve(root, source.list), options);
      }
      return listSource(root, source, `${name}, split ${split}`, listing);
    },
    async labelFiles(split) {
      const source = splits[split];
      return 'list' in source
        ? undefined
        : labelFilesOf(root, source, `${name}, split ${split}`).catch(() => []);
    },
  };
}

async function readDocument(options: CommonOptions): Promise<Omit<FolderOptions, 'root'>> {
  const document = path.join(options.root, DOCUMENT);
  await checkLink(document, options);
  const file = await new FileIndex().find(document);
  return file === undefined ? {} : readDescription(file, documentSchema);
}

async function readClassFile(options: CommonOptions, name: string): Promise<readonly ClassEntry[]> {
  const file = insideRoot(options.root, name, 'class file');
  await checkLink(file, options);
  const content = await readDescription(
    (await new FileIndex().find(file)) ?? file,
    classFileSchema,
  );
  return 'classes' in content ? content.classes : content;
}

async function readDescription<T>(file: string, schema: z.ZodType<T>): Promise<T> {
  const result = schema.safeParse(await readJsonFile(file));
  if (result.success) {
    return result.data;
  }
  throw new DataError(
    `${file}: expected another form, got ${describeIssue(result.error)}; correct it`,
    file,
  );
}
