/** Masks in the colours of a table: `class_dict.csv`, `label_colors.txt`, `dataset_meta.json` and others. */
import path from 'node:path';
import { DataError } from '../../../errors.js';
import { checkClasses, readColorTable } from '../class-lists.js';
import {
  Notes,
  type ExportClass,
  type ExportItem,
  type ImportFormat,
  type LeftOut,
} from '../format.js';
import { ColorMasks } from '../mask-file.js';
import { originalOf, splitOf } from '../names.js';
import { baseName, folderOf, joinPath, stemOf, type ExportTree } from '../tree.js';

const TABLES = [
  'class_dict.csv',
  'class_dict_seg.csv',
  'labelmap.csv',
  'label_colors.txt',
  'dataset_meta.json',
];
const MASK_FOLDER = /(^|[-_ ])(masks?|labels?|annot|annotations?|gt|seg)$|(masks?|labels|annot)$/i;
const MASK_ENDING = /(_color)?[-_](mask|labels?|gt|seg|L)$/i;
const MASK_BEGINNING = /^(gt|mask|label)[-_]/i;
const IMAGE_BEGINNING = /^(image|img)[-_](?=\d)/i;

const tables = ({ files }: ExportTree): string[] =>
  files.filter((file) => TABLES.includes(baseName(file).toLowerCase()));

/** Whether a file is a mask by its folder or its name. */
function isMask(file: string): boolean {
  const stem = stemOf(file);
  const folder = baseName(folderOf(file));
  return MASK_FOLDER.test(folder) || MASK_ENDING.test(stem) || MASK_BEGINNING.test(stem);
}

const masksOf = ({ files }: ExportTree): string[] =>
  files.filter((file) => /\.png$/i.test(file) && isMask(file));

/** The folders of a mask without what says that they hold masks: `a/train_labels` becomes `a/train`. */
function withoutMasks(folder: string): string {
  return joinPath(...folder.split('/').map((part) => part.replace(MASK_FOLDER, '')));
}

/** What a mask and its image are both called. */
function keyOf(file: string): string {
  return stemOf(file)
    .replace(MASK_ENDING, '')
    .replace(MASK_BEGINNING, '')
    .replace(IMAGE_BEGINNING, '');
}

async function readClasses(tree: ExportTree): Promise<ExportClass[]> {
  const [file] = tables(tree);
  if (file === undefined) {
    throw new DataError(
      `${tree.root}: expected a colour table (${TABLES.join(', ')}), got none; pass one as class ` +
        'file: lines of name,red,green,blue',
      tree.root,
    );
  }
  const classes = await readColorTable(tree, file);
  if (classes === undefined) {
    throw new DataError(
      `${tree.root}/${file}: expected lines of name,red,green,blue with numbers from 0 to 255, got ` +
        'others; correct the table',
      file,
    );
  }
  return checkClasses(classes, file);
}

/** Masks with a colour table as a format. */
export const COLOR_MASKS: ImportFormat = {
  name: 'color-masks',
  title: 'masks with a colour table',
  looksFor: `${TABLES.join(' or ')}, and PNG masks in a folder such as masks or train_labels`,
  takes: ['classes', 'unknownColors'],
  recognise(tree) {
    const [table] = tables(tree);
    const masks = masksOf(tree);
    const isSuch = table !== undefined && masks.length > 0;
    return Promise.resolve(isSuch ? `${table} and ${masks.length} masks` : undefined);
  },
  async read(tree, { images, classes: given, unknownColors, signal }) {
    const classes = given ?? (await readClasses(tree));
    const notes = new Notes();
    const found: Omit<ExportItem, 'draw'>[] = [];
    const leftOut: LeftOut[] = [];
    const pictures = images.only((relative) => !isMask(relative));
    for (const mask of masksOf(tree)) {
      const key = keyOf(mask);
      const folder = withoutMasks(folderOf(mask));
      const names = [key, `image_${key}`, `img_${key}`].map((name) => joinPath(folder, name));
      const image = pictures.find(names);
      if (typeof image === 'string') {
        leftOut.push({ file: mask, why: image });
        continue;
      }
      found.push({
        source: mask,
        id: mask.replace(/\.png$/i, ''),
        image,
        split: splitOf(baseName(folderOf(mask))),
        group: originalOf(key),
      });
    }
    const fileOf = ({ source }: { readonly source: string }): string =>
      path.join(tree.root, source);
    const options = { classes, unknown: unknownColors, notes };
    const masks = await ColorMasks.of(found.map(fileOf), options, signal);
    const items = found.map((one): ExportItem => {
      return { ...one, draw: () => masks.read(fileOf(one)) };
    });
    const overlap = 'as the masks have it';
    return { classes, items, leftOut, notes, overlap, canBeUnlabelled: false };
  },
};
