/** Writes notebooks as Jupyter does, so that saving one there changes nothing. */
import { writeFileAtomic } from '../../files/atomic-file.js';
import type { Cell, Json, JsonObject, MimeBundle, Notebook, Output } from './notebook.js';

/** A line as Python's `splitlines` finds it, which nbformat splits with. */
const LINE =
  /[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]*(?:\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029])|.+$/gsu; // oxlint-disable-line no-control-regex

/** A text as the list of its lines, ends included. */
function lines(text: string): string[] {
  return text.match(LINE) ?? [];
}

const isSplit = (type: string): boolean =>
  type.startsWith('text/') || type === 'application/javascript' || type === 'image/svg+xml';

function splitBundle(bundle: MimeBundle): JsonObject {
  return Object.fromEntries(
    Object.entries(bundle).map(([type, value]) => [
      type,
      typeof value === 'string' && isSplit(type) ? lines(value) : value,
    ]),
  );
}

function splitOutput(output: Output): JsonObject {
  switch (output.output_type) {
    case 'stream':
      return { ...output, text: lines(output.text) };
    case 'error':
      return { ...output };
    default:
      return { ...output, data: splitBundle(output.data) };
  }
}

function splitCell(cell: Cell): JsonObject {
  const source = lines(cell.source);
  if (cell.cell_type === 'code') {
    return { ...cell, source, outputs: cell.outputs.map(splitOutput) };
  }
  const { attachments } = cell;
  return {
    ...cell,
    source,
    ...(attachments && {
      attachments: Object.fromEntries(
        Object.entries(attachments).map(([name, bundle]) => [name, splitBundle(bundle)]),
      ),
    }),
  };
}

/** Orders names as Python does, by code point. */
function byCodePoint(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** The same value with the names of all objects in order. */
function sorted(value: Json): Json {
  if (Array.isArray(value)) {
    return (value as readonly Json[]).map(sorted);
  }
  if (typeof value === 'object' && value !== null) {
    const names = Object.keys(value).sort(byCodePoint);
    return Object.fromEntries(names.map((name) => [name, sorted((value as JsonObject)[name])]));
  }
  return value;
}

/**
 * A notebook as text: one space of indentation, names in order, texts as lists of lines, a line end
 * at the end.
 */
export function formatNotebook(notebook: Notebook): string {
  const document = { ...notebook, cells: notebook.cells.map(splitCell) };
  return `${JSON.stringify(sorted(document), null, 1)}\n`;
}

/**
 * Writes a notebook in one step.
 *
 * @throws {@link DataError} if it cannot be written; the file is then as it was before
 */
export async function writeNotebook(file: string, notebook: Notebook): Promise<void> {
  await writeFileAtomic(file, formatNotebook(notebook));
}
