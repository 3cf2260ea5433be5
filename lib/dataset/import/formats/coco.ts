/** COCO's JSON as Roboflow, CVAT, Label Studio and labelme2coco write it. */
import path from 'node:path';
import { DataError } from '../../../errors.js';
import type { LabelMap } from '../../pixels.js';
import { blankMap } from '../blank-map.js';
import { checkJson } from '../check-json.js';
import { checkClasses, exportClass } from '../class-lists.js';
import {
  Notes,
  type DrawnImage,
  type ExportItem,
  type ImportFormat,
  type LeftOut,
} from '../format.js';
import { originalOf, splitOf, splitOfPath } from '../names.js';
import { OVERLAP_WORDS, paintObjects } from '../objects.js';
import { folderOf, joinPath, normalPath, readJson, stemOf, type ExportTree } from '../tree.js';
import {
  annotationSchema,
  cocoObject,
  fileSchema,
  hasMask,
  imageSchema,
  type CocoAnnotation,
} from './coco-objects.js';
import { filesOfKind, firstOfKind } from './json-kind.js';

type Id = string | number;

/** The split of an annotation file: by its name, `instances_train2017.json`, or by its folder. */
function splitOfFile(file: string): string | undefined {
  const last = stemOf(file).split('_').at(-1) ?? '';
  return splitOf(last) ?? splitOfPath(folderOf(file));
}

/** The categories of all files by name; a category 0 that no annotation uses is no class. */
class Categories {
  private readonly names = new Map<string, string[]>();
  private readonly used = new Set<string>();

  constructor(private readonly notes: Notes) {}

  add(categories: readonly { readonly id: Id; readonly name: string }[], file: string): void {
    for (const { id, name } of categories) {
      const key = String(id);
      const known = this.names.get(key) ?? [];
      if (known.length > 0 && known[0] !== name) {
        throw new DataError(
          `${file}: expected the category ${key} to be "${known[0]}" as in the other files, got ` +
            `"${name}"; import the files one by one`,
          file,
        );
      }
      this.names.set(key, [name]);
    }
  }

  use(id: Id, file: string): void {
    if (!this.names.has(String(id))) {
      throw new DataError(
        `${file}: expected a category out of ${[...this.names.keys()].join(', ')}, got ${id}; ` +
          'export it again',
        file,
      );
    }
    this.used.add(String(id));
  }

  /** The class names in order of their ids, and the class index of each category. */
  classes(): { readonly names: string[]; readonly indexOf: (id: Id) => number } {
    const names: string[] = [];
    const indices = new Map<string, number>();
    for (const [id, [name]] of this.names) {
      const isParent = id === '0' && !this.used.has(id) && !/^_*background_*$/i.test(name);
      if (isParent && this.used.size > 0) {
        this.notes.add(`category 0, "${name}", has no annotation: not a class`);
        continue;
      }
      if (names.includes(name)) {
        this.notes.add(`several categories are called "${name}": one class`);
      } else {
        names.push(name);
      }
      indices.set(id, names.indexOf(name));
    }
    return { names, indexOf: (id) => indices.get(String(id)) ?? 0 };
  }
}

/** An image with its annotations, which are checked but not decoded. */
interface CocoImage {
  readonly file: string;
  readonly image: { readonly file_name: string; readonly height: number; readonly width: number };
  readonly annotations: CocoAnnotation[];
}

/** Reads one annotation file. */
async function readFile(
  tree: ExportTree,
  file: string,
  categories: Categories,
  notes: Notes,
): Promise<CocoImage[]> {
  const where = path.join(tree.root, file);
  const content = checkJson(fileSchema, await readJson(tree, file), where);
  categories.add(content.categories, where);
  const images = new Map<string, CocoImage>();
  for (const [i, value] of content.images.entries()) {
    const image = checkJson(imageSchema, value, `${where}, images[${i}]`);
    images.set(String(image.id), { file, image, annotations: [] });
  }
  for (const [i, value] of content.annotations.entries()) {
    const annotation = checkJson(annotationSchema, value, `${where}, annotations[${i}]`);
    const image = images.get(String(annotation.image_id));
    if (!hasMask(annotation)) {
      notes.add('annotations without a mask or polygon, such as boxes: not drawn');
    } else if (image === undefined) {
      notes.add('annotations of images that the file does not list: not drawn');
    } else {
      categories.use(annotation.category_id, `${where}, annotations[${i}]`);
      image.annotations.push(annotation);
    }
  }
  return [...images.values()];
}

/** COCO's JSON as a format. */
export const COCO: ImportFormat = {
  name: 'coco',
  title: 'COCO JSON (Roboflow, CVAT, Label Studio, labelme2coco)',
  looksFor:
    'a JSON file with images, annotations and categories, such as _annotations.coco.json, ' +
    'instances_default.json or result.json',
  takes: ['overlap'],
  async recognise(tree) {
    const file = await firstOfKind(tree, 'coco');
    return file && `${file} has images, annotations and categories`;
  },
  async read(tree, { images: finder, overlap = 'smaller', signal }) {
    const notes = new Notes();
    const categories = new Categories(notes);
    const leftOut: LeftOut[] = [];
    const all: CocoImage[] = [];
    for (const file of await filesOfKind(tree, 'coco', signal)) {
      signal.throwIfAborted();
      all.push(...(await readFile(tree, file, categories, notes)));
    }
    if (!all.some(({ annotations }) => annotations.length > 0)) {
      throw new DataError(
        `${tree.root}: expected annotations with polygons or masks, got none; boxes cannot be ` +
          'trained on: export a segmentation (from Label Studio, brush labels come as PNG or JSON)',
        tree.root,
      );
    }
    const { names, indexOf } = categories.classes();
    const items: ExportItem[] = [];
    for (const { file, image, annotations } of all) {
      const name = normalPath(image.file_name);
      const [folder, above] = [folderOf(file), folderOf(folderOf(file))];
      const split = splitOfFile(file);
      // The subset as the file's name spells it: images of several may have the same name.
      const subset = stemOf(file).split('_').at(-1) ?? '';
      const found = finder.find([
        joinPath(folder, name),
        joinPath(folder, 'images', name),
        joinPath(above, 'images', subset, name),
        joinPath(above, 'images', name),
        joinPath(above, subset, name),
      ]);
      if (typeof found === 'string') {
        leftOut.push({ file: name, why: found });
        continue;
      }
      const id = found.relative.replace(/\.[^./]*$/, '');
      const draw = (drawn: DrawnImage): Promise<LabelMap> => {
        const where = `${path.join(tree.root, file)}, ${image.file_name}`;
        const map = blankMap(image, drawn, where);
        const objects = annotations.map((annotation) =>
          cocoObject(annotation, image, indexOf(annotation.category_id), where),
        );
        return Promise.resolve(paintObjects(map, objects, overlap));
      };
      items.push({ source: name, id, image: found, split, group: originalOf(id), draw });
    }
    const classes = checkClasses(
      names.map((name) => exportClass(name)),
      tree.root,
    );
    return {
      classes,
      items,
      leftOut,
      notes,
      overlap: OVERLAP_WORDS[overlap],
      canBeUnlabelled: true,
    };
  },
};
