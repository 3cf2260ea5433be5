/** Reading and checking notebooks. */
import { z } from 'zod';
import { DataError } from '../../errors.js';
import { jsonExcess } from '../../files/json-excess.js';
import { readTextFile } from '../../files/text-file.js';
import { isJsonType, type Json, type JsonObject, type Notebook } from './notebook.js';

/** The largest notebook that is read: 256 MiB, most of them pictures. */
const MAX_BYTES = 256 * 2 ** 20;

const text = z.union([z.string(), z.array(z.string())], 'expected a text or a list of lines');
const json = z.custom<Json>((value) => value !== undefined, 'expected a value');
const jsonObject = z.record(z.string(), json, 'expected an object');
const metadata = z.looseObject({ tags: z.array(z.string(), 'expected a list of tags').optional() });
const count = z.union([z.int(), z.null()], 'expected a whole number or null').default(null);

const output = z.discriminatedUnion('output_type', [
  z.looseObject({ output_type: z.literal('stream'), name: z.enum(['stdout', 'stderr']), text }),
  z.looseObject({
    output_type: z.literal('display_data'),
    data: jsonObject,
    metadata: jsonObject.default({}),
  }),
  z.looseObject({
    output_type: z.literal('execute_result'),
    execution_count: count,
    data: jsonObject,
    metadata: jsonObject.default({}),
  }),
  z.looseObject({
    output_type: z.literal('error'),
    ename: z.string(),
    evalue: z.string(),
    traceback: z.array(z.string()),
  }),
]);

const ID = /^[a-zA-Z0-9_-]{1,64}$/;
const id = z.string().regex(ID, 'expected 1 to 64 letters, digits, - or _').optional();
const attachments = z.record(z.string(), jsonObject).optional();

const cell = z.discriminatedUnion('cell_type', [
  z.looseObject({
    cell_type: z.literal('code'),
    id,
    metadata,
    source: text,
    execution_count: count,
    outputs: z.array(output, 'expected a list of outputs'),
  }),
  z.looseObject({ cell_type: z.literal('markdown'), id, metadata, source: text, attachments }),
  z.looseObject({ cell_type: z.literal('raw'), id, metadata, source: text, attachments }),
]);

const document = z.looseObject({
  nbformat: z.literal(4, 'expected 4; open it in JupyterLab and save it to convert it'),
  nbformat_minor: z.int(),
  metadata: z.looseObject({}),
  cells: z.array(cell, 'expected a list of cells'),
});

type ReadCell = z.infer<typeof cell>;

/** `cells[3].outputs[0].text`. */
function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>((before, key) => {
    const name = String(key);
    if (typeof key === 'number') {
      return `${before}[${name}]`;
    }
    return before === '' ? name : `${before}.${name}`;
  }, '');
}

const joined = (lines: string | readonly string[]): string =>
  typeof lines === 'string' ? lines : lines.join('');

/** Lists of lines as one text; values of JSON types stay as they are. */
function joinBundle(bundle: JsonObject): JsonObject {
  const isLines = (value: Json): value is readonly string[] =>
    Array.isArray(value) && value.every((line) => typeof line === 'string');
  return Object.fromEntries(
    Object.entries(bundle).map(([type, value]) => [
      type,
      !isJsonType(type) && isLines(value) ? value.join('') : value,
    ]),
  );
}

function joinOutput(output: Extract<ReadCell, { cell_type: 'code' }>['outputs'][number]): unknown {
  if (output.output_type === 'stream') {
    return { ...output, text: joined(output.text) };
  }
  return output.output_type === 'error' ? output : { ...output, data: joinBundle(output.data) };
}

/** Joins lines; a cell without an id gets one that depends on its place only. */
function joinCell(cell: ReadCell, index: number): unknown {
  const common = { ...cell, id: cell.id ?? `cell-${index}`, source: joined(cell.source) };
  if (cell.cell_type === 'code') {
    return { ...common, outputs: cell.outputs.map(joinOutput) };
  }
  const { attachments } = cell;
  return attachments
    ? {
        ...common,
        attachments: Object.fromEntries(
          Object.entries(attachments).map(([name, bundle]) => [name, joinBundle(bundle)]),
        ),
      }
    : common;
}

function checkIds(cells: Notebook['cells'], where: string): void {
  const seen = new Map<string, number>();
  cells.forEach(({ id }, i) => {
    const first = seen.get(id);
    if (first !== undefined) {
      throw new DataError(
        `${where}: cells[${i}].id: expected an id of its own, got "${id}", which cells[${first}] ` +
          'has; rename one',
      );
    }
    seen.set(id, i);
  });
}

/**
 * A notebook from its text.
 *
 * Notebooks older than nbformat 4.5, whose cells have no ids, are upgraded to it.
 *
 * @param where - the file, for errors
 * @throws {@link DataError} if it is not JSON or not a notebook of nbformat 4, naming the place; or if it
 *   is nested more than 200 levels deep or made of more than two million values
 */
export function parseNotebook(content: string, where: string): Notebook {
  const excess = jsonExcess(content);
  if (excess !== undefined) {
    throw new DataError(`${where}: expected a notebook of ${excess}, got more`, where);
  }
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const conflict = /^(?:<{7}|>{7}) /m.test(content) ? '; it holds the marks of a merge' : '';
    throw new DataError(`${where}: expected a notebook, got no JSON: ${reason}${conflict}`, where);
  }
  const result = document.safeParse(value);
  if (!result.success) {
    const [issue] = result.error.issues;
    const place = pathText(issue.path);
    throw new DataError(
      `${where}: expected a notebook (nbformat 4.5), got a mistake` +
        `${place === '' ? '' : ` at ${place}`}: ${issue.message}`,
      where,
    );
  }
  const { nbformat_minor: minor, cells } = result.data;
  const notebook = {
    ...result.data,
    nbformat_minor: Math.max(5, minor),
    cells: cells.map(joinCell),
  } as Notebook;
  checkIds(notebook.cells, where);
  return notebook;
}

/**
 * Reads a notebook.
 *
 * @throws {@link DataError} if it is missing, unreadable, larger than 256 MiB or not a notebook
 */
export async function readNotebook(file: string): Promise<Notebook> {
  return parseNotebook(await readTextFile(file, MAX_BYTES), file);
}
