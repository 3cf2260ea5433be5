/** Importing the export of a labelling tool as a dataset of the kind `folder`. */
import path from 'node:path';
import { DataError } from '../../errors.js';
import { interruptSignal } from '../../interrupt.js';
import { IGNORE_LABEL } from '../dataset.js';
import { readClassList } from './class-lists.js';
import { sameImages } from './duplicates.js';
import type { ExportContent, LeftOut } from './format.js';
import { ImageFinder } from './image-finder.js';
import { checkImportOptions, requireTaken, type ImportOptions } from './import-options.js';
import { ItemWriter } from './item-writer.js';
import { recogniseFormat } from './recognise.js';
import type { ImportReport } from './report.js';
import { withoutRivals } from './rivals.js';
import { splitItems } from './splits.js';
import { listTree } from './tree.js';
import { classValues } from './values.js';
import { FolderWriter } from './writer.js';

/**
 * Imports the export of a labelling tool: images, indexed PNG label maps, `dataset.json`, a list per
 * split and `import.json`, which says what was decided.
 *
 * The folder appears when it is whole. One image is in memory at a time.
 *
 * @throws {@link ConfigError} if an option cannot be followed, or `out` is not empty
 * @throws {@link DataError} if the format is not known, or the export is damaged or without images
 * @throws the signal's reason if it is aborted
 *
 * @example
 * const { root } = await importDataset({ folder: '/data/labelme', out: 'imported' });
 * const fields = await openDataset('folder', { root });
 */
export async function importDataset(options: ImportOptions): Promise<ImportReport> {
  checkImportOptions(options);
  const { folder, out, format: formatName, seed = 1 } = options;
  const signal = options.signal ?? interruptSignal();
  const tree = await listTree(folder, signal);
  const writer = await FolderWriter.begin(out, tree.root);
  try {
    const { format, why } = await recogniseFormat(tree, formatName);
    requireTaken(format, options);
    const others = options.images === undefined ? [] : [await listTree(options.images, signal)];
    const whole = await format.read(tree, {
      images: ImageFinder.of([tree, ...others]),
      classes: options.classes === undefined ? undefined : await readClassList(options.classes),
      overlap: options.overlap,
      unknownColors: options.unknownColors ?? 'error',
      signal,
    });
    requireItems(whole, tree.root);
    const rivals = withoutRivals(whole.items);
    const content: ExportContent = {
      ...whole,
      items: rivals.items,
      leftOut: [...whole.leftOut, ...rivals.leftOut],
    };
    const values = classValues(content, options.unlabelled ?? 'background', options.ignore ?? []);
    const same = await sameImages(content.items, signal);
    const { splits, rule, leftOut } = splitItems(content.items, options.splits, seed, same);
    const work = new ItemWriter(content, values, writer, options.link ?? false);
    const items = new Set([...splits.values()].flat());
    const written = await work.write(items, signal, options.onProgress);
    const counts: Record<string, number> = {};
    for (const [name, own] of splits) {
      const lines = own.flatMap((item) => written.get(item) ?? []);
      if (lines.length > 0) {
        counts[name] = lines.length;
        await writer.addBytes(`splits/${name}.txt`, `${lines.join('\n')}\n`);
      }
    }
    if (written.size === 0) {
      throw nothingLeft([...content.leftOut, ...work.leftOut], tree.root);
    }
    const report: ImportReport = {
      source: tree.root,
      root: writer.root,
      format: format.name,
      recognisedBy: why,
      classes: work.classes.map(({ name, trainId, color }) => {
        return { name, value: trainId, color, pixels: work.pixels[trainId] };
      }),
      ignoredPixels: work.pixels[IGNORE_LABEL],
      unlabelled: values.unlabelled,
      overlap: content.overlap,
      splits: counts,
      splitRule: rule,
      images: written.size,
      leftOut: [...content.leftOut, ...leftOut, ...work.leftOut],
      notes: content.notes.list(),
    };
    await writer.addJson('import.json', report);
    await writer.addJson('dataset.json', {
      name: options.name ?? path.basename(writer.root),
      classes: work.classes.map(({ name, trainId, color }) => ({ name, id: trainId, color })),
      splits: Object.fromEntries(
        Object.keys(counts).map((split) => [split, { list: `splits/${split}.txt` }]),
      ),
    });
    signal.throwIfAborted();
    await writer.finish();
    return report;
  } finally {
    await writer.close();
  }
}

function requireItems({ items, leftOut }: ExportContent, root: string): void {
  if (items.length === 0) {
    throw nothingLeft(leftOut, root);
  }
}

function nothingLeft(leftOut: readonly LeftOut[], root: string): DataError {
  const got =
    leftOut.length === 0
      ? 'none'
      : `${leftOut.length} without one; the first is ${leftOut[0].file}: ${leftOut[0].why}`;
  return new DataError(
    `${root}: expected label maps with their images, got ${got}. Export the images too (CVAT: ` +
      '"Save images"), or name their folder with the option images',
    root,
  );
}
