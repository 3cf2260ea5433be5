/** The exports of labelling tools: each format of the importer. */
import { AutoDeepLabError } from '#lib/errors.js';
import { MisfitError, type ImportFormat } from '#lib/dataset/import/format.js';
import { ImageFinder } from '#lib/dataset/import/image-finder.js';
import { IMPORT_FORMATS } from '#lib/dataset/import/formats.js';
import { readHeader } from '#lib/dataset/import/image-header.js';
import { uprightSize } from '#lib/dataset/import/orientation.js';
import { recogniseFormat } from '#lib/dataset/import/recognise.js';
import { listTree } from '#lib/dataset/import/tree.js';
import type { FuzzFormat, Given } from '../format.js';
import { EXPORTS } from './export-documents.js';
import { CHANGE_PNG } from './png-changes.js';

function ignoreRefusal(error: unknown): void {
  if (!(error instanceof AutoDeepLabError)) {
    throw error;
  }
}

/** Recognises and reads an export, and draws all its label maps. */
async function readExport({ name }: ImportFormat, { folder }: Given): Promise<unknown> {
  const { signal } = new AbortController();
  const tree = await listTree(folder, signal);
  await recogniseFormat(tree, undefined).catch(ignoreRefusal); // then as the user says
  const { format } = await recogniseFormat(tree, name);
  const { items } = await format.read(tree, {
    images: ImageFinder.of([tree]),
    classes: undefined,
    overlap: undefined,
    unknownColors: 'nearest',
    signal,
  });
  const maps: unknown[] = [];
  for (const item of items) {
    const header = await readHeader(item.image);
    if (typeof header === 'string') {
      maps.push(header);
      continue;
    }
    const image = { upright: uprightSize(header, header.orientation), stored: header };
    try {
      maps.push(await item.draw(image));
    } catch (error) {
      if (!(error instanceof MisfitError)) {
        throw error;
      }
      maps.push(error.message); // the importer leaves such images out
    }
  }
  return maps;
}

/** Three label maps of 64 megapixels: the one that is drawn, and masks of objects. */
const LIMIT_MIB = 512;

/** Each format of the importer. */
export const EXPORT_FORMATS: readonly FuzzFormat[] = IMPORT_FORMATS.map((format) => ({
  name: `export-${format.name}`,
  module: import.meta.url,
  readers: `${format.title}: recogniseFormat, ImportFormat.read, ExportItem.draw`,
  seeds: () => Promise.resolve(EXPORTS[format.name]),
  structured: [CHANGE_PNG],
  isOnDisk: true,
  read: (given: Given) => readExport(format, given),
  limitMiB: LIMIT_MIB,
}));
