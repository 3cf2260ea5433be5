/** Label Studio's own JSON: tasks with regions, brush strokes included. */
import path from 'node:path';
import { z } from 'zod';
import { DataError } from '../../../errors.js';
import type { LabelMap } from '../../pixels.js';
import { isImageName } from '../../reading/files.js';
import { blankMap } from '../blank-map.js';
import { checkJson } from '../check-json.js';
import { checkClasses, exportClass } from '../class-lists.js';
import {
  Notes,
  UNLABELLED,
  type DrawnImage,
  type ExportItem,
  type ImportFormat,
  type LeftOut,
} from '../format.js';
import { originalOf } from '../names.js';
import { OVERLAP_WORDS } from '../objects.js';
import { baseName, readJson, stemOf, type ExportTree } from '../tree.js';
import { filesOfKind, firstOfKind } from './json-kind.js';
import {
  labelOf,
  paintRegion,
  regionSchema,
  regionSize,
  shapeOf,
  type Region,
} from './label-studio-regions.js';

const answerSchema = z.object({
  result: z.array(z.unknown()),
  was_cancelled: z.boolean().nullish(),
});
const taskSchema = z.object({
  id: z.union([z.int(), z.string()]).optional(),
  data: z.record(z.string(), z.unknown()),
  file_upload: z.string().nullish(),
  annotations: z.array(answerSchema).optional(),
  completions: z.array(answerSchema).optional(),
});

type Task = z.infer<typeof taskSchema>;

/** The text of a part of a URL; a text that is none stays. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The file names that a task may mean by its image, the most likely first; folders are those of a server. */
function imageNames({ data, file_upload: upload }: Task): string[] {
  const texts = Object.values(data).filter((value): value is string => typeof value === 'string');
  const names = [...(upload ? [upload] : []), ...texts].map((text) => {
    const local = /[?&]d=([^&]+)/.exec(text)?.[1];
    return decoded(local ?? text.replace(/[?#].*$/, ''));
  });
  return names
    .filter(isImageName)
    .flatMap((name) => [name, baseName(name), baseName(name).replace(/^[0-9a-f]{8}-/i, '')]);
}

/** A region with its label. A region that comes twice has its label in one of the two. */
interface LabelledRegion {
  readonly region: Region;
  readonly label: string;
}

function regionsOf({ annotations, completions }: Task, where: string, notes: Notes) {
  const answers = (annotations ?? completions ?? []).filter((one) => one.was_cancelled !== true);
  if (answers.length > 1) {
    notes.add('tasks with several annotations: the first one counts');
  }
  const all = (answers.at(0)?.result ?? [])
    .filter((value) => typeof value === 'object' && value !== null && 'value' in value)
    .map((value) => checkJson(regionSchema, value, where));
  const labels = new Map<string, string>();
  for (const region of all) {
    const label = labelOf(region);
    if (region.id !== undefined && label !== undefined) {
      labels.set(region.id, label);
    }
  }
  const regions: LabelledRegion[] = [];
  const drawn = new Set<string>();
  for (const region of all) {
    const label = labelOf(region) ?? labels.get(region.id ?? '');
    if (shapeOf(region) === undefined || label === undefined) {
      if (region.type !== 'choices' && shapeOf(region) === undefined) {
        notes.add(`regions of the type ${region.type}, which is no area: not drawn`);
      }
    } else if (region.id === undefined || !drawn.has(region.id)) {
      drawn.add(region.id ?? '');
      regions.push({ region, label });
    }
  }
  return regions;
}

async function readTasks(tree: ExportTree, file: string): Promise<Task[]> {
  const content = await readJson(tree, file);
  const where = path.join(tree.root, file);
  return (Array.isArray(content) ? content : [content]).map((task: unknown, i) =>
    checkJson(taskSchema, task, `${where}, task ${i}`),
  );
}

/** Label Studio's JSON as a format. */
export const LABEL_STUDIO: ImportFormat = {
  name: 'label-studio',
  title: 'Label Studio JSON',
  looksFor: 'a JSON file of tasks with annotations, result and from_name',
  takes: ['classes'],
  async recognise(tree) {
    const file = await firstOfKind(tree, 'label-studio');
    return file && `${file} has tasks with results`;
  },
  async read(tree, { images, classes: given, signal }) {
    const notes = new Notes();
    const leftOut: LeftOut[] = [];
    const found: { item: Omit<ExportItem, 'draw'>; regions: LabelledRegion[]; where: string }[] =
      [];
    for (const file of await filesOfKind(tree, 'label-studio', signal)) {
      for (const [i, task] of (await readTasks(tree, file)).entries()) {
        const where = `${path.join(tree.root, file)}, task ${task.id ?? i}`;
        const names = imageNames(task);
        const image = names.length === 0 ? 'the task names no image' : images.find(names);
        if (typeof image === 'string') {
          leftOut.push({ file: `${file}, task ${task.id ?? i}`, why: image });
          continue;
        }
        const id = stemOf(image.relative);
        found.push({
          item: {
            source: `${file}, task ${task.id ?? i}`,
            id,
            image,
            split: undefined,
            group: originalOf(id),
          },
          regions: regionsOf(task, where, notes),
          where,
        });
      }
    }
    const labels = new Set(found.flatMap(({ regions }) => regions.map(({ label }) => label)));
    if (found.length > 0 && labels.size === 0) {
      throw new DataError(
        `${tree.root}: expected regions with labels and areas, got none; label polygons, ` +
          'rectangles, ellipses or brush strokes',
        tree.root,
      );
    }
    const classes =
      found.length === 0
        ? []
        : checkClasses(given ?? [...labels].sort().map((name) => exportClass(name)), tree.root);
    const indices = new Map(classes.map(({ name }, index) => [name, index]));
    const missing = [...labels].find((label) => !indices.has(label));
    if (missing !== undefined) {
      throw new DataError(
        `${tree.root}: expected the labels of the class file, got "${missing}"; add it there`,
        tree.root,
      );
    }
    const items = found.map(({ item, regions, where }): ExportItem => {
      const draw = (drawn: DrawnImage): Promise<LabelMap> => {
        const own = regionSize(
          regions.map(({ region }) => region),
          drawn.upright,
        );
        const map = blankMap(own, drawn, where);
        for (const { region, label } of regions) {
          paintRegion(region, map, indices.get(label) ?? UNLABELLED, where);
        }
        return Promise.resolve(map);
      };
      const { source, id, image, split, group } = item;
      return { source, id, image, split, group, draw };
    });
    const overlap = OVERLAP_WORDS.later;
    return { classes, items, leftOut, notes, overlap, canBeUnlabelled: true };
  },
};
