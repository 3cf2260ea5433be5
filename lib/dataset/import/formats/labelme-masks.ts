/** The output of labelme2voc: masks whose values are the positions of the classes in a list. */
import { IGNORE_LABEL } from '../../dataset.js';
import { checkClasses, exportClass } from '../class-lists.js';
import { Notes, type ImportFormat } from '../format.js';
import { readValueMask } from '../mask-file.js';
import { baseName, readLines, type ExportTree } from '../tree.js';
import { readVocTree, vocMasks } from './voc-tree.js';

const lists = ({ files }: ExportTree): string[] =>
  files.filter((file) => baseName(file) === 'class_names.txt');

/** labelme2voc's masks as a format. */
export const LABELME_MASKS: ImportFormat = {
  name: 'labelme-masks',
  title: 'labelme2voc',
  looksFor: 'class_names.txt and SegmentationClass/*.png or SegmentationClassPNG/*.png',
  takes: ['classes', 'unknownColors'],
  recognise(tree) {
    const [list] = lists(tree);
    const masks = vocMasks(tree);
    const isSuch = list !== undefined && masks.length > 0;
    return Promise.resolve(isSuch ? `${list} and ${masks.length} masks` : undefined);
  },
  async read(tree, options) {
    const [list] = lists(tree);
    const named = options.classes ?? (await readLines(tree, list)).map((name) => exportClass(name));
    // Some lists begin with the label of pixels that do not count; it has no value of its own.
    const classes = checkClasses(
      named.filter(({ name }) => name !== '__ignore__'),
      list,
    );
    const indices = new Map([...classes.keys()].map((index) => [index, index]));
    indices.set(IGNORE_LABEL, IGNORE_LABEL);
    const notes = new Notes();
    const read = (file: string) => readValueMask(file, indices, options.unknownColors, notes);
    const { items, leftOut } = await readVocTree(tree, options, () => Promise.resolve(read));
    const overlap = 'as the masks have it';
    return { classes, items, leftOut, notes, overlap, canBeUnlabelled: false };
  },
};
