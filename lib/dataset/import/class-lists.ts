/** Lists of classes as tools and users write them: names, or names with colours. */
import path from 'node:path';
import { z } from 'zod';
import { DataError } from '../../errors.js';
import type { Color } from '../dataset.js';
import { MOST_CLASSES, type ExportClass } from './format.js';
import { baseName, readJson, readLines, type ExportTree } from './tree.js';

/** Labels that tools give to pixels that do not count. */
const IGNORED = new Set(['__ignore__', 'ignored', 'ignore']);

const byte = (text: string): number | undefined =>
  /^\d{1,3}$/.test(text) && Number(text) <= 255 ? Number(text) : undefined;

function colorOf(parts: readonly string[]): Color | undefined {
  const [red, green, blue] = parts.slice(0, 3).map((part) => byte(part.trim()));
  return red === undefined || green === undefined || blue === undefined
    ? undefined
    : [red, green, blue];
}

/** A class, ignored if its name says so. */
export function exportClass(name: string, color?: Color): ExportClass {
  return { name, color, isIgnored: IGNORED.has(name.toLowerCase()) };
}

/**
 * CVAT's and Datumaro's `labelmap.txt`: lines `name:r,g,b:parts:actions`, `#` begins a comment.
 *
 * @returns the classes, or undefined if a line has another form
 */
export function parseLabelMap(lines: readonly string[]): ExportClass[] | undefined {
  const classes: ExportClass[] = [];
  for (const line of lines.filter((text) => !text.startsWith('#'))) {
    const match = /^(.+?):(\d+,\d+,\d+)?:[^:]*:.*$/.exec(line);
    const color = match?.[2] === undefined ? undefined : colorOf(match[2].split(','));
    if (match === null || (match[2] !== undefined && color === undefined)) {
      return undefined;
    }
    classes.push(exportClass(match[1], color));
  }
  return classes.length === 0 ? undefined : classes;
}

/**
 * A colour table: lines `name,r,g,b` or `r g b name`, with or without a header and more columns.
 *
 * @returns the classes, or undefined if a line has another form
 */
export function parseColorTable(lines: readonly string[]): ExportClass[] | undefined {
  const classes: ExportClass[] = [];
  for (const [i, line] of lines.entries()) {
    const columns = line.split(',').map((column) => column.trim());
    const byCommas = columns.length >= 4 ? colorOf(columns.slice(1)) : undefined;
    const spaced = /^(\d+)\s+(\d+)\s+(\d+)\s+(.+)$/.exec(line);
    const bySpaces = spaced === null ? undefined : colorOf(spaced.slice(1));
    if (byCommas !== undefined) {
      classes.push(exportClass(columns[0], byCommas));
    } else if (bySpaces !== undefined && spaced !== null) {
      classes.push(exportClass(spaced[4].trim(), bySpaces));
    } else if (!(i === 0 && /^name\b/i.test(line))) {
      return undefined;
    }
  }
  return classes.length === 0 ? undefined : classes;
}

const metaSchema = z.object({
  label_map: z.record(z.string(), z.string()),
  segmentation_colors: z.array(z.array(z.number())),
});

/** Datumaro's `dataset_meta.json`: `label_map` from index to name, and `segmentation_colors`. */
function parseMeta(document: unknown): ExportClass[] | undefined {
  const { label_map: names, segmentation_colors: colors } =
    metaSchema.safeParse(document).data ?? {};
  return (
    names &&
    Object.values(names).map((name, i) =>
      exportClass(name, colorOf((colors?.[i] ?? []).map(String))),
    )
  );
}

/**
 * Reads a file with a colour for every class.
 *
 * @returns undefined if the file has another form
 */
export async function readColorTable(
  tree: ExportTree,
  file: string,
): Promise<ExportClass[] | undefined> {
  return baseName(file) === 'dataset_meta.json'
    ? parseMeta(await readJson(tree, file))
    : parseColorTable(await readLines(tree, file));
}

/**
 * Reads a class file that the user names: `labelmap.txt`, a colour table, or a name per line.
 *
 * @throws {@link DataError} if it names no class or one class twice
 */
export async function readClassList(file: string): Promise<ExportClass[]> {
  const absolute = path.resolve(file);
  const lines = await readLines(
    { root: path.dirname(absolute), files: [] },
    path.basename(absolute),
  );
  const classes =
    parseLabelMap(lines) ?? parseColorTable(lines) ?? lines.map((line) => exportClass(line));
  return checkClasses(classes, file);
}

/**
 * Checks a list of classes.
 *
 * @throws {@link DataError} if it is empty or too long, or has a name twice
 */
export function checkClasses(classes: readonly ExportClass[], file: string): ExportClass[] {
  const names = classes.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) < i);
  const fault =
    twice !== undefined
      ? `"${twice}" twice`
      : names.some((name) => name.trim() === '')
        ? 'one without a name'
        : classes.length === 0 || classes.length > MOST_CLASSES
          ? `${classes.length}`
          : undefined;
  if (fault !== undefined) {
    throw new DataError(
      `${file}: expected 1 to ${MOST_CLASSES} classes of different names, got ${fault}; correct ` +
        'the list, or export fewer classes',
      file,
    );
  }
  return [...classes];
}
