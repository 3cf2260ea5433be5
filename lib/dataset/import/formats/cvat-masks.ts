/** CVAT's "Segmentation mask 1.1": masks in the colours of `labelmap.txt`. */
import path from 'node:path';
import { DataError } from '../../../errors.js';
import { checkClasses, parseLabelMap } from '../class-lists.js';
import { Notes, type ExportClass, type ImportFormat } from '../format.js';
import { ColorMasks } from '../mask-file.js';
import { baseName, readLines, type ExportTree } from '../tree.js';
import { readVocTree, vocMasks } from './voc-tree.js';

const labelMaps = ({ files }: ExportTree): string[] =>
  files.filter((file) => baseName(file).toLowerCase() === 'labelmap.txt');

/** The classes of the label maps of a tree, which must be the same. */
async function readClasses(tree: ExportTree): Promise<ExportClass[]> {
  let first: { readonly file: string; readonly classes: ExportClass[] } | undefined;
  for (const file of labelMaps(tree)) {
    const classes = parseLabelMap(await readLines(tree, file), path.join(tree.root, file));
    if (classes === undefined) {
      throw new DataError(
        `${tree.root}/${file}: expected lines of the form name:red,green,blue:parts:actions, got ` +
          'others; export it again',
        file,
      );
    }
    if (first !== undefined && JSON.stringify(first.classes) !== JSON.stringify(classes)) {
      throw new DataError(
        `${tree.root}: expected one list of classes, got different ones in ${first.file} and ` +
          `${file}; import the folders one by one`,
        file,
      );
    }
    first ??= { file, classes: checkClasses(classes, file) };
  }
  return first?.classes ?? [];
}

/** CVAT's masks as a format. */
export const CVAT_MASKS: ImportFormat = {
  name: 'cvat-masks',
  title: 'CVAT "Segmentation mask 1.1"',
  looksFor: 'labelmap.txt and SegmentationClass/*.png',
  takes: ['classes', 'unknownColors'],
  recognise(tree) {
    const [list] = labelMaps(tree);
    const masks = vocMasks(tree);
    const isSuch = list !== undefined && masks.length > 0;
    return Promise.resolve(isSuch ? `${list} and ${masks.length} masks` : undefined);
  },
  async read(tree, options) {
    const classes = options.classes ?? (await readClasses(tree));
    const notes = new Notes();
    const maskOptions = { classes, unknown: options.unknownColors, notes };
    const { items, leftOut } = await readVocTree(tree, options, async (files) => {
      const masks = await ColorMasks.of(files, maskOptions, options.signal);
      return (file) => masks.read(file);
    });
    const overlap = 'as the masks have it';
    return { classes, items, leftOut, notes, overlap, canBeUnlabelled: false };
  },
};
