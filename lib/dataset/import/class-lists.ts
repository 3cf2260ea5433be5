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
 * The classes of lines that all have one form.
 *
 * @param form - of a line, in words
 * @returns undefined if no line has the form
 * @throws {@link DataError} naming the first line of another form if only some have it
 */
function classesOf(
  lines: readonly string[],
  parse: (line: string) => ExportClass | undefined,
  form: string,
  file: string,
): ExportClass[] | undefined {
  const parsed = lines.map(parse);
  const classes = parsed.filter((one) => one !== undefined);
  if (classes.length === 0) {
    return undefined;
  }
  const other = parsed.indexOf(undefined);
  if (other >= 0) {
    throw new DataError(
      `${file}: expected lines of ${form} with numbers from 0 to 255, got "${lines[other]}" among ` +
        'them; correct that line',
      file,
    );
  }
  return classes;
}

function labelMapClass(line: string): ExportClass | undefined {
  const match = /^(.+?):(\d+,\d+,\d+)?:[^:]*:.*$/.exec(line);
  const color = match?.[2] === undefined ? undefined : colorOf(match[2].split(','));
  return match === null || (match[2] !== undefined && color === undefined)
    ? undefined
    : exportClass(match[1], color);
}

/**
 * CVAT's and Datumaro's `labelmap.txt`: lines `name:r,g,b:parts:actions`, `#` begins a comment.
 *
 * @param file - where they come from, for the error
 * @returns the classes, or undefined if no line has this form
 * @throws {@link DataError} if only some lines have it
 */
export function parseLabelMap(lines: readonly string[], file: string): ExportClass[] | undefined {
  const own = lines.filter((line) => !line.startsWith('#'));
  return classesOf(own, labelMapClass, 'name:red,green,blue:parts:actions', file);
}

/** The columns of a line of a colour table: the colour's, and the name's. */
interface Columns {
  readonly color: readonly string[];
  readonly name: string;
}

/** Both ways to part a line into four columns or more: `name,r,g,b` and `r g b name`. */
function columnsOf(line: string): Columns[] {
  const columns = line.split(',').map((column) => column.trim());
  const spaced = /^(\S+)\s+(\S+)\s+(\S+)\s+(.+)$/.exec(line);
  return [
    ...(columns.length < 4 ? [] : [{ color: columns.slice(1, 4), name: columns[0] }]),
    ...(spaced === null ? [] : [{ color: spaced.slice(1, 4), name: spaced[4].trim() }]),
  ];
}

function tableClass(line: string): ExportClass | undefined {
  const classes = columnsOf(line).map(({ color, name }) => ({ name, color: colorOf(color) }));
  const found = classes.find(({ color }) => color !== undefined);
  return found && exportClass(found.name, found.color);
}

/** Whether a line has the columns of a colour table, and words where the colour stands. */
function isHeader(line: string): boolean {
  const columns = columnsOf(line.replace(/^#\s*/, ''));
  const areWords = ({ color }: Columns): boolean =>
    color.every((text) => /\p{L}/u.test(text) && !/\d/.test(text));
  return columns.length > 0 && columns.every(areWords);
}

/**
 * A colour table: lines `name,r,g,b` or `r g b name`, with or without a header and more columns.
 *
 * @param file - where they come from, for the error
 * @returns the classes, or undefined if no line has this form
 * @throws {@link DataError} if only some lines have it
 */
export function parseColorTable(lines: readonly string[], file: string): ExportClass[] | undefined {
  const own = lines.length > 0 && isHeader(lines[0]) ? lines.slice(1) : lines;
  return classesOf(own, tableClass, 'name,red,green,blue or red green blue name', file);
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
 * @throws {@link DataError} if only some lines of a table have the form of one
 */
export async function readColorTable(
  tree: ExportTree,
  file: string,
): Promise<ExportClass[] | undefined> {
  return baseName(file) === 'dataset_meta.json'
    ? parseMeta(await readJson(tree, file))
    : parseColorTable(await readLines(tree, file), path.join(tree.root, file));
}

/**
 * Reads a class file that the user names: `labelmap.txt`, a colour table, or a name per line.
 *
 * @throws {@link DataError} if it names no class or one class twice, or only some lines have a colour
 */
export async function readClassList(file: string): Promise<ExportClass[]> {
  const absolute = path.resolve(file);
  const lines = await readLines(
    { root: path.dirname(absolute), files: [] },
    path.basename(absolute),
  );
  const classes =
    parseLabelMap(lines, file) ??
    parseColorTable(lines, file) ??
    lines.map((line) => exportClass(line));
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
