/** Roboflow's "Semantic Segmentation Masks" (`png-mask-semantic`). */
import path from 'node:path';
import { DataError } from '../../../errors.js';
import { checkClasses, exportClass } from '../class-lists.js';
import { Notes, type ExportItem, type ImportFormat, type LeftOut } from '../format.js';
import { readValueMask } from '../mask-file.js';
import { originalOf, splitOfPath } from '../names.js';
import { baseName, folderOf, joinPath, readLines, type ExportTree } from '../tree.js';

const MASK = /_mask\.png$/i;

const classFiles = ({ files }: ExportTree): string[] =>
  files.filter((file) => baseName(file) === '_classes.csv');

/** Names by pixel value; the class file of every split must say the same. */
async function readClasses(tree: ExportTree): Promise<Map<number, string>> {
  const names = new Map<number, string>();
  for (const file of classFiles(tree)) {
    for (const line of (await readLines(tree, file)).slice(1)) {
      const match = /^(\d{1,3})\s*,\s*(.+)$/.exec(line);
      const value = Number(match?.[1]);
      if (match === null || value > 255) {
        throw new DataError(
          `${tree.root}/${file}: expected lines of the form 1, name, got "${line}"; export it again`,
          file,
        );
      }
      const earlier = names.get(value);
      if (earlier !== undefined && earlier !== match[2]) {
        throw new DataError(
          `${tree.root}/${file}: expected "${earlier}" for the value ${value} as in the other ` +
            `splits, got "${match[2]}"; import the splits one by one`,
          file,
        );
      }
      names.set(value, match[2]);
    }
  }
  return new Map([...names].sort(([a], [b]) => a - b));
}

/** Roboflow's masks as a format. */
export const ROBOFLOW_MASKS: ImportFormat = {
  name: 'roboflow-masks',
  title: 'Roboflow "Semantic Segmentation Masks"',
  looksFor: '_classes.csv and *_mask.png',
  takes: ['unknownColors'],
  recognise(tree) {
    const [list] = classFiles(tree);
    const masks = tree.files.filter((file) => MASK.test(file));
    const isSuch = list !== undefined && masks.length > 0;
    return Promise.resolve(isSuch ? `${list} and ${masks.length} masks` : undefined);
  },
  async read(tree, { images, unknownColors }) {
    const names = await readClasses(tree);
    const classes = checkClasses(
      [...names.values()].map((name) => exportClass(name)),
      classFiles(tree)[0],
    );
    const indices = new Map([...names.keys()].map((value, index) => [value, index]));
    const notes = new Notes();
    const items: ExportItem[] = [];
    const leftOut: LeftOut[] = [];
    const pictures = images.only((relative) => !MASK.test(relative));
    for (const mask of tree.files.filter((file) => MASK.test(file))) {
      const id = mask.replace(MASK, '');
      const image = pictures.find([`${id}.jpg`, id]);
      if (typeof image === 'string') {
        leftOut.push({ file: mask, why: image });
        continue;
      }
      items.push({
        source: mask,
        id: joinPath(folderOf(mask), baseName(id)),
        image,
        split: splitOfPath(folderOf(mask)),
        group: originalOf(baseName(id)),
        draw: () => readValueMask(path.join(tree.root, mask), indices, unknownColors, notes),
      });
    }
    const overlap = 'as the masks have it';
    return { classes, items, leftOut, notes, overlap, canBeUnlabelled: false };
  },
};
