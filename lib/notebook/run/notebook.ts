/** Notebooks as documents: nbformat 4.5, with multi-line strings joined. */

/** A value of a JSON document. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };

/** An object of a JSON document. */
export type JsonObject = Readonly<Record<string, Json>>;

/** Contents by media type: texts, base64 for pictures, values for JSON types. */
export type MimeBundle = Readonly<Record<string, Json>>;

/** Text that a cell printed. */
export interface StreamOutput {
  readonly output_type: 'stream';
  readonly name: 'stdout' | 'stderr';
  readonly text: string;
}

/** Something that a cell displayed. */
export interface DisplayOutput {
  readonly output_type: 'display_data';
  readonly data: MimeBundle;
  readonly metadata: JsonObject;
}

/** The value of a cell; other kernels write it, tslab prints values instead. */
export interface ResultOutput {
  readonly output_type: 'execute_result';
  readonly execution_count: number | null;
  readonly data: MimeBundle;
  readonly metadata: JsonObject;
}

/** What a cell failed with. */
export interface ErrorOutput {
  readonly output_type: 'error';
  /** The kind of error, such as `TypeError`. */
  readonly ename: string;
  /** Its message. */
  readonly evalue: string;
  /** Lines to show. */
  readonly traceback: readonly string[];
}

/** Any output of a cell. */
export type Output = StreamOutput | DisplayOutput | ResultOutput | ErrorOutput;

/** Metadata of a cell; the runner reads its tags. */
export type CellMetadata = JsonObject & { readonly tags?: readonly string[] };

/** Pictures of a text cell, by name. */
export type Attachments = Readonly<Record<string, MimeBundle>>;

/** A cell of code. */
export interface CodeCell {
  readonly cell_type: 'code';
  readonly id: string;
  readonly metadata: CellMetadata;
  readonly source: string;
  readonly execution_count: number | null;
  readonly outputs: readonly Output[];
}

/** A cell of text. */
export interface TextCell {
  readonly cell_type: 'markdown' | 'raw';
  readonly id: string;
  readonly metadata: CellMetadata;
  readonly source: string;
  readonly attachments?: Attachments;
}

/** A cell. */
export type Cell = CodeCell | TextCell;

/** A notebook. */
export interface Notebook {
  readonly nbformat: 4;
  readonly nbformat_minor: number;
  readonly metadata: JsonObject;
  readonly cells: readonly Cell[];
}

/** The media type of plotly figures. */
export const PLOTLY = 'application/vnd.plotly.v1+json';

/** True if a media type stands for JSON values. */
export function isJsonType(type: string): boolean {
  return type === 'application/json' || (type.startsWith('application/') && type.endsWith('+json'));
}

/** True if a cell has a tag. */
export function hasTag(cell: Cell, tag: string): boolean {
  return cell.metadata.tags?.includes(tag) ?? false;
}

/** True if there is anything to execute in a cell. */
export function isExecutable(cell: Cell): cell is CodeCell {
  return cell.cell_type === 'code' && cell.source.trim() !== '';
}

/** The first heading of a notebook, without its markup; undefined if it has none. */
export function notebookTitle({ cells }: Notebook): string | undefined {
  for (const cell of cells) {
    const heading = cell.cell_type === 'markdown' && /^#+\s+(.+?)\s*#*\s*$/m.exec(cell.source);
    if (heading) {
      return heading[1];
    }
  }
  return undefined;
}
