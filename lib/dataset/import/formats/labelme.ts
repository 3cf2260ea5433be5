/** labelme's JSON files, one beside each image. */
import path from 'node:path';
import { z } from 'zod';
import { DataError } from '../../../errors.js';
import { IGNORE_LABEL } from '../../dataset.js';
import type { LabelMap } from '../../pixels.js';
import { blankMap } from '../blank-map.js';
import { checkJson } from '../check-json.js';
import { checkClasses, exportClass, readClassList } from '../class-lists.js';
import {
  Notes,
  UNLABELLED,
  type ExportClass,
  type DrawnImage,
  type ExportItem,
  type ImageSource,
  type ImportFormat,
  type LeftOut,
  type ReadOptions,
} from '../format.js';
import { originalOf, splitOfPath } from '../names.js';
import { OVERLAP_WORDS } from '../objects.js';
import { baseName, folderOf, joinPath, normalPath, readJson, type ExportTree } from '../tree.js';
import { filesOfKind, firstOfKind } from './json-kind.js';
import { paintShape, shapeFault, shapeSchema } from './labelme-shapes.js';

const schema = z.object({
  shapes: z.array(shapeSchema),
  imagePath: z.string().nullish(),
  imageData: z.string().nullish(),
  imageHeight: z.int().positive().nullish(),
  imageWidth: z.int().positive().nullish(),
});

type LabelmeFile = z.infer<typeof schema>;

const where = (tree: ExportTree, file: string): string => path.join(tree.root, file);

async function readFile(tree: ExportTree, file: string): Promise<LabelmeFile> {
  return checkJson(schema, await readJson(tree, file), where(tree, file));
}

/** The image that a file names, else the one called as it, else the one in it, else a namesake elsewhere. */
function imageOf(
  tree: ExportTree,
  file: string,
  { imagePath, imageData }: LabelmeFile,
  { images }: ReadOptions,
): ImageSource | string {
  const own = file.replace(/\.json$/i, '');
  const named = imagePath ? [joinPath(folderOf(file), normalPath(imagePath))] : [];
  const found = images.find([...named, `${own}.jpg`]);
  if (!imageData || (typeof found !== 'string' && found.fit !== 'elsewhere')) {
    return found;
  }
  return {
    read: async () => Buffer.from((await readFile(tree, file)).imageData ?? '', 'base64'),
  };
}

/** The classes: of the user's list, of `labels.txt`, or all labels sorted. */
async function readClasses(
  tree: ExportTree,
  labels: ReadonlySet<string>,
  given: readonly ExportClass[] | undefined,
): Promise<ExportClass[]> {
  const lists = tree.files.filter((file) => baseName(file) === 'labels.txt');
  const [list] = lists.sort((a, b) => a.split('/').length - b.split('/').length);
  const named = given ?? (list === undefined ? undefined : await readClassList(where(tree, list)));
  if (named === undefined) {
    return checkClasses(
      [...labels].sort().map((name) => exportClass(name)),
      tree.root,
    );
  }
  const missing = [...labels].find((label) => !named.some(({ name }) => name === label));
  if (missing !== undefined) {
    throw new DataError(
      `${tree.root}: expected the labels ${named.map(({ name }) => name).join(', ')}, got ` +
        `"${missing}"; add it to ${list ?? 'the class file'}`,
      list,
    );
  }
  return checkClasses(named, list ?? tree.root);
}

/** labelme's JSON files as a format. */
export const LABELME: ImportFormat = {
  name: 'labelme',
  title: 'labelme JSON',
  looksFor: 'JSON files with shapes and imagePath',
  takes: ['classes'],
  async recognise(tree) {
    const file = await firstOfKind(tree, 'labelme');
    return file && `${file} has shapes and imagePath`;
  },
  async read(tree, options) {
    const labels = new Set<string>();
    const notes = new Notes();
    const leftOut: LeftOut[] = [];
    const found: { file: string; image: ImageSource }[] = [];
    for (const file of await filesOfKind(tree, 'labelme', options.signal)) {
      options.signal.throwIfAborted();
      const content = await readFile(tree, file);
      const image = imageOf(tree, file, content, options);
      if (typeof image === 'string') {
        leftOut.push({ file, why: `${image}, and the file holds no imageData` });
        continue;
      }
      for (const shape of content.shapes) {
        const fault = shapeFault(shape);
        if (fault === undefined) {
          labels.add(shape.label);
        } else {
          notes.add(fault);
        }
      }
      found.push({ file, image });
    }
    const classes = found.length === 0 ? [] : await readClasses(tree, labels, options.classes);
    const indices = new Map(
      classes.map(({ name, isIgnored }, index) => [name, isIgnored ? IGNORE_LABEL : index]),
    );
    const items = found.map(({ file, image }): ExportItem => {
      const id = file.replace(/\.json$/i, '');
      const draw = async (drawn: DrawnImage): Promise<LabelMap> => {
        const { shapes, imageHeight, imageWidth } = await readFile(tree, file);
        const { upright } = drawn;
        const own = { height: imageHeight ?? upright.height, width: imageWidth ?? upright.width };
        const map = blankMap(own, drawn, where(tree, file));
        for (const shape of shapes.filter((one) => shapeFault(one) === undefined)) {
          const index = indices.get(shape.label) ?? UNLABELLED;
          await paintShape(shape, map, index, where(tree, file));
        }
        return map;
      };
      const split = splitOfPath(folderOf(file));
      return { source: file, id, image, split, group: originalOf(id), draw };
    });
    const overlap = OVERLAP_WORDS.later;
    return { classes, items, leftOut, notes, overlap, canBeUnlabelled: true };
  },
};
