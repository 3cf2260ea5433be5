/** The folders of PASCAL VOC, in which CVAT and labelme2voc write masks. */
import { originalOf, splitOf } from '../names.js';
import type { ExportContent, ExportItem, LeftOut, ReadOptions } from '../format.js';
import { baseName, folderOf, joinPath, readLines, stemOf, type ExportTree } from '../tree.js';
import type { LabelMap } from '../../pixels.js';
import path from 'node:path';

const MASKS = /(^|\/)SegmentationClass(PNG)?\/(.+)\.png$/i;
const LISTS = /(^|\/)ImageSets\/Segmentation\/[^/]+\.txt$/i;
const USUAL = ['train', 'val', 'test'];

/** The class masks of a tree. */
export function vocMasks({ files }: ExportTree): string[] {
  return files.filter((file) => MASKS.test(file));
}

/** The folder that holds `SegmentationClass` with a mask in it, and the mask's name there. */
function placeOf(mask: string): { readonly base: string; readonly name: string } {
  const match = MASKS.exec(mask);
  const base = match === null ? '' : mask.slice(0, match.index);
  return { base, name: match?.[3] ?? stemOf(mask) };
}

/** The split of each image by its path, and what the lists name but the folder lacks. */
async function readLists(tree: ExportTree, masks: ReadonlySet<string>) {
  const splits = new Map<string, string>();
  const leftOut: LeftOut[] = [];
  const rank = (file: string): number => {
    const at = USUAL.indexOf(splitOf(stemOf(file)) ?? '');
    return at < 0 ? USUAL.length : at;
  };
  const lists = tree.files.filter((file) => LISTS.test(file));
  for (const file of lists.sort((a, b) => rank(a) - rank(b))) {
    const base = folderOf(folderOf(folderOf(file)));
    const name = stemOf(file);
    for (const line of await readLines(tree, file)) {
      // A name may hold blanks, be quoted, or have another column after it.
      const names = [line.replaceAll('"', ''), line.split(/\s+/)[0]];
      const ids = names.map((one) => joinPath(base, one));
      const id = ids.find((one) => masks.has(one)) ?? ids[0];
      if (!masks.has(id)) {
        leftOut.push({ file: id, why: `listed in ${baseName(file)}, but there is no mask` });
      } else if (!splits.has(id) && name !== 'default') {
        splits.set(id, splitOf(name) ?? name);
      }
    }
  }
  return { splits, leftOut };
}

/**
 * The items of such a tree.
 *
 * @param begin - receives all masks that have an image; gives what reads one as class indices
 */
export async function readVocTree(
  tree: ExportTree,
  { images }: ReadOptions,
  begin: (masks: readonly string[]) => Promise<(mask: string) => Promise<LabelMap>>,
): Promise<Pick<ExportContent, 'items' | 'leftOut'>> {
  const masks = vocMasks(tree).map((file) => ({ file, place: placeOf(file) }));
  const ids = new Set(masks.map(({ place }) => joinPath(place.base, place.name)));
  const { splits, leftOut } = await readLists(tree, ids);
  const found: Omit<ExportItem, 'draw'>[] = [];
  for (const { file, place } of masks) {
    const { base, name } = place;
    const id = joinPath(base, name);
    const image = images.find([joinPath(base, 'JPEGImages', `${name}.jpg`), joinPath(base, name)]);
    if (typeof image === 'string') {
      leftOut.push({ file, why: image });
      continue;
    }
    found.push({
      source: file,
      id,
      image,
      split: splits.get(id),
      group: originalOf(id),
    });
  }
  const fileOf = ({ source }: { readonly source: string }): string => path.join(tree.root, source);
  const read = await begin(found.map(fileOf));
  const items = found.map((one): ExportItem => ({ ...one, draw: () => read(fileOf(one)) }));
  return { items, leftOut };
}
