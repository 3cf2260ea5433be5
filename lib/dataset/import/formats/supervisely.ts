/** Supervisely's project: `meta.json`, and a JSON file per image in `<dataset>/ann`. */
import path from 'node:path';
import { z } from 'zod';
import { DataError } from '../../../errors.js';
import type { Color } from '../../dataset.js';
import type { LabelMap } from '../../pixels.js';
import { withoutExtension } from '../../reading/files.js';
import { blankMap } from '../blank-map.js';
import { checkJson } from '../check-json.js';
import { checkClasses, exportClass } from '../class-lists.js';
import {
  Notes,
  type ExportClass,
  type DrawnImage,
  type ExportItem,
  type ImportFormat,
  type LeftOut,
} from '../format.js';
import { originalOf, splitOf } from '../names.js';
import { OVERLAP_WORDS } from '../objects.js';
import { baseName, folderOf, joinPath, readJson, sniff, type ExportTree } from '../tree.js';
import { objectFault, objectSchema, paintObject } from './supervisely-objects.js';

const metaSchema = z.object({
  classes: z.array(z.object({ title: z.string().min(1), color: z.string().optional() })),
});
const annotationSchema = z.object({
  size: z.object({ height: z.int().positive(), width: z.int().positive() }),
  objects: z.array(objectSchema),
});

const ANNOTATION = /(^|\/)ann\/[^/]+\.json$/i;

/** The project file with annotations below its folder, if there is one. */
async function findMeta(tree: ExportTree): Promise<string | undefined> {
  for (const file of tree.files.filter((one) => baseName(one) === 'meta.json')) {
    const folder = folderOf(file);
    const hasAnnotations = tree.files.some(
      (one) => ANNOTATION.test(one) && (folder === '' || one.startsWith(`${folder}/`)),
    );
    if (hasAnnotations && /"classes"\s*:/.test(await sniff(tree, file))) {
      return file;
    }
  }
  return undefined;
}

function toColor(text: string | undefined): Color | undefined {
  if (text === undefined || !/^#[0-9a-f]{6}$/i.test(text)) {
    return undefined;
  }
  const value = Number.parseInt(text.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

async function readClasses(tree: ExportTree, meta: string): Promise<ExportClass[]> {
  const where = path.join(tree.root, meta);
  const { classes } = checkJson(metaSchema, await readJson(tree, meta), where);
  return checkClasses(
    classes.map(({ title, color }) => exportClass(title, toColor(color))),
    where,
  );
}

/** Draws the objects of an annotation file in their order. */
async function drawFile(
  tree: ExportTree,
  file: string,
  indices: ReadonlyMap<string, number>,
  notes: Notes,
  drawn: DrawnImage,
): Promise<LabelMap> {
  const where = path.join(tree.root, file);
  const { size, objects } = checkJson(annotationSchema, await readJson(tree, file), where);
  const map = blankMap(size, drawn, where);
  for (const object of objects) {
    const fault = objectFault(object);
    if (fault !== undefined) {
      notes.add(fault);
      continue;
    }
    if (object.geometryType === 'line') {
      notes.add('lines: drawn one pixel wide');
    }
    const index = indices.get(object.classTitle);
    if (index === undefined) {
      throw new DataError(
        `${where}: expected the classes of meta.json, got "${object.classTitle}"; export it again`,
        where,
      );
    }
    await paintObject(object, map, index, where);
  }
  return map;
}

/** Supervisely's project as a format. */
export const SUPERVISELY: ImportFormat = {
  name: 'supervisely',
  title: 'Supervisely project',
  looksFor: 'meta.json with classes, and <dataset>/ann/*.json',
  takes: [],
  async recognise(tree) {
    const meta = await findMeta(tree);
    return meta && `${meta} has classes, and ann holds annotations`;
  },
  async read(tree, { images }) {
    const meta = await findMeta(tree);
    if (meta === undefined) {
      throw new DataError(
        `${tree.root}: expected meta.json with classes and ann/*.json, got none; export the project`,
        tree.root,
      );
    }
    const classes = await readClasses(tree, meta);
    const indices = new Map(classes.map(({ name }, index) => [name, index]));
    const notes = new Notes();
    const leftOut: LeftOut[] = [];
    const items: ExportItem[] = [];
    for (const file of tree.files.filter((one) => ANNOTATION.test(one))) {
      const dataset = folderOf(folderOf(file));
      const name = baseName(file).replace(/\.json$/i, ''); // the image's name with its extension
      const image = images.find([joinPath(dataset, 'img', name)]);
      if (typeof image === 'string') {
        leftOut.push({ file, why: image });
        continue;
      }
      const id = joinPath(dataset, withoutExtension(name));
      const draw = (drawn: DrawnImage) => drawFile(tree, file, indices, notes, drawn);
      const split = splitOf(baseName(dataset));
      items.push({ source: file, id, image, split, group: originalOf(id), draw });
    }
    const overlap = OVERLAP_WORDS.later;
    return { classes, items, leftOut, notes, overlap, canBeUnlabelled: true };
  },
};
